/**
 * The layout rule: where code that does not fit together was meant to end, judged by line breaks and indentation.
 * Only asked about logical lines that are already known to be broken.
 */
import {
  isDigit,
  isLineBreak,
  isWordCharacter,
  skipLineBreak,
  CODE_FORM_FEED,
  CODE_HASH,
  CODE_SPACE,
  CODE_TAB,
} from './characters.ts';
import type { TokenBuffer } from './tokenBuffer.ts';
import * as Token from './tokens.ts';
import type { TokenKind } from './tokens.ts';

/**
 * Whether a statement with open brackets ends before the line at `lineStart`.
 * `column` is where the statement begins, `last` the kind of its last token.
 */
export function lineEndsStatement(text: string, lineStart: number, column: number, last: TokenKind): boolean {
  const line = readLine(text, lineStart);
  if (line.isBlank) return false; // The next line with code will tell.
  const code = text.charCodeAt(line.start);
  if (isWordCharacter(code) && !isDigit(code)) {
    const word = kindOfWordAt(text, line.start);
    if (Token.isStatementKeyword(word) || ASYNC_STATEMENT.test(text.slice(line.start, line.start + 20))) return true;
    if (joinsOperands(word)) return line.column < column;
    // Two operands in a row: a bracket or a comma is missing, and in a broken statement it is likelier the bracket.
    return line.column <= column || endsOperand(last);
  }
  if (code === AT_SIGN) return line.column <= column;
  return !CONTINUES.includes(text[line.start]!) && line.column <= column;
}

/** Whether the logical line that begins with the token `first` starts with `if`, `def` or another block opener. */
export function isCompoundHeader(tokens: TokenBuffer, first: number): boolean {
  return COMPOUND_KEYWORDS.has(tokens.kinds[first]!);
}

/**
 * Whether the triple-quoted string `text[quoteOffset, end)` reaches over lines and is then followed by a word that can
 * follow no string. Then the quotes that seem to close it rather open the next one: `"""Return the user.`
 */
export function stringRunsIntoWord(text: string, quoteOffset: number, end: number): boolean {
  let offset = end;
  while (text.charCodeAt(offset) === CODE_SPACE) offset++;
  const code = text.charCodeAt(offset);
  if (!isWordCharacter(code) || isDigit(code)) return false;
  if (joinsOperands(kindOfWordAt(text, offset)) || beginsString(text, offset)) return false;
  return /[\r\n]/.test(text.slice(quoteOffset, end));
}

/** Whether the word at `offset` is the prefix of a string. */
function beginsString(text: string, offset: number): boolean {
  return STRING_PREFIX.test(text.slice(offset, offset + 3));
}

const STRING_PREFIX = /^(?:[bfrtu]|br|rb|fr|rf|tr|rt)["']/i;

/** Where a string that is never closed ends: before the first line that the statement at `column` cannot own. */
export function endOfUnclosedString(text: string, contentStart: number, column: number): number {
  let end = endOfLine(text, contentStart);
  for (let offset = end; offset < text.length;) {
    const line = readLine(text, skipLineBreak(text, offset));
    offset = endOfLine(text, line.start);
    if (line.isBlank) continue;
    if (line.column <= column || Token.isStatementKeyword(kindOfWordAt(text, line.start))) break;
    end = offset;
  }
  return end;
}

/**
 * The offset of the first triple-quoted string that seems to hold code it should not, or -1: a definition that is
 * indented no deeper than the string itself, such as the next method after an unclosed docstring.
 */
export function firstStringHoldingCode(text: string, tokens: TokenBuffer): number {
  for (let index = 0; index < tokens.count; index++) {
    const kind = tokens.kinds[index];
    if (kind !== Token.String && kind !== Token.FStringMiddle) continue;
    const start = tokens.starts[index]!;
    if (holdsOuterDefinition(text, start, tokens.ends[index]!)) {
      return kind === Token.String ? start : startOfFString(tokens, index);
    }
  }
  return -1;
}

/** Where the f-string begins that the token `index` is in. */
function startOfFString(tokens: TokenBuffer, index: number): number {
  let depth = 1;
  let at = index;
  while (at > 0 && depth > 0) {
    at--;
    if (tokens.kinds[at] === Token.FStringStart) depth--;
    else if (tokens.kinds[at] === Token.FStringEnd) depth++;
  }
  return tokens.starts[at]!;
}

function holdsOuterDefinition(text: string, start: number, end: number): boolean {
  const definition = DEFINITION_LINE.exec(text.slice(start, end));
  if (definition === null) return false;
  const column = readLine(text, startOfLine(text, start)).column;
  const definitionColumn = readLine(text, start + definition.index + 1).column;
  return definitionColumn <= column;
}

/** How far white space indents: with tabs to multiples of eight, and with tabs as one. */
export function columnsOf(whiteSpace: string): { readonly column: number; readonly narrowColumn: number } {
  return { column: readLine(whiteSpace, 0).column, narrowColumn: whiteSpace.length };
}

/** `async for` may also be part of a comprehension. */
const ASYNC_STATEMENT = /^async[ \t]+(?:def|with)\b/;

const AT_SIGN = 64;
/** What begins a line that goes on with the one before, wherever it is indented. */
const CONTINUES = ')]}"\'+-/%<>|&^=!.,:';
const DEFINITION_LINE = /[\r\n][ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+\w+[ \t]*[(:]/;

const COMPOUND_KEYWORDS: ReadonlySet<TokenKind> = new Set([
  Token.If,
  Token.Elif,
  Token.Else,
  Token.For,
  Token.While,
  Token.With,
  Token.Def,
  Token.Class,
  Token.Try,
  Token.Except,
  Token.Finally,
  Token.Async,
]);

/** Keywords such as `and`, `in` and `for`, which need an operand before them. */
function joinsOperands(kind: TokenKind): boolean {
  return kind >= Token.And && kind <= Token.Or && kind !== Token.Await && kind !== Token.Lambda;
}

function endsOperand(kind: TokenKind): boolean {
  return (kind >= Token.Name && kind <= Token.FStringEnd) || Token.isCloser(kind) || isConstantKeyword(kind);
}

function isConstantKeyword(kind: TokenKind): boolean {
  return kind >= Token.False && kind <= Token.True;
}

function kindOfWordAt(text: string, start: number): TokenKind {
  let end = start;
  while (isWordCharacter(text.charCodeAt(end))) end++;
  return Token.kindOfWord(text, start, end);
}

function startOfLine(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !isLineBreak(text.charCodeAt(start - 1))) start--;
  return start;
}

function endOfLine(text: string, offset: number): number {
  let end = offset;
  while (end < text.length && !isLineBreak(text.charCodeAt(end))) end++;
  return end;
}

interface Line {
  /** Where its first character stands that is no indentation. */
  readonly start: number;
  readonly column: number;
  /** Empty, or a comment alone. */
  readonly isBlank: boolean;
}

function readLine(text: string, lineStart: number): Line {
  let column = 0;
  let start = lineStart;
  for (; ; start++) {
    const code = text.charCodeAt(start);
    if (code === CODE_SPACE) column++;
    else if (code === CODE_TAB) column = (column | 7) + 1;
    else if (code === CODE_FORM_FEED) column = 0;
    else return { start, column, isBlank: start >= text.length || code === CODE_HASH || isLineBreak(code) };
  }
}
