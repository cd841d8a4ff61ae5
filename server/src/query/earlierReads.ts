/** Attributes that are read before the place a slice is about: reading one may load it, and others with it. */
import type { Attribute, Node } from '../python/syntax/nodes.ts';
import type { SourceFile } from '../python/types.ts';
import { text, type Kept } from './pieces.ts';
import { dottedPath, surelyRead, type Reads } from './reads.ts';
import type { Gatherings, SliceResolver } from './resolver.ts';

export class EarlierReads {
  readonly #resolver: SliceResolver;
  /** What the statements before have to do with the expression, if anything: then reads decide too what is sent. */
  readonly #gathered: Gatherings | null;
  /** The attribute that the slice is about, if it is about one. */
  readonly #read: Attribute | null;

  constructor(resolver: SliceResolver, gathered: Gatherings | null, read: Attribute | null) {
    this.#resolver = resolver;
    this.#gathered = gathered;
    this.#read = read;
  }

  /** What is read before the place we come from, where that may have loaded it: an object keeps what it has loaded. */
  in(file: SourceFile, node: Node, needed: Reads, mayNotRun: boolean, upto: number): Kept[] {
    if (!this.#read && !this.#gathered) return [];
    const kept: Kept[] = [];
    for (const read of surelyRead(node, upto)) {
      const isNeeded = targetsOf(read).some((name) => needed.has(name));
      if (!this.#mayHaveLoaded(file, read, isNeeded, mayNotRun)) continue;
      needed.add(read);
      kept.push({ text: text(file, read) });
    }
    return kept;
  }

  /** Whether an attribute that was read decides what is there. What may not have run would be one more way to try. */
  #mayHaveLoaded(file: SourceFile, read: Attribute, isNeeded: boolean, mayNotRun: boolean): boolean {
    const about = this.#read;
    if (isNeeded && about && text(file, about) === text(file, read)) return true;
    if (mayNotRun) return false;
    // With one attribute that was left out others may come.
    const isOfSame = isNeeded && about !== null && text(file, about.value) === text(file, read.value);
    // What has expired comes back, and what was gathered is flushed first.
    const mayFlush = this.#gathered !== null && (isNeeded || read.start > this.#gathered.from);
    return (isOfSame || mayFlush) && this.#resolver.isMapped(file, read);
  }
}

/** The name that an attribute is of. */
function targetsOf(attribute: Attribute): readonly string[] {
  const path = dottedPath(attribute);
  return path ? [path.name] : [];
}
