/**
 * Places told from the statements they stand in: they stay right while text around those statements comes and goes.
 * A finding that is kept for many edits holds its places like this.
 */
import type { TextRange } from '../base/text.ts';
import type { Stmt } from '../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../python/types.ts';
import { unitAt } from '../python/units.ts';
import type { Finding } from './rule.ts';

/** Both ends by themselves: a query may begin in one statement and go on in another. */
interface Anchor {
  readonly start: AnchoredOffset;
  readonly end: AnchoredOffset;
}

interface AnchoredOffset {
  /** null where no statement stands before the place: then it counts from the start of the text. */
  readonly node: Stmt | null;
  readonly distance: number;
}

export interface AnchoredFinding {
  readonly finding: Finding;
  readonly range: Anchor;
  readonly related: readonly Anchor[];
  /** Of each fix, of each of its edits. */
  readonly edits: readonly (readonly Anchor[])[];
}

/** Must be undone before the text of a statement changes: the statements are noted, so who keeps the finding knows. */
export function anchorFinding(finding: Finding, path: string, program: Program): AnchoredFinding {
  return {
    finding,
    range: anchor(path, finding.range, program),
    related: (finding.related ?? []).map((place) => anchor(place.path, place.range, program)),
    edits: (finding.fixes ?? []).map((fix) => fix.edits.map((edit) => anchor(edit.path, edit.range, program))),
  };
}

/** The finding with its places as they are now. */
export function placedFinding({ finding, range, related, edits }: AnchoredFinding): Finding {
  return {
    ...finding,
    range: rangeOf(range),
    related: finding.related?.map((place, i) => ({ ...place, range: rangeOf(related[i]!) })),
    fixes: finding.fixes?.map((fix, i) => ({
      ...fix,
      edits: fix.edits.map((edit, j) => ({ ...edit, range: rangeOf(edits[i]![j]!) })),
    })),
  };
}

function anchor(path: string, { start, end }: TextRange, program: Program): Anchor {
  const file = path === '' ? undefined : program.file(path);
  return { start: anchoredOffset(file, start, program), end: anchoredOffset(file, end, program) };
}

function anchoredOffset(file: SourceFile | undefined, offset: number, program: Program): AnchoredOffset {
  const node = file ? unitAt(file.module, offset) : null;
  if (file) program.noteUnit(file, offset);
  return { node, distance: offset - (node?.start ?? 0) };
}

function rangeOf({ start, end }: Anchor): TextRange {
  return { start: offsetOf(start), end: offsetOf(end) };
}

function offsetOf({ node, distance }: AnchoredOffset): number {
  return (node?.start ?? 0) + distance;
}
