/** Statements with a suite: functions, classes, branches, loops, `with`, `try`, `match`. */
import { parseArguments } from './calls.ts';
import { parseLoopTarget } from './comprehensions.ts';
import { BRACKET_WEIGHT, MAX_CHAIN } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import {
  parseExpression,
  parseExpressions,
  parseElement,
  parseNamedExpression,
  startsExpression,
} from './expressions.ts';
import type { ExceptHandler, Expr, If, InvalidStmt, Keyword, MatchCase, Stmt } from './nodes.ts';
import { parseParameters, parseTypeParams } from './parameters.ts';
import { parseCasePattern } from './patterns.ts';
import { parseInvalidStatement, parseSimpleStatements, parseStatement } from './statements.ts';
import * as Token from './tokens.ts';
import { parseWithItems } from './withItems.ts';

/** Standing at the keyword, decorator or soft keyword `match`. */
export function parseCompoundStatement(c: Cursor): Stmt {
  const start = c.start;
  switch (c.kind) {
    case Token.Def:
      return parseFunction(c, start, false, []);
    case Token.Class:
      return parseClass(c, start, []);
    case Token.At:
      return parseDecorated(c, start);
    case Token.Async:
      return parseAsync(c, start, []);
    case Token.If:
      return parseIf(c);
    case Token.For:
      return parseFor(c, start, false);
    case Token.While:
      return parseWhile(c, start);
    case Token.With:
      return parseWith(c, start, false);
    case Token.Try:
      return parseTry(c, start);
    case Token.Name:
      return parseMatch(c, start);
    default:
      return parseStrayClause(c);
  }
}

/** The colon of `owner` and the statements behind it, on the same line or indented under it. */
export function parseSuite(c: Cursor, owner: string): Stmt[] {
  const body: Stmt[] = [];
  if (!c.accept(Token.Colon)) {
    c.reportHere(c.kind === Token.Equal ? `Expected ':', or '==' to compare` : `Expected ':'`);
    c.skipLevel(Token.Colon);
    c.accept(Token.Colon);
  }
  if (c.kind !== Token.Newline) {
    parseInlineSuite(c, body, owner);
    return body;
  }
  c.advance();
  if (c.kind !== Token.Indent) {
    c.report(c.previousEnd, c.previousEnd, `Expected an indented block after ${owner}`);
    return body;
  }
  c.advance();
  while (c.kind !== Token.Dedent && c.kind !== Token.EndOfFile) parseStatement(c, body);
  c.accept(Token.Dedent);
  return body;
}

function parseInlineSuite(c: Cursor, body: Stmt[], owner: string): void {
  if (Token.isLayout(c.kind)) {
    c.reportHere(`Expected a statement after ${owner}`);
  } else if (!startsNestedStatement(c) || c.isTooDeep) {
    parseSimpleStatements(c, body);
  } else {
    c.reportHere('A statement with a block of its own must start on a new line');
    c.nesting += BRACKET_WEIGHT;
    body.push(parseCompoundStatement(c));
    c.nesting -= BRACKET_WEIGHT;
  }
}

function startsNestedStatement(c: Cursor): boolean {
  const { kind } = c;
  return (
    kind === Token.If ||
    kind === Token.For ||
    kind === Token.While ||
    kind === Token.With ||
    kind === Token.Try ||
    kind === Token.Def ||
    kind === Token.Class ||
    kind === Token.Async ||
    kind === Token.At
  );
}

// ---------------------------------------------------------------- functions and classes

function parseDecorated(c: Cursor, start: number): Stmt {
  const decorators: Expr[] = [];
  while (c.accept(Token.At)) {
    decorators.push(parseNamedExpression(c));
    if (!Token.isLayout(c.kind)) {
      c.reportHere(`Expected the end of the line before ${c.describe()}`);
      c.skipLevel();
    }
    c.accept(Token.Newline);
  }
  if (c.kind === Token.Def) return parseFunction(c, c.start, false, decorators);
  if (c.kind === Token.Class) return parseClass(c, c.start, decorators);
  if (c.kind === Token.Async && c.nextKind === Token.Def) return parseAsync(c, c.start, decorators);
  c.report(start, c.previousEnd, 'A decorator must stand before a function or a class');
  return { kind: 'InvalidStmt', start, end: c.previousEnd, parts: decorators, body: [] };
}

function parseAsync(c: Cursor, start: number, decorators: readonly Expr[]): Stmt {
  c.advance();
  if (c.kind === Token.Def) return parseFunction(c, start, true, decorators);
  if (c.kind === Token.For) return parseFor(c, start, true);
  if (c.kind === Token.With) return parseWith(c, start, true);
  c.reportHere(`Expected 'def', 'for' or 'with' after 'async'`);
  return parseInvalidStatement(c, start);
}

function parseFunction(c: Cursor, start: number, isAsync: boolean, decorators: readonly Expr[]): Stmt {
  c.advance();
  const name = c.identifier('the name of the function');
  const typeParams = parseTypeParams(c);
  const params = parseParameters(c);
  const returns = c.accept(Token.Arrow) ? parseExpression(c) : null;
  const body = parseSuite(c, 'the head of a function');
  const end = c.previousEnd;
  return { kind: 'FunctionDef', start, end, isAsync, name, typeParams, params, returns, body, decorators };
}

function parseClass(c: Cursor, start: number, decorators: readonly Expr[]): Stmt {
  c.advance();
  const name = c.identifier('the name of the class');
  const typeParams = parseTypeParams(c);
  const bases: Expr[] = [];
  const keywords: Keyword[] = [];
  if (c.kind === Token.OpenParen) parseArguments(c, bases, keywords);
  const first = bases[0];
  if (first?.kind === 'GeneratorExp' && c.text[first.end] !== ')') c.reportNode(first, 'A generator is no base class');
  const body = parseSuite(c, 'the head of a class');
  return { kind: 'ClassDef', start, end: c.previousEnd, name, typeParams, bases, keywords, body, decorators };
}

// ---------------------------------------------------------------- branches and loops

/** An `if` with all its `elif`s, in a loop because generated code has thousands of them. */
function parseIf(c: Cursor): If {
  const branches: { start: number; test: Expr; body: Stmt[] }[] = [];
  do {
    const start = c.start;
    c.advance();
    const test = parseNamedExpression(c);
    branches.push({ start, test, body: parseSuite(c, branches.length === 0 ? `'if'` : `'elif'`) });
  } while (c.kind === Token.Elif && branches.length < MAX_CHAIN);
  let orelse: readonly Stmt[] = parseElse(c);
  const end = c.previousEnd;
  for (let index = branches.length - 1; index > 0; index--) orelse = [{ kind: 'If', end, ...branches[index]!, orelse }];
  return { kind: 'If', end, ...branches[0]!, orelse };
}

function parseElse(c: Cursor): Stmt[] {
  if (c.kind !== Token.Else) return [];
  c.advance();
  return parseSuite(c, `'else'`);
}

function parseFor(c: Cursor, start: number, isAsync: boolean): Stmt {
  c.advance();
  const target = parseLoopTarget(c);
  const iter = c.accept(Token.In) ? parseExpressions(c) : c.missing(`Expected 'in' and what to loop over`);
  const body = parseSuite(c, `'for'`);
  const orelse = parseElse(c);
  return { kind: 'For', start, end: c.previousEnd, isAsync, target, iter, body, orelse };
}

function parseWhile(c: Cursor, start: number): Stmt {
  c.advance();
  const test = parseNamedExpression(c);
  const body = parseSuite(c, `'while'`);
  const orelse = parseElse(c);
  return { kind: 'While', start, end: c.previousEnd, test, body, orelse };
}

function parseWith(c: Cursor, start: number, isAsync: boolean): Stmt {
  c.advance();
  const items = parseWithItems(c);
  const body = parseSuite(c, `'with'`);
  return { kind: 'With', start, end: c.previousEnd, isAsync, items, body };
}

// ---------------------------------------------------------------- try

function parseTry(c: Cursor, start: number): Stmt {
  c.advance();
  const body = parseSuite(c, `'try'`);
  const handlers: ExceptHandler[] = [];
  let star = false;
  while (c.kind === Token.Except) {
    const isStarred = c.nextKind === Token.Star;
    if (handlers.length > 0 && isStarred !== star) c.reportHere(`A 'try' cannot have both 'except' and 'except*'`);
    star ||= isStarred;
    handlers.push(parseHandler(c));
  }
  const orelse = handlers.length > 0 ? parseElse(c) : [];
  const hasFinally = c.accept(Token.Finally);
  const finalbody = hasFinally ? parseSuite(c, `'finally'`) : [];
  const end = c.previousEnd;
  if (handlers.length === 0 && !hasFinally) c.report(end, end, `Expected 'except' or 'finally' after 'try'`);
  return { kind: 'Try', start, end, star, body, handlers, orelse, finalbody };
}

function parseHandler(c: Cursor): ExceptHandler {
  const start = c.start;
  c.advance();
  const isStarred = c.accept(Token.Star);
  if (isStarred && c.kind === Token.Colon) c.reportHere(`Expected an exception after 'except*'`);
  const type = startsExpression(c.kind) ? parseExceptionTypes(c) : null;
  const name = type !== null && c.accept(Token.As) ? c.identifier('a name') : null;
  if (name !== null && type?.kind === 'Tuple' && c.text[type.start] !== '(') {
    c.reportNode(type, `Several exceptions must be in parentheses when 'as' follows`);
  }
  const body = parseSuite(c, `'except'`);
  return { kind: 'ExceptHandler', start, end: c.previousEnd, type, name, body };
}

/** One type, or several without parentheses (PEP 758). */
function parseExceptionTypes(c: Cursor): Expr {
  const start = c.start;
  const first = parseExpression(c);
  if (c.kind !== Token.Comma) return first;
  const elts = [first];
  while (c.accept(Token.Comma) && startsExpression(c.kind)) elts.push(parseExpression(c));
  return { kind: 'Tuple', start, end: c.previousEnd, elts };
}

// ---------------------------------------------------------------- match

/**
 * Whether the name at the cursor is the soft keyword `match` of a statement, which only the end of the line can tell:
 * `match (x): …` and `match [x]: …` could also be a call or an annotation.
 */
export function startsMatch(c: Cursor): boolean {
  if (!c.isText('match') || !(startsExpression(c.nextKind) || c.nextKind === Token.Star)) return false;
  let position = c.position;
  while (!Token.isLayout(c.kindAt(position))) position++;
  if (c.kindAt(position - 1) !== Token.Colon || c.kindAt(position) !== Token.Newline) return false;
  if (c.kindAt(position + 1) === Token.Indent) return c.isWordAt(position + 2, 'case');
  // Still without a `case`: only when nothing else would make sense.
  return c.nextKind === Token.Name || c.nextKind === Token.String;
}

function parseMatch(c: Cursor, start: number): Stmt {
  c.advance();
  const subject = parseSubject(c);
  c.expect(Token.Colon);
  c.accept(Token.Newline);
  const cases: MatchCase[] = [];
  if (c.accept(Token.Indent)) {
    while (c.kind !== Token.Dedent && c.kind !== Token.EndOfFile) parseCaseOrStray(c, cases);
    c.accept(Token.Dedent);
  } else {
    c.report(c.previousEnd, c.previousEnd, `Expected an indented 'case' after 'match'`);
  }
  return { kind: 'Match', start, end: c.previousEnd, subject, cases };
}

/** `subject_expr`: as `parseExpressions`, and `name := value`. */
function parseSubject(c: Cursor): Expr {
  const start = c.start;
  const first = parseElement(c);
  if (c.kind !== Token.Comma) {
    if (first.kind === 'Starred') c.reportNode(first, `Expected ',' after a starred subject`);
    return first;
  }
  const elts = [first];
  while (c.accept(Token.Comma) && startsExpression(c.kind)) elts.push(parseElement(c));
  return { kind: 'Tuple', start: Math.min(start, first.start), end: c.previousEnd, elts };
}

/** A statement between the cases is reported, and kept in the body of the case before it. */
function parseCaseOrStray(c: Cursor, cases: MatchCase[]): void {
  if (c.isWord('case') && !ENDS_CASE_WORD.has(c.nextKind)) {
    cases.push(parseCase(c));
    return;
  }
  c.reportHere(`Expected 'case'`);
  const stray: Stmt[] = [];
  parseStatement(c, stray);
  const last = cases.pop();
  if (last !== undefined) cases.push({ ...last, end: c.previousEnd, body: [...last.body, ...stray] });
}

/** What follows `case` when it is an ordinary name. */
const ENDS_CASE_WORD: ReadonlySet<Token.TokenKind> = new Set([Token.Equal, Token.Dot]);

function parseCase(c: Cursor): MatchCase {
  const start = c.start;
  c.advance();
  const pattern = parseCasePattern(c);
  const guard = c.accept(Token.If) ? parseNamedExpression(c) : null;
  const body = parseSuite(c, `'case'`);
  return { kind: 'MatchCase', start, end: c.previousEnd, pattern, guard, body };
}

// ---------------------------------------------------------------- clauses without their statement

/** An `else`, `elif`, `except` or `finally` that continues nothing, often because the line above it is half-typed. */
function parseStrayClause(c: Cursor): InvalidStmt {
  const start = c.start;
  const word = c.word;
  c.reportHere(`'${word}' continues no statement`);
  c.advance();
  const parts: Expr[] = [];
  c.accept(Token.Star);
  if (startsExpression(c.kind)) parts.push(parseNamedExpression(c));
  if (c.accept(Token.As)) c.identifier('a name');
  const body = parseSuite(c, `'${word}'`);
  return { kind: 'InvalidStmt', start, end: c.previousEnd, parts, body };
}
