/**
 * Python 3.8 to 3.14, parsed by hand: recursive descent over the tokens of a whole text.
 *
 * Nothing here throws, whatever the text; what cannot be read is reported and stands in the tree as `Missing` or
 * `Invalid`, so that everything around it survives. The work is split by what is read: `statements.ts` and
 * `compound.ts`, `expressions.ts` with `atoms.ts`, `calls.ts` and `comprehensions.ts`, `strings.ts`, `patterns.ts`.
 */
import { Cursor } from './cursor.ts';
import { parseYieldOrExpressions } from './expressions.ts';
import type { Expr, ParsedModule, Stmt, SyntaxProblem } from './nodes.ts';
import { parseStatement } from './statements.ts';
import { tokenize, tokenizeRegion } from './tokenizer.ts';
import type { Region, TokenizedText } from './tokenizer.ts';
import * as Token from './tokens.ts';

/** The tree of a whole file, with what is wrong with it and its comments, both in the order of the text. */
export function parseModule(text: string): ParsedModule {
  const tokenized = tokenize(text);
  const body = parseStatements(text, tokenized);
  return {
    module: { kind: 'Module', start: 0, end: text.length, body },
    problems: inOrder(tokenized.problems),
    comments: tokenized.comments,
    guesses: tokenized.guesses,
  };
}

export interface ParsedRegion extends Omit<ParsedModule, 'module'> {
  readonly body: readonly Stmt[];
  /** Where the line begins, after its indentation, that ended the region; or the end of the text. */
  readonly end: number;
  /** The end of its last token. */
  readonly lastEnd: number;
}

/** The statements of a region; null when its lines do not all belong to the suite that it begins in. */
export function parseRegion(text: string, region: Region): ParsedRegion | null {
  const tokenized = tokenizeRegion(text, region);
  if (tokenized === null) return null;
  const { tokens, problems, comments, guesses, end } = tokenized;
  const isClause = CLAUSE_KEYWORDS.has(tokens.kinds[0]!);
  if (isClause && region.start > 0) return null;
  const lastEnd = tokens.count > 1 ? tokens.ends[tokens.count - 2]! : region.start;
  const body = parseStatements(text, tokenized);
  return { body, end, lastEnd, problems: inOrder(problems), comments, guesses };
}

/** What may continue the statement before it. */
const CLAUSE_KEYWORDS: ReadonlySet<Token.TokenKind> = new Set([Token.Elif, Token.Else, Token.Except, Token.Finally]);

function parseStatements(text: string, tokenized: TokenizedText): Stmt[] {
  const c = new Cursor(text, tokenized);
  const body: Stmt[] = [];
  while (c.kind !== Token.EndOfFile) parseStatement(c, body);
  return body;
}

export interface ParsedExpression {
  readonly expression: Expr;
  readonly problems: readonly SyntaxProblem[];
}

/** The tree of a text that is one expression, such as an annotation in quotes. */
export function parseExpression(text: string): ParsedExpression {
  const tokenized = tokenize(text);
  const c = new Cursor(text, tokenized);
  const isIndented = c.accept(Token.Indent);
  const expression = parseYieldOrExpressions(c);
  c.accept(Token.Newline);
  if (isIndented) c.accept(Token.Dedent);
  if (c.kind !== Token.EndOfFile) c.reportHere(`Expected the end of the expression before ${c.describe()}`);
  return { expression, problems: inOrder(tokenized.problems) };
}

/** By offset, and only the first at each: what follows from it there is no news. */
function inOrder(problems: SyntaxProblem[]): SyntaxProblem[] {
  problems.sort((a, b) => a.start - b.start);
  return problems.filter(({ start }, index) => start !== problems[index - 1]?.start);
}
