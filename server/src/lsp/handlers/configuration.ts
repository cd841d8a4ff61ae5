import { type Connection, DidChangeConfigurationNotification } from 'vscode-languageserver';
import type { Handler, ServerContext } from '../handler.ts';
import { readSettings } from '../settings.ts';

/** Settings: asked for at the start and whenever they change. */
export const configuration: Handler = {
  register(context) {
    const { connection, client, requests, changes } = context;
    if (!client.hasConfiguration) return;
    connection.onDidChangeConfiguration(() => {
      requests.background('configuration', async () => {
        await read(context);
        changes.projectChanged();
      });
    });
  },
  async start(context) {
    const { connection, client } = context;
    if (client.hasConfigurationEvents) await connection.client.register(DidChangeConfigurationNotification.type);
    if (client.hasConfiguration) await read(context);
  },
};

async function read({ connection, session }: ServerContext): Promise<void> {
  const value: Awaited<ReturnType<Connection['workspace']['getConfiguration']>> =
    await connection.workspace.getConfiguration('ormsight');
  session.configure(readSettings(value));
}
