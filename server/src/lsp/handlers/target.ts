import { databaseName } from '../../ide/labels.ts';
import { type ShownTarget, targetOf } from '../../protocol/target.ts';
import { pathOfUri, uriOfPath } from '../convert.ts';
import type { Handler } from '../handler.ts';

/** The database that a document's queries are shown for, and why. */
export const target: Handler = {
  register({ documents, session, requests }) {
    requests.on(targetOf, {
      otherwise: null,
      answer({ textDocument }): ShownTarget {
        const path = documents.get(textDocument.uri)?.path ?? pathOfUri(textDocument.uri);
        const found = session.engine.targetOf(path);
        const { kind, where } = found.dialectSource;
        return {
          dialect: found.dialect,
          driver: found.driver,
          name: databaseName(found),
          source: kind,
          where: placeOf(where),
        };
      },
    });
  },
};

/** The engine names places as `path:line`, counted from one. */
function placeOf(where: string | null): ShownTarget['where'] {
  const parts = where === null ? null : /^(.+?)(?::(\d+))?$/.exec(where);
  return parts && { uri: uriOfPath(parts[1]!), line: Math.max(0, Number(parts[2] ?? 1) - 1) };
}
