import type { CancellationToken } from '../base/cancellation.ts';
import type { ConnectionProfile, DriverName } from './profile.ts';

/** The transport to one kind of database; knows nothing of what statements mean. */
export interface DatabaseDriver {
  readonly name: DriverName;
  /** Name of the SQL flavour it carries: a folder in `dialects/`. */
  readonly dialect: 'sqlite';
  /**
   * Opens the database for reading only. It is never created.
   * Throws a `DatabaseError` that says why it cannot be opened.
   */
  connect(profile: ConnectionProfile, secret: string | null): Promise<Connection>;
  /**
   * Something that changes whenever the database does, if that can be told without opening it: the key of caches.
   * Null when it cannot be told.
   */
  stamp(profile: ConnectionProfile): Promise<string | null>;
}

/** An open connection. */
export interface Connection {
  /**
   * Runs one statement and gives all its rows.
   * Throws a `DatabaseError` when the database refuses it, `CancelledError` when nobody waits any more.
   */
  run(sql: string, params: readonly Value[], cancellation?: CancellationToken): Promise<RowSet>;
  close(): Promise<void>;
}

export interface RowSet {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** The values of one row, in the order of the columns. */
export type Row = readonly Value[];

export type Value = string | number | bigint | null | Uint8Array;
