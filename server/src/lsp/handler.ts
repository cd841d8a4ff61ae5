import type { Connection, ServerCapabilities } from 'vscode-languageserver';
import type { InitializationOptions } from '../protocol/initialize.ts';
import type { Changes } from './changes.ts';
import type { ClosedFiles } from './closedFiles.ts';
import type { Documents } from './documents.ts';
import type { Log } from './log.ts';
import type { Requests } from './requests.ts';
import type { ServerPaths, Session } from './session.ts';

/** What every handler works with, from the moment the client has introduced itself. */
export interface ServerContext {
  readonly connection: Connection;
  readonly session: Session;
  readonly documents: Documents;
  readonly client: Client;
  readonly paths: ServerPaths;
  readonly log: Log;
  /** Answers requests; crashes and stale answers end here. */
  readonly requests: Requests;
  /** Tells the client that what it shows may be old. */
  readonly changes: Changes;
  /** Findings of files that are not open. */
  readonly closedFiles: ClosedFiles;
}

/** What the client told about itself. */
export interface Client {
  readonly options: InitializationOptions;
  readonly canRefreshDiagnostics: boolean;
  readonly canRefreshCodeLenses: boolean;
  readonly canWatchFiles: boolean;
  readonly hasConfiguration: boolean;
  readonly hasConfigurationEvents: boolean;
  readonly hasWorkspaceFolders: boolean;
  readonly canShowProgress: boolean;
  readonly hasDocumentChanges: boolean;
}

/** One request, or one kind of news, of the Language Server Protocol or our own. */
export interface Handler {
  readonly capabilities?: ServerCapabilities;
  register(context: ServerContext): void;
  /** Called once the client may be asked: for settings, for file watchers. Answers wait until it is done. */
  start?(context: ServerContext): Promise<unknown>;
}
