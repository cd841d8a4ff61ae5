/** Names that get their values from other names. */
import type { Expr, Node } from '../python/syntax/nodes.ts';
import { nodesUnder } from '../python/syntax/visit.ts';
import { targetNames } from '../query/reads.ts';

/** What is made of what in a piece of code, by assignments and loops. */
export interface NameFlow {
  /** Some names, and all that is made of them. */
  from(names: Iterable<string>): ReadonlySet<string>;
}

/** Walks over the code once, however often it is asked. */
export function nameFlow(code: readonly Node[]): NameFlow {
  const made = new Map<string, string[]>();
  for (const node of nodesUnder(code)) {
    const [value, targets] = givenIn(node) ?? [];
    if (!value || !targets) continue;
    const names = targets.flatMap(targetNames);
    for (const each of nodesUnder([value])) {
      if (each.kind !== 'Name') continue;
      const known = made.get(each.id);
      if (known) known.push(...names);
      else made.set(each.id, [...names]);
    }
  }
  return {
    from(names) {
      const all = new Set(names);
      // A set goes on with what is added while it is walked.
      for (const name of all) for (const next of made.get(name) ?? []) all.add(next);
      return all;
    },
  };
}

/** `x = y`, `cls: type[Base] = classes[key]`, `total += price`, `if (row := find(key)):`, `for row in rows:` */
function givenIn(node: Node): readonly [Expr | null, readonly Expr[]] | null {
  switch (node.kind) {
    case 'Assign':
      return [node.value, node.targets];
    case 'AnnAssign':
    case 'AugAssign':
    case 'NamedExpr':
      return [node.value, [node.target]];
    case 'For':
    case 'Comprehension':
      return [node.iter, [node.target]];
    default:
      return null;
  }
}

/** Some names, and all that is made of them in a piece of code. */
export function derivedNames(from: Iterable<string>, code: readonly Node[]): ReadonlySet<string> {
  return nameFlow(code).from(from);
}

/** Whether code reads one of some names. */
export function mentions(root: Node, names: ReadonlySet<string>): boolean {
  for (const node of nodesUnder([root])) if (node.kind === 'Name' && names.has(node.id)) return true;
  return false;
}
