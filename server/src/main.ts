/**
 * The language server as a process.
 *
 *   node server.cjs --stdio [--storage FOLDER]      speaks over its standard streams
 *   node server.cjs --node-ipc [--storage FOLDER]   speaks over the channel of the process that forked it
 *
 * FOLDER is where it may keep what makes the next start faster.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import packageJson from '../../package.json' with { type: 'json' };
import { startServer } from './lsp/server.ts';

// On a machine with much memory V8 lets garbage pile up to several times of what is in use. A server that runs all day
// beside an editor cleans up when half as much again has come together.
setFlagsFromString('--heap-growing-percent=50');

const { values: options } = parseArgs({
  options: { stdio: { type: 'boolean' }, 'node-ipc': { type: 'boolean' }, storage: { type: 'string' } },
  // Clients add arguments of their own, such as `--clientProcessId=123`.
  strict: false,
});

const connection = createConnection(ProposedFeatures.all);

// What nobody caught is our mistake, but no reason to take the server away from the user.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    connection.console.error(`${event}: ${error instanceof Error ? error.stack : String(error)}`);
  });
}

// This file is `dist/server.cjs`.
const dist = import.meta.dirname;
startServer(connection, {
  dist,
  docs: resolve(dist, '../docs'),
  version: packageJson.version,
  storage: typeof options.storage === 'string' ? join(options.storage) : null,
});
