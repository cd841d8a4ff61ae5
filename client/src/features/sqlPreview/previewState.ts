import type { ShownQuery } from '../../../../server/src/protocol/query.ts';

/** What the preview shows: at most one query, and how it stands to the code at this moment. */
export interface PreviewState {
  readonly query: ShownQuery | null;
  /** Where that query is, for the reader: `shop/orders.py:42`. */
  readonly place: string;
  /**
   * `current`: the SQL of the code as it is. `renewing`: of earlier code, a new answer is on its way. `left`: the cursor
   * is not on a query any more, so this is the last one. `broken`: the query was changed to something that has no SQL,
   * half-typed code as a rule.
   */
  readonly phase: 'current' | 'renewing' | 'left' | 'broken';
  /** Why the changed query has no SQL. */
  readonly reason: string | null;
  /** Why there is nothing to show yet: the renderer or the server is not there. */
  readonly notice: string | null;
}

export const emptyPreview: PreviewState = { query: null, place: '', phase: 'left', reason: null, notice: null };

/** A question is asked and takes a moment: what is shown is old. */
export function renewing(state: PreviewState): PreviewState {
  return { ...state, phase: 'renewing' };
}

/** The answer to the last question; null when there is no query at the cursor. */
export function answered(state: PreviewState, query: ShownQuery | null, place: string): PreviewState {
  if (query === null) return { ...state, phase: 'left', reason: null };
  const isSame = state.query !== null && state.query.sql !== '' && state.place === place;
  if (query.sql === '' && isSame) return { ...state, phase: 'broken', reason: query.reason };
  return { ...state, query, place, phase: 'current', reason: null };
}

/** Whether the SQL may not be what the code sends now: it is shown dimmed. */
export function isStale({ query, phase }: PreviewState): boolean {
  return query !== null && phase !== 'current';
}

/** Translates a message with `{0}` for its first value; `vscode.l10n.t`. */
export type Translate = (message: string, ...values: string[]) => string;

/** The text of the preview. Its first line always says how far it can be trusted. */
export function previewText({ query, place, phase, reason, notice }: PreviewState, t: Translate): string {
  if (query === null) {
    const waiting = phase === 'renewing' ? t('Looking for a query …') : t('No query at the cursor');
    return `-- ${notice ?? waiting}\n`;
  }
  const headings = {
    current: `${place} · ${query.statusLine}`,
    renewing: t('Previous SQL of {0}, the new one is on its way', place),
    left: t('Last SQL of {0}, there is no query at the cursor', place),
    broken: t('Previous SQL of {0}. The code as it is has none: {1}', place, reason ?? ''),
  };
  // A line break in a reason would end the comment.
  return `-- ${(notice ?? headings[phase]).replace(/\s+/g, ' ')}\n\n${query.text}\n`;
}
