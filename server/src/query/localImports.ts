/** Imports inside functions: the sandbox takes none, so their names are made in the module instead. */
import type { TextRange } from '../base/text.ts';
import type { Import, ImportFrom, Node } from '../python/syntax/nodes.ts';
import { children } from '../python/syntax/visit.ts';

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
export function withoutImports(
  statements: readonly (Import | ImportFrom)[],
): readonly (TextRange & { readonly newText: string })[] {
  return statements.map(({ start, end }) => ({ start, end, newText: 'pass' }));
}

/** The text of a range of a file, its imports left out. */
export function textWithoutImports(
  text: string,
  range: TextRange,
  statements: readonly (Import | ImportFrom)[],
): string {
  let result = '';
  let at = range.start;
  for (const edit of withoutImports(statements)) {
    if (edit.start < at || edit.end > range.end) continue;
    result += text.slice(at, edit.start) + edit.newText;
    at = edit.end;
  }
  return result + text.slice(at, range.end);
}
