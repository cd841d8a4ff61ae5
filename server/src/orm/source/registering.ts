/** Decorators of a workspace that note a class somewhere and give it back as it is: `@register`. */
import type { Expr, FunctionDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import { nodesUnder, walk } from '../../python/syntax/visit.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import { resolveInstalled } from '../installed.ts';

/** Whether a decorator is a function that only reads the class it is given, and returns it. */
export function onlyRegisters(program: Program, file: SourceFile, decorator: Expr): boolean {
  if (decorator.kind === 'Call') return false;
  const symbol = resolveInstalled(program, file, decorator, file.scope);
  return symbol.kind === 'binding' && symbol.binding.kind === 'function' && givesBackUnchanged(symbol.binding.node);
}

function givesBackUnchanged(node: FunctionDef): boolean {
  const first = node.params.args[0]?.name.text;
  if (!first || node.isAsync || node.decorators.length > 0) return false;
  const names = namesOf(first, node);
  const returns = [...nodesUnder(node.body)].filter((each) => each.kind === 'Return');
  return (
    returns.length > 0 &&
    returns.every(({ value }) => value?.kind === 'Name' && names.has(value.id)) &&
    usesOf(names, node).every((path) => onlyReads(path) || isOfText(path))
  );
}

/** The parameter, and what a function calls it besides. */
function namesOf(first: string, { body }: FunctionDef): ReadonlySet<string> {
  const names = new Set([first]);
  for (const node of nodesUnder(body)) {
    if (node.kind !== 'Assign' || node.value.kind !== 'Name' || !names.has(node.value.id)) continue;
    for (const target of node.targets) if (target.kind === 'Name') names.add(target.id);
  }
  return names;
}

/** Each use of one of the names: what stands around it, the nearest last. */
function usesOf(names: ReadonlySet<string>, { body }: FunctionDef): readonly (readonly Node[])[] {
  const uses: (readonly Node[])[] = [];
  for (const stmt of body)
    walk(stmt, (node, ancestors) => {
      if (node.kind === 'Name' && names.has(node.id)) uses.push([...ancestors, node]);
    });
  return uses;
}

function onlyReads(path: readonly Node[]): boolean {
  const [around, holder, use] = [path.at(-3), path.at(-2), path.at(-1)];
  if (path.some(({ kind }) => kind === 'FunctionDef' || kind === 'Lambda' || kind === 'ClassDef')) return false;
  switch (holder?.kind) {
    case undefined:
    case 'Return':
      return true;
    case 'Assign':
      return holder.targets.every((target) => target === use || isPlace(target));
    case 'Attribute':
      return isRead(holder, around);
    case 'Call':
      return holder.func !== use && isHarmless(holder.func);
    default:
      return false;
  }
}

/** Under `if isinstance(model, str):`, where it is the name of a class. */
function isOfText(path: readonly Node[]): boolean {
  return path.some(
    (node, at) => node.kind === 'If' && node.body.includes(path[at + 1] as Stmt) && asksForText(node.test),
  );
}

function asksForText(test: Expr): boolean {
  const [, kind] = test.kind === 'Call' && test.func.kind === 'Name' && test.func.id === 'isinstance' ? test.args : [];
  return kind?.kind === 'Name' && kind.id === 'str';
}

/** `registry[name] = cls`, and `found = cls`. */
function isPlace(target: Expr): boolean {
  return target.kind === 'Name' || target.kind === 'Subscript';
}

/** `cls.__name__`, but not `cls.name = …` and not `cls.connect()`. */
function isRead(attribute: Expr & { kind: 'Attribute' }, around: Node | undefined): boolean {
  if (around?.kind === 'Call') return around.func !== attribute;
  return around?.kind !== 'Assign' || !around.targets.includes(attribute);
}

const READING = new Set([
  'isinstance',
  'issubclass',
  'getattr',
  'hasattr',
  'str',
  'repr',
  'id',
  'hash',
  'print',
  'callable',
]);

/** A function that reads what it is given, or puts it into a list or a set. */
function isHarmless(func: Expr): boolean {
  return func.kind === 'Name'
    ? READING.has(func.id)
    : func.kind === 'Attribute' && /^(append|add)$/.test(func.attr.text);
}
