import type { Cursor } from './cursor.ts';
import { parseBitwiseOr, parseDisjunction, startsExpression } from './expressions.ts';
import type { Comprehension, Expr } from './nodes.ts';
import { reportBadTarget } from './targets.ts';
import * as Token from './tokens.ts';

export function startsComprehension(c: Cursor): boolean {
  return c.kind === Token.For || (c.kind === Token.Async && c.nextKind === Token.For);
}

/** All the `for … in … if …` of a comprehension. */
export function parseComprehensions(c: Cursor): Comprehension[] {
  const generators: Comprehension[] = [];
  while (startsComprehension(c)) generators.push(parseComprehension(c));
  return generators;
}

/** `star_targets`: what a `for` assigns to, up to its `in`. */
export function parseLoopTarget(c: Cursor): Expr {
  const start = c.start;
  let target = parseTargetElement(c);
  if (c.kind === Token.Comma) {
    const elts = [target];
    while (c.accept(Token.Comma) && startsExpression(c.kind)) elts.push(parseTargetElement(c));
    target = { kind: 'Tuple', start: Math.min(start, target.start), end: c.previousEnd, elts };
  }
  reportBadTarget(c, target);
  return target;
}

function parseComprehension(c: Cursor): Comprehension {
  const start = c.start;
  const isAsync = c.accept(Token.Async);
  c.advance();
  const target = parseLoopTarget(c);
  const iter = c.accept(Token.In) ? parseDisjunction(c) : c.missing(`Expected 'in' and what to loop over`);
  const ifs: Expr[] = [];
  while (c.accept(Token.If)) ifs.push(parseDisjunction(c));
  return { kind: 'Comprehension', start, end: c.previousEnd, isAsync, target, iter, ifs };
}

function parseTargetElement(c: Cursor): Expr {
  if (c.kind !== Token.Star) return parseBitwiseOr(c);
  const start = c.start;
  c.advance();
  const value = parseBitwiseOr(c);
  return { kind: 'Starred', start, end: c.previousEnd, value };
}
