import type { RequestName } from './messages.ts';

/** The projects of the workspace whose database can be upgraded. */
export const migrationProjects: RequestName<null, readonly ShownMigrationProject[]> = {
  method: 'ormsight/migrations/projects',
};

export interface ShownMigrationProject {
  readonly tool: 'alembic' | 'django';
  /** Address of the folder in which the command is run. */
  readonly folder: string;
  /** What Python is given: `-m`, `alembic`, `upgrade`, `head`. */
  readonly upgrade: readonly string[];
  /** `SQLite`; null when the project does not say. */
  readonly database: string | null;
  /** `shop.sqlite3`, `db.example.com/shop`: without user and password. Null when it is only known at run time. */
  readonly databaseName: string | null;
  /** The line, zero-based, that names the database. */
  readonly where: { readonly uri: string; readonly line: number } | null;
}
