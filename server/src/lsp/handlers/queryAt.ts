import { sqlText, sqlToCopy, statusLine } from '../../ide/sqlText.ts';
import { queryAt as queryAtRequest } from '../../protocol/query.ts';
import type { Handler } from '../handler.ts';

/** The query at a position with its SQL as text, for the preview and the clipboard. Waits for the renderer. */
export const queryAt: Handler = {
  register({ documents, session, requests }) {
    requests.on(queryAtRequest, {
      otherwise: null,
      generation: ({ textDocument }) => documents.get(textDocument.uri)?.version,
      async answer({ textDocument, position }, cancellation) {
        const document = documents.get(textDocument.uri);
        if (!document) return null;
        const view = await session.engine.queryAt(document.path, document.offsetAt(position), cancellation);
        return (
          view && {
            range: document.rangeOf(view.range),
            status: view.status,
            reason: view.reason,
            statusLine: statusLine(view),
            text: sqlText(view),
            sql: sqlToCopy(view),
          }
        );
      },
    });
  },
};
