import { BRACKET_WEIGHT } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import type { Alias, Identifier, Stmt } from './nodes.ts';
import * as Token from './tokens.ts';

/** `import a.b as c, d` */
export function parseImport(c: Cursor): Stmt {
  const start = c.start;
  const names: Alias[] = [];
  c.advance();
  do {
    const aliasStart = c.start;
    names.push(parseAlias(c, aliasStart, parseDottedName(c)));
  } while (c.accept(Token.Comma));
  return { kind: 'Import', start, end: c.previousEnd, names };
}

/** `from ..a import b as c`, `from a import (b, c)` or `from a import *` */
export function parseFromImport(c: Cursor): Stmt {
  const start = c.start;
  c.advance();
  const level = parseLevel(c);
  const module = level === 0 || c.kind === Token.Name ? parseDottedName(c) : null;
  const names = c.accept(Token.Import) ? parseImportedNames(c) : [];
  if (names.length === 0) c.reportHere(`Expected 'import' and names`);
  if (level === 0 && module?.text === '__future__') reportUnknownFeatures(c, names);
  return { kind: 'ImportFrom', start, end: c.previousEnd, level, module, names };
}

/** The dots of a relative import. */
function parseLevel(c: Cursor): number {
  for (let level = 0; ;) {
    if (c.accept(Token.Dot)) level++;
    else if (c.accept(Token.Ellipsis)) level += 3;
    else return level;
  }
}

/** `a.b.c` as one identifier; ends with a dot where the last name is still to be typed. */
function parseDottedName(c: Cursor): Identifier {
  const first = c.identifier('the name of a module');
  let { text } = first;
  while (c.accept(Token.Dot)) text += `.${c.identifier('the name of a module').text}`;
  return { start: first.start, end: Math.max(first.end, c.previousEnd), text };
}

function parseImportedNames(c: Cursor): Alias[] {
  if (c.kind === Token.Star) {
    const { start, end } = c;
    c.advance();
    return [{ kind: 'Alias', start, end, name: { start, end, text: '*' }, asName: null }];
  }
  if (c.kind !== Token.OpenParen) {
    const names = parseNameList(c);
    if (names.at(-1)!.name.text === '') c.reportHere('A comma may end a list of names only in parentheses');
    return names;
  }
  c.advance();
  c.nesting += BRACKET_WEIGHT;
  const names = parseNameList(c);
  c.nesting -= BRACKET_WEIGHT;
  c.expectCloser(Token.CloseParen);
  return names;
}

/** At least one name, which may be empty; in parentheses, a comma may come last. */
function parseNameList(c: Cursor): Alias[] {
  const names: Alias[] = [];
  for (;;) {
    const start = c.start;
    names.push(parseAlias(c, start, c.identifier('a name to import')));
    if (!c.accept(Token.Comma)) {
      if (c.kind !== Token.Name) return names;
      c.reportHere(`Expected ',' before ${c.describe()}`);
    }
    if (c.kind === Token.CloseParen) return names;
  }
}

function parseAlias(c: Cursor, start: number, name: Identifier): Alias {
  const asName = c.accept(Token.As) ? c.identifier('a name') : null;
  return { kind: 'Alias', start: Math.min(start, name.start), end: c.previousEnd, name, asName };
}

const FUTURE_FEATURES: ReadonlySet<string> = new Set([
  'nested_scopes',
  'generators',
  'division',
  'absolute_import',
  'with_statement',
  'print_function',
  'unicode_literals',
  'barry_as_FLUFL',
  'generator_stop',
  'annotations',
  '',
]);

function reportUnknownFeatures(c: Cursor, names: readonly Alias[]): void {
  for (const { name } of names) {
    if (!FUTURE_FEATURES.has(name.text)) c.reportNode(name, `There is no future feature '${name.text}'`);
  }
}
