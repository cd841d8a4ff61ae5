import type { DocumentName, NotificationName, RequestName } from './messages.ts';

/** The database that a document's queries are shown for, and why. */
export const targetOf: RequestName<DocumentName, ShownTarget | null> = { method: 'ormsight/target' };

/** Settings or the project changed: what `targetOf` answered may no longer hold. */
export const targetsChanged: NotificationName<null> = { method: 'ormsight/targetsChanged' };

export type Dialect = 'postgresql' | 'sqlite' | 'mysql';

export interface ShownTarget {
  readonly dialect: Dialect;
  readonly driver: string | null;
  /** `PostgreSQL (psycopg2)`. */
  readonly name: string;
  readonly source: 'setting' | 'project' | 'assumed';
  /** The line that names the database, zero-based; null unless it is found in the project. */
  readonly where: { readonly uri: string; readonly line: number } | null;
}
