import type { Diagnostic, TextEdit } from './views.ts';

/**
 * The preferred fixes of all findings at once. Edits that several fixes share (an import) are made once; a fix whose
 * edits touch those of an earlier one is left out: it is offered again afterwards.
 */
export function fixAll(diagnostics: readonly Diagnostic[]): readonly TextEdit[] {
  const taken: TextEdit[] = [];
  for (const { fixes } of diagnostics) {
    const fix = fixes.find(({ isPreferred }) => isPreferred);
    const fresh = fix?.edits.filter((edit) => !taken.some((other) => isSame(edit, other))) ?? [];
    if (!fresh.some((edit) => taken.some((other) => touch(edit, other)))) taken.push(...fresh);
  }
  return taken;
}

function isSame(a: TextEdit, b: TextEdit): boolean {
  return a.path === b.path && a.range.start === b.range.start && a.range.end === b.range.end && a.newText === b.newText;
}

function touch(a: TextEdit, b: TextEdit): boolean {
  return a.path === b.path && a.range.start <= b.range.end && b.range.start <= a.range.end;
}
