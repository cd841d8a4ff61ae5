import { CancelledError, type CancellationToken } from '../../../base/cancellation.ts';
import type { Connection, Row } from '../../driver.ts';
import { DatabaseError } from '../../problem.ts';
import type { Dialect } from '../dialect.ts';
import { toCatalog } from './toCatalog.ts';

/** SQLite 3.37 or later, whatever version wrote the file. See https://www.sqlite.org/pragma.html. */
export const sqlite: Dialect = {
  name: 'sqlite',
  async introspect(connection, cancellation) {
    const found = (await connection.run(tablesSql, [], cancellation)).rows;
    const columns = await forEachTable(connection, columnsSql, found, cancellation);
    const tables = found.filter((table) => table[1] !== 'view' && !columns.failed.has(nameOf(table)));
    return toCatalog({
      tables: found,
      columns: columns.rows,
      foreignKeys: (await forEachTable(connection, foreignKeysSql, tables, cancellation)).rows,
      indexes: (await forEachTable(connection, indexesSql, tables, cancellation)).rows,
      unknown: [...columns.failed].map(([table, reason]) => `${table}: ${reason}`),
    });
  },
};

const tablesSql = `
  SELECT name, type, wr FROM pragma_table_list
  WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`;

/** Each of these takes the names of tables as a JSON array. Hidden columns of virtual tables are left out. */
const columnsSql = `
  SELECT t.value, c.name, c.type, c."notnull", c.dflt_value, c.pk
  FROM json_each(?) t, pragma_table_xinfo(t.value) c
  WHERE c.hidden <> 1 ORDER BY t.key, c.cid`;

const foreignKeysSql = `
  SELECT t.value, f.id, f."from", f."table", f."to", f.on_delete
  FROM json_each(?) t, pragma_foreign_key_list(t.value) f
  ORDER BY t.key, f.id, f.seq`;

const indexesSql = `
  SELECT t.value, l.name, l."unique", l.origin, c.name, m.sql
  FROM json_each(?) t, pragma_index_list(t.value) l, pragma_index_xinfo(l.name) c
  LEFT JOIN sqlite_schema m ON m.type = 'index' AND m.name = l.name
  WHERE c.key = 1 ORDER BY t.key, l.seq, c.seqno`;

interface Answers {
  readonly rows: readonly Row[];
  /** Reasons by table. */
  readonly failed: ReadonlyMap<string, string>;
}

/** One query for all tables; when one of them cannot be read, one for each. */
async function forEachTable(
  connection: Connection,
  sql: string,
  tables: readonly Row[],
  cancellation?: CancellationToken,
): Promise<Answers> {
  const names = tables.map(nameOf);
  const ask = async (names: readonly string[]): Promise<readonly Row[]> =>
    (await connection.run(sql, [JSON.stringify(names)], cancellation)).rows;
  try {
    return { rows: await ask(names), failed: new Map() };
  } catch (error) {
    if (!isAboutOneTable(error)) throw error;
  }
  const rows: Row[] = [];
  const failed = new Map<string, string>();
  for (const name of names) {
    try {
      rows.push(...(await ask([name])));
    } catch (error) {
      if (!isAboutOneTable(error)) throw error;
      failed.set(name, error.cause instanceof Error ? error.cause.message : error.message);
    }
  }
  return { rows, failed };
}

/** A view on a table that is gone, a virtual table whose module is not loaded: not a locked or damaged file. */
function isAboutOneTable(error: unknown): error is DatabaseError {
  if (error instanceof CancelledError) return false;
  return error instanceof DatabaseError && error.problem.kind === 'other';
}

function nameOf(table: Row): string {
  return String(table[0]);
}
