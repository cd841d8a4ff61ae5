import * as Token from './tokens.ts';
import type { TokenKind } from './tokens.ts';

/** The end of the operator or punctuation that starts at `start` with the character `code`: the longest that fits. */
export function endOfOperator(text: string, start: number, code: number): number {
  if (SINGLE[code] === 1) return start + 1;
  const next = text.charCodeAt(start + 1);
  if (next === code && (code === STAR || code === SLASH || code === LESS || code === GREATER)) {
    return text.charCodeAt(start + 2) === EQUAL ? start + 3 : start + 2;
  }
  if (next === EQUAL) return start + 2;
  if (next === GREATER && (code === MINUS || code === LESS)) return start + 2;
  if (code === DOT && next === DOT && text.charCodeAt(start + 2) === DOT) return start + 3;
  return start + 1;
}

/** The kind of the operator `text[start, end)`, as `endOfOperator` found it. */
export function kindOfOperator(text: string, start: number, end: number): TokenKind {
  if (end - start === 1) return KIND_OF_CHARACTER[text.charCodeAt(start)]!;
  return KIND_OF_LONG_OPERATOR.get(text.slice(start, end))!;
}

const EQUAL = 61;
const STAR = 42;
const SLASH = 47;
const LESS = 60;
const GREATER = 62;
const MINUS = 45;
const DOT = 46;

/** `1` for the characters that are never the first of a longer operator. */
const SINGLE = (() => {
  const table = new Uint8Array(128);
  for (const character of '()[]{},;~') table[character.charCodeAt(0)] = 1;
  return table;
})();

const KIND_OF_CHARACTER = new Uint8Array(128);
const KIND_OF_LONG_OPERATOR = new Map<string, TokenKind>();
for (let kind: TokenKind = Token.OpenParen; kind <= Token.CaretEqual; kind++) {
  const spelling = Token.SPELLING[kind]!;
  if (spelling.length === 1) KIND_OF_CHARACTER[spelling.charCodeAt(0)] = kind;
  else KIND_OF_LONG_OPERATOR.set(spelling, kind);
}
// Python 2's spelling, still read so that the rest of such a file makes sense; the parser reports it.
KIND_OF_LONG_OPERATOR.set('<>', Token.NotEqual);
