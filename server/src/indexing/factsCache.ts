import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { EncodedFacts } from '../python/fileFacts.ts';
import type { FileStat } from '../workspace/fileSystem.ts';

/** What was seen at a path: as long as time and size are the same, so is the content. */
interface Place {
  readonly modified: number;
  readonly size: number;
  readonly content: string;
}

/**
 * The facts of one workspace's files on disk, by the hash of their content; and which content was last seen at which
 * path, so that files that did not change are not even read. One file, read and written as a whole. What is damaged, of
 * another product version or cannot be written is left out in silence: it only costs time.
 *
 * Several processes may have the same cache open: each writes a whole file beside it and renames that, the last one wins.
 */
export class FactsCache {
  readonly file: string | null;
  readonly #key: string;
  readonly #places: Map<string, Place>;
  /** In the order of their last use. */
  readonly #facts: Map<string, EncodedFacts | null>;
  readonly #seen = new Set<string>();
  #isChanged = false;

  static open(file: string | null, key: string): FactsCache {
    const stored = file === null ? null : read(file, key);
    return new FactsCache(file, key, stored);
  }

  constructor(file: string | null, key: string, stored: Stored | null) {
    this.file = file;
    this.#key = key;
    this.#places = new Map(
      stored?.places.map(([path, modified, size, content]) => [path, { modified, size, content }]),
    );
    this.#facts = new Map(stored?.facts);
  }

  /** How many different contents are known. */
  get size(): number {
    return this.#facts.size;
  }

  /** Facts of a file that has the same time and size as before; undefined when it must be read. */
  ofPlace(path: string, stat: FileStat): EncodedFacts | null | undefined {
    const place = this.#places.get(path);
    if (!place || place.size !== stat.size || place.modified !== stat.modified) return undefined;
    this.#seen.add(path);
    return this.ofContent(place.content);
  }

  ofContent(content: string): EncodedFacts | null | undefined {
    const facts = this.#facts.get(content);
    if (facts === undefined) return undefined;
    this.#facts.delete(content);
    this.#facts.set(content, facts);
    return facts;
  }

  keep(path: string, { modified, size }: FileStat, content: string, facts: EncodedFacts | null): void {
    this.#isChanged = true;
    this.#seen.add(path);
    this.#facts.set(content, facts);
    // A file written a moment ago may be written again within the same tick of the clock: it is read the next time.
    if (modified !== undefined && Date.now() - modified > clockTick)
      this.#places.set(path, { modified, size, content });
    else this.#places.delete(path);
  }

  /** Writes what changed. The paths that nobody asked for since the start are forgotten. */
  save(): void {
    if (this.file === null) return;
    try {
      if (this.#isChanged) write(this.file, this.#key, this.#stored());
      else touch(this.file);
      this.#isChanged = false;
    } catch {
      // A full or read-only disk: the next start is slower.
    }
  }

  #stored(): Stored {
    const places = [...this.#places].filter(([path]) => this.#seen.has(path));
    const facts: [string, EncodedFacts | null][] = [];
    let bytes = 0;
    for (const [content, each] of [...this.#facts].reverse()) {
      bytes += each ? each.reduce((sum, part) => sum + part.length, 100) : 100;
      if (bytes > maxBytes) break;
      facts.push([content, each]);
    }
    return {
      places: places.map(([path, { modified, size, content }]) => [path, modified, size, content]),
      facts: facts.reverse(),
    };
  }
}

interface Stored {
  readonly places: readonly (readonly [path: string, modified: number, size: number, content: string])[];
  readonly facts: readonly (readonly [content: string, facts: EncodedFacts | null])[];
}

/** The first line holds the key and a checksum of the rest. */
function read(file: string, key: string): Stored | null {
  try {
    const text = readFileSync(file, 'utf8');
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    if (text.slice(0, end) !== firstLine(key, body)) return null;
    return JSON.parse(body) as Stored;
  } catch {
    return null;
  }
}

function write(file: string, key: string, stored: Stored): void {
  const body = JSON.stringify(stored);
  mkdirSync(dirname(file), { recursive: true });
  const written = `${file}.${randomUUID()}.tmp`;
  try {
    writeFileSync(written, `${firstLine(key, body)}\n${body}`);
    renameSync(written, file);
  } catch (error) {
    rmSync(written, { force: true });
    throw error;
  }
  tidy(dirname(file), basename(file));
}

/** Workspaces that were not opened for the longest time go, and what a process that ended while writing has left. */
function tidy(folder: string, own: string): void {
  const files = readdirSync(folder)
    .filter((name) => name !== own)
    .map((name) => ({ path: join(folder, name), ...sizeAndTime(join(folder, name)) }))
    .toSorted((a, b) => b.time - a.time);
  let bytes = 0;
  for (const { path, size, time } of files) {
    const isLeftOver = path.endsWith('.tmp') && Date.now() - time > 3_600_000;
    bytes += size;
    if (bytes > maxFolderBytes || isLeftOver) rmSync(path, { force: true });
  }
}

function sizeAndTime(path: string): { readonly size: number; readonly time: number } {
  const stat = statSync(path, { throwIfNoEntry: false });
  return { size: stat?.size ?? 0, time: stat?.mtimeMs ?? 0 };
}

function touch(file: string): void {
  const now = new Date();
  utimesSync(file, now, now);
}

function firstLine(key: string, body: string): string {
  return `${key} ${createHash('sha1').update(body).digest('hex')}`;
}

/** Milliseconds: the coarsest clock of a file system in use (FAT). */
const clockTick = 2000;

/** Of one workspace; half a million lines of code take 2 MB. What is over it was used the longest time ago. */
const maxBytes = 24 * 1024 * 1024;

/** Of all workspaces together. */
const maxFolderBytes = 96 * 1024 * 1024;
