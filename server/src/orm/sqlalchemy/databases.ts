/** The library `databases`: who has one asks it for queries of SQLAlchemy Core (https://www.encode.io/databases/database_queries/). */
import type { Program, SourceFile } from '../../python/types.ts';
import type { Value } from '../values.ts';

const CLASS = /^databases\.(core\.)?(Database|Connection)$/;
const SENDING = new Set(['fetch_all', 'fetch_one', 'fetch_val', 'execute', 'execute_many', 'iterate']);
const UUIDS = ['uuid', 'Uuid', 'UUID'];
const AIOPG = 'aiopg';

/** What a class of it stands for, called or in an annotation: a database and its connection are asked alike. */
export function databaseOf(name: string): Value | null {
  return CLASS.test(name) ? { kind: 'database' } : null;
}

/** Whether a method of a database sends a query. */
export function sendsOfDatabase(method: string): boolean {
  return SENDING.has(method);
}

/**
 * The driver to render for. Queries of files that import `databases` are sent by it unless a session or a connection of
 * SQLAlchemy is asked; it has one way to write them for each dialect, and another with aiopg.
 */
export function driverWithDatabases(program: Program, file: SourceFile, driver: string | null): string | null {
  if (driver === AIOPG) return driver;
  return program.importsAnyOf(file.path, ['databases']) ? 'databases' : driver;
}

/**
 * Whether values may be UUIDs, of which the library writes the type behind their parameters; null for files that send
 * nothing by it. A project that never speaks of them has none: neither in its models nor in what it is given.
 */
export function uuidsWithDatabases(program: Program, file: SourceFile): boolean | null {
  return program.importsAnyOf(file.path, ['databases']) ? program.pathsMentioning(UUIDS).length > 0 : null;
}
