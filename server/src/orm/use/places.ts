/** Where code stands: its function, the loop around it, what comes after it. */
import type { Expr, FunctionDef, Module, Node, Stmt } from '../../python/syntax/nodes.ts';
import { children, nodesUnder } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { CodeSite } from './code.ts';

/** The function that code runs in; null at the level of the module or of a class. */
export function functionOf({ around }: { readonly around: readonly Node[] }): FunctionDef | null {
  const found = around.find((node) => node.kind === 'FunctionDef' || node.kind === 'Lambda');
  return found?.kind === 'FunctionDef' ? found : null;
}

/** A node and all under it, in text order, without the insides of functions, lambdas and classes. */
export function nodesIn(...roots: readonly Node[]): Generator<Node> {
  return nodesUnder(roots, ({ kind }) => kind !== 'FunctionDef' && kind !== 'Lambda' && kind !== 'ClassDef');
}

/** In text order, with the nodes around, the nearest first; without the insides of functions and classes. */
export function* withParents(
  roots: readonly Node[],
): Generator<{ readonly node: Node; readonly parents: readonly Node[] }> {
  const pending = roots.map((node) => ({ node, parents: [] as readonly Node[] })).reverse();
  for (let next = pending.pop(); next; next = pending.pop()) {
    yield next;
    const { node, parents } = next;
    if (node.kind === 'FunctionDef' || node.kind === 'Lambda' || node.kind === 'ClassDef') continue;
    const around = [node, ...parents.slice(0, 5)];
    const parts = children(node);
    for (let i = parts.length - 1; i >= 0; i--) pending.push({ node: parts[i]!, parents: around });
  }
}

/** The statements of the function or module that code runs in. */
export function bodyAround(site: { readonly around: readonly Node[] }, file: SourceFile): readonly Stmt[] {
  return (functionOf(site) ?? (file.module satisfies Module)).body;
}

/** The nodes between some code and the loop that repeats it, the loop itself last; null when it runs once. */
export function loopAround<N extends Node>({ node, around }: CodeSite<N>): readonly Node[] | null {
  const between: Node[] = [];
  let inner: Node = node;
  for (const outer of around) {
    if (outer.kind === 'FunctionDef' || outer.kind === 'Lambda' || outer.kind === 'ClassDef') return null;
    between.push(outer);
    const isRepeated =
      (outer.kind === 'For' && outer.body.includes(inner as Stmt)) ||
      (outer.kind === 'While' && !outer.orelse.includes(inner as Stmt));
    if (isRepeated) return between;
    inner = outer;
  }
  return null;
}

/** `db.session` for that expression: names and attributes as they are written, without spaces; else null. */
export function pathText(expr: Expr): string | null {
  if (expr.kind === 'Name') return expr.id;
  if (expr.kind !== 'Attribute') return null;
  const owner = pathText(expr.value);
  return owner === null ? null : `${owner}.${expr.attr.text}`;
}
