import { CodeLensRefreshRequest, type Connection } from 'vscode-languageserver';
import { targetsChanged } from '../protocol/target.ts';
import type { Client } from './handler.ts';
import type { Requests } from './requests.ts';

/**
 * Tells the client what it cannot know: that something other than an open text changed, so that what it shows may be
 * old. What changes in quick succession (a branch switch) is told once.
 */
export class Changes {
  readonly #connection: Connection;
  readonly #requests: Requests;
  readonly #client: Client;
  #timer: NodeJS.Timeout | null = null;

  constructor(connection: Connection, requests: Requests, client: Client) {
    this.#connection = connection;
    this.#requests = requests;
    this.#client = client;
  }

  /** Files on disk, folders or settings changed: models, dialects and findings may be others. */
  projectChanged(): void {
    this.#timer ??= setTimeout(() => this.#tell(), 100);
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #tell(): void {
    this.#timer = null;
    this.#requests.notify(targetsChanged, null);
    const { canRefreshDiagnostics, canRefreshCodeLenses } = this.#client;
    if (canRefreshDiagnostics)
      this.#requests.background('diagnostics refresh', () => this.#connection.languages.diagnostics.refresh());
    if (canRefreshCodeLenses)
      this.#requests.background('code lens refresh', () => this.#connection.sendRequest(CodeLensRefreshRequest.type));
  }
}
