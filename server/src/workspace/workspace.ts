import { throwIfCancelled, type CancellationToken } from '../base/cancellation.ts';
import { Pace } from '../base/pace.ts';
import { ancestors, basename, dirname, isInside, normalizePath } from '../base/paths.ts';
import { ChangeLog } from './changeLog.ts';
import { discover, isLeftOut, nothingDiscovered, isProjectFile, isPythonFile, type Discovered } from './discover.ts';
import { Environments, environmentsAbove, namedByUser, type EnvironmentLimits } from './environments.ts';
import { nodeFileSystem, type FileSystem } from './fileSystem.ts';
import { defaultSettings, type WorkspaceSettings } from './settings.ts';
import type { Snapshot } from './snapshot.ts';
import { TextFile } from './textFile.ts';
import {
  isOther,
  WorkspaceSnapshot,
  type OtherFiles,
  type SnapshotState,
  type SortedPaths,
} from './workspaceSnapshot.ts';

export interface WorkspaceOptions {
  /** Folders, or single files (then only these are listed, but their neighbours can still be read). */
  readonly roots: readonly string[];
  readonly fileSystem?: FileSystem;
  readonly settings?: Partial<WorkspaceSettings>;
  /** The Python environment the process was started in (`VIRTUAL_ENV`), for files that have none beside or above them. */
  readonly activeEnvironment?: string | undefined;
  readonly environmentLimits?: EnvironmentLimits;
}

/**
 * The files of the user, on disk and unsaved, as they change. Everything else works on the immutable snapshots it gives.
 *
 * Cost: the disk is walked once, on the first `snapshot()` or by `load()`; files are read when their text is asked for.
 * A keystroke copies the map of open texts only. A change on disk copies the map of known files once per snapshot.
 */
export class Workspace {
  readonly #fs: FileSystem;
  #roots: readonly string[];
  #settings: WorkspaceSettings;
  #generation = 0;
  #snapshot: WorkspaceSnapshot | undefined;
  #walk: Generator<void, Discovered, void> | undefined;
  #walked: Discovered | undefined;
  #postponed: (() => void)[] = [];
  #disk = new Map<string, TextFile>();
  /** While the disk is walked again: the texts that were known before. */
  #kept = new Map<string, TextFile>();
  #overlays = new Map<string, TextFile>();
  /** True while a snapshot holds the map, which then must be copied before it is changed. */
  #diskIsShared = false;
  #overlaysAreShared = false;
  #paths: SortedPaths = {};
  #other: OtherFiles = new Map();
  readonly #log = new ChangeLog();
  readonly #environments: Environments;
  readonly #activeEnvironment: string;

  constructor(options: WorkspaceOptions) {
    this.#fs = options.fileSystem ?? nodeFileSystem;
    this.#roots = options.roots.map(normalizePath);
    this.#settings = { ...defaultSettings, ...options.settings };
    this.#environments = new Environments(this.#fs, options.environmentLimits);
    this.#activeEnvironment = options.activeEnvironment ?? '';
  }

  /** The current state. The same object until something changes. */
  snapshot(): Snapshot {
    if (this.#snapshot) return this.#snapshot;
    const walked = this.#finishWalk();
    this.#diskIsShared = true;
    this.#overlaysAreShared = true;
    this.#snapshot = new WorkspaceSnapshot({
      generation: ++this.#generation,
      roots: this.#roots,
      settings: this.#settings,
      fs: this.#fs,
      walked,
      disk: this.#disk,
      overlays: this.#overlays,
      paths: this.#paths,
      other: this.#other,
      ...this.#environmentsOf(walked),
      log: this.#log,
      sequence: this.#log.sequence,
    });
    return this.#snapshot;
  }

  /** That of the settings alone, else all that were found and the active one; sorted, so that they keep their order. */
  #environmentsOf(walked: Discovered): Pick<SnapshotState, 'environments' | 'activeEnvironment'> {
    const chosen = namedByUser(this.#fs, this.#settings.environment, this.#roots[0]);
    const active = chosen ?? namedByUser(this.#fs, this.#activeEnvironment, undefined);
    const paths = chosen === undefined ? [...walked.environments] : [];
    if (active !== undefined) paths.push(active);
    return { environments: this.#environments.at([...new Set(paths)].sort()), activeEnvironment: active };
  }

  /** Walks the disk in small steps with pauses, so that a server can answer meanwhile. Rejects when cancelled. */
  async load(cancellation?: CancellationToken): Promise<void> {
    const pace = new Pace();
    while (!this.#walked) {
      throwIfCancelled(cancellation);
      this.#stepWalk();
      await pace.pause();
    }
  }

  /** The text of an open document (a file, an untitled text, the joined cells of a notebook); null when it is closed. */
  change(path: string, text: string | null): void {
    const key = normalizePath(path);
    const known = this.#overlays.get(key);
    if (text === null ? !known : known?.text === text) return;
    if (this.#overlaysAreShared) {
      this.#overlays = new Map(this.#overlays);
      this.#overlaysAreShared = false;
    }
    if (text === null) this.#overlays.delete(key);
    else this.#overlays.set(key, TextFile.of(text));
    if (!this.#disk.has(key) && !known !== (text === null)) this.#paths = {};
    if (isOther(key)) this.#other = new Map();
    this.#changed(key);
  }

  fileChanged(path: string): void {
    const key = normalizePath(path);
    if (this.#postpone(() => this.fileChanged(key))) return;
    if (!this.#disk.has(key)) return this.#isProjectFile(key) ? this.#otherChanged(key) : this.fileCreated(key);
    this.#writableDisk().set(key, TextFile.onDisk(this.#fs, key, this.#settings.maxFileBytes));
    this.#changed(key);
  }

  /** A file or a folder with all that is in it. */
  fileCreated(path: string): void {
    const key = normalizePath(path);
    if (this.#postpone(() => this.fileCreated(key))) return;
    if (this.#disk.has(key)) return this.fileChanged(key);
    if (basename(key) === 'pyvenv.cfg' && this.#roots.some((root) => isInside(key, root))) return this.#walkAgain();
    if (this.#environments.changed(key)) return this.#changed(key);
    const stat = this.#fs.stat(key);
    if (!stat || !this.#isTakenIn(stat.kind === 'folder' ? key : dirname(key))) {
      // It may still be one that was read although it lies outside of the roots.
      if (this.#other.has(key)) this.#otherChanged(key);
      return;
    }
    if (stat.kind === 'folder') this.#takeIn(run(discover(this.#fs, [key], this.#settings)));
    else if (isPythonFile(key)) this.#addPython(key);
    else if (isProjectFile(key)) this.#addProjectFile(key);
    else this.#otherChanged(key);
  }

  /** A file or a folder with all that was in it. */
  fileDeleted(path: string): void {
    const key = normalizePath(path);
    if (this.#postpone(() => this.fileDeleted(key))) return;
    if (basename(key) === 'pyvenv.cfg') return this.#walkAgain();
    if (this.#environments.changed(key)) return this.#changed(key);
    const walked = this.#walked!;
    if (walked.folders.has(key)) return this.#forgetFolder(key);
    if (this.#disk.has(key)) {
      this.#writableDisk().delete(key);
      if (!this.#overlays.has(key)) this.#paths = {};
      this.#changed(key);
    } else if (this.#isProjectFile(key) || this.#other.has(key)) {
      this.#walked = { ...walked, project: walked.project.filter((file) => file !== key) };
      this.#otherChanged(key);
    }
  }

  setRoots(roots: readonly string[]): void {
    this.#roots = roots.map(normalizePath);
    this.#walkAgain();
  }

  configure(settings: Partial<WorkspaceSettings>): void {
    const next = { ...this.#settings, ...settings };
    if (JSON.stringify(next) === JSON.stringify(this.#settings)) return;
    this.#settings = next;
    this.rescan();
  }

  /** Forgets what is known of the disk; the next snapshot walks it anew and reads every file again. */
  rescan(): void {
    this.#disk = new Map();
    this.#diskIsShared = false;
    this.#walkAgain();
  }

  /** Walks the disk anew and keeps the texts of files that are still there. */
  #walkAgain(): void {
    this.#kept = this.#disk;
    this.#disk = new Map();
    this.#diskIsShared = false;
    this.#walk = undefined;
    this.#walked = undefined;
    this.#paths = {};
    this.#other = new Map();
    this.#log.clear();
    this.#snapshot = undefined;
  }

  /** Keeps an event that comes in the middle of a walk for its end. Before the walk there is nothing to tell. */
  #postpone(event: () => void): boolean {
    if (this.#walked) return false;
    if (this.#walk) this.#postponed.push(event);
    return true;
  }

  #stepWalk(): void {
    this.#walk ??= discover(this.#fs, this.#roots, this.#settings);
    const step = this.#walk.next();
    if (!step.done) return;
    this.#walk = undefined;
    this.#walked = nothingDiscovered();
    this.#takeIn(step.value);
    for (const root of this.#roots)
      for (const path of environmentsAbove(this.#fs, root)) this.#walked.environments.add(path);
    this.#kept = new Map();
    const postponed = this.#postponed;
    this.#postponed = [];
    for (const event of postponed) event();
  }

  #finishWalk(): Discovered {
    while (!this.#walked) this.#stepWalk();
    return this.#walked;
  }

  #takeIn(found: Discovered): void {
    const walked = this.#walked!;
    const disk = this.#writableDisk();
    for (const path of found.python) {
      if (disk.size >= this.#settings.maxFiles) break;
      disk.set(path, this.#kept.get(path) ?? TextFile.onDisk(this.#fs, path, this.#settings.maxFileBytes));
      this.#log.add(path);
    }
    for (const path of found.project) this.#log.add(path);
    this.#walked = {
      python: [],
      project: [...new Set([...walked.project, ...found.project])].sort(),
      skipped: [...walked.skipped, ...found.skipped],
      folders: new Set([...walked.folders, ...found.folders]),
      leftOut: new Set([...walked.leftOut, ...found.leftOut]),
      environments: new Set([...walked.environments, ...found.environments]),
    };
    this.#paths = {};
    this.#other = new Map();
    this.#snapshot = undefined;
  }

  #addPython(path: string): void {
    const disk = this.#writableDisk();
    if (disk.size >= this.#settings.maxFiles) return;
    disk.set(path, TextFile.onDisk(this.#fs, path, this.#settings.maxFileBytes));
    if (!this.#overlays.has(path)) this.#paths = {};
    // Whatever was asked for in vain may be there now.
    this.#otherChanged(path);
  }

  #addProjectFile(path: string): void {
    const walked = this.#walked!;
    if (!walked.project.includes(path)) this.#walked = { ...walked, project: [...walked.project, path].sort() };
    this.#otherChanged(path);
  }

  #forgetFolder(folder: string): void {
    const walked = this.#walked!;
    const disk = this.#writableDisk();
    for (const path of disk.keys()) {
      if (!isInside(path, folder)) continue;
      disk.delete(path);
      this.#log.add(path);
    }
    this.#walked = {
      python: [],
      project: walked.project.filter((path) => !isInside(path, folder)),
      skipped: walked.skipped.filter(({ path }) => !isInside(path, folder)),
      folders: new Set([...walked.folders].filter((path) => !isInside(path, folder))),
      leftOut: new Set([...walked.leftOut].filter((path) => !isInside(path, folder))),
      environments: new Set([...walked.environments].filter((path) => !isInside(path, folder))),
    };
    this.#paths = {};
    this.#otherChanged(folder);
  }

  /** Whether a folder belongs to the walked part of the disk; looks only at folders that are new since the walk. */
  #isTakenIn(folder: string): boolean {
    const { folders } = this.#walked!;
    const root = this.#roots.find((root) => isInside(folder, root));
    if (root === undefined) return false;
    const unknown: string[] = [];
    for (const path of ancestors(folder)) {
      if (folders.has(path)) break;
      unknown.push(path);
      if (path === root) break;
    }
    for (const path of unknown) {
      const names = new Set(this.#fs.readFolder(path)?.map((entry) => entry.name));
      if (path !== root && isLeftOut(path, names, this.#roots, this.#settings)) return false;
    }
    for (const path of unknown) folders.add(path);
    return true;
  }

  #isProjectFile(path: string): boolean {
    return isProjectFile(path) && !isPythonFile(path);
  }

  #otherChanged(path: string): void {
    this.#other = new Map();
    this.#changed(path);
  }

  #writableDisk(): Map<string, TextFile> {
    if (this.#diskIsShared) {
      this.#disk = new Map(this.#disk);
      this.#diskIsShared = false;
    }
    return this.#disk;
  }

  #changed(path: string): void {
    this.#log.add(path);
    this.#snapshot = undefined;
  }
}

function run(walk: Generator<void, Discovered, void>): Discovered {
  for (;;) {
    const step = walk.next();
    if (step.done) return step.value;
  }
}
