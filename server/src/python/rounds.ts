/** Whether a loop goes on after a suite in it has run. */
import type { Node, Stmt } from './syntax/nodes.ts';
import { nodesUnder } from './syntax/visit.ts';

/** Whether a suite in a loop runs in one round at most: it ends the loop, and nothing in it goes on with the next round. */
export function runsInOneRound(suite: readonly Stmt[]): boolean {
  return endsLoop(suite) && !goesOn(suite);
}

function endsLoop(suite: readonly Stmt[]): boolean {
  const last = suite.at(-1);
  switch (last?.kind) {
    case 'Return':
    case 'Break':
    case 'Raise':
      return true;
    case 'With':
    case 'Try':
      return endsLoop(last.body);
    case 'If':
      return endsLoop(last.body) && endsLoop(last.orelse);
    default:
      return false;
  }
}

/** `continue` of this loop. */
function goesOn(suite: readonly Stmt[]): boolean {
  const isOfThisLoop = ({ kind }: Node): boolean =>
    kind !== 'For' && kind !== 'While' && kind !== 'FunctionDef' && kind !== 'ClassDef';
  for (const { kind } of nodesUnder(suite, isOfThisLoop)) if (kind === 'Continue') return true;
  return false;
}
