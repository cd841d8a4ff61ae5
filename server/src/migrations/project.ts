import type { DialectName } from '../query/program.ts';

/** A folder whose database a migration tool can upgrade. */
export interface MigrationProject {
  readonly tool: MigrationToolName;
  /** Where the tool is run; its own settings count from there. */
  readonly folder: string;
  /** The file that tells: `alembic.ini`, `pyproject.toml`, `manage.py`. */
  readonly config: string;
  /** What Python is given to bring the database to the newest revision: `-m`, `alembic`, `upgrade`, `head`. */
  readonly upgrade: readonly string[];
  readonly database: NamedDatabase;
}

export type MigrationToolName = 'alembic' | 'django';

/** The database, as far as the project's files name it; what a user sees before something is changed. */
export interface NamedDatabase {
  readonly dialect: DialectName | null;
  /** `shop.sqlite3`, `db.example.com:5432/shop`: never a user or a password. Null when it is only known at run time. */
  readonly name: string | null;
  /** The line, one-based, that names it. */
  readonly place: { readonly path: string; readonly line: number } | null;
}
