/** Classes of characters, by code, for the tokenizer. */

export const CODE_TAB = 9;
export const CODE_LINE_FEED = 10;
export const CODE_FORM_FEED = 12;
export const CODE_CARRIAGE_RETURN = 13;
export const CODE_SPACE = 32;
export const CODE_DOUBLE_QUOTE = 34;
export const CODE_HASH = 35;
export const CODE_SINGLE_QUOTE = 39;
export const CODE_DOT = 46;
export const CODE_COLON = 58;
export const CODE_UNDERSCORE = 95;
export const CODE_BACKSLASH = 92;
export const CODE_OPEN_BRACE = 123;
export const CODE_CLOSE_BRACE = 125;
export const CODE_BYTE_ORDER_MARK = 0xfeff;

/** What a character can begin. */
export const CLASS_LETTER = 1;
export const CLASS_DIGIT = 2;
export const CLASS_SPACE = 3;
export const CLASS_LINE_BREAK = 4;
export const CLASS_COMMENT = 5;
export const CLASS_QUOTE = 6;
export const CLASS_BACKSLASH = 7;
export const CLASS_OPERATOR = 8;
/** In no Python program outside strings and comments. */
export const CLASS_INVALID = 9;

const CLASS_OF_ASCII = (() => {
  const table = new Uint8Array(128).fill(CLASS_INVALID);
  const set = (characters: string, characterClass: number): void => {
    for (const character of characters) table[character.charCodeAt(0)] = characterClass;
  };
  set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', CLASS_LETTER);
  set('0123456789', CLASS_DIGIT);
  set(' \t\f', CLASS_SPACE);
  set('\n\r', CLASS_LINE_BREAK);
  set('#', CLASS_COMMENT);
  set('"\'', CLASS_QUOTE);
  set('\\', CLASS_BACKSLASH);
  set('()[]{},:;.+-*/%@<>&|^~=!', CLASS_OPERATOR);
  return table;
})();

/** Characters beyond ASCII count as letters; whether they may stand in a name is checked with the whole name. */
export function classOf(code: number): number {
  return code < 128 ? CLASS_OF_ASCII[code]! : CLASS_LETTER;
}

/** Letters, digits, the underscore, and everything beyond ASCII; not the NaN behind the end of a text. */
export function isWordCharacter(code: number): boolean {
  return code < 128 ? CLASS_OF_ASCII[code]! <= CLASS_DIGIT : code >= 128;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || ((code | 32) >= 97 && (code | 32) <= 102);
}

export function isLineBreak(code: number): boolean {
  return code === CODE_LINE_FEED || code === CODE_CARRIAGE_RETURN;
}

/** The offset after the line break at `offset`, which may be `\n`, `\r\n` or `\r`; `offset` when there is none. */
export function skipLineBreak(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  if (code === CODE_LINE_FEED) return offset + 1;
  if (code !== CODE_CARRIAGE_RETURN) return offset;
  return text.charCodeAt(offset + 1) === CODE_LINE_FEED ? offset + 2 : offset + 1;
}

const PYTHON_NAME = /^[\p{XID_Start}_][\p{XID_Continue}]*$/u;

/** Whether a word with characters beyond ASCII is a name. */
export function isPythonName(word: string): boolean {
  return PYTHON_NAME.test(word);
}
