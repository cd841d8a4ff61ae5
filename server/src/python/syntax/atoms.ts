/** The innermost expressions: names, numbers, and everything in brackets or quotes. */
import { BRACKET_WEIGHT } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { parseComprehensions, startsComprehension } from './comprehensions.ts';
import {
  parseElement,
  parseExpression,
  parseLambda,
  parseBitwiseOr,
  parseYield,
  startsExpression,
} from './expressions.ts';
import type { Constant, Expr } from './nodes.ts';
import { parseStrings } from './strings.ts';
import * as Token from './tokens.ts';

/** Reads one atom; where there is none, gives `Missing` and consumes nothing. */
export function parseAtom(c: Cursor): Expr {
  switch (c.kind) {
    case Token.Name: {
      const { start, end } = c;
      const id = c.nameText();
      c.advance();
      return { kind: 'Name', start, end, id };
    }
    case Token.String:
    case Token.FStringStart:
      return c.isTooDeep ? c.cutOff() : parseStrings(c);
    case Token.OpenParen:
      return parseBracket(c, parseParenthesized);
    case Token.OpenBracket:
      return parseBracket(c, parseList);
    case Token.OpenBrace:
      return parseBracket(c, parseDictOrSet);
    case Token.Integer:
      return parseNumber(c, 'int');
    case Token.Float:
      return parseNumber(c, 'float');
    case Token.Imaginary:
      return parseNumber(c, 'complex');
    case Token.None:
      return parseConstant(c, 'None', null);
    case Token.True:
      return parseConstant(c, 'bool', true);
    case Token.False:
      return parseConstant(c, 'bool', false);
    case Token.Ellipsis:
      return parseConstant(c, 'Ellipsis', null);
    default:
      return parseMisplaced(c);
  }
}

/** After an element of a bracketed list: whether another one follows. Reports and skips what is neither. */
export function continuesList(c: Cursor): boolean {
  if (c.accept(Token.Comma)) return !c.atEndOfLevel();
  if (c.atEndOfLevel()) return false;
  c.reportHere(`Expected ',' before ${c.describe()}`);
  // Not every list takes all that starts an expression (patterns, type parameters): what nobody took is stepped over.
  if (c.position === c.stuckAt) c.skipWhole();
  while (!c.atEndOfLevel() && c.kind !== Token.Comma && !startsExpression(c.kind)) c.advance();
  c.stuckAt = c.position;
  c.accept(Token.Comma);
  return !c.atEndOfLevel();
}

// ---------------------------------------------------------------- constants

function parseNumber(c: Cursor, type: 'int' | 'float' | 'complex'): Constant {
  const { start, end, word: value } = c;
  c.advance();
  return { kind: 'Constant', start, end, type, value };
}

function parseConstant(c: Cursor, type: 'None' | 'Ellipsis', value: null): Constant;
function parseConstant(c: Cursor, type: 'bool', value: boolean): Constant;
function parseConstant(c: Cursor, type: 'None' | 'Ellipsis' | 'bool', value: boolean | null): Constant {
  const { start, end } = c;
  c.advance();
  return { kind: 'Constant', start, end, type, value } as Constant;
}

/** Something that is an expression, though not allowed here unless in parentheses; or nothing of the kind. */
function parseMisplaced(c: Cursor): Expr {
  if (c.kind !== Token.Lambda && c.kind !== Token.Yield && c.kind !== Token.Star) {
    return c.missing('Expected an expression');
  }
  if (c.isTooDeep) return c.cutOff();
  c.reportHere(c.kind === Token.Star ? `'*' cannot unpack here` : `${c.describe()} must be in parentheses here`);
  c.nesting += BRACKET_WEIGHT;
  const expression =
    c.kind === Token.Lambda ? parseLambda(c) : c.kind === Token.Yield ? parseYield(c) : parseElement(c);
  c.nesting -= BRACKET_WEIGHT;
  return expression;
}

// ---------------------------------------------------------------- brackets

function parseBracket(c: Cursor, parse: (c: Cursor, start: number) => Expr): Expr {
  if (c.isTooDeep) return c.cutOff();
  const start = c.start;
  c.advance();
  c.nesting += BRACKET_WEIGHT;
  const expression = parse(c, start);
  c.nesting -= BRACKET_WEIGHT;
  return expression;
}

/** `()`, `(a)`, `(a, b)`, `(yield)` or `(a for b in c)`. A parenthesized expression keeps its own range. */
function parseParenthesized(c: Cursor, start: number): Expr {
  if (c.accept(Token.CloseParen)) return { kind: 'Tuple', start, end: c.previousEnd, elts: [] };
  if (c.kind === Token.Yield) {
    const value = parseYield(c);
    c.expectCloser(Token.CloseParen);
    return value;
  }
  const first = parseElement(c);
  if (startsComprehension(c)) {
    reportUnpacking(c, first);
    const generators = parseComprehensions(c);
    c.expectCloser(Token.CloseParen);
    return { kind: 'GeneratorExp', start, end: c.previousEnd, elt: first, generators };
  }
  if (c.kind === Token.CloseParen) {
    if (first.kind === 'Starred') c.reportNode(first, `'*' cannot unpack here`);
    c.advance();
    return first;
  }
  const elts = parseFurtherElements(c, first);
  c.expectCloser(Token.CloseParen);
  return { kind: 'Tuple', start, end: c.previousEnd, elts };
}

function parseList(c: Cursor, start: number): Expr {
  if (c.accept(Token.CloseBracket)) return { kind: 'List', start, end: c.previousEnd, elts: [] };
  const first = parseElement(c);
  if (startsComprehension(c)) {
    reportUnpacking(c, first);
    const generators = parseComprehensions(c);
    c.expectCloser(Token.CloseBracket);
    return { kind: 'ListComp', start, end: c.previousEnd, elt: first, generators };
  }
  const elts = parseFurtherElements(c, first);
  c.expectCloser(Token.CloseBracket);
  return { kind: 'List', start, end: c.previousEnd, elts };
}

function parseFurtherElements(c: Cursor, first: Expr): Expr[] {
  const elts = [first];
  while (continuesList(c)) elts.push(parseElement(c));
  return elts;
}

function reportUnpacking(c: Cursor, element: Expr): void {
  if (element.kind === 'Starred') c.reportNode(element, 'A comprehension cannot unpack with *');
}

// ---------------------------------------------------------------- dictionaries and sets

function parseDictOrSet(c: Cursor, start: number): Expr {
  if (c.accept(Token.CloseBrace)) return { kind: 'Dict', start, end: c.previousEnd, keys: [], values: [] };
  if (c.kind === Token.DoubleStar) return parseDict(c, start, null);
  const first = parseElement(c);
  if (c.kind === Token.Colon) return parseDict(c, start, first);
  if (startsComprehension(c)) {
    reportUnpacking(c, first);
    const generators = parseComprehensions(c);
    c.expectCloser(Token.CloseBrace);
    return { kind: 'SetComp', start, end: c.previousEnd, elt: first, generators };
  }
  const elts = parseFurtherElements(c, first);
  c.expectCloser(Token.CloseBrace);
  return { kind: 'Set', start, end: c.previousEnd, elts };
}

/** Behind the first key, or before the `**` that stands in its place. */
function parseDict(c: Cursor, start: number, firstKey: Expr | null): Expr {
  const keys: (Expr | null)[] = [];
  const values: Expr[] = [];
  let key = firstKey;
  for (;;) {
    if (key === null && c.kind === Token.DoubleStar) {
      c.advance();
      keys.push(null);
      values.push(parseBitwiseOr(c));
    } else {
      key ??= parseExpression(c);
      reportBadKey(c, key);
      keys.push(key);
      values.push(parseDictValue(c));
    }
    if (keys.length === 1 && startsComprehension(c)) return parseDictComp(c, start, keys[0]!, values[0]!);
    if (!continuesList(c)) break;
    key = null;
  }
  c.expectCloser(Token.CloseBrace);
  return { kind: 'Dict', start, end: c.previousEnd, keys, values };
}

function parseDictValue(c: Cursor): Expr {
  if (c.accept(Token.Colon)) return parseExpression(c);
  return c.missing(`Expected ':' and a value`);
}

function reportBadKey(c: Cursor, key: Expr): void {
  if (key.kind === 'Starred') c.reportNode(key, `A key cannot be unpacked; write '**' to unpack a dictionary`);
  if (key.kind === 'NamedExpr' && c.text[key.start - 1] !== '(') {
    c.reportNode(key, `An assignment with ':=' must be in parentheses here`);
  }
}

function parseDictComp(c: Cursor, start: number, key: Expr | null, value: Expr): Expr {
  if (key === null) c.reportNode(value, 'A comprehension cannot unpack with **');
  const presentKey: Expr = key ?? { kind: 'Missing', start: value.start, end: value.start };
  const generators = parseComprehensions(c);
  c.expectCloser(Token.CloseBrace);
  return { kind: 'DictComp', start, end: c.previousEnd, key: presentKey, value, generators };
}
