import type { Comment, Expr, Identifier, Invalid, Missing, SyntaxProblem } from './nodes.ts';
import type { TokenizedText } from './tokenizer.ts';
import * as Token from './tokens.ts';
import type { TokenKind } from './tokens.ts';

/**
 * How deeply expressions may nest before they are cut off, for the sake of the stack. What takes many calls to read,
 * such as a bracket, counts as `BRACKET_WEIGHT` levels; 200 brackets are also all that CPython reads.
 */
const MAX_NESTING = 1000;
export const BRACKET_WEIGHT = 5;

/**
 * How many links a chain such as `a.b.c()` or `a + b + c` may have, each of which nests the tree by one. Those of chains
 * in brackets at its beginning count too (`(a.b).c`), so this and the nesting bound how deep a tree can be.
 */
export const MAX_CHAIN = 1000;

/** Where the parser stands in the tokens, and the problems it has found so far. */
export class Cursor {
  readonly text: string;
  readonly problems: SyntaxProblem[];
  /** The kind of the current token. */
  kind: TokenKind;
  nesting = 0;
  /** The links of the longest chain that was read since it was last set to 0, with those of the chains inside it. */
  links = 0;
  /** Where a list last went on without a comma; standing there again means that nothing could be read since. */
  stuckAt = -1;

  private index = 0;
  private readonly kinds: Uint8Array;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private readonly comments: readonly Comment[];
  private readonly normalizesNames: boolean;

  constructor(text: string, { tokens, problems, comments, hasNonAsciiNames }: TokenizedText) {
    this.text = text;
    this.problems = problems;
    this.comments = comments;
    this.normalizesNames = hasNonAsciiNames;
    this.kinds = tokens.kinds;
    this.starts = tokens.starts;
    this.ends = tokens.ends;
    this.kind = this.kinds[0]!;
  }

  // -------------------------------------------------------------- looking

  get start(): number {
    return this.starts[this.index]!;
  }

  get end(): number {
    return this.ends[this.index]!;
  }

  /** The end of the last token that was consumed, not counting layout. */
  get previousEnd(): number {
    return this.index === 0 ? 0 : this.ends[this.index - 1]!;
  }

  get nextKind(): TokenKind {
    return this.kinds[Math.min(this.index + 1, this.kinds.length - 1)]!;
  }

  /** The text of the current token. */
  get word(): string {
    return this.text.slice(this.start, this.end);
  }

  /** The current token as a message names it. */
  describe(): string {
    return Token.describeToken(this.kind, this.word);
  }

  /** Whether the current token is the name `word`, such as the soft keyword `match`. */
  isWord(word: string): boolean {
    return this.kind === Token.Name && this.isText(word);
  }

  isText(word: string): boolean {
    return this.end - this.start === word.length && this.text.startsWith(word, this.start);
  }

  /** Whether nothing more can come at this level of brackets: a closer, the end of the line or of an f-string field. */
  atEndOfLevel(): boolean {
    const kind = this.kind;
    return Token.isLayout(kind) || Token.isCloser(kind) || kind === Token.FStringEnd || kind === Token.FStringMiddle;
  }

  /** Where the parser stands, to look ahead from with `kindAt`. */
  get position(): number {
    return this.index;
  }

  kindAt(position: number): TokenKind {
    return this.kinds[position]!;
  }

  isWordAt(position: number, word: string): boolean {
    const start = this.starts[position]!;
    const isName = this.kinds[position] === Token.Name;
    return isName && this.ends[position]! - start === word.length && this.text.startsWith(word, start);
  }

  /** The comments that stand in a range, found by halving because a file can have many. */
  commentsIn(start: number, end: number): readonly Comment[] {
    let low = 0;
    let high = this.comments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.comments[middle]!.start < start) low = middle + 1;
      else high = middle;
    }
    const found: Comment[] = [];
    for (let i = low; i < this.comments.length && this.comments[i]!.end <= end; i++) found.push(this.comments[i]!);
    return found;
  }

  // -------------------------------------------------------------- moving

  /** Steps over the current token, unless it is the end of the file. */
  advance(): void {
    if (this.kind !== Token.EndOfFile) this.kind = this.kinds[++this.index]!;
  }

  accept(kind: TokenKind): boolean {
    if (this.kind !== kind) return false;
    this.advance();
    return true;
  }

  /** Steps over a token of this kind, or reports that it is missing. */
  expect(kind: TokenKind): boolean {
    if (this.accept(kind)) return true;
    this.reportHere(`Expected '${Token.SPELLING[kind]}'`);
    return false;
  }

  /** Steps over everything up to the end of this level of brackets, or to the first `stop` in it. */
  skipLevel(stop: TokenKind = Token.EndOfFile): void {
    let depth = 0;
    while (!Token.isLayout(this.kind)) {
      const kind = this.kind;
      if (depth === 0 && (kind === stop || (kind !== Token.FStringMiddle && this.atEndOfLevel()))) return;
      if (Token.isOpener(kind) || kind === Token.FStringStart) depth++;
      else if (Token.isCloser(kind) || kind === Token.FStringEnd) depth--;
      this.advance();
    }
  }

  /** Steps over the current token, and if it opens a bracket or an f-string over all that is in it. */
  skipWhole(): void {
    const isOpener = Token.isOpener(this.kind) || this.kind === Token.FStringStart;
    this.advance();
    if (!isOpener) return;
    this.skipLevel();
    if (!Token.isLayout(this.kind)) this.advance();
  }

  /** Steps over the closer of the bracket we are in, skipping and reporting what still stands before it. */
  expectCloser(closer: TokenKind): void {
    if (this.kind !== closer) {
      this.reportHere(`Expected '${Token.SPELLING[closer]}', not ${this.describe()}`);
      this.skipLevel(closer);
    }
    this.accept(closer);
  }

  // -------------------------------------------------------------- damage

  report(start: number, end: number, message: string): void {
    this.problems.push({ start, end, message });
  }

  /** Reports a problem with the current token. */
  reportHere(message: string): void {
    if (Token.isLayout(this.kind)) this.report(this.previousEnd, this.previousEnd, message);
    else this.report(this.start, this.end, message);
  }

  reportNode(node: { readonly start: number; readonly end: number }, message: string): void {
    this.report(node.start, node.end, message);
  }

  /** Stands in for an expression that must be here. */
  missing(message: string): Missing {
    this.reportHere(message);
    return { kind: 'Missing', start: this.previousEnd, end: this.previousEnd };
  }

  /** Whether one more level of nesting would be too deep. */
  get isTooDeep(): boolean {
    return this.nesting >= MAX_NESTING;
  }

  /** Gives up on the rest of this level of brackets, which nests too deeply. */
  cutOff(): Invalid {
    this.links = 0;
    return this.invalidLevel([], this.start, 'This is nested too deeply to be read');
  }

  /** Gives up on the rest of this level, of which `parts` could be read. */
  invalidLevel(parts: readonly Expr[], start: number, message: string): Invalid {
    this.reportHere(message);
    this.skipLevel();
    return { kind: 'Invalid', start, end: Math.max(start, this.previousEnd), parts };
  }

  // -------------------------------------------------------------- names

  /** A name, or an empty one (reported) where there is none. A keyword counts when it cannot be meant as such. */
  identifier(what: string): Identifier {
    const { kind, start, end } = this;
    if (kind === Token.Name) {
      const text = this.nameText();
      this.advance();
      return { start, end, text };
    }
    if (Token.isKeyword(kind) && this.isNameLikeKeyword()) {
      this.reportHere(`${this.describe()} is a keyword and cannot be ${what}`);
      const text = this.word;
      this.advance();
      return { start, end, text };
    }
    return this.missingIdentifier(what);
  }

  /** Stands in for a name that must be here. */
  missingIdentifier(what: string): Identifier {
    this.reportHere(`Expected ${what}`);
    const { previousEnd } = this;
    return { start: previousEnd, end: previousEnd, text: '' };
  }

  /** The current name as Python compares it. */
  nameText(): string {
    return this.normalizesNames ? this.word.normalize('NFKC') : this.word;
  }

  /** `user.class` and `def import(`: the keyword touches a dot or a bracket and is clearly meant as a name. */
  private isNameLikeKeyword(): boolean {
    return this.text[this.start - 1] === '.' || /[(=,)]/.test(this.text[this.end] ?? '');
  }
}
