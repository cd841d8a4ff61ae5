/** Statements on one line, and the choice between all kinds of statements. */
import type { Cursor } from './cursor.ts';
import { parseCompoundStatement, parseSuite, startsMatch } from './compound.ts';
import { parseExpression, parseExpressions, parseYieldOrExpressions, startsExpression } from './expressions.ts';
import { parseFromImport, parseImport } from './imports.ts';
import type { Expr, Identifier, InvalidStmt, Operator, Stmt } from './nodes.ts';
import { parseTypeParams } from './parameters.ts';
import { describeExpression, isSingleTarget, reportBadDeletion, reportBadTarget } from './targets.ts';
import * as Token from './tokens.ts';

/** Reads the statements of one logical line, or one compound statement with its suite, into `body`. */
export function parseStatement(c: Cursor, body: Stmt[]): void {
  if (STARTS_COMPOUND[c.kind] === 1 || (c.kind === Token.Name && startsMatch(c))) {
    body.push(parseCompoundStatement(c));
  } else if (c.kind === Token.Indent) {
    body.push(parseUnexpectedBlock(c));
  } else {
    parseSimpleStatements(c, body);
  }
}

/** `simple_stmts`: statements between semicolons, up to the end of the line. */
export function parseSimpleStatements(c: Cursor, body: Stmt[]): void {
  do {
    const first = c.position;
    const statement = parseSimpleStatement(c);
    body.push(statement);
    if (endedWithBlock(c, first)) return;
    if (c.kind !== Token.Semicolon && !Token.isLayout(c.kind)) {
      reportJunk(c, statement);
      body.push(parseInvalidStatement(c));
      if (endedWithBlock(c, first)) return;
    }
  } while (c.accept(Token.Semicolon) && !Token.isLayout(c.kind));
  c.accept(Token.Newline);
}

/** Whether what was read since the token `first` turned out to be the header of a block, and the block. */
function endedWithBlock(c: Cursor, first: number): boolean {
  return c.position > first && c.kindAt(c.position - 1) === Token.Dedent;
}

/** What cannot be read as a statement: the expressions in the rest of the line, and its suite if it has one. */
export function parseInvalidStatement(c: Cursor, start = c.start): InvalidStmt {
  const parts: Expr[] = [];
  while (!Token.isLayout(c.kind) && c.kind !== Token.Semicolon && !startsSuite(c)) {
    if (startsExpression(c.kind)) parts.push(parseExpression(c));
    else c.advance();
  }
  const body = startsSuite(c) ? parseSuite(c, 'this line') : [];
  return { kind: 'InvalidStmt', start, end: Math.max(start, c.previousEnd), parts, body };
}

const STARTS_COMPOUND = (() => {
  const table = new Uint8Array(Token.TOKEN_KINDS);
  const kinds = [
    Token.Async,
    Token.At,
    Token.Class,
    Token.Def,
    Token.For,
    Token.If,
    Token.Try,
    Token.While,
    Token.With,
    Token.Elif,
    Token.Else,
    Token.Except,
    Token.Finally,
  ];
  for (const kind of kinds) table[kind] = 1;
  return table;
})();

/** Whether the colon at the cursor ends the line and an indented block follows. */
function startsSuite(c: Cursor): boolean {
  if (c.kind !== Token.Colon || c.nextKind !== Token.Newline) return false;
  return c.kindAt(c.position + 2) === Token.Indent;
}

function reportJunk(c: Cursor, before: Stmt): void {
  const name = before.kind === 'Expr' && before.value.kind === 'Name' ? before.value.id : '';
  if (name === 'print' || name === 'exec') c.reportNode(before, `'${name}' is a function in Python 3: ${name}(…)`);
  else c.reportHere(`Expected the end of the statement before ${c.describe()}`);
}

/** A block that no statement opened. Its statements survive in an `InvalidStmt`. */
function parseUnexpectedBlock(c: Cursor): InvalidStmt {
  c.advance();
  const start = c.start;
  c.reportHere('Unexpected indentation');
  const body: Stmt[] = [];
  while (c.kind !== Token.Dedent && c.kind !== Token.EndOfFile) parseStatement(c, body);
  c.accept(Token.Dedent);
  return { kind: 'InvalidStmt', start, end: Math.max(start, c.previousEnd), parts: [], body };
}

function parseSimpleStatement(c: Cursor): Stmt {
  switch (c.kind) {
    case Token.Return:
      return parseReturn(c);
    case Token.Import:
      return parseImport(c);
    case Token.From:
      return parseFromImport(c);
    case Token.Raise:
      return parseRaise(c);
    case Token.Pass:
    case Token.Break:
    case Token.Continue:
      return parseKeywordStatement(c);
    case Token.Del:
      return parseDelete(c);
    case Token.Assert:
      return parseAssert(c);
    case Token.Global:
    case Token.Nonlocal:
      return parseScopeStatement(c);
    default:
      if (c.kind === Token.Name && c.nextKind === Token.Name && c.isText('type')) return parseTypeAlias(c);
      return startsExpression(c.kind) ? parseExpressionStatement(c) : parseNoStatement(c);
  }
}

function parseNoStatement(c: Cursor): InvalidStmt {
  c.reportHere(`A statement cannot start with ${c.describe()}`);
  return parseInvalidStatement(c);
}

// ---------------------------------------------------------------- expressions and assignments

function parseExpressionStatement(c: Cursor): Stmt {
  const start = c.start;
  const value = parseYieldOrExpressions(c);
  switch (c.kind) {
    case Token.Newline:
      return { kind: 'Expr', start, end: c.previousEnd, value };
    case Token.Equal:
      return parseAssign(c, start, value);
    case Token.Colon:
      return startsSuite(c) ? parseUnknownHeader(c, start, value) : parseAnnotated(c, start, value);
    default:
      if (Token.isAugmentedAssignment(c.kind)) return parseAugmented(c, start, value);
      return { kind: 'Expr', start, end: c.previousEnd, value };
  }
}

function parseAssign(c: Cursor, start: number, first: Expr): Stmt {
  const targets: Expr[] = [];
  let value = first;
  while (c.accept(Token.Equal)) {
    reportBadTarget(c, value);
    targets.push(value);
    value = parseYieldOrExpressions(c);
  }
  return { kind: 'Assign', start, end: c.previousEnd, targets, value };
}

function parseAugmented(c: Cursor, start: number, target: Expr): Stmt {
  reportNotSingle(c, target, `Cannot assign to ${describeExpression(target)} with '${Token.SPELLING[c.kind]}'`);
  const op = Token.SPELLING[c.kind]!.slice(0, -1) as Operator;
  c.advance();
  const value = parseYieldOrExpressions(c);
  return { kind: 'AugAssign', start, end: c.previousEnd, target, op, value };
}

function parseAnnotated(c: Cursor, start: number, target: Expr): Stmt {
  reportNotSingle(c, target, `Cannot annotate ${describeExpression(target)}`);
  const simple = target.kind === 'Name' && target.start === start;
  c.advance();
  const annotation = parseExpression(c);
  const value = c.accept(Token.Equal) ? parseYieldOrExpressions(c) : null;
  return { kind: 'AnnAssign', start, end: c.previousEnd, target, annotation, value, simple };
}

function reportNotSingle(c: Cursor, target: Expr, message: string): void {
  if (!isSingleTarget(target) && target.kind !== 'Invalid' && target.kind !== 'Missing') c.reportNode(target, message);
}

/** `els:` with a block under it: the header of something, though unknown of what. */
function parseUnknownHeader(c: Cursor, start: number, value: Expr): InvalidStmt {
  c.report(start, c.previousEnd, 'This opens no block that Python knows');
  const body = parseSuite(c, 'this line');
  return { kind: 'InvalidStmt', start, end: c.previousEnd, parts: [value], body };
}

// ---------------------------------------------------------------- statements with a keyword

function parseKeywordStatement(c: Cursor): Stmt {
  const { kind: token, start, end } = c;
  c.advance();
  const kind = token === Token.Pass ? 'Pass' : token === Token.Break ? 'Break' : 'Continue';
  return { kind, start, end };
}

function parseReturn(c: Cursor): Stmt {
  const start = c.start;
  c.advance();
  const value = startsExpression(c.kind) ? parseExpressions(c) : null;
  return { kind: 'Return', start, end: c.previousEnd, value };
}

function parseRaise(c: Cursor): Stmt {
  const start = c.start;
  c.advance();
  const exc = startsExpression(c.kind) ? parseExpression(c) : null;
  const cause = exc !== null && c.accept(Token.From) ? parseExpression(c) : null;
  return { kind: 'Raise', start, end: c.previousEnd, exc, cause };
}

function parseAssert(c: Cursor): Stmt {
  const start = c.start;
  c.advance();
  const test = parseExpression(c);
  const msg = c.accept(Token.Comma) ? parseExpression(c) : null;
  return { kind: 'Assert', start, end: c.previousEnd, test, msg };
}

function parseDelete(c: Cursor): Stmt {
  const start = c.start;
  const targets: Expr[] = [];
  c.advance();
  do {
    const target = parseExpression(c);
    reportBadDeletion(c, target);
    targets.push(target);
  } while (c.accept(Token.Comma) && startsExpression(c.kind));
  return { kind: 'Delete', start, end: c.previousEnd, targets };
}

function parseScopeStatement(c: Cursor): Stmt {
  const start = c.start;
  const kind = c.kind === Token.Global ? 'Global' : 'Nonlocal';
  const names: Identifier[] = [];
  c.advance();
  do names.push(c.identifier('a name'));
  while (c.accept(Token.Comma));
  return { kind, start, end: c.previousEnd, names };
}

/** `type Name[T] = value`, where `type` is no keyword elsewhere. */
function parseTypeAlias(c: Cursor): Stmt {
  const start = c.start;
  c.advance();
  const { start: nameStart, end: nameEnd } = c;
  const name: Expr = { kind: 'Name', start: nameStart, end: nameEnd, id: c.nameText() };
  c.advance();
  const typeParams = parseTypeParams(c);
  const value = c.accept(Token.Equal) ? parseExpression(c) : c.missing(`Expected '=' and a type`);
  return { kind: 'TypeAlias', start, end: c.previousEnd, name, typeParams, value };
}
