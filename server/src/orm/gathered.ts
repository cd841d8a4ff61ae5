/** What a function puts into a list or a dict that begins empty: `rows.append(row)`, `by_author[key].append(row)`. */
import type { Call, Expr, Node } from '../python/syntax/nodes.ts';
import { children } from '../python/syntax/visit.ts';
import type { Scope } from '../python/types.ts';

export interface Gathered {
  /** `element`: `rows.append(value)`. `elements`: `rows.extend(value)`. */
  readonly what: 'element' | 'elements';
  readonly value: Expr;
  /** It goes into the dict under a key, or into a list there. */
  readonly under: 'name' | 'key' | 'list of a key';
}

const known = new WeakMap<Node, ReadonlyMap<string, readonly Gathered[]>>();

/** By the name of the variable. Cost: one walk over the function, once. */
export function gatheredIn(scope: Scope): ReadonlyMap<string, readonly Gathered[]> {
  let all = known.get(scope.node);
  if (!all) known.set(scope.node, (all = gather(scope.node)));
  return all;
}

function gather(root: Node): ReadonlyMap<string, readonly Gathered[]> {
  const all = new Map<string, Gathered[]>();
  const add = (name: string, gathered: Gathered): void => {
    const before = all.get(name);
    if (before) before.push(gathered);
    else all.set(name, [gathered]);
  };
  const pending: Node[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Call') addCall(node, add);
    if (node.kind === 'Assign') {
      for (const target of node.targets) {
        if (target.kind === 'Subscript' && target.value.kind === 'Name' && target.slice.kind !== 'Slice')
          add(target.value.id, { what: 'element', value: node.value, under: 'key' });
      }
    }
    const parts = children(node);
    for (let i = parts.length - 1; i >= 0; i--) pending.push(parts[i]!);
  }
  return all;
}

function addCall({ func, args }: Call, add: (name: string, gathered: Gathered) => void): void {
  const [value] = args;
  if (func.kind !== 'Attribute' || !value || args.length > 1) return;
  const what = /^(append|add)$/.test(func.attr.text) ? 'element' : func.attr.text === 'extend' ? 'elements' : null;
  if (!what) return;
  const on = func.value;
  if (on.kind === 'Name') return add(on.id, { what, value, under: 'name' });
  const dict =
    on.kind === 'Subscript'
      ? on.value
      : on.kind === 'Call' && on.func.kind === 'Attribute' && on.func.attr.text === 'setdefault'
        ? on.func.value
        : null;
  if (dict?.kind === 'Name') add(dict.id, { what, value, under: 'list of a key' });
}
