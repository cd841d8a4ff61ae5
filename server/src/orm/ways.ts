/** Assignments that stand under a condition: on other ways through the code they leave what was there before. */
import type { Module, Node, Stmt } from '../python/syntax/nodes.ts';
import { nodePathAt } from '../python/syntax/visit.ts';

/** The conditions and loops around a statement; a tree is never changed, an edit makes another one. */
const known = new WeakMap<Module, Map<Stmt, readonly Node[]>>();

/** Whether a statement stands in a branch, or in a loop, that the place where its name is read is not in. */
export function isOneWay(module: Module, statement: Stmt, readAt: number): boolean {
  return branchesAround(module, statement).some(
    (node) => !(node.start <= readAt && readAt <= node.end && !isOtherBranch(node, statement.start, readAt)),
  );
}

function branchesAround(module: Module, statement: Stmt): readonly Node[] {
  let ofModule = known.get(module);
  if (!ofModule) known.set(module, (ofModule = new Map()));
  let branches = ofModule.get(statement);
  if (!branches) {
    branches = nodePathAt(module, statement.start).filter(({ kind }) => /^(If|For|While|Match)$/.test(kind));
    ofModule.set(statement, branches);
  }
  return branches;
}

/** Whether two places are in different branches of an `if`. */
function isOtherBranch(node: Node, one: number, other: number): boolean {
  if (node.kind !== 'If') return false;
  const inElse = (offset: number): boolean => node.orelse.length > 0 && offset >= node.orelse[0]!.start;
  return inElse(one) !== inElse(other);
}
