import type { Translate } from '../../../client/src/features/sqlPreview/previewState.ts';
import type { ShownQuery } from '../../../server/src/protocol/query.ts';

/** What `vscode.l10n.t` does without a translation. */
export const t: Translate = (message, ...values) =>
  message.replace(/\{(\d+)\}/g, (_, index: string) => values[Number(index)] ?? '');

export const shownQuery: ShownQuery = {
  range: { start: { line: 41, character: 0 }, end: { line: 41, character: 10 } },
  status: 'exact',
  reason: null,
  statusLine: 'SQLAlchemy 2.0.58 · PostgreSQL (psycopg2) · exact',
  text: 'SELECT 1;',
  sql: 'SELECT 1',
};
