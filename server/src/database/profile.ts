/** A saved connection, without its secret. */
export interface ConnectionProfile {
  /** What a user calls it. */
  readonly name: string;
  readonly driver: DriverName;
  /** SQLite: the absolute path of the file. */
  readonly database: string;
}

/** One folder in `drivers/` each. */
export type DriverName = 'sqlite';
