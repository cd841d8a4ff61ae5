/**
 * Expressions, by precedence climbing: one loop for all binary operators instead of one function a level.
 * Every function starts at the first token of what it reads and ends behind its last.
 */
import { parseAtom } from './atoms.ts';
import { parseArguments, parseSubscript } from './calls.ts';
import { BRACKET_WEIGHT, MAX_CHAIN } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import type { CompareOp, Expr, Keyword, Operator, Starred, UnaryOp } from './nodes.ts';
import { parseLambdaParameters } from './parameters.ts';
import * as Token from './tokens.ts';
import type { TokenKind } from './tokens.ts';

/** `expression` of Python's grammar: a lambda, a conditional expression or simpler; no tuple, no `:=`. */
export function parseExpression(c: Cursor): Expr {
  if (c.kind === Token.Lambda) return parseLambda(c);
  const start = c.start;
  const body = parseBinary(c, PRECEDENCE_OR);
  return c.kind === Token.If ? parseConditional(c, start, body) : body;
}

/** `named_expression`: as `parseExpression`, and `name := value`. */
export function parseNamedExpression(c: Cursor): Expr {
  const start = c.start;
  const target = parseExpression(c);
  return c.kind === Token.ColonEqual ? parseAssignmentExpression(c, start, target) : target;
}

/** `star_named_expression`, an element of a display: as `parseNamedExpression`, and `*values`. */
export function parseElement(c: Cursor): Expr {
  return c.kind === Token.Star ? parseStarred(c) : parseNamedExpression(c);
}

/** `star_expressions`: one expression or a tuple without parentheses. */
export function parseExpressions(c: Cursor): Expr {
  const start = c.start;
  const first = parseStarredOrExpression(c);
  if (c.kind !== Token.Comma) return first;
  const elts = [first];
  while (c.accept(Token.Comma) && startsExpression(c.kind)) elts.push(parseStarredOrExpression(c));
  return { kind: 'Tuple', start: Math.min(start, first.start), end: c.previousEnd, elts };
}

/** `yield_expr | star_expressions`: the right side of an assignment, an expression statement. */
export function parseYieldOrExpressions(c: Cursor): Expr {
  return c.kind === Token.Yield ? parseYield(c) : parseExpressions(c);
}

/** `yield`, `yield a, b` or `yield from a`. */
export function parseYield(c: Cursor): Expr {
  const start = c.start;
  c.advance();
  if (c.accept(Token.From)) {
    const value = parseExpression(c);
    return { kind: 'YieldFrom', start, end: c.previousEnd, value };
  }
  const value = startsExpression(c.kind) ? parseExpressions(c) : null;
  return { kind: 'Yield', start, end: c.previousEnd, value };
}

/** `disjunction`: operators down to `or`, but no conditional expression; what a comprehension loops over. */
export function parseDisjunction(c: Cursor): Expr {
  return parseBinary(c, PRECEDENCE_OR);
}

/** `bitwise_or`: operators that bind tighter than comparisons, so that it stops before `in`. */
export function parseBitwiseOr(c: Cursor): Expr {
  return parseBinary(c, PRECEDENCE_BITWISE_OR);
}

/** Whether an expression, also a starred one, can start with this token. */
export function startsExpression(kind: TokenKind): boolean {
  return STARTS_EXPRESSION[kind] === 1;
}

// ---------------------------------------------------------------- levels of binding

const PRECEDENCE_OR = 1;
const PRECEDENCE_AND = 2;
const PRECEDENCE_NOT = 3;
const PRECEDENCE_COMPARISON = 4;
const PRECEDENCE_BITWISE_OR = 5;

/** The precedence of each token as a binary operator; 0 for those that are none. */
const PRECEDENCE = (() => {
  const table = new Uint8Array(Token.TOKEN_KINDS);
  const set = (precedence: number, ...kinds: TokenKind[]): void => {
    for (const kind of kinds) table[kind] = precedence;
  };
  set(PRECEDENCE_OR, Token.Or);
  set(PRECEDENCE_AND, Token.And);
  set(PRECEDENCE_COMPARISON, Token.EqualEqual, Token.NotEqual, Token.Less, Token.LessEqual, Token.Greater);
  set(PRECEDENCE_COMPARISON, Token.GreaterEqual, Token.In, Token.Is, Token.Not);
  set(PRECEDENCE_BITWISE_OR, Token.Pipe);
  set(6, Token.Caret);
  set(7, Token.Ampersand);
  set(8, Token.LeftShift, Token.RightShift);
  set(9, Token.Plus, Token.Minus);
  set(10, Token.Star, Token.Slash, Token.DoubleSlash, Token.Percent, Token.At);
  return table;
})();

const STARTS_EXPRESSION = (() => {
  const table = new Uint8Array(Token.TOKEN_KINDS);
  for (let kind: TokenKind = Token.Name; kind <= Token.FStringStart; kind++) table[kind] = 1;
  for (let kind: TokenKind = Token.OpenParen; kind <= Token.OpenBrace; kind++) table[kind] = 1;
  const others = [
    Token.Ellipsis,
    Token.False,
    Token.None,
    Token.True,
    Token.Await,
    Token.Lambda,
    Token.Not,
    Token.Yield,
  ];
  for (const kind of [...others, Token.Plus, Token.Minus, Token.Tilde, Token.Star]) table[kind] = 1;
  return table;
})();

// ---------------------------------------------------------------- binary operators

function parseBinary(c: Cursor, minimum: number): Expr {
  const start = c.start;
  const linksBefore = c.links;
  c.links = 0;
  let left = c.kind === Token.Not ? parseNot(c, minimum) : parseUnary(c);
  for (;;) {
    const precedence = PRECEDENCE[c.kind]!;
    if (precedence < minimum || precedence === 0) break;
    if (precedence > PRECEDENCE_COMPARISON) {
      if (c.links > MAX_CHAIN) {
        left = c.cutOff();
        break;
      }
      c.links++;
      const op = Token.SPELLING[c.kind] as Operator;
      c.advance();
      const right = parseBinary(c, precedence + 1);
      left = { kind: 'BinOp', start: Math.min(start, left.start), end: c.previousEnd, left, op, right };
    } else if (precedence < PRECEDENCE_COMPARISON) {
      left = parseBoolOp(c, start, left, precedence);
    } else if (c.kind === Token.Not && c.nextKind !== Token.In) {
      break;
    } else {
      left = parseComparison(c, start, left);
    }
  }
  c.links = Math.max(c.links, linksBefore);
  return left;
}

/** `a or b or c` is one node. */
function parseBoolOp(c: Cursor, start: number, first: Expr, precedence: number): Expr {
  const kind = c.kind;
  const values = [first];
  while (c.accept(kind)) values.push(parseBinary(c, precedence + 1));
  const op = kind === Token.Or ? 'or' : 'and';
  return { kind: 'BoolOp', start: Math.min(start, first.start), end: c.previousEnd, op, values };
}

/** `a < b < c` is one node. */
function parseComparison(c: Cursor, start: number, left: Expr): Expr {
  const ops: CompareOp[] = [];
  const comparators: Expr[] = [];
  while (PRECEDENCE[c.kind] === PRECEDENCE_COMPARISON && !(c.kind === Token.Not && c.nextKind !== Token.In)) {
    ops.push(parseCompareOp(c));
    comparators.push(parseBinary(c, PRECEDENCE_BITWISE_OR));
  }
  return { kind: 'Compare', start: Math.min(start, left.start), end: c.previousEnd, left, ops, comparators };
}

function parseCompareOp(c: Cursor): CompareOp {
  const kind = c.kind;
  if (kind === Token.NotEqual && c.isText('<>')) c.reportHere(`Write '!=' instead of '<>'`);
  c.advance();
  if (kind === Token.Is) return c.accept(Token.Not) ? 'is not' : 'is';
  if (kind === Token.Not) {
    c.advance();
    return 'not in';
  }
  return Token.SPELLING[kind] as CompareOp;
}

// ---------------------------------------------------------------- prefix operators

function parseNot(c: Cursor, minimum: number): Expr {
  if (minimum > PRECEDENCE_NOT) c.reportHere(`'not' must be in parentheses here`);
  if (c.isTooDeep) return c.cutOff();
  const start = c.start;
  c.advance();
  c.nesting++;
  const operand = parseBinary(c, PRECEDENCE_NOT);
  c.nesting--;
  return { kind: 'UnaryOp', start, end: c.previousEnd, op: 'not', operand };
}

/** `factor`: signs bind looser than the `**` behind them. */
function parseUnary(c: Cursor): Expr {
  const kind = c.kind;
  if (kind !== Token.Minus && kind !== Token.Plus && kind !== Token.Tilde) return parsePower(c);
  if (c.isTooDeep) return c.cutOff();
  const start = c.start;
  c.advance();
  c.nesting++;
  const operand = parseUnary(c);
  c.nesting--;
  return { kind: 'UnaryOp', start, end: c.previousEnd, op: Token.SPELLING[kind] as UnaryOp['op'], operand };
}

function parsePower(c: Cursor): Expr {
  const start = c.start;
  const left = c.kind === Token.Await ? parseAwait(c) : parsePrimary(c);
  if (c.kind !== Token.DoubleStar) return left;
  if (c.isTooDeep) return c.cutOff();
  c.advance();
  c.nesting++;
  const right = parseUnary(c);
  c.nesting--;
  return { kind: 'BinOp', start: Math.min(start, left.start), end: c.previousEnd, left, op: '**', right };
}

function parseAwait(c: Cursor): Expr {
  const start = c.start;
  c.advance();
  const value = parsePrimary(c);
  return { kind: 'Await', start, end: c.previousEnd, value };
}

// ---------------------------------------------------------------- calls, attributes, subscripts

function parsePrimary(c: Cursor): Expr {
  const tokenStart = c.start;
  const linksBefore = c.links;
  c.links = 0;
  let value = parseAtom(c);
  const start = Math.min(tokenStart, value.start);
  for (;;) {
    const kind = c.kind;
    if (kind !== Token.Dot && kind !== Token.OpenParen && kind !== Token.OpenBracket) break;
    if (c.links > MAX_CHAIN || c.isTooDeep) {
      value = c.cutOff();
      break;
    }
    c.links++;
    if (kind === Token.Dot) value = parseAttribute(c, start, value);
    else if (kind === Token.OpenParen) value = parseCall(c, start, value);
    else value = parseSubscript(c, start, value);
  }
  c.links = Math.max(c.links, linksBefore);
  return value;
}

/** `value.` still gives an attribute, with an empty name, for the completion to work on. */
function parseAttribute(c: Cursor, start: number, value: Expr): Expr {
  c.advance();
  const attr = startsNextArgument(c) ? c.missingIdentifier(WHAT_ATTRIBUTE) : c.identifier(WHAT_ATTRIBUTE);
  return { kind: 'Attribute', start, end: c.previousEnd, value, attr };
}

const WHAT_ATTRIBUTE = 'the name of an attribute';

/** `f(user.` on one line and `key=1` on the next: the name belongs to the next argument, not to the dot. */
function startsNextArgument(c: Cursor): boolean {
  if (c.kind !== Token.Name || c.nextKind !== Token.Equal) return false;
  return /[\r\n]/.test(c.text.slice(c.previousEnd, c.start));
}

function parseCall(c: Cursor, start: number, func: Expr): Expr {
  const args: Expr[] = [];
  const keywords: Keyword[] = [];
  parseArguments(c, args, keywords);
  return { kind: 'Call', start, end: c.previousEnd, func, args, keywords };
}

// ---------------------------------------------------------------- the loosest expressions

function parseConditional(c: Cursor, start: number, body: Expr): Expr {
  if (c.isTooDeep) return c.cutOff();
  c.advance();
  c.nesting++;
  const test = parseBinary(c, PRECEDENCE_OR);
  const orelse = c.accept(Token.Else) ? parseExpression(c) : c.missing(`Expected 'else' and the other value`);
  c.nesting--;
  return { kind: 'IfExp', start: Math.min(start, body.start), end: c.previousEnd, test, body, orelse };
}

/** A lambda; also called where it must not stand without parentheses. */
export function parseLambda(c: Cursor): Expr {
  if (c.isTooDeep) return c.cutOff();
  const start = c.start;
  c.advance();
  c.nesting += BRACKET_WEIGHT;
  const params = parseLambdaParameters(c);
  c.expect(Token.Colon);
  const body = parseExpression(c);
  c.nesting -= BRACKET_WEIGHT;
  return { kind: 'Lambda', start, end: c.previousEnd, params, body };
}

function parseAssignmentExpression(c: Cursor, start: number, target: Expr): Expr {
  if (target.kind !== 'Name' || target.start !== start) c.reportNode(target, `Only a name can be assigned with ':='`);
  c.advance();
  const value = parseExpression(c);
  return { kind: 'NamedExpr', start: Math.min(start, target.start), end: c.previousEnd, target, value };
}

function parseStarred(c: Cursor): Starred {
  const start = c.start;
  c.advance();
  const value = parseBitwiseOr(c);
  return { kind: 'Starred', start, end: c.previousEnd, value };
}

function parseStarredOrExpression(c: Cursor): Expr {
  if (c.kind === Token.Star) return parseStarred(c);
  const start = c.start;
  const value = parseExpression(c);
  if (c.kind !== Token.ColonEqual) return value;
  c.reportHere(`An assignment with ':=' must be in parentheses here`);
  return parseAssignmentExpression(c, start, value);
}
