/** Names that get their values from other names. */
import type { AnnAssign, AugAssign, NamedExpr, Node } from '../python/syntax/nodes.ts';
import { nodesUnder } from '../python/syntax/visit.ts';
import { targetNames } from '../query/reads.ts';

/** Some names, and all that is made of them in a piece of code by assignments and loops. */
export function derivedNames(from: Iterable<string>, code: readonly Node[]): ReadonlySet<string> {
  const names = new Set(from);
  for (let before = -1; before !== names.size;) {
    before = names.size;
    for (const node of code) addDerivedIn(node, names);
  }
  return names;
}

function addDerivedIn(root: Node, names: Set<string>): void {
  for (const node of nodesUnder([root])) {
    if (node.kind === 'Assign' && mentions(node.value, names))
      for (const target of node.targets) for (const name of targetNames(target)) names.add(name);
    // `cls: type[Base] = classes[key]`, `total += price`, `if (row := find(key)):`
    if (/^(AnnAssign|AugAssign|NamedExpr)$/.test(node.kind)) {
      const { target, value } = node as AnnAssign | AugAssign | NamedExpr;
      if (value && mentions(value, names)) for (const name of targetNames(target)) names.add(name);
    }
    if ((node.kind === 'For' || node.kind === 'Comprehension') && mentions(node.iter, names))
      for (const name of targetNames(node.target)) names.add(name);
  }
}

/** Whether code reads one of some names. */
export function mentions(root: Node, names: ReadonlySet<string>): boolean {
  for (const node of nodesUnder([root])) if (node.kind === 'Name' && names.has(node.id)) return true;
  return false;
}
