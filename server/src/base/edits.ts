import type { TextRange } from './text.ts';

/** The text after some edits, none of which overlaps another; insertions at one place keep their order. */
export function applyEdits(
  text: string,
  edits: readonly { readonly range: TextRange; readonly newText: string }[],
): string {
  let result = text;
  // From the end, so that earlier offsets stay right; `toSorted` is stable, so equal places are reversed by hand.
  for (const { range, newText } of edits.toSorted((a, b) => a.range.start - b.range.start).toReversed()) {
    result = result.slice(0, range.start) + newText + result.slice(range.end);
  }
  return result;
}
