import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { MessageConnection } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** A file open in the editor, whose changes the server is told. */
export class Buffer {
  readonly path: string;
  readonly uri: string;
  resultId: string | undefined;
  readonly #connection: MessageConnection;
  readonly #document: TextDocument;
  #version = 1;

  static async open(connection: MessageConnection, path: string, text: string): Promise<Buffer> {
    const buffer = new Buffer(connection, path, text);
    await connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: buffer.uri, languageId: 'python', version: 1, text },
    });
    return buffer;
  }

  constructor(connection: MessageConnection, path: string, text: string) {
    this.#connection = connection;
    this.path = path;
    this.uri = pathToFileURL(path).href;
    this.#document = TextDocument.create(this.uri, 'python', 1, text);
  }

  get text(): string {
    return this.#document.getText();
  }

  positionAt(offset: number): { line: number; character: number } {
    return this.#document.positionAt(offset);
  }

  /** Replaces the characters from `start` to `end`. */
  async edit(start: number, end: number, text: string): Promise<void> {
    const range = { start: this.positionAt(start), end: this.positionAt(end) };
    const change = { range, text };
    TextDocument.update(this.#document, [change], ++this.#version);
    await this.#connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.uri, version: this.#version },
      contentChanges: [change],
    });
  }

  /** Writes it to disk, as the file watcher then tells. */
  async save(): Promise<void> {
    await writeFile(this.path, this.text);
    await this.#connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: this.uri, type: 2 }],
    });
  }

  async close(): Promise<void> {
    await this.#connection.sendNotification('textDocument/didClose', { textDocument: { uri: this.uri } });
  }
}
