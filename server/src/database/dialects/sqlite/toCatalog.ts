import type { Catalog, Column, ForeignKey, Index, Table } from '../../../catalog/catalog.ts';
import type { Row } from '../../driver.ts';
import { indexedExpressions } from './indexSql.ts';

/** What the queries of `introspect.ts` answered, as rows. */
export interface SqliteRows {
  /** name, kind (`table`, `view`, `virtual`), without rowid */
  readonly tables: readonly Row[];
  /** table, name, type, not null, default, position in the primary key or 0 */
  readonly columns: readonly Row[];
  /** table, id of the key, column, target table, target column or null, action on delete */
  readonly foreignKeys: readonly Row[];
  /** table, index, unique, origin (`c`: CREATE INDEX, `u`: UNIQUE, `pk`), column or null, SQL or null */
  readonly indexes: readonly Row[];
  /** What could not be read. */
  readonly unknown: readonly string[];
}

/** Pure: rows to catalog. */
export function toCatalog(rows: SqliteRows): Catalog {
  const columns = groupBy(rows.columns, 0);
  const foreignKeys = groupBy(rows.foreignKeys, 0);
  const indexes = groupBy(rows.indexes, 0);
  const primaryKeys = new Map([...columns].map(([table, rows]) => [table, primaryKeyOf(rows)]));
  const tables = rows.tables.map((row): Table => {
    const name = text(row[0]);
    const own = indexesOf(indexes.get(name) ?? []);
    const primaryKey = primaryKeys.get(name) ?? [];
    return {
      schema: null,
      name,
      kind: row[1] === 'view' ? 'view' : 'table',
      columns: (columns.get(name) ?? []).map((column) => columnOf(column, primaryKey, row[2] === 1)),
      primaryKey,
      foreignKeys: foreignKeysOf(foreignKeys.get(name) ?? [], primaryKeys),
      uniques: own.filter(({ origin }) => origin === 'u').map(({ index }) => index.columns),
      indexes: own.filter(({ origin }) => origin === 'c').map(({ index }) => index),
      model: null,
    };
  });
  return { origin: 'live', tables: tables.toSorted((a, b) => compare(a.name, b.name)), unknown: rows.unknown };
}

function columnOf(row: Row, primaryKey: readonly string[], withoutRowid: boolean): Column {
  const name = text(row[1]);
  const type = text(row[2]).replace(/ ?GENERATED ALWAYS$/i, '');
  // A primary key may be NULL in SQLite, unless it is the row's number or the table has none.
  const isKey = primaryKey.includes(name);
  const isRowid = primaryKey.length === 1 && /^INTEGER$/i.test(type);
  const nullable = row[3] !== 1 && !(isKey && (isRowid || withoutRowid));
  return { name, type, nullable, default: row[4] === null ? null : text(row[4]) };
}

function primaryKeyOf(columns: readonly Row[]): string[] {
  return columns
    .filter((row) => Number(row[5]) > 0)
    .toSorted((a, b) => Number(a[5]) - Number(b[5]))
    .map((row) => text(row[1]));
}

function foreignKeysOf(rows: readonly Row[], primaryKeys: ReadonlyMap<string, readonly string[]>): ForeignKey[] {
  // SQLite numbers them from the last to the first.
  const keys = [...groupBy(rows, 1).values()].toReversed();
  return keys.map((columns) => {
    const targetTable = text(columns[0]?.[3]);
    const named = columns.map((row) => row[4]).filter((column) => column !== null);
    const onDelete = text(columns[0]?.[5]);
    return {
      name: null,
      columns: columns.map((row) => text(row[2])),
      targetSchema: null,
      targetTable,
      targetColumns: named.length > 0 ? named.map(text) : (primaryKeyOfTarget(primaryKeys, targetTable) ?? []),
      onDelete: onDelete === 'NO ACTION' ? null : onDelete,
    };
  });
}

/** Names of tables ignore case in SQLite, and a foreign key keeps the case it was written in. */
function primaryKeyOfTarget(
  keys: ReadonlyMap<string, readonly string[]>,
  table: string,
): readonly string[] | undefined {
  return keys.get(table) ?? [...keys].find(([name]) => name.toLowerCase() === table.toLowerCase())?.[1];
}

function indexesOf(rows: readonly Row[]): { readonly origin: string; readonly index: Index }[] {
  const named = [...groupBy(rows, 1)].map(([name, columns]) => {
    const first = columns[0];
    const expressions = first?.[5] ? indexedExpressions(text(first[5])) : null;
    const names = columns.map((row, place) =>
      row[4] === null ? (expressions?.[place] ?? '(expression)') : text(row[4]),
    );
    return { origin: text(first?.[3]), index: { name, columns: names, unique: first?.[2] === 1 } };
  });
  return named.toSorted((a, b) => compare(a.index.name, b.index.name));
}

function groupBy(rows: readonly Row[], place: number): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = text(row[place]);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function text(value: Row[number] | undefined): string {
  return typeof value === 'string' ? value : String(value ?? '');
}
