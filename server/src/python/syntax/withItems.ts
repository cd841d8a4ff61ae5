/** The items of a `with`, whose parentheses may belong to the statement or to an expression. */
import { continuesList } from './atoms.ts';
import { BRACKET_WEIGHT } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { parseBitwiseOr, parseExpression } from './expressions.ts';
import type { WithItem } from './nodes.ts';
import { reportBadTarget } from './targets.ts';
import * as Token from './tokens.ts';

/** Reads `a as b, c` or `(a as b, c)`, up to the colon. */
export function parseWithItems(c: Cursor): WithItem[] {
  const items: WithItem[] = [];
  if (c.kind === Token.OpenParen && parenthesesHoldItems(c)) {
    c.advance();
    c.nesting += BRACKET_WEIGHT;
    do items.push(parseWithItem(c));
    while (continuesList(c));
    c.nesting -= BRACKET_WEIGHT;
    c.expectCloser(Token.CloseParen);
  } else {
    do items.push(parseWithItem(c));
    while (c.accept(Token.Comma));
  }
  return items;
}

function parseWithItem(c: Cursor): WithItem {
  const start = c.start;
  const context = parseExpression(c);
  let target = null;
  if (c.accept(Token.As)) {
    target = parseBitwiseOr(c);
    reportBadTarget(c, target);
  }
  return { kind: 'WithItem', start: Math.min(start, context.start), end: c.previousEnd, context, target };
}

/**
 * Whether the parenthesis at the cursor holds the items: it must reach to the colon, and hold an `as` or nothing but
 * plain expressions between commas. What Python would read as one expression there (a generator, an unpacking, `:=`,
 * `yield`, an empty tuple) is one.
 */
function parenthesesHoldItems(c: Cursor): boolean {
  const open = c.position;
  let depth = 0;
  let startsItem = true;
  for (let position = open; ; position++) {
    const kind = c.kindAt(position);
    if (Token.isLayout(kind)) return false;
    if (Token.isCloser(kind) && --depth === 0) {
      return position > open + 1 && c.kindAt(position + 1) === Token.Colon;
    }
    if (depth === 1) {
      if (kind === Token.As) return true;
      if (kind === Token.For || kind === Token.ColonEqual) return false;
      if (startsItem && (kind === Token.Star || kind === Token.Yield)) return false;
      startsItem = kind === Token.Comma;
    }
    if (Token.isOpener(kind)) depth++;
  }
}
