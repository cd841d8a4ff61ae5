import { createHash } from 'node:crypto';
import { Pace } from '../base/pace.ts';
import { type EncodedFacts, scanFacts } from '../python/fileFacts.ts';
import { decodePython } from '../workspace/decode.ts';
import type { FileSystem } from '../workspace/fileSystem.ts';
import { FactsCache } from './factsCache.ts';

export interface ScanOptions {
  /** Larger files have no text. */
  readonly maxFileBytes: number;
  /** Where facts are kept from one run to the next; null for nowhere. */
  readonly cacheFile: string | null;
}

/** null: there is no text, because the file is gone, too large or no Python. */
export type ScannedFile = readonly [path: string, facts: EncodedFacts | null];

/** Finds out the facts of files, here or in another thread. */
export interface Scanner {
  /** Begins to read what was kept, before it is known which files there are. */
  open(cacheFile: string | null): void;
  /** Calls back with some files at a time. Rejects when it cannot go on. */
  scan(paths: readonly string[], options: ScanOptions, onFacts: (batch: readonly ScannedFile[]) => void): Promise<void>;
  dispose(): void;
}

/** Facts of one file after another, from the cache where nothing changed. */
export class FileScanner {
  readonly #fs: FileSystem;
  readonly #key: string;
  #cache: FactsCache | undefined;
  /** Of files, how each was dealt with: what tests count. */
  readonly counts = { asked: 0, read: 0, scanned: 0 };

  /** `key` says which product makes the facts: what another one has kept is not used. */
  constructor(fs: FileSystem, key: string) {
    this.#fs = fs;
    this.#key = key;
  }

  get cache(): FactsCache | undefined {
    return this.#cache;
  }

  open(cacheFile: string | null): FactsCache {
    if (this.#cache?.file === cacheFile) return this.#cache;
    this.#cache?.save();
    return (this.#cache = FactsCache.open(cacheFile, this.#key));
  }

  /** Costs a look at the file's size and time, or reading it, or reading and scanning it. */
  scan(path: string, { maxFileBytes, cacheFile }: ScanOptions): EncodedFacts | null {
    this.counts.asked++;
    const cache = this.open(cacheFile);
    const stat = this.#fs.stat(path);
    if (stat?.kind !== 'file' || stat.size > maxFileBytes) return null;
    const known = cache.ofPlace(path, stat);
    if (known !== undefined) return known;
    const bytes = this.#fs.readFile(path);
    if (!bytes) return null;
    this.counts.read++;
    const content = createHash('sha1').update(bytes).digest('base64url');
    let facts = cache.ofContent(content);
    if (facts === undefined) {
      this.counts.scanned++;
      const decoded = decodePython(bytes);
      facts = 'text' in decoded ? scanFacts(decoded.text) : null;
    }
    cache.keep(path, stat, content, facts);
    return facts;
  }
}

/** Scans in this thread, with pauses in which others get their turn. */
export class LocalScanner implements Scanner {
  readonly files: FileScanner;

  constructor(files: FileScanner) {
    this.files = files;
  }

  open(cacheFile: string | null): void {
    this.files.open(cacheFile);
  }

  async scan(
    paths: readonly string[],
    options: ScanOptions,
    onFacts: (batch: readonly ScannedFile[]) => void,
  ): Promise<void> {
    let batch: ScannedFile[] = [];
    const pace = new Pace();
    for (const path of paths) {
      batch.push([path, this.files.scan(path, options)]);
      if (batch.length >= 20) {
        onFacts(batch);
        batch = [];
      }
      await pace.pause();
    }
    onFacts(batch);
    this.files.cache?.save();
  }

  dispose(): void {
    // Nothing is held.
  }
}
