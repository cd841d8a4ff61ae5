import type { DocumentPosition, Range, RequestName } from './messages.ts';

/** The query at a position, with its SQL, for the preview and the clipboard; null outside ORM code. */
export const queryAt: RequestName<DocumentPosition, ShownQuery | null> = { method: 'ormsight/queryAt' };

export interface ShownQuery {
  /** Of the query expression, in the document that was asked about. */
  readonly range: Range;
  /** `exact`: what the library sends. `partial`: some part is unknown. `unsupported`: there is no SQL. */
  readonly status: 'exact' | 'partial' | 'unsupported';
  /** Why it is partial or unsupported, in sentences. */
  readonly reason: string | null;
  /** `SQLAlchemy 2.0.58 · PostgreSQL (psycopg2) · exact`. */
  readonly statusLine: string;
  /** All statements laid out, with conditions and parameters in comments. Also says why there is none. */
  readonly text: string;
  /** The statements alone; empty when there is none. */
  readonly sql: string;
}
