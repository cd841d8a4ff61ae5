import { dirname } from '../base/paths.ts';
import { submoduleFolders } from './declaring.ts';
import type { FileFacts } from './fileFacts.ts';
import type { ModuleTarget } from './moduleLayout.ts';

/** What the graph asks about a workspace. */
export interface ImportSource {
  factsOf(path: string): Pick<FileFacts, 'imports'>;
  /** Which file a module name means, seen from a file or a folder. */
  relative(path: string, level: number, name: string): ModuleTarget;
  absolute(folder: string, name: string): ModuleTarget;
  inFolder(folder: string, name: string): ModuleTarget;
}

/** Who imports whom, filled as it is asked for. Handed on to the next program while no import of these files changes. */
export class ImportGraph {
  readonly #edges = new Map<string, ImportEdges>();
  /** List of libraries → file → whether it reaches one of them. */
  readonly #reaching = new Map<string, Map<string, boolean>>();

  /** Whether a file imports one of the libraries, itself or through what it imports of the workspace. */
  reaches(path: string, libraries: readonly string[], source: ImportSource): boolean {
    const key = libraries.join(' ');
    let known = this.#reaching.get(key);
    if (!known) this.#reaching.set(key, (known = new Map()));
    return known.get(path) ?? this.#search(path, libraries, known, source);
  }

  /** The files of the workspace that a file imports. */
  filesOf(path: string, source: ImportSource): readonly string[] {
    return this.#edgesOf(path, source).files;
  }

  /** Breadth first; every file is looked at once per import graph: a no holds for all that were seen. */
  #search(path: string, libraries: readonly string[], known: Map<string, boolean>, source: ImportSource): boolean {
    const from = new Map<string, string | null>([[path, null]]);
    for (const current of from.keys()) {
      const edges = this.#edgesOf(current, source);
      if (known.get(current) || edges.libraries.some((name) => libraries.some((library) => isBelow(name, library)))) {
        for (let at: string | null = current; at !== null; at = from.get(at)!) known.set(at, true);
        return true;
      }
      for (const next of edges.files) if (!from.has(next) && known.get(next) !== false) from.set(next, current);
    }
    for (const seen of from.keys()) known.set(seen, false);
    return false;
  }

  #edgesOf(path: string, source: ImportSource): ImportEdges {
    const known = this.#edges.get(path);
    if (known) return known;
    const libraries: string[] = [];
    const files = new Set<string>();
    const addModule = (target: ModuleTarget, name: string): void => {
      if (target.kind === 'file') files.add(target.path);
      else if (target.kind !== 'missing') libraries.push(name);
    };
    for (const { level, module, names } of source.factsOf(path).imports) {
      const target = level > 0 ? source.relative(path, level, module) : source.absolute(dirname(path), module);
      addModule(target, module);
      for (const { name } of names ?? []) {
        const full = `${module}.${name}`;
        if (target.kind === 'external') libraries.push(full);
        else for (const inner of submoduleFolders(target)) addModule(source.inFolder(inner, name), full);
      }
    }
    files.delete(path);
    const edges: ImportEdges = { libraries, files: [...files] };
    this.#edges.set(path, edges);
    return edges;
  }
}

interface ImportEdges {
  readonly libraries: readonly string[];
  readonly files: readonly string[];
}

function isBelow(name: string, library: string): boolean {
  return name.startsWith(library) && (name.length === library.length || name[library.length] === '.');
}
