import type { DocumentName, NotificationName, RequestName } from './messages.ts';

/** The database that a document's queries are shown for, and why. */
export const targetOf: RequestName<DocumentName, ShownTarget> = { method: 'ormsight/target' };

/** Settings or the project changed: what `targetOf` answered may no longer hold. */
export const targetsChanged: NotificationName<null> = { method: 'ormsight/targetsChanged' };

export type Dialect = 'postgresql' | 'sqlite' | 'mysql';

export interface ShownTarget {
  readonly dialect: Dialect;
  readonly driver: string | null;
  /** `PostgreSQL (psycopg2)`. */
  readonly name: string;
  readonly source: 'setting' | 'project' | 'assumed';
  /** The file that names the database, as the user knows it: `alembic.ini`. Null unless it is found in the project. */
  readonly where: string | null;
}
