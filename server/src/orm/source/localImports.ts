/** Imports inside functions: the sandbox takes none, so their names are made in the module instead. */
import type { Import, ImportFrom, Node } from '../../python/syntax/nodes.ts';
import { children } from '../../python/syntax/visit.ts';
import type { Edit } from './text.ts';

/** Import statements in the bodies of functions below the given nodes. */
export function localImports(nodes: readonly Node[]): readonly (Import | ImportFrom)[] {
  const found: (Import | ImportFrom)[] = [];
  const pending: Node[] = [...nodes];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Import' || node.kind === 'ImportFrom') found.push(node);
    else for (const child of children(node)) pending.push(child);
  }
  return found.toSorted((a, b) => a.start - b.start);
}

/** What stands there instead. */
export function withoutImports(statements: readonly (Import | ImportFrom)[]): readonly Edit[] {
  return statements.map(({ start, end }) => ({ start, end, newText: 'pass' }));
}
