import type { Expr, Node } from '../../python/syntax/nodes.ts';

/** The methods that are called on an attribute, one after another. */
export function callsOn(node: Expr, parents: readonly Node[]): readonly string[] {
  const calls: string[] = [];
  let end: Node = node;
  for (const [i, parent] of parents.entries()) {
    if (parent.kind === 'Attribute' && parent.value === end) {
      const call = parents[i + 1];
      if (call?.kind !== 'Call' || call.func !== parent) return [...calls, parent.attr.text, ''];
      calls.push(parent.attr.text);
    } else if (parent.kind !== 'Await' && !(parent.kind === 'Call' && parent.func === end)) break;
    end = parent;
  }
  return calls;
}
