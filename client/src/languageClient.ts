import { join } from 'node:path';
import {
  CancellationError,
  type CancellationToken,
  type Disposable,
  type Event,
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
  l10n,
  window,
  workspace,
} from 'vscode';
import type * as Library from 'vscode-languageclient/node';
import { linkedCommands } from '../../server/src/protocol/commands.ts';
import type { InitializationOptions } from '../../server/src/protocol/initialize.ts';
import type { NotificationName, RequestName } from '../../server/src/protocol/messages.ts';
import { trustGranted } from '../../server/src/protocol/trust.ts';
import { CrashCounter } from './crashCounter.ts';
import { documentSelector } from './documents.ts';

/** `failed`: it cannot be started, or crashed too often; only a restart by the user helps. */
export type ServerState = 'stopped' | 'starting' | 'running' | 'failed';

/** The language server as a process of its own: started, restarted after a crash, stopped with the extension. */
export class LanguageServer implements Disposable {
  readonly #context: ExtensionContext;
  readonly #output: LogOutputChannel;
  readonly #stateChanged = new EventEmitter<ServerState>();
  /** By method: the library keeps one handler for each, and several features may want to hear of the same. */
  readonly #notifications = new Map<string, ((params: unknown) => void)[]>();
  #state: ServerState = 'stopped';
  /** The library's client of the present start; a restart makes a new one. */
  #client: Promise<Library.LanguageClient | null> = Promise.resolve(null);

  constructor(context: ExtensionContext, output: LogOutputChannel) {
    this.#context = context;
    this.#output = output;
    // A client that starts later says it when it starts.
    context.subscriptions.push(workspace.onDidGrantWorkspaceTrust(() => void this.notify(trustGranted, null)));
  }

  get state(): ServerState {
    return this.#state;
  }

  get onDidChangeState(): Event<ServerState> {
    return this.#stateChanged.event;
  }

  /** Tells the server, if it runs. */
  async notify<Params>({ method }: NotificationName<Params>, params: Params): Promise<void> {
    const client = await this.#client;
    if (client?.isRunning()) await client.sendNotification(method, params);
  }

  start(): void {
    this.#client = this.#launch();
  }

  async restart(): Promise<void> {
    await this.#stop();
    this.start();
    await this.#client;
  }

  dispose(): void {
    void this.#stop();
    this.#stateChanged.dispose();
  }

  /** Asks the server, once it runs. Null when it does not, or when it has no answer; throws when cancelled. */
  async request<Params, Result>(
    { method }: RequestName<Params, Result>,
    params: Params,
    token?: CancellationToken,
  ): Promise<Result | null> {
    const client = await this.#client;
    if (token?.isCancellationRequested) throw new CancellationError();
    if (!client?.isRunning()) return null;
    try {
      // A token that is not there would be sent as a second parameter.
      return await (token
        ? client.sendRequest<Result | null>(method, params, token)
        : client.sendRequest<Result | null>(method, params));
    } catch (error) {
      const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === contentModified || code === requestCancelled) throw new CancellationError();
      if (client.isRunning()) this.#output.error(`${method}: ${String(error)}`);
      return null;
    }
  }

  /** Hears the server's news, also after a restart. Call it before `start`. */
  onNotification<Params>({ method }: NotificationName<Params>, handler: (params: Params) => void): void {
    const handlers = this.#notifications.get(method) ?? [];
    this.#notifications.set(method, [...handlers, handler as (params: unknown) => void]);
  }

  async #launch(): Promise<Library.LanguageClient | null> {
    this.#setState('starting');
    try {
      const client = await this.#createClient();
      await client.start();
      return client;
    } catch (error) {
      this.#output.error(`The language server does not start: ${String(error)}`);
      this.#fail(l10n.t('Ormsight could not start its language server.'));
      return null;
    }
  }

  /** The client library takes a quarter of a second to load, so it is not loaded with the extension. */
  async #createClient(): Promise<Library.LanguageClient> {
    const library = await import('vscode-languageclient/node');
    const server = {
      module: this.#context.asAbsolutePath(join('dist', 'server.cjs')),
      transport: library.TransportKind.ipc,
      args: ['--storage', this.#context.globalStorageUri.fsPath],
    };
    const initializationOptions: InitializationOptions = { commandLinks: true, isTrusted: workspace.isTrusted };
    const client = new library.LanguageClient(
      'ormsight',
      'Ormsight',
      { run: server, debug: { ...server, options: { execArgv: ['--nolazy', '--inspect=6019'] } } },
      {
        documentSelector: [...documentSelector],
        outputChannel: this.#output,
        traceOutputChannel: this.#output,
        revealOutputChannelOn: library.RevealOutputChannelOn.Never,
        initializationOptions,
        initializationFailedHandler: () => false,
        errorHandler: this.#errorHandler(library),
        markdown: { isTrusted: { enabledCommands: Object.values(linkedCommands) } },
      },
    );
    for (const [method, handlers] of this.#notifications) {
      client.onNotification(method, (params: unknown) => handlers.forEach((handler) => handler(params)));
    }
    client.onDidChangeState(({ newState }) => {
      if (newState === library.State.Running) this.#setState('running');
      else if (newState === library.State.Starting) this.#setState('starting');
      else if (this.#state !== 'failed') this.#setState('stopped');
    });
    return client;
  }

  #errorHandler({ CloseAction, ErrorAction }: typeof Library): Library.ErrorHandler {
    const crashes = new CrashCounter();
    return {
      error: (_error, _message, count) => ({
        action: count !== undefined && count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
        handled: true,
      }),
      closed: () => {
        if (crashes.mayRestart(Date.now())) return { action: CloseAction.Restart, handled: true };
        this.#fail(l10n.t('The language server of Ormsight crashed several times and was not started again.'));
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  #fail(message: string): void {
    this.#setState('failed');
    void this.#offerRestart(message);
  }

  async #offerRestart(message: string): Promise<void> {
    const [restart, showOutput] = [l10n.t('Restart'), l10n.t('Show Output')];
    const choice = await window.showErrorMessage(message, restart, showOutput);
    if (choice === restart) await this.restart();
    else if (choice === showOutput) this.#output.show();
  }

  async #stop(): Promise<void> {
    const client = await this.#client;
    this.#client = Promise.resolve(null);
    try {
      await client?.dispose();
    } catch (error) {
      // It is gone either way: the library throws when it dies while it is stopped.
      this.#output.debug(`While stopping the language server: ${String(error)}`);
    }
  }

  #setState(state: ServerState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#stateChanged.fire(state);
  }
}

/** Of the Language Server Protocol; written down here so that its library need not be loaded. */
const contentModified = -32801;
const requestCancelled = -32800;
