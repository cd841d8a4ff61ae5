/** Parameters of functions and lambdas, and type parameters (PEP 695 and 696). */
import { continuesList } from './atoms.ts';
import { BRACKET_WEIGHT } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { parseBitwiseOr, parseElement, parseExpression } from './expressions.ts';
import type { Expr, Parameter, Parameters, TypeParam } from './nodes.ts';
import * as Token from './tokens.ts';

/** Those of a `def`, standing at `(`. */
export function parseParameters(c: Cursor): Parameters {
  if (!c.expect(Token.OpenParen)) return noParameters(c);
  c.nesting += BRACKET_WEIGHT;
  const params = parseParameterList(c, true);
  c.nesting -= BRACKET_WEIGHT;
  c.expectCloser(Token.CloseParen);
  return params;
}

/** Those of a lambda, up to its colon. */
export function parseLambdaParameters(c: Cursor): Parameters {
  return parseParameterList(c, false);
}

/** `[T: bound = default, *Ts, **P]`; empty when there is no bracket. */
export function parseTypeParams(c: Cursor): TypeParam[] {
  const params: TypeParam[] = [];
  if (!c.accept(Token.OpenBracket)) return params;
  c.nesting += BRACKET_WEIGHT;
  if (c.atEndOfLevel()) c.reportHere('Expected a type parameter');
  else
    do params.push(parseTypeParam(c));
    while (continuesList(c));
  c.nesting -= BRACKET_WEIGHT;
  c.expectCloser(Token.CloseBracket);
  return params;
}

// ---------------------------------------------------------------- parameters

interface ParameterList {
  posonly: Parameter[];
  args: Parameter[];
  vararg: Parameter | null;
  readonly kwonly: Parameter[];
  kwarg: Parameter | null;
  /** Whether a `*` or `*args` was seen, after which parameters are keyword-only. */
  hasStar: boolean;
  hasDefault: boolean;
}

function noParameters(c: Cursor): Parameters {
  const { previousEnd } = c;
  const none = { posonly: [], args: [], vararg: null, kwonly: [], kwarg: null };
  return { kind: 'Parameters', start: previousEnd, end: previousEnd, ...none };
}

function parseParameterList(c: Cursor, annotated: boolean): Parameters {
  if (endsParameters(c, annotated)) return noParameters(c);
  const start = startsParameter(c) ? c.start : c.previousEnd;
  const list: ParameterList = {
    posonly: [],
    args: [],
    vararg: null,
    kwonly: [],
    kwarg: null,
    hasStar: false,
    hasDefault: false,
  };
  do {
    parseOneParameter(c, list, annotated);
  } while (continuesParameters(c, annotated));
  const { posonly, args, vararg, kwonly, kwarg } = list;
  return { kind: 'Parameters', start, end: c.previousEnd, posonly, args, vararg, kwonly, kwarg };
}

function endsParameters(c: Cursor, annotated: boolean): boolean {
  return c.atEndOfLevel() || (!annotated && c.kind === Token.Colon);
}

function continuesParameters(c: Cursor, annotated: boolean): boolean {
  while (!endsParameters(c, annotated)) {
    if (c.accept(Token.Comma)) return !endsParameters(c, annotated);
    c.reportHere(`Expected ',' before ${c.describe()}`);
    if (startsParameter(c)) return true;
    // What stands in a bracket must not be taken for parameters.
    c.skipWhole();
  }
  return false;
}

function startsParameter(c: Cursor): boolean {
  const kind = c.kind;
  return kind === Token.Name || kind === Token.Star || kind === Token.DoubleStar || kind === Token.Slash;
}

function parseOneParameter(c: Cursor, list: ParameterList, annotated: boolean): void {
  if (list.kwarg !== null) c.reportHere(`Nothing may follow the parameter with '**'`);
  if (c.kind === Token.Slash) {
    parseSlash(c, list);
  } else if (c.kind === Token.Star) {
    parseStarParameter(c, list, annotated);
  } else if (c.accept(Token.DoubleStar)) {
    const parameter = parseParameter(c, annotated, false);
    if (parameter.default !== null) c.reportNode(parameter, `A parameter with '**' cannot have a default`);
    list.kwarg ??= parameter;
  } else {
    const parameter = parseParameter(c, annotated, false);
    if (list.hasStar) {
      list.kwonly.push(parameter);
      return;
    }
    if (parameter.default !== null) list.hasDefault = true;
    else if (list.hasDefault) c.reportNode(parameter, 'A parameter without a default must stand before those with one');
    list.args.push(parameter);
  }
}

function parseSlash(c: Cursor, list: ParameterList): void {
  if (list.hasStar) c.reportHere(`'/' must stand before '*'`);
  else if (list.posonly.length > 0) c.reportHere(`There can be only one '/'`);
  else if (list.args.length === 0) c.reportHere(`At least one parameter must stand before '/'`);
  c.advance();
  if (list.hasStar) return;
  list.posonly = [...list.posonly, ...list.args];
  list.args = [];
}

function parseStarParameter(c: Cursor, list: ParameterList, annotated: boolean): void {
  if (list.hasStar) c.reportHere(`There can be only one '*'`);
  const { start, end } = c;
  c.advance();
  const isSecond = list.hasStar;
  list.hasStar = true;
  if (c.kind === Token.Name) {
    const parameter = parseParameter(c, annotated, true);
    if (parameter.default !== null) c.reportNode(parameter, `A parameter with '*' cannot have a default`);
    if (!isSecond) list.vararg = parameter;
  } else if (c.kind !== Token.Comma || [Token.CloseParen, Token.Colon, Token.DoubleStar].includes(c.nextKind)) {
    c.report(start, end, `A parameter must follow a bare '*'`);
  }
}

function parseParameter(c: Cursor, annotated: boolean, isStarred: boolean): Parameter {
  const start = c.start;
  const name = c.identifier('the name of a parameter');
  const annotation = annotated && c.accept(Token.Colon) ? parseAnnotation(c, isStarred) : null;
  const end = c.previousEnd;
  const value = c.accept(Token.Equal) ? parseExpression(c) : null;
  return { kind: 'Parameter', start: Math.min(start, name.start), end, name, annotation, default: value };
}

/** `*args: *Ts` unpacks a tuple of types (PEP 646). */
function parseAnnotation(c: Cursor, isStarred: boolean): Expr {
  if (!isStarred || c.kind !== Token.Star) return parseExpression(c);
  const start = c.start;
  c.advance();
  const value = parseBitwiseOr(c);
  return { kind: 'Starred', start, end: c.previousEnd, value };
}

// ---------------------------------------------------------------- type parameters

function parseTypeParam(c: Cursor): TypeParam {
  const start = c.start;
  const kind = c.accept(Token.Star) ? 'TypeVarTuple' : c.accept(Token.DoubleStar) ? 'ParamSpec' : 'TypeVar';
  const name = c.identifier('the name of a type parameter');
  let bound: Expr | null = null;
  if (c.kind === Token.Colon) {
    if (kind !== 'TypeVar') c.reportHere(`A type parameter with '*' cannot have a bound`);
    c.advance();
    bound = parseExpression(c);
  }
  let value: Expr | null = null;
  if (c.accept(Token.Equal)) value = kind === 'TypeVarTuple' ? parseElement(c) : parseExpression(c);
  return { kind, start: Math.min(start, name.start), end: c.previousEnd, name, bound, default: value };
}
