import type { Snapshot } from '../workspace/snapshot.ts';
import { type EncodedFacts, FileFacts, noFacts } from './fileFacts.ts';

/**
 * The facts of all files of a workspace, each with the version of the text they were made from. What nobody has put here
 * is made from the text when it is asked for, so the store only ever saves time.
 */
export class FactsStore {
  readonly #known = new Map<string, Entry>();
  /** Of the version before, which the next program compares with. */
  readonly #before = new Map<string, Entry>();
  #scans = 0;

  /** How many texts were scanned here: what tests count. */
  get scans(): number {
    return this.#scans;
  }

  /** Of a file without a text: nothing is known of it. */
  of(snapshot: Snapshot, path: string): FileFacts {
    const version = snapshot.version(path);
    if (version === undefined) return noFacts;
    const known = [this.#known.get(path), this.#before.get(path)].find((entry) => entry?.version === version);
    if (known) return known.facts;
    const text = snapshot.text(path);
    let facts = noFacts;
    if (text !== undefined) {
      facts = FileFacts.of(text);
      this.#scans++;
    }
    this.#set(path, { version, facts });
    return facts;
  }

  has(path: string, version: number): boolean {
    return this.#known.get(path)?.version === version;
  }

  /** Facts that were made elsewhere from this very version; null for a file that has no text. */
  put(path: string, version: number, facts: EncodedFacts | null): void {
    this.#set(path, { version, facts: facts ? new FileFacts(facts) : noFacts });
  }

  /** Forgets files that are gone. */
  keepOnly(isThere: (path: string) => boolean): void {
    for (const path of this.#known.keys()) {
      if (isThere(path)) continue;
      this.#known.delete(path);
      this.#before.delete(path);
    }
  }

  #set(path: string, entry: Entry): void {
    const known = this.#known.get(path);
    if (known && known.version > entry.version) {
      this.#before.set(path, entry);
      return;
    }
    if (known) this.#before.set(path, known);
    this.#known.set(path, entry);
  }
}

interface Entry {
  readonly version: number;
  readonly facts: FileFacts;
}
