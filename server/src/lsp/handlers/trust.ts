import { trustGranted } from '../../protocol/trust.ts';
import type { Handler } from '../handler.ts';

/** Whether the user trusts the workspace: told at the start, or when it changes. */
export const trust: Handler = {
  register({ connection, session, client, documents, requests }) {
    if (client.options.isTrusted === true) session.trust();
    connection.onNotification(trustGranted.method, () => {
      session.trust();
      const paths = new Set([...documents.all()].map(({ path }) => path));
      for (const path of paths) requests.background('warm up', () => session.warmUp(path));
    });
  },
};
