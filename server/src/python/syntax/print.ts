/** Shows syntax trees to people: in tests, in a debugger, in a bug report. */
import type { Identifier, Node } from './nodes.ts';

export interface PrintOptions {
  /** Adds `@start-end` to each node. */
  readonly ranges?: boolean;
}

/**
 * A tree on one line, in the manner of Python's `ast.dump`: `BinOp(left=Name(id='a'), op='+', right=Name(id='b'))`.
 * Fields that are empty, null or false are left out.
 */
export function printTree(node: Node, options: PrintOptions = {}): string {
  const range = options.ranges === true ? `@${node.start}-${node.end}` : '';
  const fields = Object.entries(node)
    .filter(([name, value]) => !NOT_PRINTED.has(name) && !isEmpty(value))
    .map(([name, value]) => `${name}=${printValue(value, options)}`);
  return `${node.kind}${range}(${fields.join(', ')})`;
}

const NOT_PRINTED: ReadonlySet<string> = new Set(['kind', 'start', 'end']);

function isEmpty(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}

function printValue(value: unknown, options: PrintOptions): string {
  if (Array.isArray(value)) return `[${value.map((item) => printValue(item, options)).join(', ')}]`;
  if (isNode(value)) return printTree(value, options);
  if (isIdentifier(value)) return quote(value.text);
  return typeof value === 'string' ? quote(value) : String(value);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function isIdentifier(value: unknown): value is Identifier {
  return typeof value === 'object' && value !== null && 'text' in value;
}

function quote(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
}
