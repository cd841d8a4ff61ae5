import { databaseName } from '../../ide/labels.ts';
import { type ShownTarget, targetOf } from '../../protocol/target.ts';
import { pathOfUri } from '../convert.ts';
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
        return { dialect: found.dialect, driver: found.driver, name: databaseName(found), source: kind, where };
      },
    });
  },
};
