import type { Skipped } from './discover.ts';
import type { Environment } from './environments.ts';
import type { WorkspaceSettings } from './settings.ts';

/** The immutable state of all files that one request works on. Paths as in `base/paths.ts`. */
export interface Snapshot {
  /** Grows with every change. */
  readonly generation: number;
  readonly roots: readonly string[];
  readonly settings: WorkspaceSettings;
  /** All Python files, stubs included, and open Python texts; sorted. The same array as long as the set is the same. */
  pythonPaths(): readonly string[];
  /** Files that tell about the project (`pyproject.toml`, lock files, `alembic.ini`, `.env` …); sorted. */
  projectFiles(): readonly string[];
  /** The Python environments; the same array until one comes or goes, or packages do in one. */
  readonly environments: readonly Environment[];
  /** The environment that a file is run with, or that it lies in. */
  environmentOf(path: string): Environment | undefined;
  /** A known Python file; outside of the roots and in environments also any that is on disk. */
  isPython(path: string): boolean;
  /** A folder of the workspace that was not left out. */
  isFolder(path: string): boolean;
  /** The text, unsaved if it is open; undefined when there is none (see `whyUnread`). */
  text(path: string): string | undefined;
  /** Changes exactly when the text may have changed; never the same for two files. */
  version(path: string): number | undefined;
  /** Why a file that is there has no text, in words for a user: `it is larger than 5 MB`. */
  whyUnread(path: string): string | undefined;
  /** Whether the text is that of an editor, not of the disk. */
  isOpen(path: string): boolean;
  exists(path: string): boolean;
  /** Any text file, also one that is no Python; undefined when it is missing, binary or very large. */
  readOther(path: string): string | undefined;
  /** What was left out and why; files are judged when they are first read. */
  skipped(): readonly Skipped[];
  /** Paths that changed between an older snapshot of the same workspace and this one; null when that is not known. */
  changedSince(older: Snapshot): readonly string[] | null;
}
