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
import { tokenize } from './tokenizer.ts';
import * as Token from './tokens.ts';

/** The tree of a whole file, with what is wrong with it and its comments, both in the order of the text. */
export function parseModule(text: string): ParsedModule {
  const tokenized = tokenize(text);
  const c = new Cursor(text, tokenized);
  const body: Stmt[] = [];
  while (c.kind !== Token.EndOfFile) parseStatement(c, body);
  return {
    module: { kind: 'Module', start: 0, end: text.length, body },
    problems: inOrder(tokenized.problems),
    comments: tokenized.comments,
  };
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

function inOrder(problems: SyntaxProblem[]): SyntaxProblem[] {
  return problems.sort((a, b) => a.start - b.start);
}
