import { type ExtensionContext, commands, window } from 'vscode';
import { registerCheckWorkspace } from './features/checkWorkspace/index.ts';
import { registerCodeLens } from './features/codeLens/index.ts';
import { registerCopySql } from './features/copySql/index.ts';
import { registerDialect } from './features/dialect/index.ts';
import { registerMigrations } from './features/migrations/index.ts';
import { registerSchemaExplorer } from './features/schemaExplorer/index.ts';
import { registerServerCommands } from './features/server/index.ts';
import { registerSqlPreview } from './features/sqlPreview/index.ts';
import { registerStatus } from './features/status/index.ts';
import { LanguageServer } from './languageClient.ts';
import type { Feature, Services } from './services.ts';

/** Everything a user can see. */
const features: readonly Feature[] = [
  registerCheckWorkspace,
  registerCodeLens,
  registerCopySql,
  registerDialect,
  registerMigrations,
  registerSchemaExplorer,
  registerServerCommands,
  registerSqlPreview,
  registerStatus,
];

/** Starts the language server without waiting for it: opening a Python file must not wait for us. */
export function activate(context: ExtensionContext): void {
  const started = performance.now();
  const output = window.createOutputChannel('Ormsight', { log: true });
  const server = new LanguageServer(context, output);
  const services: Services = { context, output, server };
  context.subscriptions.push(output, server, ...features.flatMap((register) => register(services)));
  void commands.executeCommand('setContext', 'ormsight.isActive', true);
  server.start();
  output.debug(`Activated in ${(performance.now() - started).toFixed(1)} ms`);
}
