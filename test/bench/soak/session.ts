/** What a person does for an hour in an editor, as messages to the server, without the pauses. */
import type { Diagnostic, Hover, MessageConnection } from 'vscode-languageserver/node';
import type { LanguageServer } from '../../harness/languageServer.ts';
import { queryStarts } from '../project.ts';
import type { Random } from '../../harness/random.ts';
import type { Branches } from './branches.ts';
import type { Buffer } from './buffer.ts';
import type { Record } from './record.ts';
import { nextSnippet } from './typing.ts';

export class Session {
  readonly #server: LanguageServer;
  readonly #connection: MessageConnection;
  readonly #record: Record;
  readonly #buffers: readonly Buffer[];
  readonly #branches: Branches;
  readonly #random: Random;
  /** Whether the time is up. */
  readonly isOver: () => boolean;
  readonly #findings = new Map<Buffer, readonly Diagnostic[]>();
  #refreshes = 0;
  /** Keys pressed so far. */
  keys = 0;
  /** Files that changed on disk so far. */
  filesChanged = 0;

  constructor(
    server: LanguageServer,
    record: Record,
    buffers: readonly Buffer[],
    branches: Branches,
    random: Random,
    isOver: () => boolean,
  ) {
    this.#server = server;
    this.#connection = server.connection;
    this.#record = record;
    this.#buffers = buffers;
    this.#branches = branches;
    this.#random = random;
    this.isOver = isOver;
  }

  /** Types a snippet somewhere, looks at things meanwhile, and keeps it, or takes it back. */
  async work(): Promise<void> {
    const random = this.#random;
    const buffer = random.pick(this.#buffers);
    const { offset, text } = nextSnippet(buffer.text, random);
    let typed = 0;
    while (typed < text.length && !this.isOver()) {
      // Completion and brackets that close themselves bring several characters at once.
      const piece = text.slice(typed, typed + (random.chance(0.1) ? random.between(2, 8) : 1));
      await buffer.edit(offset + typed, offset + typed, piece);
      this.keys++;
      typed += piece.length;
      if (random.chance(0.05) && typed > 1) {
        await this.#findingsOf(buffer, 'findings after a key');
        await buffer.edit(offset + typed - 1, offset + typed, '');
        this.keys++;
        typed--;
      }
      await this.#findingsOf(buffer, 'findings after a key');
      if (random.chance(0.04)) await this.#hover(buffer);
    }
    await this.#hover(buffer);
    if (random.chance(0.4)) await this.#codeActions(buffer);
    if (typed < text.length || random.chance(0.8)) await buffer.edit(offset, offset + typed, '');
    if (random.chance(0.5)) {
      await buffer.save();
      this.filesChanged++;
      await this.#findingsOf(buffer, 'findings after a save');
    }
    await this.#refresh();
  }

  /** Thousands of files change on disk, while the person goes on reading. */
  async switchBranch(): Promise<void> {
    for (const events of await this.#branches.switch()) {
      this.filesChanged += events.length;
      await this.#connection.sendNotification('workspace/didChangeWatchedFiles', { changes: events });
      const buffer = this.#random.pick(this.#buffers);
      await this.#findingsOf(buffer, 'findings in a branch switch');
      await this.#hover(buffer, 'hover in a branch switch');
    }
    // The server tells about it a moment later.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await this.#refresh('findings in a branch switch');
  }

  async #findingsOf(buffer: Buffer, kind: string): Promise<void> {
    const report = await this.#record.ask<{ resultId: string; items?: Diagnostic[] }>(kind, 'textDocument/diagnostic', {
      textDocument: { uri: buffer.uri },
      previousResultId: buffer.resultId,
    });
    if (!report) return;
    buffer.resultId = report.resultId;
    if (report.items) this.#findings.set(buffer, report.items);
  }

  async #hover(buffer: Buffer, kind = 'hover'): Promise<void> {
    const { text, uri } = buffer;
    const starts = queryStarts(text);
    const offset =
      starts.length > 0 && this.#random.chance(0.8)
        ? this.#random.pick(starts) + 1
        : this.#random.between(0, text.length);
    await this.#record.ask<Hover>(kind, 'textDocument/hover', {
      textDocument: { uri },
      position: buffer.positionAt(offset),
    });
  }

  async #codeActions(buffer: Buffer): Promise<void> {
    const [finding] = this.#random.some(this.#findings.get(buffer) ?? [], 1);
    if (!finding) return;
    const params = {
      textDocument: { uri: buffer.uri },
      range: finding.range,
      context: { diagnostics: [finding], triggerKind: 1 },
    };
    await this.#record.ask('code actions', 'textDocument/codeAction', params);
  }

  /** An editor that is told to asks again for every open file. */
  async #refresh(kind = 'findings after a refresh'): Promise<void> {
    const asked = this.#server.requests.filter((method) => method === 'workspace/diagnostic/refresh').length;
    if (asked === this.#refreshes) return;
    this.#refreshes = asked;
    for (const buffer of this.#buffers) await this.#findingsOf(buffer, kind);
  }
}
