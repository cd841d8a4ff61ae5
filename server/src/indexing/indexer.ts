/**
 * Keeps the facts of all files of a workspace up to date: in one go at the start and after a branch switch, by a scanner
 * in the background; nothing has to be done for single changes, which are scanned when somebody asks.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type CancellationToken, orCancelled, throwIfCancelled } from '../base/cancellation.ts';
import type { FactsStore } from '../python/factsStore.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Scanner, ScannedFile } from './scanner.ts';

export interface IndexerOptions {
  readonly workspace: Workspace;
  readonly facts: FactsStore;
  readonly scanner: Scanner;
  /** Takes over when `scanner` fails. */
  readonly fallback: () => Scanner;
  /** Where facts are kept from one run to the next; null for nowhere. */
  readonly folder: string | null;
  readonly onFailure: (error: unknown) => void;
}

/** How far the files of the running scans are. */
export interface IndexProgress {
  readonly done: number;
  readonly total: number;
}

export class Indexer {
  readonly #options: IndexerOptions;
  #scanner: Scanner;
  #hasFailed = false;
  /** Then files are scanned when somebody asks for them. */
  #hasGivenUp = false;
  /** The newest snapshot of which all facts are there. */
  #ready: Snapshot | undefined;
  /** Path → version of the text, of the files that are being scanned. */
  readonly #running = new Map<string, number>();
  #scans: Promise<void> = Promise.resolve();
  #done = 0;
  #total = 0;
  #listeners: ((progress: IndexProgress | null) => void)[] = [];

  constructor(options: IndexerOptions) {
    this.#options = options;
    this.#scanner = options.scanner;
  }

  /** Told again and again while files are scanned; with null when all is done. */
  onProgress(listener: (progress: IndexProgress | null) => void): void {
    this.#listeners.push(listener);
  }

  /** Begins to read what was kept for these roots. */
  open(roots: readonly string[]): void {
    this.#scanner.open(this.#cacheFile(roots));
  }

  /**
   * Resolves when the facts of the workspace as it is then are there: at once, except at the start and when many files
   * changed. Rejects with `CancelledError` when cancelled; the scan goes on for others.
   */
  async ready(cancellation?: CancellationToken): Promise<void> {
    for (;;) {
      throwIfCancelled(cancellation);
      await this.#options.workspace.load(cancellation);
      const snapshot = this.#options.workspace.snapshot();
      if (snapshot === this.#ready) return;
      const missing = this.#missing(snapshot);
      if (missing.length <= few || this.#hasGivenUp) {
        this.#ready = snapshot;
        return;
      }
      const started = missing.filter((path) => this.#running.get(path) !== snapshot.version(path));
      if (started.length > 0) this.#start(snapshot, started);
      await orCancelled(this.#scans, cancellation);
    }
  }

  dispose(): void {
    this.#scanner.dispose();
  }

  /** Files on disk whose facts are not known. O(changes), or O(files) after files came or went. */
  #missing(snapshot: Snapshot): readonly string[] {
    const { facts } = this.#options;
    const changed = this.#ready && snapshot.changedSince(this.#ready);
    return (changed ?? snapshot.pythonPaths()).filter((path) => {
      if (snapshot.isOpen(path)) return false;
      const version = snapshot.version(path);
      return version !== undefined && !facts.has(path, version);
    });
  }

  #start(snapshot: Snapshot, paths: readonly string[]): void {
    const versions = new Map(paths.map((path) => [path, snapshot.version(path)!]));
    for (const [path, version] of versions) this.#running.set(path, version);
    this.#total += paths.length;
    const options = {
      maxFileBytes: snapshot.settings.maxFileBytes,
      cacheFile: this.#cacheFile(snapshot.roots),
    };
    const receive = (batch: readonly ScannedFile[]): void => {
      for (const [path, facts] of batch) {
        const version = versions.get(path);
        if (version === undefined) continue;
        versions.delete(path);
        this.#options.facts.put(path, version, facts);
        this.#running.delete(path);
      }
      this.#done += batch.length;
      this.#tell({ done: this.#done, total: this.#total });
    };
    const scan = async (): Promise<void> => {
      await this.#scanner.scan([...versions.keys()], options, receive);
      if (versions.size > 0) throw new Error(`${versions.size} files were left out`);
    };
    const before = this.#scans;
    this.#scans = scan()
      .catch((error: unknown) => {
        this.#fallBack(error);
        return scan();
      })
      .catch((error: unknown) => {
        this.#hasGivenUp = true;
        this.#options.onFailure(error);
      })
      .then(() => before)
      .finally(() => this.#finish(versions.keys()));
  }

  #finish(left: Iterable<string>): void {
    for (const path of left) this.#running.delete(path);
    if (this.#running.size > 0) return;
    this.#done = 0;
    this.#total = 0;
    this.#tell(null);
  }

  #fallBack(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onFailure(error);
    this.#scanner.dispose();
    this.#scanner = this.#options.fallback();
  }

  #cacheFile(roots: readonly string[]): string | null {
    const { folder } = this.#options;
    if (folder === null) return null;
    const name = createHash('sha1')
      .update([...roots].sort().join('\n'))
      .digest('hex')
      .slice(0, 16);
    return join(folder, `${name}.json`);
  }

  #tell(progress: IndexProgress | null): void {
    for (const listener of this.#listeners) listener(progress);
  }
}

/** So few files are scanned at once when somebody asks for them: handing them over would take longer. */
const few = 16;
