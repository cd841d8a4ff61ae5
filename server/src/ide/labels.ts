/** The names people know: of libraries, dialects and kinds of statements. */
import type { DialectName } from '../query/program.ts';
import type { RenderedParameter, StatementRole } from '../render/protocol.ts';
import type { QueryView, StatementView } from './views.ts';

export const libraryNames: Record<QueryView['orm'], string> = { sqlalchemy: 'SQLAlchemy', django: 'Django' };

export const dialectNames: Record<DialectName, string> = {
  postgresql: 'PostgreSQL',
  sqlite: 'SQLite',
  mysql: 'MySQL',
};

/** What stands above a statement; null for the query itself. */
export const roleNames: Record<StatementRole, string | null> = {
  query: null,
  eager: 'Eager load',
  flush: 'Flush',
  lazy: 'Lazy load',
  transaction: 'Transaction',
};

/** `SQLAlchemy 2.0.58 · PostgreSQL (psycopg2)`. */
export function targetName(view: Pick<QueryView, 'orm' | 'ormVersion' | 'dialect' | 'driver'>): string {
  const library = [libraryNames[view.orm], view.ormVersion].filter(Boolean).join(' ');
  return `${library} · ${databaseName(view)}`;
}

/** `PostgreSQL (psycopg2)`. */
export function databaseName({ dialect, driver }: Pick<QueryView, 'dialect' | 'driver'>): string {
  return driver ? `${dialectNames[dialect]} (${driver})` : dialectNames[dialect];
}

/** `Database replica`, with the dialect where it is not that of the query: `Database legacy (MySQL)`. */
export function databaseLabel({ database }: StatementView, view: Pick<QueryView, 'dialect'>): string | null {
  if (!database) return null;
  const { alias, dialect } = database;
  return `Database ${alias}${dialect === view.dialect ? '' : ` (${dialectNames[dialect]})`}`;
}

/**
 * How often and in which order a statement is sent, where that is something else than for the one before it; null where
 * it is the same.
 * `before` is null for the first statement of a variant. `code` marks what is Python.
 */
export function sequenceLabel(
  { passes, anyOrder }: StatementView,
  before: StatementView | null,
  code: (text: string) => string = (text) => text,
): string | null {
  if (anyOrder)
    return before?.anyOrder === anyOrder ? null : `${anyOrder[0]!.toUpperCase()}${anyOrder.slice(1)}, in any order`;
  if (!passes) return before?.passes || before?.anyOrder ? 'Then' : null;
  const { sent, loops, group } = passes;
  const isSame =
    before?.passes?.sent === sent && before.passes.group === group && before.passes.loops.join() === loops.join();
  if (isSame) return null;
  const heads = loops.map(code);
  return sent === 'each' ? `For each ${heads.join(', ')}` : `If there is any ${heads.join(' or ')}`;
}

/** The Python expression a parameter comes from, or its value as Python writes it. */
export function parameterText(param: RenderedParameter): string {
  if ('hole' in param) return param.hole;
  const { value } = param;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' ? String(value) : pythonString(value);
}

/**
 * What is said behind the parameter with a number: that there are as many as a list has values; null for others than
 * its last one. `code` marks what is Python.
 */
export function listLabel(
  { lists }: StatementView,
  number: number,
  code: (text: string) => string = (text) => text,
): string | null {
  const ending = lists?.find(({ params: [, to] }) => to === number + 1);
  if (!ending) return null;
  return 'of' in ending ? `… for each of ${code(ending.of)}` : `… for each ${code(ending.loop)}`;
}

/** `SQLAlchemy 2.0`: a library as it is spoken of before it has compiled anything. */
export function libraryName(library: QueryView['orm'], version: string): string {
  return `${libraryNames[library]} ${version}`;
}

/** In single quotes unless that needs more escapes, as Python's `repr` does. */
function pythonString(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const escaped = value.replace(/[\\\n\r\t]|[\p{Cc}]/gu, escape).replaceAll(quote, `\\${quote}`);
  return `${quote}${escaped}${quote}`;
}

function escape(character: string): string {
  const known = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
  return known ?? `\\x${character.codePointAt(0)!.toString(16).padStart(2, '0')}`;
}
