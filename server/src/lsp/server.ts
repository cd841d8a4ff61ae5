import type { ClientCapabilities, Connection, InitializeParams, ServerCapabilities } from 'vscode-languageserver';
import type { InitializationOptions } from '../protocol/initialize.ts';
import { Changes } from './changes.ts';
import { ClosedFiles } from './closedFiles.ts';
import { pathOfUri } from './convert.ts';
import { Documents } from './documents.ts';
import type { Client, ServerContext } from './handler.ts';
import { handlers } from './handlers/index.ts';
import { showIndexProgress } from './indexProgress.ts';
import { createLog } from './log.ts';
import { Requests } from './requests.ts';
import { type ServerPaths, Session } from './session.ts';

/** Speaks the Language Server Protocol over a connection until the client says goodbye. */
export function startServer(connection: Connection, paths: ServerPaths): void {
  const log = createLog(connection.console);
  const requests = new Requests(connection, log);
  let context: ServerContext | null = null;

  connection.onInitialize((params) => {
    const client = describeClient(params);
    const session = new Session(rootsOf(params), paths, log);
    requests.prepareWith((cancellation) => session.ready(cancellation));
    if (client.canShowProgress) showIndexProgress(connection, session.indexer);
    const documents = new Documents(session);
    const changes = new Changes(connection, requests, client);
    const closedFiles = new ClosedFiles(connection, session, documents, paths);
    context = { connection, session, documents, client, paths, log, requests, changes, closedFiles };
    for (const handler of handlers) handler.register(context);
    return { capabilities: capabilities(), serverInfo: { name: 'Ormsight', version: paths.version } };
  });
  connection.onInitialized(() => {
    const ready = context!;
    requests.answerAfter(handlers.flatMap((handler) => handler.start?.(ready) ?? []));
    requests.background('reading the workspace', () => ready.session.ready());
  });
  connection.onShutdown(() => {
    context?.changes.dispose();
    context?.session.dispose();
  });
  connection.listen();
}

/** Each handler names its own; those about the workspace are put together. */
function capabilities(): ServerCapabilities {
  const all: ServerCapabilities = {};
  for (const handler of handlers) {
    Object.assign(all, handler.capabilities, { workspace: { ...all.workspace, ...handler.capabilities?.workspace } });
  }
  return all;
}

function describeClient({ capabilities, initializationOptions }: InitializeParams): Client {
  const workspace: ClientCapabilities['workspace'] = capabilities.workspace ?? {};
  return {
    options: isOptions(initializationOptions) ? initializationOptions : {},
    canRefreshDiagnostics: workspace.diagnostics?.refreshSupport === true,
    canRefreshCodeLenses: workspace.codeLens?.refreshSupport === true,
    canWatchFiles: workspace.didChangeWatchedFiles?.dynamicRegistration === true,
    hasConfiguration: workspace.configuration === true,
    hasConfigurationEvents: workspace.didChangeConfiguration?.dynamicRegistration === true,
    hasWorkspaceFolders: workspace.workspaceFolders === true,
    canShowProgress: capabilities.window?.workDoneProgress === true,
    hasDocumentChanges: workspace.workspaceEdit?.documentChanges === true,
  };
}

function isOptions(value: unknown): value is InitializationOptions {
  return typeof value === 'object' && value !== null;
}

/** Clients from before workspace folders name one root. */
function rootsOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  if (workspaceFolders) return workspaceFolders.map(({ uri }) => pathOfUri(uri));
  return rootUri ? [pathOfUri(rootUri)] : [];
}
