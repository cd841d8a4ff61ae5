import { pathOfUri } from '../convert.ts';
import type { Handler } from '../handler.ts';

/** Folders that are added to the workspace and taken away. */
export const workspaceFolders: Handler = {
  capabilities: { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } },
  register: () => undefined,
  async start({ connection, client, session, requests, changes }) {
    if (!client.hasWorkspaceFolders) return;
    connection.workspace.onDidChangeWorkspaceFolders(() => {
      requests.background('workspace folders', async () => {
        const folders = (await connection.workspace.getWorkspaceFolders()) ?? [];
        session.setRoots(folders.map(({ uri }) => pathOfUri(uri)));
        changes.projectChanged();
      });
    });
  },
};
