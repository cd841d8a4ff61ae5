import { DatabaseError } from '../../problem.ts';
import type { Row, RowSet, Value } from '../../driver.ts';

/** An SQLite file, opened for reading only. */
export interface SqliteFile {
  /** Throws what the library throws. */
  all(sql: string, params: readonly Value[]): RowSet;
  close(): void;
}

export type OpenSqlite = (file: string) => SqliteFile;

/**
 * The SQLite library of this machine: better-sqlite3, or the one inside Node where that has no binary.
 * Throws a `DatabaseError` when there is neither.
 */
export async function loadSqlite(
  libraries: readonly (() => Promise<OpenSqlite>)[] = [betterSqlite, nodeSqlite],
): Promise<OpenSqlite> {
  const reasons: unknown[] = [];
  for (const load of libraries) {
    try {
      return await load();
    } catch (error) {
      reasons.push(error);
    }
  }
  const machine = `${process.platform}-${process.arch}`;
  throw new DatabaseError('no-driver', `There is no SQLite library for this machine (${machine}).`, {
    cause: new AggregateError(reasons),
  });
}

/** No waiting inside the library: it would stop the whole server. */
const timeout = 0;

export async function betterSqlite(): Promise<OpenSqlite> {
  // Written out, so that the bundler sees it.
  const { default: Database } = await import('better-sqlite3');
  // The binary is only loaded with the first database.
  new Database(':memory:').close();
  return (file) => {
    const database = new Database(file, { readonly: true, fileMustExist: true, timeout });
    return {
      all(sql, params) {
        const statement = database.prepare<Value[], Row>(sql);
        // One that returns nothing is one that changes something: SQLite says why it may not.
        if (!statement.reader) statement.run(...params);
        const columns = statement.columns().map(({ name }) => name);
        return { columns, rows: statement.raw(true).all(...params) };
      },
      close: () => database.close(),
    };
  };
}

export async function nodeSqlite(): Promise<OpenSqlite> {
  const { DatabaseSync } = await import('node:sqlite');
  return (file) => {
    const database = new DatabaseSync(file, { readOnly: true, timeout });
    return {
      all(sql, params) {
        const statement = database.prepare(sql);
        statement.setReturnArrays(true);
        const columns = statement.columns().map(({ name }) => name);
        return { columns, rows: statement.all(...params) as unknown as Row[] };
      },
      close: () => database.close(),
    };
  };
}
