import type { Snapshot } from '../workspace/snapshot.ts';
import { type Declarations, DeclaringFiles } from './declaring.ts';
import type { FactsStore } from './factsStore.ts';
import type { FileFacts } from './fileFacts.ts';
import { sameMentions } from './fileFacts.ts';
import { ImportGraph, type ImportSource } from './importGraph.ts';
import type { Modules } from './modules.ts';

/** What is remembered of texts, whichever snapshot they are in. */
export interface TextMemory {
  readonly facts: FactsStore;
  /** Path → which words its text holds. */
  readonly words: Map<string, { readonly version: number; readonly found: Map<string, boolean> }>;
}

/**
 * Finds files of a snapshot by what their texts say, without parsing one: who mentions a word, who reaches a library, who
 * may declare something. What the snapshot before had found is taken over where it still holds.
 */
export class FileSearch {
  readonly #snapshot: Snapshot;
  readonly #modules: Modules;
  readonly #memory: TextMemory;
  readonly #imports: ImportGraph;
  readonly #declaringFiles: DeclaringFiles;
  /** What is declared → the files that may declare it. */
  readonly #declaring = new Map<Declarations, readonly string[]>();
  /** The same of an older snapshot, where it may be out of date. */
  readonly #declaringBefore = new Map<Declarations, readonly string[]>();
  /** Words → the files that hold one of them. */
  readonly #mentioning = new Map<string, readonly string[]>();

  /** Costs O(changed files) after `previous`. */
  constructor(snapshot: Snapshot, modules: Modules, memory: TextMemory, previous: FileSearch | undefined) {
    this.#snapshot = snapshot;
    this.#modules = modules;
    this.#memory = memory;
    this.#imports = (previous && this.#takeOver(previous)) ?? new ImportGraph();
    this.#declaringFiles = new DeclaringFiles(modules.layout, (path) => this.factsOf(path));
  }

  factsOf(path: string): FileFacts {
    return this.#memory.facts.of(this.#snapshot, path);
  }

  mentions(path: string, words: readonly string[]): boolean {
    const facts = this.factsOf(path);
    const possible = words.filter((word) => facts.mayMention(word));
    return possible.length > 0 && this.#holds(path, possible);
  }

  /** The files that hold one of the words. */
  mentioning(words: readonly string[]): readonly string[] {
    const key = words.join('\0');
    let paths = this.#mentioning.get(key);
    if (!paths) {
      paths = this.#modules.layout.paths.filter((path) => this.mentions(path, words));
      this.#mentioning.set(key, paths);
    }
    return paths;
  }

  /** Whether a file imports one of the libraries, itself or through others of the workspace. */
  reaches(path: string, libraries: readonly string[]): boolean {
    return this.#imports.reaches(path, libraries, this.#source());
  }

  /** The files of the workspace that a file imports. */
  importedBy(path: string): readonly string[] {
    return this.#imports.filesOf(path, this.#source());
  }

  #source(): ImportSource {
    const { layout } = this.#modules;
    return {
      factsOf: (each) => this.factsOf(each),
      absolute: (folder, name) => this.#modules.target('absolute', folder, name),
      relative: (from, level, name) => layout.relative(from, level, name),
      inFolder: (folder, name) => layout.inFolder(folder, name),
    };
  }

  /** The files that may declare something; `isInstalled` tells of one whether installed packages make it do so. */
  declaring(what: Declarations, isInstalled: (path: string) => boolean): readonly string[] {
    let paths = this.#declaring.get(what);
    if (!paths) {
      paths = this.#modules.layout.paths.filter(
        (path) =>
          (this.reaches(path, what.libraries) && this.#declaringFiles.declares(path, what)) || isInstalled(path),
      );
      const before = this.#declaringBefore.get(what);
      if (before?.length === paths.length && before.every((path, i) => path === paths![i])) paths = before;
      this.#declaring.set(what, paths);
    }
    return paths;
  }

  /** Names of libraries that classes of a file inherit from and of which nothing is known. */
  unknownBases(path: string, what: Declarations): readonly string[] {
    return this.#declaringFiles.unknownBases(path, what);
  }

  /** Looks into the text, which the facts alone do not answer for. */
  #holds(path: string, words: readonly string[]): boolean {
    const version = this.#snapshot.version(path);
    const text = this.#snapshot.text(path);
    if (version === undefined || text === undefined) return false;
    let known = this.#memory.words.get(path);
    if (known?.version !== version) this.#memory.words.set(path, (known = { version, found: new Map() }));
    return words.some((word) => {
      let found = known.found.get(word);
      if (found === undefined) known.found.set(word, (found = text.includes(word)));
      return found;
    });
  }

  #takeOver(previous: FileSearch): ImportGraph | undefined {
    for (const [what, paths] of [...previous.#declaringBefore, ...previous.#declaring])
      this.#declaringBefore.set(what, paths);
    if (previous.#modules.layout !== this.#modules.layout) return undefined;
    const changed = this.#snapshot.changedSince(previous.#snapshot);
    const isSmall = changed !== null && changed.length <= maxChecked;
    const pairs = (isSmall ? changed : []).map((path) => {
      const [old, now] = [previous.factsOf(path), this.factsOf(path)];
      return { path, old, now, same: sameMentions(old, now) };
    });
    // Only texts say for sure what they mention.
    const sure = pairs.filter(({ old, now }) => old.text !== undefined && now.text !== undefined);
    const says = new Map(sure.map(({ path, same }) => [path, same] as const));
    if (changed) {
      for (const [key, paths] of previous.#mentioning)
        this.#mentioning.set(key, this.#stillMentioning(key.split('\0'), paths, changed, says));
    }
    // The two share the graph, so it must hold for both.
    if (!isSmall) return undefined;
    if (!pairs.every(({ old, now }) => now.importKey === old.importKey)) return undefined;
    for (const [what, paths] of previous.#declaring) {
      const words = [...what.words, ...what.memberWords, ...what.decoratorWords];
      const isSame = pairs.every(({ old, now, same }) => now.classKey === old.classKey && words.every(same));
      if (isSame) this.#declaring.set(what, paths);
    }
    return previous.#imports;
  }

  /** The same array as before when nothing changed in it. O(changed files). */
  #stillMentioning(
    words: readonly string[],
    paths: readonly string[],
    changed: readonly string[],
    says: ReadonlyMap<string, (word: string) => boolean>,
  ): readonly string[] {
    const moved = changed.filter((path) => {
      const same = says.get(path);
      return !same || !words.every(same);
    });
    const now = moved.filter(
      (path) => this.#snapshot.isPython(path) && !path.endsWith('.pyi') && this.mentions(path, words),
    );
    const before = moved.filter((path) => paths.includes(path));
    if (now.length === before.length && now.every((path) => before.includes(path))) return paths;
    return [...new Set([...paths.filter((path) => !before.includes(path)), ...now])].sort();
  }
}

/** After more changes than this (another branch) the import graph is made anew. */
const maxChecked = 200;
