/** What follows an expression in brackets: the arguments of a call, the subscript of an item. */
import { continuesList } from './atoms.ts';
import { BRACKET_WEIGHT } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { parseComprehensions, startsComprehension } from './comprehensions.ts';
import { parseExpression, parseNamedExpression, startsExpression } from './expressions.ts';
import type { Expr, Keyword, Starred } from './nodes.ts';
import * as Token from './tokens.ts';

/** Reads `(…)` and adds what stands in it to `args` and `keywords`; also the bases of a class. */
export function parseArguments(c: Cursor, args: Expr[], keywords: Keyword[]): void {
  const open = c.start;
  c.advance();
  c.nesting += BRACKET_WEIGHT;
  if (!c.atEndOfLevel()) {
    do {
      parseArgument(c, args, keywords, open);
    } while (continuesList(c));
  }
  c.nesting -= BRACKET_WEIGHT;
  c.expectCloser(Token.CloseParen);
}

/** `value[…]`, standing at the bracket. */
export function parseSubscript(c: Cursor, start: number, value: Expr): Expr {
  c.advance();
  c.nesting += BRACKET_WEIGHT;
  const slice = parseSlices(c);
  c.nesting -= BRACKET_WEIGHT;
  c.expectCloser(Token.CloseBracket);
  return { kind: 'Subscript', start, end: c.previousEnd, value, slice };
}

// ---------------------------------------------------------------- arguments

function parseArgument(c: Cursor, args: Expr[], keywords: Keyword[], open: number): void {
  if (c.nextKind === Token.Equal && (c.kind === Token.Name || Token.isKeyword(c.kind))) {
    keywords.push(parseKeyword(c));
  } else if (c.kind === Token.DoubleStar) {
    const start = c.start;
    c.advance();
    const value = parseExpression(c);
    keywords.push({ kind: 'Keyword', start, end: c.previousEnd, name: null, value });
  } else if (c.kind === Token.Star) {
    const argument = parseUnpacking(c);
    if (keywords.some(({ name }) => name === null)) c.reportNode(argument, `'*' must stand before '**'`);
    args.push(argument);
  } else {
    args.push(parsePositional(c, args, keywords, open));
  }
}

function parseKeyword(c: Cursor): Keyword {
  const { start, end } = c;
  if (c.kind !== Token.Name) c.reportHere(`${c.describe()} is a keyword and cannot name an argument`);
  const name = { start, end, text: c.nameText() };
  c.advance();
  c.advance();
  const value = parseExpression(c);
  return { kind: 'Keyword', start, end: c.previousEnd, name, value };
}

function parsePositional(c: Cursor, args: readonly Expr[], keywords: readonly Keyword[], open: number): Expr {
  const argument = parseNamedExpression(c);
  if (startsComprehension(c)) return parseBareGenerator(c, argument, args.length + keywords.length === 0, open);
  if (c.kind === Token.Equal) {
    c.reportHere(`Only a name can be given a value here; compare with '=='`);
    c.advance();
    const parts = [argument, parseExpression(c)];
    return { kind: 'Invalid', start: argument.start, end: c.previousEnd, parts };
  }
  if (keywords.length > 0 && argument.kind !== 'Missing') {
    c.reportNode(argument, 'A positional argument must stand before the keyword arguments');
  }
  return argument;
}

/** `f(x for x in y)`: the parentheses of the call are also those of the generator, as in CPython. */
function parseBareGenerator(c: Cursor, elt: Expr, isFirst: boolean, open: number): Expr {
  const generators = parseComprehensions(c);
  const isOnly = isFirst && c.kind === Token.CloseParen;
  if (isOnly) return { kind: 'GeneratorExp', start: open, end: c.end, elt, generators };
  const { start } = elt;
  const end = c.previousEnd;
  c.report(start, end, 'A generator beside other arguments must be in parentheses');
  return { kind: 'GeneratorExp', start, end, elt, generators };
}

function parseUnpacking(c: Cursor): Starred {
  const start = c.start;
  c.advance();
  const value = parseExpression(c);
  return { kind: 'Starred', start, end: c.previousEnd, value };
}

// ---------------------------------------------------------------- subscripts

/** One index, or a tuple of several. */
function parseSlices(c: Cursor): Expr {
  const start = c.start;
  const first = parseIndex(c);
  if (c.kind === Token.CloseBracket && first.kind !== 'Starred') return first;
  const elts = [first];
  while (continuesList(c)) elts.push(parseIndex(c));
  return { kind: 'Tuple', start: Math.min(start, first.start), end: c.previousEnd, elts };
}

function parseIndex(c: Cursor): Expr {
  if (c.kind === Token.Star) return parseUnpacking(c);
  const start = c.start;
  const lower = c.kind === Token.Colon ? null : parseNamedExpression(c);
  if (c.kind !== Token.Colon) return lower!;
  if (lower?.kind === 'NamedExpr' && lower.start === start) {
    c.reportNode(lower, `An assignment with ':=' must be in parentheses here`);
  }
  c.advance();
  const upper = parseBound(c);
  const step = c.accept(Token.Colon) ? parseBound(c) : null;
  return { kind: 'Slice', start: Math.min(start, lower?.start ?? start), end: c.previousEnd, lower, upper, step };
}

function parseBound(c: Cursor): Expr | null {
  return startsExpression(c.kind) ? parseExpression(c) : null;
}
