import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Diagnostic,
  type Hover,
  type InitializeResult,
  type MessageConnection,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
  createMessageConnection,
} from 'vscode-languageserver/node';
import { root } from '../../scripts/root.ts';

export interface LanguageServerOptions {
  /** The workspace folder, an absolute path; null for none. */
  readonly folder: string | null;
  /** What the editor answers when the server asks for the section `ormsight`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly initializationOptions?: unknown;
  /** A folder that outlives the server; without one it keeps nothing. */
  readonly storage?: string;
  /** Of Node, such as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[];
  /** Other capabilities of the editor than the usual ones. */
  readonly capabilities?: Readonly<Record<string, unknown>>;
}

/** The built server over standard input and output, as an editor starts it, initialized. Use with `await using`. */
export async function startLanguageServer(options: LanguageServerOptions): Promise<LanguageServer> {
  const storage = options.storage === undefined ? [] : ['--storage', options.storage];
  const args = [...(options.nodeOptions ?? []), join(root, 'dist/server.cjs'), '--stdio', ...storage];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const server = new LanguageServer(child, connection);
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly unknown[] }) =>
    items.map(() => options.settings ?? {}),
  );
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('window/workDoneProgress/create', () => null);
  connection.onNotification((method, params) => void server.notifications.push({ method, params }));
  connection.onRequest((method) => {
    server.requests.push(method);
    return null;
  });
  connection.listen();
  const uri = options.folder === null ? null : pathToFileURL(options.folder).href;
  server.initialized = await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: uri,
    workspaceFolders: uri === null ? null : [{ uri, name: 'test' }],
    initializationOptions: options.initializationOptions,
    capabilities: { ...usualCapabilities, ...options.capabilities },
  });
  await connection.sendNotification('initialized', {});
  return server;
}

interface DiagnosticReport {
  readonly kind: 'full' | 'unchanged';
  readonly resultId: string;
  readonly items?: readonly Diagnostic[];
}

export class LanguageServer implements AsyncDisposable {
  readonly connection: MessageConnection;
  /** Everything the server sent unasked, oldest first. */
  readonly notifications: { readonly method: string; readonly params: unknown }[] = [];
  /** The methods of what the server asked the editor and nobody answers here, such as `workspace/diagnostic/refresh`. */
  readonly requests: string[] = [];
  initialized: InitializeResult = { capabilities: {} };
  readonly #child: ChildProcess;
  readonly #opened = new Set<string>();
  #errors = '';

  constructor(child: ChildProcess, connection: MessageConnection) {
    this.connection = connection;
    this.#child = child;
    child.stderr?.on('data', (text: Buffer) => (this.#errors += text.toString()));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Opens a document; without a text, the one on disk. Gives its URI. One that is open stays as it is. */
  async open(path: string, text?: string): Promise<string> {
    return this.openText(pathToFileURL(path).href, text ?? (await readFile(path, 'utf8')));
  }

  /** Opens a text that may have no file, such as `untitled:Untitled-1`. Gives its URI. */
  async openText(uri: string, text: string): Promise<string> {
    if (this.#opened.has(uri)) return uri;
    this.#opened.add(uri);
    const document = { uri, languageId: 'python', version: 1, text };
    await this.connection.sendNotification('textDocument/didOpen', { textDocument: document });
    return uri;
  }

  /** Opens a notebook of Python cells, with the URIs `cell:0`, `cell:1` and so on. Gives the notebook's URI. */
  async openNotebook(path: string, cells: readonly string[]): Promise<string> {
    const uri = pathToFileURL(path).href;
    await this.connection.sendNotification('notebookDocument/didOpen', {
      notebookDocument: {
        uri,
        notebookType: 'jupyter-notebook',
        version: 1,
        cells: cells.map((_, i) => ({ kind: 2, document: `cell:${i}` })),
      },
      cellTextDocuments: cells.map((text, i) => ({ uri: `cell:${i}`, languageId: 'python', version: 1, text })),
    });
    return uri;
  }

  /** Replaces the whole text of an open document. */
  async change(uri: string, version: number, text: string): Promise<void> {
    const params = { textDocument: { uri, version }, contentChanges: [{ text }] };
    await this.connection.sendNotification('textDocument/didChange', params);
  }

  /** Replaces a piece of an open document, as typing does. */
  async edit(uri: string, version: number, range: Range, text: string): Promise<void> {
    const params = { textDocument: { uri, version }, contentChanges: [{ range, text }] };
    await this.connection.sendNotification('textDocument/didChange', params);
  }

  /** The Markdown of the hover at a zero-based position; null when there is none. */
  async hover(uri: string, line: number, character: number): Promise<string | null> {
    const params = { textDocument: { uri }, position: { line, character } };
    const hover = await this.connection.sendRequest<Hover | null>('textDocument/hover', params);
    if (hover === null) return null;
    const { contents } = hover;
    if (typeof contents === 'string' || Array.isArray(contents)) throw new Error('The hover is no MarkupContent');
    return contents.value;
  }

  /** Hovers until the text fits: the first answers may say that the renderer starts. */
  async hoverUntil(uri: string, line: number, character: number, expected: RegExp): Promise<string> {
    const deadline = Date.now() + 60_000;
    let last: string | null = null;
    while (Date.now() < deadline) {
      last = await this.hover(uri, line, character);
      if (last !== null && expected.test(last)) return last;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`No hover like ${String(expected)}, the last was: ${last}\n${this.#errors}`);
  }

  /** What the rules found in an open document. */
  async diagnostics(uri: string, previousResultId?: string): Promise<DiagnosticReport> {
    return this.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri }, previousResultId });
  }

  /** The lines of the server's log that fit. */
  logged(expected: RegExp): string[] {
    const lines = this.notifications.map(({ params }) => (params as { message?: unknown } | null)?.message);
    return lines.filter((line) => typeof line === 'string' && expected.test(line)) as string[];
  }

  /** Tells the server to exit without a shutdown, and gives its exit status. */
  async exit(): Promise<number | null> {
    const ended = once(this.#child, 'exit');
    await this.connection.sendNotification('exit');
    await ended;
    this.connection.dispose();
    return this.#child.exitCode;
  }

  /** Closes the connection without a word, as an editor that crashes. */
  hangUp(): void {
    this.connection.dispose();
    this.#child.stdin?.destroy();
  }

  /** Shuts the server down as the protocol asks for, and gives its exit status. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const ended = once(this.#child, 'exit');
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    await ended;
    this.connection.dispose();
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    try {
      await this.stop();
    } catch {
      this.#child.kill('SIGKILL');
    } finally {
      clearTimeout(killer);
    }
  }
}

/** What VS Code can do, as far as servers ask. */
const usualCapabilities = {
  general: { positionEncodings: ['utf-16'] },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
  },
  window: { workDoneProgress: true },
  textDocument: {
    hover: { contentFormat: ['markdown', 'plaintext'] },
    diagnostic: { relatedDocumentSupport: true },
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, dataSupport: true },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source'] } } },
  },
};
