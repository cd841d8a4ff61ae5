import { isLineBreak } from './characters.ts';

/** What makes one text another: `[start, oldEnd)` of the old became `[start, newEnd)` of the new. */
export interface TextEdit {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/**
 * The smallest edit between two texts. Where several are as small, such as for a line that is put before one that
 * begins alike, it is the one at the beginning of a line.
 */
export function editBetween(oldText: string, newText: string): TextEdit {
  const shorter = Math.min(oldText.length, newText.length);
  const start = commonPrefix(oldText, newText, shorter);
  const suffix = commonSuffix(oldText, newText, shorter - start);
  return atLineStart(oldText, newText, { start, oldEnd: oldText.length - suffix, newEnd: newText.length - suffix });
}

/** Characters that are compared at once; comparing strings is much faster than comparing characters in a loop. */
const BLOCK = 1024;

function commonPrefix(a: string, b: string, limit: number): number {
  let length = 0;
  while (length + BLOCK <= limit && a.slice(length, length + BLOCK) === b.slice(length, length + BLOCK)) {
    length += BLOCK;
  }
  while (length < limit && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function commonSuffix(a: string, b: string, limit: number): number {
  let length = 0;
  const block = (text: string): string => text.slice(text.length - length - BLOCK, text.length - length);
  while (length + BLOCK <= limit && block(a) === block(b)) length += BLOCK;
  while (length < limit && a.charCodeAt(a.length - length - 1) === b.charCodeAt(b.length - length - 1)) length++;
  return length;
}

/** Slides what was only put in, or only taken out, back to the beginning of its line, where that makes no difference. */
function atLineStart(oldText: string, newText: string, edit: TextEdit): TextEdit {
  const isInsertion = edit.oldEnd === edit.start;
  if (isInsertion === (edit.newEnd === edit.start)) return edit;
  const text = isInsertion ? newText : oldText;
  let start = edit.start;
  let end = isInsertion ? edit.newEnd : edit.oldEnd;
  while (start > 0 && !isLineBreak(text.charCodeAt(start - 1))) {
    if (text.charCodeAt(start - 1) !== text.charCodeAt(end - 1)) return edit;
    start--;
    end--;
  }
  const slid = edit.start - start;
  return { start, oldEnd: edit.oldEnd - slid, newEnd: edit.newEnd - slid };
}
