/** Patterns of `match` statements (PEP 634). */
import { continuesList } from './atoms.ts';
import { BRACKET_WEIGHT, MAX_CHAIN } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { parseBitwiseOr } from './expressions.ts';
import type { Expr, Identifier, MatchClass, MatchMapping, Pattern } from './nodes.ts';
import { parseStrings } from './strings.ts';
import * as Token from './tokens.ts';
import type { TokenKind } from './tokens.ts';

/** The pattern of a `case`: also a sequence without brackets. */
export function parseCasePattern(c: Cursor): Pattern {
  const start = c.start;
  const first = parseSequenceItem(c);
  if (c.kind !== Token.Comma) {
    if (first.kind === 'MatchStar') c.reportNode(first, 'A starred pattern must be in a sequence');
    return first;
  }
  const patterns = [first];
  while (c.accept(Token.Comma) && c.kind !== Token.Colon && c.kind !== Token.If && !c.atEndOfLevel()) {
    patterns.push(parseSequenceItem(c));
  }
  return { kind: 'MatchSequence', start: Math.min(start, first.start), end: c.previousEnd, patterns };
}

function parseSequenceItem(c: Cursor): Pattern {
  if (c.kind !== Token.Star) return parseAsPattern(c);
  const start = c.start;
  c.advance();
  const isWildcard = c.isWord('_');
  const name = c.identifier('a name');
  return { kind: 'MatchStar', start, end: c.previousEnd, name: isWildcard ? null : name };
}

function parseAsPattern(c: Cursor): Pattern {
  if (c.isTooDeep) {
    const value = c.cutOff();
    return { kind: 'MatchValue', start: value.start, end: value.end, value };
  }
  const start = c.start;
  const pattern = parseOrPattern(c);
  if (!c.accept(Token.As)) return pattern;
  if (c.isWord('_')) c.reportHere(`'_' cannot be the name of a pattern`);
  const name = c.identifier('the name of the pattern');
  return { kind: 'MatchAs', start: Math.min(start, pattern.start), end: c.previousEnd, pattern, name };
}

function parseOrPattern(c: Cursor): Pattern {
  const start = c.start;
  const first = parseClosedPattern(c);
  if (c.kind !== Token.Pipe) return first;
  const patterns = [first];
  while (c.accept(Token.Pipe)) patterns.push(parseClosedPattern(c));
  return { kind: 'MatchOr', start: Math.min(start, first.start), end: c.previousEnd, patterns };
}

function parseClosedPattern(c: Cursor): Pattern {
  switch (c.kind) {
    case Token.Name:
      return parseNamePattern(c);
    case Token.None:
      return parseSingleton(c, null);
    case Token.True:
      return parseSingleton(c, true);
    case Token.False:
      return parseSingleton(c, false);
    case Token.OpenParen:
      return parseBracketed(c, Token.CloseParen);
    case Token.OpenBracket:
      return parseBracketed(c, Token.CloseBracket);
    case Token.OpenBrace:
      return parseMapping(c);
    default:
      return asValue(parseLiteral(c));
  }
}

function asValue(value: Expr): Pattern {
  return { kind: 'MatchValue', start: value.start, end: value.end, value };
}

function parseSingleton(c: Cursor, value: true | false | null): Pattern {
  const { start, end } = c;
  c.advance();
  return { kind: 'MatchSingleton', start, end, value };
}

/** A number with its sign, the sum of a complex number, or strings. */
function parseLiteral(c: Cursor): Expr {
  if (c.kind === Token.String || c.kind === Token.FStringStart) return parseStrings(c);
  const isNumber = c.kind >= Token.Integer && c.kind <= Token.Imaginary;
  if (!isNumber && c.kind !== Token.Minus) return c.missing('Expected a pattern');
  const value = parseSum(c);
  if (!isNumberLiteral(value)) c.reportNode(value, 'A pattern can only hold literals, names and their attributes');
  return value;
}

/** As an expression without `|`, which joins patterns here. */
function parseSum(c: Cursor): Expr {
  const start = c.start;
  const left = parseSigned(c);
  if (c.kind !== Token.Plus && c.kind !== Token.Minus) return left;
  const op = c.kind === Token.Plus ? '+' : '-';
  c.advance();
  const right = parseSigned(c);
  return { kind: 'BinOp', start, end: c.previousEnd, left, op, right };
}

function parseSigned(c: Cursor): Expr {
  const { start, end, kind } = c;
  if (kind === Token.Minus) {
    c.advance();
    const operand = parseUnsigned(c);
    return { kind: 'UnaryOp', start, end: Math.max(end, c.previousEnd), op: '-', operand };
  }
  return parseUnsigned(c);
}

function parseUnsigned(c: Cursor): Expr {
  const { start, end, kind, word: value } = c;
  if (kind < Token.Integer || kind > Token.Imaginary) return c.missing('Expected a number');
  c.advance();
  const type = kind === Token.Integer ? 'int' : kind === Token.Float ? 'float' : 'complex';
  return { kind: 'Constant', start, end, type, value };
}

function isNumberLiteral(value: Expr): boolean {
  if (value.kind !== 'BinOp') return true;
  const isImaginary = value.right.kind === 'Constant' && value.right.type === 'complex';
  const real = value.left.kind === 'UnaryOp' ? value.left.operand : value.left;
  return isImaginary && real.kind === 'Constant' && real.type !== 'complex';
}

// ---------------------------------------------------------------- names and classes

/** A capture `name`, the wildcard `_`, a value `a.b`, or a class pattern `a.b(…)`. */
function parseNamePattern(c: Cursor): Pattern {
  const { start, end } = c;
  const isWildcard = c.isWord('_');
  const text = c.nameText();
  c.advance();
  if (c.kind !== Token.Dot && c.kind !== Token.OpenParen) {
    return { kind: 'MatchAs', start, end, pattern: null, name: isWildcard ? null : { start, end, text } };
  }
  const value = parseDotted(c, { kind: 'Name', start, end, id: text });
  return c.kind === Token.OpenParen ? parseClass(c, value) : asValue(value);
}

function parseDotted(c: Cursor, name: Expr): Expr {
  let value = name;
  for (let links = 0; c.kind === Token.Dot; links++) {
    if (links > MAX_CHAIN) return c.cutOff();
    c.advance();
    const attr = c.identifier('the name of an attribute');
    value = { kind: 'Attribute', start: name.start, end: c.previousEnd, value, attr };
  }
  return value;
}

function parseClass(c: Cursor, cls: Expr): MatchClass {
  const patterns: Pattern[] = [];
  const kwdAttrs: Identifier[] = [];
  const kwdPatterns: Pattern[] = [];
  c.advance();
  c.nesting += BRACKET_WEIGHT;
  if (!c.atEndOfLevel()) {
    do {
      if (c.kind === Token.Name && c.nextKind === Token.Equal) {
        kwdAttrs.push(c.identifier('the name of an attribute'));
        c.advance();
        kwdPatterns.push(parseAsPattern(c));
      } else {
        const pattern = parseAsPattern(c);
        if (kwdAttrs.length > 0) c.reportNode(pattern, 'A positional pattern must stand before those with names');
        patterns.push(pattern);
      }
    } while (continuesList(c));
  }
  c.nesting -= BRACKET_WEIGHT;
  c.expectCloser(Token.CloseParen);
  return { kind: 'MatchClass', start: cls.start, end: c.previousEnd, cls, patterns, kwdAttrs, kwdPatterns };
}

// ---------------------------------------------------------------- brackets

/** A sequence, or with parentheses around a single pattern that pattern. */
function parseBracketed(c: Cursor, closer: TokenKind): Pattern {
  const start = c.start;
  const patterns: Pattern[] = [];
  let endsWithComma = false;
  c.advance();
  c.nesting += BRACKET_WEIGHT;
  if (!c.atEndOfLevel()) {
    do {
      patterns.push(parseSequenceItem(c));
      endsWithComma = c.kind === Token.Comma;
    } while (continuesList(c));
  }
  c.nesting -= BRACKET_WEIGHT;
  c.expectCloser(closer);
  const only = patterns.length === 1 && !endsWithComma && closer === Token.CloseParen ? patterns[0]! : null;
  if (only !== null && only.kind !== 'MatchStar') return only;
  if (only !== null) c.reportNode(only, 'A starred pattern must be in a sequence');
  return { kind: 'MatchSequence', start, end: c.previousEnd, patterns };
}

function parseMapping(c: Cursor): MatchMapping {
  const start = c.start;
  const keys: Expr[] = [];
  const patterns: Pattern[] = [];
  let rest: Identifier | null = null;
  c.advance();
  c.nesting += BRACKET_WEIGHT;
  if (!c.atEndOfLevel()) {
    do {
      if (rest !== null) c.reportHere(`Nothing may follow the '**' of a mapping pattern`);
      if (c.accept(Token.DoubleStar)) {
        if (c.isWord('_')) c.reportHere(`'_' cannot take the rest of a mapping`);
        rest = c.identifier('a name');
      } else {
        keys.push(parseMappingKey(c));
        c.expect(Token.Colon);
        patterns.push(parseAsPattern(c));
      }
    } while (continuesList(c));
  }
  c.nesting -= BRACKET_WEIGHT;
  c.expectCloser(Token.CloseBrace);
  return { kind: 'MatchMapping', start, end: c.previousEnd, keys, patterns, rest };
}

function parseMappingKey(c: Cursor): Expr {
  if (c.kind >= Token.False && c.kind <= Token.True) return parseBitwiseOr(c);
  if (c.kind !== Token.Name) return parseLiteral(c);
  const { start, end } = c;
  const id = c.nameText();
  c.advance();
  const key = parseDotted(c, { kind: 'Name', start, end, id });
  if (key.kind === 'Name') c.reportNode(key, 'A key must be a literal or an attribute, not a name');
  return key;
}
