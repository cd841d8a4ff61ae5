import { isDigit, isHexDigit, isWordCharacter, CODE_DOT, CODE_UNDERSCORE } from './characters.ts';
import * as Token from './tokens.ts';

/**
 * The end of the number that starts at `start` with a digit or a dot. What cannot belong to a number but touches it
 * is taken along, except for the keywords that Python lets follow directly, as in `1if x else 2`.
 */
export function endOfNumber(text: string, start: number): number {
  const end = endOfDigits(text, start);
  if (!isWordCharacter(text.charCodeAt(end)) || KEYWORD_AFTER_NUMBER.test(text.slice(end, end + 4))) return end;
  let wordEnd = end;
  while (isWordCharacter(text.charCodeAt(wordEnd))) wordEnd++;
  return wordEnd;
}

export function kindOfNumber(text: string, start: number, end: number): Token.TokenKind {
  const last = text.charCodeAt(end - 1) | 32;
  if (radixOf(text, start) !== 10) return Token.Integer;
  if (last === CODE_J) return Token.Imaginary;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === CODE_DOT || (code | 32) === CODE_E) return Token.Float;
  }
  return Token.Integer;
}

/** What is wrong with a number, or null. */
export function problemOfNumber(text: string, start: number, end: number): string | null {
  if (end - start === 1) return null;
  const number = text.slice(start, end);
  if (WELL_FORMED_NUMBER.test(number)) return null;
  if (/^0[0-9_]+$/.test(number)) return 'Leading zeros are not allowed; write an octal number as 0o17';
  if (/^0[0-9]*[lL]?$|^[0-9]+[lL]$/.test(number)) return `'${number}' is a Python 2 number`;
  return `'${number}' is not a number`;
}

const CODE_B = 98;
const CODE_E = 101;
const CODE_J = 106;
const CODE_O = 111;
const CODE_X = 120;
const CODE_ZERO = 48;

const KEYWORD_AFTER_NUMBER = /^(?:and|else|for|if|in|is|not|or)/;

const WELL_FORMED_NUMBER = (() => {
  const digits = '[0-9](?:_?[0-9])*';
  const exponent = `[eE][+-]?${digits}`;
  const integer = `0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?[0-9])*`;
  const float = `(?:(?:${digits})?\\.${digits}|${digits}\\.)(?:${exponent})?|${digits}${exponent}`;
  return new RegExp(`^(?:${integer}|${float}|(?:${digits}|${float})[jJ])$`);
})();

/** The base of a number that starts with `0x`, `0o` or `0b`, else 10. */
function radixOf(text: string, start: number): number {
  if (text.charCodeAt(start) !== CODE_ZERO) return 10;
  const letter = text.charCodeAt(start + 1) | 32;
  if (letter === CODE_X) return 16;
  if (letter === CODE_O) return 8;
  return letter === CODE_B ? 2 : 10;
}

function endOfDigits(text: string, start: number): number {
  const radix = radixOf(text, start);
  if (radix !== 10) return radix === 16 ? skipHexDigits(text, start + 2) : skipDigits(text, start + 2);
  let end = skipDigits(text, start);
  if (text.charCodeAt(end) === CODE_DOT) end = skipDigits(text, end + 1);
  if ((text.charCodeAt(end) | 32) === CODE_E) {
    const sign = text.charCodeAt(end + 1);
    const exponent = sign === 43 || sign === 45 ? end + 2 : end + 1;
    if (isDigit(text.charCodeAt(exponent))) end = skipDigits(text, exponent);
  }
  return (text.charCodeAt(end) | 32) === CODE_J ? end + 1 : end;
}

function skipDigits(text: string, offset: number): number {
  let end = offset;
  for (let code = text.charCodeAt(end); isDigit(code) || code === CODE_UNDERSCORE; code = text.charCodeAt(end)) end++;
  return end;
}

function skipHexDigits(text: string, offset: number): number {
  let end = offset;
  for (let code = text.charCodeAt(end); isHexDigit(code) || code === CODE_UNDERSCORE; code = text.charCodeAt(end))
    end++;
  return end;
}
