/** Prints our syntax trees line by line, in the form that `dump_tree.py` gives to those of CPython. */
import { floatValue, integerValue } from '../../server/src/python/syntax/constants.ts';
import type { Constant, Dict, Identifier, Node, NodeKind, Parameters } from '../../server/src/python/syntax/nodes.ts';

/**
 * The whole tree under a node: one line for each node, name and flag.
 * Without `rangesInFStrings`, what stands in them is printed without its ranges, which CPython has wrong before 3.12.
 */
export function treeText(root: Node, rangesInFStrings: boolean): string {
  const output: Output = { lines: [], rangesInFStrings, printsRanges: true };
  printNode(root, '', '', output);
  return output.lines.join('\n');
}

interface Output {
  readonly lines: string[];
  readonly rangesInFStrings: boolean;
  printsRanges: boolean;
}

/** Kinds that have no range in CPython. */
const WITHOUT_RANGE: ReadonlySet<NodeKind> = new Set([
  'Module',
  'Parameters',
  'WithItem',
  'MatchCase',
  'Comprehension',
]);

/** Fields of ours that CPython does not have. */
const OURS_ALONE: ReadonlySet<string> = new Set(['kind', 'start', 'end', 'debug']);

type Fields = readonly (readonly [string, unknown])[];

function printNode(node: Node, indent: string, label: string, output: Output): void {
  const { lines, printsRanges } = output;
  const range = !printsRanges || WITHOUT_RANGE.has(node.kind) ? '' : ` ${node.start}-${node.end}`;
  lines.push(`${indent}${label}${node.kind}${range}`);
  if (node.kind === 'JoinedStr') output.printsRanges = printsRanges && output.rangesInFStrings;
  if (node.kind === 'Constant') lines.push(`${indent} ${node.type} ${constantText(node)}`);
  else for (const [name, value] of fieldsOf(node)) printField(name, value, `${indent} `, output);
  output.printsRanges = printsRanges;
}

function printField(name: string, value: unknown, indent: string, output: Output): void {
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) printField(name, item, indent, output);
  } else if (isNode(value)) {
    printNode(value, indent, `${name}: `, output);
  } else {
    output.lines.push(`${indent}${name}: ${isIdentifier(value) ? asciiJson(value.text) : asciiJson(value)}`);
  }
}

/** The fields of a node in the order of CPython's dump: what ours adds first, then by name. */
function fieldsOf(node: Node): Fields {
  if (node.kind === 'Parameters') return parametersInOrder(node);
  if (node.kind === 'Dict') return dictFields(node);
  const names = Object.keys(node).filter((name) => !OURS_ALONE.has(name) && isPresent(node, name));
  const isFirst = (name: string): boolean => (name === 'isAsync' && node.kind !== 'Comprehension') || name === 'star';
  names.sort((a, b) => Number(isFirst(b)) - Number(isFirst(a)) || (a < b ? -1 : 1));
  return names.map((name) => [name, fieldValue(node, name)] as const);
}

/** Two kinds of type parameters have no bound in CPython. */
function isPresent(node: Node, name: string): boolean {
  return name !== 'bound' || node.kind === 'TypeVar';
}

function fieldValue(node: Node, name: string): unknown {
  // CPython makes the conversion of `{value=}` explicit.
  if (node.kind === 'FormattedValue' && name === 'conversion' && node.debug && node.formatSpec === null) {
    return node.conversion ?? 'r';
  }
  return (node as unknown as Record<string, unknown>)[name];
}

function parametersInOrder({ posonly, args, vararg, kwonly, kwarg }: Parameters): Fields {
  const fields = [
    ['posonly', posonly],
    ['args', args],
    ['vararg', vararg],
    ['kwonly', kwonly],
    ['kwarg', kwarg],
  ] as const;
  return fields.filter(([, value]) => value !== null);
}

function dictFields({ keys, values }: Dict): Fields {
  return [
    ['keys', keys],
    ['values', values],
  ];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function isIdentifier(value: unknown): value is Identifier {
  return typeof value === 'object' && value !== null && 'text' in value;
}

function constantText(constant: Constant): string {
  switch (constant.type) {
    case 'int':
      return `0x${integerValue(constant.value)?.toString(16)}`;
    case 'float':
    case 'complex':
      return doubleBits(floatValue(constant.value) ?? NaN);
    default:
      return asciiJson(constant.value);
  }
}

function doubleBits(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString('hex');
}

/** As Python's `json.dumps`. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\x7f-\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
