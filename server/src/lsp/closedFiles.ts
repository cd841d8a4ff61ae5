import type { Connection } from 'vscode-languageserver';
import { Pace } from '../base/pace.ts';
import { type CancellationToken, throwIfCancelled } from '../base/cancellation.ts';
import type { Diagnostic as Finding } from '../ide/views.ts';
import type { CheckedWorkspace, CheckProgress } from '../protocol/checkWorkspace.ts';
import { uriOfPath } from './convert.ts';
import type { Documents } from './documents.ts';
import type { ServerPaths, Session } from './session.ts';
import { toDiagnostic } from './toDiagnostic.ts';

/**
 * What the rules found in files that no editor has open. Editors ask about open ones themselves; these are published,
 * from the moment the user asks for all files, and checked again when they change on disk. An open file is left to its
 * editor, so that nothing is shown twice.
 */
export class ClosedFiles {
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #documents: Documents;
  readonly #paths: ServerPaths;
  /** The files that something is published for. */
  readonly #published = new Set<string>();
  #isShown = false;

  constructor(connection: Connection, session: Session, documents: Documents, paths: ServerPaths) {
    this.#connection = connection;
    this.#session = session;
    this.#documents = documents;
    this.#paths = paths;
  }

  /** Checks every file, in small steps. What was found before it is cancelled stays. */
  async check(
    cancellation: CancellationToken,
    onProgress: (progress: CheckProgress) => void,
  ): Promise<CheckedWorkspace> {
    this.#isShown = true;
    const paths = this.#session.files();
    const pace = new Pace();
    let [findings, filesWithFindings, told] = [0, 0, 0];
    const release = this.#session.engine.borrowTrees();
    try {
      for (const [done, path] of paths.entries()) {
        throwIfCancelled(cancellation);
        const found = this.#session.diagnosticsOf(path);
        this.#publish(path, found);
        const shown = found.filter(({ severity }) => severity !== 'hint').length;
        findings += shown;
        if (shown > 0) filesWithFindings++;
        if (performance.now() - told > progressEvery) {
          onProgress({ done, total: paths.length });
          told = performance.now();
        }
        await pace.pause();
      }
    } finally {
      release();
    }
    const known = new Set(paths);
    for (const path of [...this.#published]) if (!known.has(path)) this.#withdraw(path);
    return { files: paths.length, findings, filesWithFindings };
  }

  /** Shows nothing of closed files any more. */
  forget(): void {
    this.#isShown = false;
    for (const path of [...this.#published]) this.#withdraw(path);
  }

  /** An editor has it from now on. */
  opened(path: string): void {
    this.#withdraw(path);
  }

  /** Files that changed on disk, came or went, or were closed. */
  async changed(paths: readonly string[]): Promise<void> {
    if (!this.#isShown) return;
    await this.#session.ready();
    const pace = new Pace();
    const known = new Set(this.#session.files());
    for (const path of paths) {
      if (!this.#isShown) return;
      if (known.has(path)) this.#publish(path, this.#session.diagnosticsOf(path));
      else this.#withdraw(path);
      await pace.pause();
    }
  }

  #publish(path: string, findings: readonly Finding[]): void {
    if (this.#documents.isOpen(path)) return;
    if (findings.length === 0) return this.#withdraw(path);
    this.#published.add(path);
    this.#send(path, findings);
  }

  #withdraw(path: string): void {
    if (this.#published.delete(path)) this.#send(path, []);
  }

  #send(path: string, findings: readonly Finding[]): void {
    const context = { documents: this.#documents, paths: this.#paths };
    const diagnostics = findings.flatMap((finding) => {
      const place = this.#documents.locate(path, finding.range);
      return place ? [toDiagnostic(finding, place.range, context)] : [];
    });
    // Fails only when the client is gone, and then nobody is left to tell.
    this.#connection.sendDiagnostics({ uri: uriOfPath(path), diagnostics }).catch(() => undefined);
  }
}

/** Milliseconds. */
const progressEvery = 100;
