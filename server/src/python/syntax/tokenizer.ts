/**
 * Text to tokens, in linear time, whatever the text.
 *
 * What leaves here is always well formed in two ways, so that the parser need not care: indentations and dedentations
 * pair up, and so do brackets, also those of f-string fields. A closer that matches nothing is left out, a closer that
 * is missing is put in with an empty range, and both are reported.
 *
 * Each logical line is first read as Python reads it. Only when that fails is it read again with the *layout rule*,
 * which guesses from line breaks and indentation where an unclosed bracket, string or f-string field was meant to end
 * (see `layout.ts`). So valid code can never be hurt by the guess, and one bad line cannot hurt the others.
 */
import {
  classOf,
  isDigit,
  isLineBreak,
  isPythonName,
  isWordCharacter,
  skipLineBreak,
  CLASS_BACKSLASH,
  CLASS_COMMENT,
  CLASS_DIGIT,
  CLASS_LETTER,
  CLASS_LINE_BREAK,
  CLASS_OPERATOR,
  CLASS_QUOTE,
  CLASS_SPACE,
  CODE_BACKSLASH,
  CODE_BYTE_ORDER_MARK,
  CODE_CARRIAGE_RETURN,
  CODE_CLOSE_BRACE,
  CODE_COLON,
  CODE_DOT,
  CODE_DOUBLE_QUOTE,
  CODE_FORM_FEED,
  CODE_HASH,
  CODE_OPEN_BRACE,
  CODE_SINGLE_QUOTE,
  CODE_SPACE,
  CODE_TAB,
} from './characters.ts';
import {
  columnsOf,
  firstStringHoldingCode,
  isCompoundHeader,
  lineEndsStatement,
  endOfUnclosedString,
  stringRunsIntoWord,
} from './layout.ts';
import type { TextRange } from '../../base/text.ts';
import type { Comment, SyntaxProblem } from './nodes.ts';
import { endOfNumber, kindOfNumber, problemOfNumber } from './numbers.ts';
import { closingQuote, endOfLine, endOfTripleQuoted, isTripleQuote, NOWHERE, skipFStringEscape } from './quotes.ts';
import { operatorAt, operatorLength } from './operators.ts';
import { TokenBuffer } from './tokenBuffer.ts';
import * as Token from './tokens.ts';
import type { TokenKind } from './tokens.ts';

export interface TokenizedText {
  readonly tokens: TokenBuffer;
  readonly comments: Comment[];
  readonly problems: SyntaxProblem[];
  /** See `ParsedModule`. */
  readonly guesses: TextRange[];
  /** Whether a name has characters beyond ASCII and may have to be normalized. */
  readonly hasNonAsciiNames: boolean;
}

/** A part of a text that is read alone, as it is read within the whole. */
export interface Region {
  /** Where it begins: at the beginning of a line, outside of any bracket and string. */
  readonly start: number;
  /** The white space that each suite around it is indented with, the module's empty one first. */
  readonly indentations: readonly string[];
  /** Whether the region ends before the logical line at `offset`, which is indented as the region is or less. */
  endsBefore(offset: number): boolean;
}

/** Where the region ended, with its tokens; null when its lines are not all in the suite that it begins in. */
export function tokenizeRegion(text: string, region: Region): (TokenizedText & { readonly end: number }) | null {
  const tokenizer = new Tokenizer(text, NOWHERE, region);
  const end = tokenizer.runRegion(region);
  return end === NOWHERE ? null : Object.assign(tokenizer, { end });
}

/** Never throws. The tokens always end with `EndOfFile`, and layout tokens carry the end of the token before them. */
export function tokenize(text: string): TokenizedText {
  const first = new Tokenizer(text, NOWHERE);
  first.run();
  if (!first.hasUnclosedString) return first;

  // Some triple quote is never closed. That turns every later string inside out, so the culprit is likelier the first
  // string that seems to hold code than the one where it shows, which merely finds no partner.
  const culprit = firstStringHoldingCode(text, first.tokens);
  if (culprit === NOWHERE) return first;
  const second = new Tokenizer(text, culprit);
  second.run();
  return second;
}

/** CPython's own limits (`MAXINDENT`, `MAXLEVEL`), which keep the tree shallow enough for recursive readers. */
const MAX_INDENTATIONS = 100;
const MAX_BRACKETS = 200;

/** How often a text may be read again, in multiples of its length, before every line is read by layout at once. */
const REREAD_ALLOWANCE = 4;

// Kinds of open brackets beyond the three token kinds: a field of an f-string, and its format after the colon.
const FIELD = 1;
const FIELD_FORMAT = 2;

/** An f-string that is being read. */
interface FString {
  readonly start: number;
  readonly quote: number;
  readonly isTriple: boolean;
  readonly isRaw: boolean;
  /** How many brackets were open before it. */
  readonly depth: number;
}

/** The indentation of an open block, and of those around it. */
interface Indentation {
  /** With tabs to multiples of eight. */
  readonly column: number;
  /** With tabs as one. */
  readonly narrowColumn: number;
  readonly depth: number;
  readonly outer: Indentation | null;
  /** From the line on that changed the indentation of the block without ending it, to the end of the block. */
  readonly guess: { readonly start: number; end: number } | null;
}

const NO_INDENTATION: Indentation = { column: 0, narrowColumn: 0, depth: 0, outer: null, guess: null };

class Tokenizer implements TokenizedText {
  readonly tokens: TokenBuffer;
  readonly comments: Comment[] = [];
  readonly problems: SyntaxProblem[] = [];
  readonly guesses: TextRange[] = [];
  hasNonAsciiNames = false;
  /** Whether a triple-quoted string turned out to be unclosed other than the one we were told of. */
  hasUnclosedString = false;

  private readonly text: string;
  private readonly length: number;
  /** A string known to be unclosed, to be ended by layout. */
  private readonly brokenString: number;
  private position = 0;

  private indentation = NO_INDENTATION;
  /** The indentation of the line at the current position, in both ways to count it. */
  private column = 0;
  private narrowColumn = 0;

  private readonly openers: number[] = [];
  private readonly openerStarts: number[] = [];
  private readonly fstrings: FString[] = [];

  /** Whether the current logical line is read by the layout rule. */
  private byLayout = false;
  private lineStart = 0;
  private firstTokenOfLine = 0;
  private reread = 0;

  constructor(text: string, brokenString: number, region?: Region) {
    this.text = text;
    this.length = text.length;
    this.brokenString = brokenString;
    this.tokens = new TokenBuffer(region === undefined ? text.length : EXPECTED_REGION);
    if (region === undefined) return;
    this.position = region.start;
    for (const whiteSpace of region.indentations.slice(1)) {
      const { column, narrowColumn } = columnsOf(whiteSpace);
      this.indent(column, narrowColumn);
    }
  }

  run(): void {
    this.begin();
    while (this.findLine()) this.readLine();
    this.finish(NO_INDENTATION, this.length);
  }

  /** As `run`, for a region alone. */
  runRegion(region: Region): number {
    const base = this.indentation;
    this.begin();
    while (this.findLine()) {
      if (this.column <= base.column) {
        if (region.endsBefore(this.position)) break;
        if (this.column < base.column || this.narrowColumn !== base.narrowColumn) return NOWHERE;
      } else if (this.tokens.count === 0) {
        return NOWHERE;
      }
      this.readLine();
    }
    this.finish(base, this.position);
    return this.position;
  }

  private begin(): void {
    const { text } = this;
    const zero = text.indexOf('\0');
    if (zero >= 0) this.reportInvalidCharacter(zero, zero + 1);
    if (zero >= 0) this.guesses.push({ start: 0, end: this.length });
    if (this.position === 0 && text.charCodeAt(0) === CODE_BYTE_ORDER_MARK) this.position = 1;
  }

  private finish(base: Indentation, end: number): void {
    const lastEnd = this.tokens.lastEnd();
    for (let current = this.indentation; current.depth > base.depth; current = current.outer!) {
      if (current.guess !== null) current.guess.end = end;
      this.tokens.push(Token.Dedent, lastEnd, lastEnd);
    }
    this.tokens.push(Token.EndOfFile, end, end);
    if (this.hasUnclosedString || this.brokenString !== NOWHERE) this.guesses.push({ start: 0, end: this.length });
  }

  // -------------------------------------------------------------- lines

  /** Skips blank lines and stands before the first token of the next logical line; false at the end of the text. */
  private findLine(): boolean {
    const text = this.text;
    let offset = this.position;
    let column = 0;
    let narrowColumn = 0;
    let continuedColumn = 0;
    for (;;) {
      const code = text.charCodeAt(offset);
      if (code === CODE_SPACE) {
        column++;
        narrowColumn++;
      } else if (code === CODE_TAB) {
        column = (column | 7) + 1;
        narrowColumn++;
      } else if (code === CODE_FORM_FEED) {
        column = narrowColumn = 0;
      } else if (code === CODE_BACKSLASH && isLineBreak(text.charCodeAt(offset + 1))) {
        // A continued line keeps the indentation of its first part, unless that is none (as CPython has it).
        continuedColumn ||= column;
        const next = skipLineBreak(text, offset + 1);
        if (next >= this.length) this.reportEndAfterContinuation(offset);
        offset = next;
        continue;
      } else if (isLineBreak(code)) {
        column = narrowColumn = continuedColumn = 0;
        offset = skipLineBreak(text, offset);
        continue;
      } else if (code === CODE_HASH) {
        offset = this.readComment(offset);
        continue;
      } else {
        break;
      }
      offset++;
    }
    this.position = offset;
    if (offset >= this.length) return false;
    if (continuedColumn > 0) column = narrowColumn = continuedColumn;
    this.column = column;
    this.narrowColumn = narrowColumn;
    return true;
  }

  private readLine(): void {
    const { tokens, indentation } = this;
    const { count } = tokens;
    this.setIndentation(this.column, this.narrowColumn);
    this.lineStart = this.position;
    this.firstTokenOfLine = tokens.count;
    this.readLogicalLine();
    if (tokens.count > this.firstTokenOfLine) {
      const { guess } = this.indentation;
      if (guess?.start === this.lineStart) this.guesses.push(guess);
      return;
    }
    // Of a line that holds nothing, such as a stray bracket, the indentation means nothing either.
    tokens.count = count;
    this.indentation = indentation;
  }

  private indent(column: number, narrowColumn: number): void {
    const outer = this.indentation;
    this.indentation = { column, narrowColumn, depth: outer.depth + 1, outer, guess: null };
  }

  private setIndentation(column: number, narrowColumn: number): void {
    const { tokens } = this;
    let current = this.indentation;
    if (column === current.column && narrowColumn === current.narrowColumn) return;

    const end = tokens.lastEnd();
    if (column > current.column) {
      if (narrowColumn <= current.narrowColumn) this.reportTabs();
      if (current.depth >= MAX_INDENTATIONS) {
        this.reportIndentation('Too many levels of indentation');
        return;
      }
      this.indent(column, narrowColumn);
      tokens.push(Token.Indent, this.position, end);
      return;
    }
    // A line between two levels belongs to the block it is nearest inside, which goes on with the new indentation.
    while (current.outer !== null && column <= current.outer.column) {
      if (current.guess !== null) current.guess.end = this.position;
      current = current.outer;
      tokens.push(Token.Dedent, this.position, end);
    }
    if (column !== current.column) {
      this.reportIndentation('Unindent does not match any outer indentation level');
      const guess = current.guess ?? { start: this.position, end: this.position };
      current = { ...current, column, narrowColumn, guess };
    } else if (narrowColumn !== current.narrowColumn) {
      this.reportTabs();
    }
    this.indentation = current;
  }

  private reportTabs(): void {
    this.reportIndentation('Inconsistent use of tabs and spaces in indentation');
  }

  private reportIndentation(message: string): void {
    let start = this.position;
    while (start > 0 && !isLineBreak(this.text.charCodeAt(start - 1))) start--;
    this.report(start, Math.max(start, this.position), message);
  }

  /** Reads up to the line break that ends the statement; by layout when reading it as Python does fails. */
  private readLogicalLine(): void {
    const { tokens, comments, problems } = this;
    const tokenCount = tokens.count;
    const commentCount = comments.length;
    const problemCount = problems.length;
    this.byLayout = this.reread > REREAD_ALLOWANCE * this.length;
    if (!this.readTokens()) {
      const failure = this.position;
      this.reread += failure - this.lineStart;
      tokens.count = tokenCount;
      comments.length = commentCount;
      problems.length = problemCount;
      this.openers.length = 0;
      this.openerStarts.length = 0;
      this.fstrings.length = 0;
      this.position = this.lineStart;
      this.byLayout = true;
      this.readTokens();
      this.guesses.push({ start: this.lineStart, end: endOfNextLine(this.text, Math.max(failure, this.position)) });
    }
    if (tokens.count > tokenCount) {
      const end = tokens.lastEnd();
      tokens.push(Token.Newline, end, end);
    }
  }

  /** Reads the tokens of one logical line; false, when not yet reading by layout, at the first sign of damage. */
  private readTokens(): boolean {
    const text = this.text;
    while (this.position < this.length) {
      const offset = this.position;
      const code = text.charCodeAt(offset);
      switch (classOf(code)) {
        case CLASS_SPACE:
          this.position++;
          break;
        case CLASS_LETTER:
          if (!this.readWord()) return false;
          break;
        case CLASS_OPERATOR:
          if (!this.readOperator(code)) return false;
          break;
        case CLASS_LINE_BREAK:
          if (this.byLayout && this.openers.length > 0) {
            if (this.endsAtLineBreak()) return true;
          } else {
            this.position = skipLineBreak(text, offset);
            if (this.openers.length === 0) return true;
          }
          break;
        case CLASS_QUOTE:
          if (!this.readString(offset)) return false;
          break;
        case CLASS_DIGIT:
          this.readNumber();
          break;
        case CLASS_COMMENT:
          this.position = this.readComment(offset);
          break;
        case CLASS_BACKSLASH:
          this.readContinuation();
          break;
        default:
          this.readInvalidCharacter();
      }
    }
    if (this.openers.length === 0) return true;
    if (!this.byLayout) return false;
    this.closeBrackets(0);
    return true;
  }

  /** With brackets open at a line break: closes what the layout says must end here, true if the statement must. */
  private endsAtLineBreak(): boolean {
    // A field does not reach over lines; only a triple-quoted string around it does.
    for (let fstring = this.fstrings.at(-1); fstring !== undefined; fstring = this.fstrings.at(-1)) {
      this.closeBrackets(fstring.depth + 1);
      this.closeField();
      if (fstring.isTriple) {
        this.readFStringText(fstring, false);
        return false;
      }
      this.closeFString();
    }

    const { tokens, openers } = this;
    const last = tokens.kinds[tokens.count - 1]!;
    const next = skipLineBreak(this.text, this.position);
    if (openers.length > 0 && last === Token.Colon && isCompoundHeader(tokens, this.firstTokenOfLine)) {
      // `if f(x:` shows by its colon where the brackets should have ended.
      tokens.count--;
      const colon = tokens.starts[tokens.count]!;
      this.closeBrackets(0);
      tokens.push(Token.Colon, colon, colon + 1);
    } else if (lineEndsStatement(this.text, next, this.indentation.column, last)) {
      this.closeBrackets(0);
    }
    this.position = next;
    return openers.length === 0;
  }

  /** Gives up reading a line as Python does, after having looked at the text up to `offset`. */
  private fail(offset: number): false {
    this.position = Math.min(offset, this.length);
    return false;
  }

  // -------------------------------------------------------------- words and numbers

  private readWord(): boolean {
    const text = this.text;
    const start = this.position;
    let end = start;
    let bits = 0;
    for (let code = text.charCodeAt(end); isWordCharacter(code); code = text.charCodeAt(end)) {
      bits |= code;
      end++;
    }
    const code = text.charCodeAt(end);
    if (end - start <= 2 && (code === CODE_DOUBLE_QUOTE || code === CODE_SINGLE_QUOTE)) {
      const prefix = text.slice(start, end).toLowerCase();
      if (STRING_PREFIXES.has(prefix)) return this.readString(end);
      if (FSTRING_PREFIXES.has(prefix)) return this.startFString(end, prefix.length === 2);
    }
    if (bits >= 128) {
      this.readNonAsciiName(end);
      return true;
    }
    const kind = Token.kindOfWord(text, start, end);
    this.tokens.push(kind, start, end);
    this.position = end;
    return this.byLayout || this.openers.length === 0 || !Token.isStatementKeyword(kind);
  }

  /** A word with characters beyond ASCII, some of which may be invalid: exotic spaces and quotes, symbols. */
  private readNonAsciiName(end: number): void {
    const start = this.position;
    this.position = end;
    this.hasNonAsciiNames = true;
    if (isPythonName(this.text.slice(start, end))) {
      this.tokens.push(Token.Name, start, end);
      return;
    }
    let nameStart = start;
    let offset = start;
    while (offset < end) {
      const character = String.fromCodePoint(this.text.codePointAt(offset)!);
      const next = offset + character.length;
      if (!isPythonName(offset === nameStart ? character : `_${character}`)) {
        if (offset > nameStart) this.tokens.push(Token.Name, nameStart, offset);
        this.reportInvalidCharacter(offset, next);
        nameStart = next;
      }
      offset = next;
    }
    if (end > nameStart) this.tokens.push(Token.Name, nameStart, end);
  }

  private readNumber(): void {
    const start = this.position;
    const end = endOfNumber(this.text, start);
    const problem = problemOfNumber(this.text, start, end);
    if (problem !== null) this.report(start, end, problem);
    this.tokens.push(kindOfNumber(this.text, start, end), start, end);
    this.position = end;
  }

  // -------------------------------------------------------------- operators and brackets

  private readOperator(code: number): boolean {
    const { text, tokens, position: start } = this;
    if (code === CODE_DOT && isDigit(text.charCodeAt(start + 1))) {
      this.readNumber();
      return true;
    }
    const inField = this.fstrings.length > 0 && this.openers.at(-1) === FIELD;
    // In a field, a colon begins the format whatever follows it: `{a:=10}`.
    const kind = inField && code === CODE_COLON ? Token.Colon : operatorAt(text, start, code);
    const end = start + operatorLength(kind);
    this.position = end;
    if (Token.isOpener(kind)) {
      this.open(kind, start);
      tokens.push(kind, start, end);
    } else if (Token.isCloser(kind)) {
      return this.readCloser(kind, start);
    } else if (kind === Token.Exclamation && !inField) {
      this.reportInvalidCharacter(start, end);
    } else {
      tokens.push(kind, start, end);
      if (inField && kind === Token.Colon) {
        this.openers[this.openers.length - 1] = FIELD_FORMAT;
        return this.readFStringText(this.fstrings.at(-1)!, true);
      }
    }
    return true;
  }

  private open(kind: number, start: number): void {
    if (this.openers.length === MAX_BRACKETS) this.report(start, start + 1, 'Too many nested brackets');
    this.openers.push(kind);
    this.openerStarts.push(start);
  }

  private readCloser(closer: TokenKind, start: number): boolean {
    const { openers, tokens } = this;
    const top = openers.length - 1;
    if (top < 0) {
      this.reportStrayCloser(start, closer);
      return true;
    }
    if (closerOf(openers[top]!) !== closer) {
      if (!this.byLayout) return false;
      const match = this.findOpenerOf(closer);
      if (match < 0) {
        this.reportStrayCloser(start, closer);
        return true;
      }
      this.closeBrackets(match + 1);
    }
    const wasField = isField(openers.pop()!);
    this.openerStarts.pop();
    tokens.push(closer, start, start + 1);
    return wasField ? this.resumeFString() : true;
  }

  /** The index of the innermost open bracket that `closer` closes, not looking out of an f-string field. */
  private findOpenerOf(closer: TokenKind): number {
    for (let index = this.openers.length - 1; index >= 0; index--) {
      const opener = this.openers[index]!;
      if (closerOf(opener) === closer) return index;
      if (isField(opener)) break;
    }
    return -1;
  }

  private reportStrayCloser(start: number, closer: TokenKind): void {
    this.report(start, start + 1, `'${Token.SPELLING[closer]}' closes nothing`);
  }

  /** Puts in the closers that are missing until only `depth` brackets are open, and ends the f-strings in between. */
  private closeBrackets(depth: number): void {
    const { openers, openerStarts, tokens } = this;
    while (openers.length > depth) {
      const opener = openers.pop()!;
      const start = openerStarts.pop()!;
      const end = tokens.lastEnd();
      tokens.push(closerOf(opener), end, end);
      this.report(start, start + 1, `'${isField(opener) ? '{' : Token.SPELLING[opener]}' was never closed`);
      while (this.fstrings.length > 0 && this.fstrings.at(-1)!.depth === openers.length) this.closeFString();
    }
  }

  // -------------------------------------------------------------- strings

  /** A string without fields, whose prefix starts at the current position and whose quote stands at `quoteOffset`. */
  private readString(quoteOffset: number): boolean {
    const { text, position: start } = this;
    const quote = text.charCodeAt(quoteOffset);
    if (this.byLayout && quote === this.fieldQuote() && this.fieldEndsAtQuote(quoteOffset)) return true;

    let end: number;
    if (isTripleQuote(text, quoteOffset, quote)) {
      end = start === this.brokenString ? NOWHERE : endOfTripleQuoted(text, quoteOffset);
      if (end === NOWHERE || stringRunsIntoWord(text, quoteOffset, end)) {
        if (!this.byLayout) return this.fail(end === NOWHERE ? this.length : end);
        if (start !== this.brokenString) this.hasUnclosedString = true;
        end = endOfUnclosedString(text, quoteOffset + 3, this.indentation.column);
        this.report(start, quoteOffset + 3, 'This triple-quoted string is never closed');
      }
    } else {
      const closing = closingQuote(text, quoteOffset);
      end = closing === NOWHERE ? endOfLine(text, quoteOffset) : closing + 1;
      if (closing === NOWHERE) this.report(start, end, 'This string is never closed');
    }
    this.tokens.push(Token.String, start, end);
    this.position = end;
    return true;
  }

  private startFString(quoteOffset: number, isRaw: boolean): boolean {
    const { text, position: start } = this;
    const quote = text.charCodeAt(quoteOffset);
    if (this.byLayout && quote === this.fieldQuote() && this.fieldEndsAtQuote(quoteOffset)) return true;
    const isTriple = isTripleQuote(text, quoteOffset, quote);
    const end = quoteOffset + (isTriple ? 3 : 1);
    const fstring: FString = { start, quote, isTriple, isRaw, depth: this.openers.length };
    this.tokens.push(Token.FStringStart, start, end);
    this.fstrings.push(fstring);
    this.position = end;
    if (isTriple && start === this.brokenString) {
      return this.byLayout ? this.endUnclosedFString(fstring, end, end) : this.fail(end);
    }
    return this.readFStringText(fstring, false);
  }

  /** Reads literal text up to the next field, the end of the format it is in, or the end of the f-string. */
  private readFStringText(fstring: FString, inFormat: boolean): boolean {
    const { text, length, tokens, position: start } = this;
    let offset = start;
    for (;;) {
      const code = offset < length ? text.charCodeAt(offset) : CODE_CARRIAGE_RETURN;
      if (code === CODE_OPEN_BRACE) {
        if (!inFormat && text.charCodeAt(offset + 1) === CODE_OPEN_BRACE) {
          offset += 2;
          continue;
        }
        if (offset > start) tokens.push(Token.FStringMiddle, start, offset);
        tokens.push(Token.OpenBrace, offset, offset + 1);
        this.open(FIELD, offset);
        this.position = offset + 1;
        return true;
      }
      if (code === CODE_CLOSE_BRACE) {
        if (inFormat) {
          if (offset > start) tokens.push(Token.FStringMiddle, start, offset);
          this.position = offset;
          return true;
        }
        if (text.charCodeAt(offset + 1) === CODE_CLOSE_BRACE) offset++;
        else this.report(offset, offset + 1, `A single '}' in an f-string must be doubled: '}}'`);
        offset++;
      } else if (code === CODE_BACKSLASH) {
        offset = skipFStringEscape(text, offset, fstring.isRaw);
      } else if (code === fstring.quote && (!fstring.isTriple || isTripleQuote(text, offset, code))) {
        if (inFormat && !this.byLayout) return this.fail(offset);
        if (fstring.isTriple && stringRunsIntoWord(text, fstring.start, offset + 3)) {
          return this.byLayout ? this.endUnclosedFString(fstring, start, offset) : this.fail(offset + 3);
        }
        if (offset > start) tokens.push(Token.FStringMiddle, start, offset);
        this.position = offset + (fstring.isTriple ? 3 : 1);
        return this.endFString(fstring, offset, this.position);
      } else if (offset >= length || (!fstring.isTriple && isLineBreak(code))) {
        if (fstring.isTriple && !this.byLayout) return this.fail(offset);
        return this.endUnclosedFString(fstring, start, offset);
      } else {
        offset++;
      }
    }
  }

  private endUnclosedFString(fstring: FString, textStart: number, offset: number): boolean {
    let end = Math.min(offset, this.length);
    if (fstring.isTriple) {
      if (fstring.start !== this.brokenString) this.hasUnclosedString = true;
      end = endOfUnclosedString(this.text, textStart, this.indentation.column);
    }
    this.report(fstring.start, textStart, 'This f-string is never closed');
    if (end > textStart) this.tokens.push(Token.FStringMiddle, textStart, end);
    this.position = end;
    return this.endFString(fstring, end, end);
  }

  /** Ends an f-string, with the format it may be in. */
  private endFString(fstring: FString, start: number, end: number): boolean {
    this.fstrings.pop();
    this.closeBrackets(fstring.depth);
    this.tokens.push(Token.FStringEnd, start, end);
    return true;
  }

  /** Ends an f-string where nothing says so. */
  private closeFString(): void {
    const end = this.tokens.lastEnd();
    const fstring = this.fstrings.pop()!;
    this.report(fstring.start, this.position, 'This f-string is never closed');
    this.tokens.push(Token.FStringEnd, end, end);
  }

  private closeField(): void {
    const end = this.tokens.lastEnd();
    const start = this.openerStarts.pop()!;
    this.openers.pop();
    this.report(start, start + 1, `'{' was never closed`);
    this.tokens.push(Token.CloseBrace, end, end);
  }

  /** After a field: back into the text, or into the format of the field around it. */
  private resumeFString(): boolean {
    const fstring = this.fstrings.at(-1)!;
    return this.readFStringText(fstring, this.openers.length > fstring.depth);
  }

  /** The quote that would end the f-string whose field we are in; `NOWHERE` when in none. */
  private fieldQuote(): number {
    const fstring = this.fstrings.at(-1);
    return fstring === undefined || fstring.isTriple ? NOWHERE : fstring.quote;
  }

  /** By layout, a quote after an operand, or the last one of a line, ends the f-string and not only begins another. */
  private fieldEndsAtQuote(quoteOffset: number): boolean {
    const { text, tokens } = this;
    const fstring = this.fstrings.at(-1)!;
    const isPrefixed = quoteOffset > this.position;
    const last = tokens.kinds[tokens.count - 1]!;
    const beginsString = closingQuote(text, quoteOffset) !== NOWHERE;
    if (beginsString && (isPrefixed || !endsOperand(last))) return false;
    if (isPrefixed) tokens.push(Token.Name, this.position, quoteOffset);
    this.fstrings.pop();
    this.closeBrackets(fstring.depth);
    tokens.push(Token.FStringEnd, quoteOffset, quoteOffset + 1);
    this.position = quoteOffset + 1;
    return true;
  }

  // -------------------------------------------------------------- the rest

  private readComment(start: number): number {
    const text = this.text;
    let end = start;
    while (end < this.length && !isLineBreak(text.charCodeAt(end))) end++;
    this.comments.push({ start, end, text: text.slice(start, end) });
    return end;
  }

  private readContinuation(): void {
    const start = this.position;
    this.position = skipLineBreak(this.text, start + 1);
    if (this.position >= this.length) {
      this.reportEndAfterContinuation(start);
    } else if (this.position === start + 1) {
      this.report(start, start + 1, 'Nothing may follow a line continuation on its line');
    }
  }

  private reportEndAfterContinuation(start: number): void {
    this.report(start, start + 1, 'The file ends after a line continuation');
  }

  private readInvalidCharacter(): void {
    this.reportInvalidCharacter(this.position, this.position + 1);
    this.position++;
  }

  private reportInvalidCharacter(start: number, end: number): void {
    const character = this.text.slice(start, end);
    const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    const shown = /[\p{C}\p{Z}]/u.test(character) ? `U+${code}` : `'${character}' (U+${code})`;
    this.report(start, end, `The character ${shown} has no meaning here`);
  }

  private report(start: number, end: number, message: string): void {
    this.problems.push({ start, end, message });
  }
}

/** About the characters of a statement or two. */
const EXPECTED_REGION = 4000;

const STRING_PREFIXES: ReadonlySet<string> = new Set(['r', 'u', 'b', 'br', 'rb']);
const FSTRING_PREFIXES: ReadonlySet<string> = new Set(['f', 't', 'fr', 'rf', 'tr', 'rt']);

function isField(opener: number): boolean {
  return opener === FIELD || opener === FIELD_FORMAT;
}

function closerOf(opener: number): TokenKind {
  return isField(opener) ? Token.CloseBrace : Token.closerOf(opener);
}

/** Whether an operand may end with this token, so that another one cannot follow it directly. */
function endsOperand(kind: TokenKind): boolean {
  return (kind >= Token.Name && kind <= Token.FStringEnd) || Token.isCloser(kind);
}

/** The end of the line after the one at `offset`. */
function endOfNextLine(text: string, offset: number): number {
  return endOfLine(text, skipLineBreak(text, endOfLine(text, offset)));
}
