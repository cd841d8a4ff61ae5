import * as Token from './tokens.ts';
import type { TokenKind } from './tokens.ts';

/** The operator or punctuation at `start`, which begins with the character `code`: the longest that fits. */
export function operatorAt(text: string, start: number, code: number): TokenKind {
  const single = SINGLE[code]!;
  if (IS_ALWAYS_SINGLE[code] === 1) return single;
  const next = text.charCodeAt(start + 1);
  if (next === EQUAL) return WITH_EQUAL[code]! || single;
  if (next === code && DOUBLED[code] !== 0) {
    if (code === DOT) return text.charCodeAt(start + 2) === DOT ? Token.Ellipsis : single;
    return text.charCodeAt(start + 2) === EQUAL ? DOUBLED_WITH_EQUAL[code]! : DOUBLED[code]!;
  }
  if (next === GREATER && code === MINUS) return Token.Arrow;
  // Python 2's `<>`, still read so that the rest of such a file makes sense; the parser reports it.
  if (next === GREATER && code === LESS) return Token.NotEqual;
  return single;
}

/** How many characters an operator has. */
export function operatorLength(kind: TokenKind): number {
  return LENGTH[kind]!;
}

const EQUAL = 61;
const LESS = 60;
const GREATER = 62;
const MINUS = 45;
const DOT = 46;

// By first character: the kind of the operator that is the character alone, followed by `=`, doubled, or both.
const SINGLE = new Uint8Array(128);
const WITH_EQUAL = new Uint8Array(128);
const DOUBLED = new Uint8Array(128);
const DOUBLED_WITH_EQUAL = new Uint8Array(128);
const LENGTH = new Uint8Array(Token.TOKEN_KINDS);
for (let kind: TokenKind = Token.OpenParen; kind <= Token.CaretEqual; kind++) {
  const spelling = Token.SPELLING[kind]!;
  const first = spelling.charCodeAt(0);
  LENGTH[kind] = spelling.length;
  if (spelling.length === 1) SINGLE[first] = kind;
  else if (spelling.endsWith('=')) (spelling.length === 2 ? WITH_EQUAL : DOUBLED_WITH_EQUAL)[first] = kind;
  else if (spelling[1] === spelling[0]) DOUBLED[first] = kind;
}

/** `1` for the characters that never begin a longer operator. */
const IS_ALWAYS_SINGLE = new Uint8Array(128);
for (const character of '()[]{},;~') IS_ALWAYS_SINGLE[character.charCodeAt(0)] = 1;
