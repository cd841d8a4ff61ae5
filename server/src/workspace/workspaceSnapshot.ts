import { ancestors, basename, dirname, isInside } from '../base/paths.ts';
import type { ChangeLog } from './changeLog.ts';
import { decodeOther } from './decode.ts';
import { isProjectFile, isPythonFile, isSkippedName, type Discovered, type Skipped } from './discover.ts';
import { nearestEnvironment, type Environment } from './environments.ts';
import type { FileSystem } from './fileSystem.ts';
import type { WorkspaceSettings } from './settings.ts';
import type { Snapshot } from './snapshot.ts';
import { TextFile } from './textFile.ts';

export interface SnapshotState {
  readonly generation: number;
  readonly roots: readonly string[];
  readonly settings: WorkspaceSettings;
  readonly fs: FileSystem;
  readonly walked: Discovered;
  readonly disk: ReadonlyMap<string, TextFile>;
  readonly overlays: ReadonlyMap<string, TextFile>;
  readonly paths: SortedPaths;
  readonly other: OtherFiles;
  readonly environments: readonly Environment[];
  readonly activeEnvironment: string | undefined;
  readonly log: ChangeLog;
  readonly sequence: number;
}

/** Shared by all snapshots with the same set of files; filled by the first that is asked. */
export interface SortedPaths {
  python?: readonly string[];
}

/** Files that are read on demand, valid until something that is not a known Python file changes. */
export type OtherFiles = Map<string, { readonly exists: boolean; file?: TextFile; text?: string | null }>;

export class WorkspaceSnapshot implements Snapshot {
  readonly generation: number;
  readonly roots: readonly string[];
  readonly settings: WorkspaceSettings;
  readonly #state: SnapshotState;

  constructor(state: SnapshotState) {
    this.generation = state.generation;
    this.roots = state.roots;
    this.settings = state.settings;
    this.#state = state;
  }

  pythonPaths(): readonly string[] {
    const { paths, disk, overlays } = this.#state;
    if (!paths.python) {
      const all = new Set(disk.keys());
      for (const path of overlays.keys()) if (!isOther(path) && !this.#isInstalled(path)) all.add(path);
      paths.python = [...all].sort();
    }
    return paths.python;
  }

  projectFiles(): readonly string[] {
    return this.#state.walked.project;
  }

  isPython(path: string): boolean {
    const { overlays, disk } = this.#state;
    if (disk.has(path) || (overlays.has(path) && !isOther(path))) return true;
    if (!isPythonFile(path)) return false;
    const environment = this.#holding(path);
    if (environment) return environment.isFile(path);
    return !this.roots.some((root) => isInside(path, root)) && this.#lookUp(path).exists;
  }

  get environments(): readonly Environment[] {
    return this.#state.environments;
  }

  environmentOf(path: string): Environment | undefined {
    const { environments, activeEnvironment } = this.#state;
    return nearestEnvironment(environments, path, this.roots, activeEnvironment);
  }

  isFolder(path: string): boolean {
    return this.#state.walked.folders.has(path);
  }

  text(path: string): string | undefined {
    return this.#file(path)?.text;
  }

  version(path: string): number | undefined {
    return this.#file(path)?.version;
  }

  whyUnread(path: string): string | undefined {
    return this.#file(path)?.reason;
  }

  isOpen(path: string): boolean {
    return this.#state.overlays.has(path);
  }

  exists(path: string): boolean {
    const { overlays, disk, walked } = this.#state;
    return overlays.has(path) || disk.has(path) || walked.folders.has(path) || this.#lookUp(path).exists;
  }

  readOther(path: string): string | undefined {
    const { overlays, disk, fs } = this.#state;
    const known = overlays.get(path) ?? disk.get(path);
    if (known) return known.text;
    const other = this.#lookUp(path);
    if (other.text === undefined) {
      const size = other.exists ? fs.stat(path) : undefined;
      const bytes = size?.kind === 'file' && size.size <= maxOtherBytes ? fs.readFile(path) : undefined;
      other.text = (bytes && decodeOther(bytes)) ?? null;
    }
    return other.text ?? undefined;
  }

  skipped(): readonly Skipped[] {
    const unread: Skipped[] = [];
    for (const [path, file] of this.#state.disk) {
      if (file.wasRead && file.reason !== undefined) unread.push({ path, reason: file.reason });
    }
    return [...this.#state.walked.skipped, ...unread];
  }

  changedSince(older: Snapshot): readonly string[] | null {
    if (!(older instanceof WorkspaceSnapshot) || older.#state.log !== this.#state.log) return null;
    return this.#state.log.between(older.#state.sequence, this.#state.sequence);
  }

  #holding(path: string): Environment | undefined {
    return this.#state.environments.find((each) => isInside(path, each.path));
  }

  /** An open file of an environment can be read, but it is none of the project's own. */
  #isInstalled(path: string): boolean {
    const { folders, leftOut } = this.#state.walked;
    for (const folder of ancestors(dirname(path))) {
      if (folders.has(folder)) return false;
      if (leftOut.has(folder) || isSkippedName(basename(folder))) return true;
    }
    return false;
  }

  #file(path: string): TextFile | undefined {
    const known = this.#state.overlays.get(path) ?? this.#state.disk.get(path);
    if (known) return known;
    if (!isPythonFile(path)) return undefined;
    const environment = this.#holding(path);
    if (environment) return environment.python(path);
    const other = this.#lookUp(path);
    if (!other.exists) return undefined;
    other.file ??= TextFile.onDisk(this.#state.fs, path, this.settings.maxFileBytes);
    return other.file;
  }

  #lookUp(path: string): { readonly exists: boolean; file?: TextFile; text?: string | null } {
    const { other, fs } = this.#state;
    let known = other.get(path);
    if (!known) {
      known = { exists: !path.includes('\0') && fs.stat(path) !== undefined };
      other.set(path, known);
    }
    return known;
  }
}

/** Lock files of big projects reach a few megabytes. */
const maxOtherBytes = 20 * 1024 * 1024;

/** An open text that is no Python although it is open: a project file. Notebooks and untitled texts are Python. */
export function isOther(path: string): boolean {
  return isProjectFile(path) && !isPythonFile(path);
}
