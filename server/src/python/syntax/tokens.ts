/**
 * The kinds of tokens, as small integers so that a file's tokens fit into a byte array.
 *
 * The order carries meaning, and the predicates and tables below are the only code that relies on it: layout first,
 * then operands, punctuation, operators and keywords, of which those that can only start or continue a statement
 * come last.
 */
export type TokenKind = number;

// ---------------------------------------------------------------- layout

export const EndOfFile: TokenKind = 0;
export const Newline: TokenKind = 1;
export const Indent: TokenKind = 2;
export const Dedent: TokenKind = 3;

// ---------------------------------------------------------------- operands

export const Name: TokenKind = 4;
export const Integer: TokenKind = 5;
export const Float: TokenKind = 6;
export const Imaginary: TokenKind = 7;
export const String: TokenKind = 8;
export const FStringStart: TokenKind = 9;
/** Literal text of an f-string, between its fields or in the format of one. */
export const FStringMiddle: TokenKind = 10;
export const FStringEnd: TokenKind = 11;

// ---------------------------------------------------------------- punctuation

export const OpenParen: TokenKind = 12;
export const OpenBracket: TokenKind = 13;
export const OpenBrace: TokenKind = 14;
export const CloseParen: TokenKind = 15;
export const CloseBracket: TokenKind = 16;
export const CloseBrace: TokenKind = 17;
export const Comma: TokenKind = 18;
export const Colon: TokenKind = 19;
export const Semicolon: TokenKind = 20;
export const Dot: TokenKind = 21;
export const Ellipsis: TokenKind = 22;
export const Arrow: TokenKind = 23;
export const Equal: TokenKind = 24;
export const ColonEqual: TokenKind = 25;
/** `!` before the conversion of an f-string field. */
export const Exclamation: TokenKind = 26;

// ---------------------------------------------------------------- operators

export const Plus: TokenKind = 27;
export const Minus: TokenKind = 28;
export const Star: TokenKind = 29;
export const DoubleStar: TokenKind = 30;
export const Slash: TokenKind = 31;
export const DoubleSlash: TokenKind = 32;
export const Percent: TokenKind = 33;
export const At: TokenKind = 34;
export const LeftShift: TokenKind = 35;
export const RightShift: TokenKind = 36;
export const Ampersand: TokenKind = 37;
export const Pipe: TokenKind = 38;
export const Caret: TokenKind = 39;
export const Tilde: TokenKind = 40;
export const Less: TokenKind = 41;
export const Greater: TokenKind = 42;
export const LessEqual: TokenKind = 43;
export const GreaterEqual: TokenKind = 44;
export const EqualEqual: TokenKind = 45;
export const NotEqual: TokenKind = 46;

export const PlusEqual: TokenKind = 47;
export const MinusEqual: TokenKind = 48;
export const StarEqual: TokenKind = 49;
export const DoubleStarEqual: TokenKind = 50;
export const SlashEqual: TokenKind = 51;
export const DoubleSlashEqual: TokenKind = 52;
export const PercentEqual: TokenKind = 53;
export const AtEqual: TokenKind = 54;
export const LeftShiftEqual: TokenKind = 55;
export const RightShiftEqual: TokenKind = 56;
export const AmpersandEqual: TokenKind = 57;
export const PipeEqual: TokenKind = 58;
export const CaretEqual: TokenKind = 59;

// ---------------------------------------------------------------- keywords

export const False: TokenKind = 60;
export const None: TokenKind = 61;
export const True: TokenKind = 62;
export const And: TokenKind = 63;
export const As: TokenKind = 64;
export const Async: TokenKind = 65;
export const Await: TokenKind = 66;
export const Else: TokenKind = 67;
export const For: TokenKind = 68;
export const From: TokenKind = 69;
export const If: TokenKind = 70;
export const In: TokenKind = 71;
export const Is: TokenKind = 72;
export const Lambda: TokenKind = 73;
export const Not: TokenKind = 74;
export const Or: TokenKind = 75;
export const Yield: TokenKind = 76;
// From here on: never inside brackets, so one of these shows that a bracket was left open.
export const Assert: TokenKind = 77;
export const Break: TokenKind = 78;
export const Class: TokenKind = 79;
export const Continue: TokenKind = 80;
export const Def: TokenKind = 81;
export const Del: TokenKind = 82;
export const Elif: TokenKind = 83;
export const Except: TokenKind = 84;
export const Finally: TokenKind = 85;
export const Global: TokenKind = 86;
export const Import: TokenKind = 87;
export const Nonlocal: TokenKind = 88;
export const Pass: TokenKind = 89;
export const Raise: TokenKind = 90;
export const Return: TokenKind = 91;
export const Try: TokenKind = 92;
export const While: TokenKind = 93;
export const With: TokenKind = 94;

export const TOKEN_KINDS = 95;

// ---------------------------------------------------------------- questions about a kind

export const isKeyword = (kind: TokenKind): boolean => kind >= False;
/** A keyword that belongs to statements alone, such as `def`. */
export const isStatementKeyword = (kind: TokenKind): boolean => kind >= Assert;
/** Newline, indentation or the end of the file. */
export const isLayout = (kind: TokenKind): boolean => kind <= Dedent;
export const isOpener = (kind: TokenKind): boolean => kind >= OpenParen && kind <= OpenBrace;
export const isCloser = (kind: TokenKind): boolean => kind >= CloseParen && kind <= CloseBrace;
/** `+=` and its kin. */
export const isAugmentedAssignment = (kind: TokenKind): boolean => kind >= PlusEqual && kind <= CaretEqual;
/** The closer of an opener, and the reverse. */
export const closerOf = (opener: TokenKind): TokenKind => opener + 3;

// ---------------------------------------------------------------- spelling

/** How each kind of fixed spelling is written; empty for the others. */
export const SPELLING: readonly string[] = (() => {
  const spelling = new Array<string>(TOKEN_KINDS).fill('');
  const write = (first: TokenKind, words: string): void => {
    words.split(' ').forEach((word, index) => {
      spelling[first + index] = word;
    });
  };
  write(OpenParen, '( [ { ) ] } , : ; . ... -> = := !');
  write(Plus, '+ - * ** / // % @ << >> & | ^ ~ < > <= >= == !=');
  write(PlusEqual, '+= -= *= **= /= //= %= @= <<= >>= &= |= ^=');
  write(False, 'False None True and as async await else for from if in is lambda not or yield');
  write(Assert, 'assert break class continue def del elif except finally global import nonlocal pass raise return');
  write(Try, 'try while with');
  return spelling;
})();

const LAYOUT_WORDS: readonly string[] = [
  'the end of the file',
  'the end of the line',
  'an indentation',
  'a dedentation',
];

/** Names a token in a message: `'('`, `'import'`, `the end of the line`. */
export function describeToken(kind: TokenKind, text: string): string {
  if (kind <= Dedent) return LAYOUT_WORDS[kind]!;
  if (kind === Name) return `'${text}'`;
  if (kind <= Imaginary) return 'a number';
  if (kind <= FStringEnd) return 'a string';
  return `'${SPELLING[kind]}'`;
}

const KEYWORDS: ReadonlyMap<string, TokenKind> = new Map(
  SPELLING.map((word, kind): [string, TokenKind] => [word, kind]).filter(([, kind]) => kind >= False),
);
const LONGEST_KEYWORD = 8;

/** `1` for each pair of a keyword's first letter and length, so that few other words have to be looked up. */
const MAY_BE_KEYWORD = (() => {
  const table = new Uint8Array(128 * 16);
  for (const word of KEYWORDS.keys()) table[word.charCodeAt(0) * 16 + word.length] = 1;
  return table;
})();

/** The kind of the ASCII word `text[start, end)`: a keyword or `Name`. */
export function kindOfWord(text: string, start: number, end: number): TokenKind {
  const length = end - start;
  if (length > LONGEST_KEYWORD || MAY_BE_KEYWORD[text.charCodeAt(start) * 16 + length] !== 1) return Name;
  return KEYWORDS.get(text.slice(start, end)) ?? Name;
}
