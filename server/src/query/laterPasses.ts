/** A slice shows the first pass of a loop: what is different in those that follow. */
import type { For, While } from '../python/syntax/nodes.ts';
import { nodesUnder } from '../python/syntax/visit.ts';
import type { Scope } from '../python/types.ts';
import type { Holes } from './holes.ts';
import type { HoleType } from './program.ts';
import { targetNames, type Reads } from './reads.ts';

/** What the body of a loop needs from before it, and gives another value: in the next pass it has that. */
export function noteLaterPasses(loop: For | While, needed: Reads, scope: Scope, holes: Holes): void {
  // What the loop goes over has another value in each pass anyway.
  const own = loop.kind === 'For' ? targetNames(loop.target) : [];
  for (const node of nodesUnder(loop.body)) {
    if (node.kind !== 'Assign' && node.kind !== 'AugAssign') continue;
    const targets = node.kind === 'Assign' ? node.targets : [node.target];
    for (const name of targets.flatMap(targetNames))
      if (needed.has(name) && !own.includes(name)) carry(name, loop, needed, scope, holes);
  }
}

/** A plain value, such as the key that the last page ended with, is one that nobody knows; of a query, the first is shown. */
function carry(name: string, loop: For | While, needed: Reads, scope: Scope, holes: Holes): void {
  const first = scope.bindings.get(name)?.findLast(({ range }) => range.start < loop.start);
  const value = first?.kind === 'assign' ? first.statement.value : null;
  if (value?.kind !== 'Constant') {
    holes.unknown.add(`what \`${name}\` is after the first pass of the loop`);
    return;
  }
  const python = value.type === 'int' || value.type === 'str' || value.type === 'float' ? value.type : null;
  const type: HoleType = python ? { kind: 'scalar', python } : { kind: 'unknown' };
  holes.set(name, { text: name, type, optional: value.type === 'None' });
  needed.delete(name);
}
