/** Where strings end, and lines that strings may go on in. */
import { CODE_BACKSLASH, CODE_CLOSE_BRACE, CODE_OPEN_BRACE, isLineBreak, skipLineBreak } from './characters.ts';

/** For an offset: there is none. */
export const NOWHERE = -1;

export function isTripleQuote(text: string, offset: number, quote: number): boolean {
  return text.charCodeAt(offset + 1) === quote && text.charCodeAt(offset + 2) === quote;
}

/** The offset after the closing quotes, or `NOWHERE`. */
export function endOfTripleQuoted(text: string, quoteOffset: number): number {
  const quotes = text.slice(quoteOffset, quoteOffset + 3);
  const contentStart = quoteOffset + 3;
  for (let from = contentStart; ;) {
    const closing = text.indexOf(quotes, from);
    if (closing < 0) return NOWHERE;
    let backslashes = 0;
    while (closing - backslashes > contentStart && text.charCodeAt(closing - backslashes - 1) === CODE_BACKSLASH) {
      backslashes++;
    }
    if (backslashes % 2 === 0) return closing + 3;
    from = closing + 1;
  }
}

/** The offset of the quote that closes the one at `quoteOffset`, or `NOWHERE` when the line ends first. */
export function closingQuote(text: string, quoteOffset: number): number {
  const quote = text.charCodeAt(quoteOffset);
  let offset = quoteOffset + 1;
  while (offset < text.length) {
    const code = text.charCodeAt(offset);
    if (code === quote) return offset;
    if (isLineBreak(code)) return NOWHERE;
    offset = code === CODE_BACKSLASH ? skipEscape(text, offset) : offset + 1;
  }
  return NOWHERE;
}

/** The end of a line that goes on where its line break is escaped. */
export function endOfLine(text: string, start: number): number {
  let offset = start;
  while (offset < text.length && !isLineBreak(text.charCodeAt(offset))) {
    offset = text.charCodeAt(offset) === CODE_BACKSLASH ? skipEscape(text, offset) : offset + 1;
  }
  return offset;
}

/** After a backslash and what it escapes, which may be a line break of two characters. */
function skipEscape(text: string, offset: number): number {
  const afterBreak = skipLineBreak(text, offset + 1);
  return Math.min(text.length, afterBreak > offset + 1 ? afterBreak : offset + 2);
}

/** As `skipEscape`, but a backslash does not escape a brace, and the braces of `\N{…}` are no field. */
export function skipFStringEscape(text: string, offset: number, isRaw: boolean): number {
  const code = text.charCodeAt(offset + 1);
  if (code === CODE_OPEN_BRACE || code === CODE_CLOSE_BRACE) return offset + 1;
  if (!isRaw && text.startsWith('N{', offset + 1)) {
    UNICODE_NAME.lastIndex = offset + 3;
    if (UNICODE_NAME.test(text)) return UNICODE_NAME.lastIndex;
  }
  return skipEscape(text, offset);
}

const UNICODE_NAME = /[\w -]*\}/y;
