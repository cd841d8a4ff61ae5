import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';

/** What the workspace asks of a disk. Every function answers `undefined` instead of throwing. Paths use `/`. */
export interface FileSystem {
  /** Entries of a folder in any order; `undefined` when it cannot be read. */
  readFolder(path: string): readonly FolderEntry[] | undefined;
  /** Follows symbolic links. */
  stat(path: string): FileStat | undefined;
  readFile(path: string): Uint8Array | undefined;
  /** The path without symbolic links. */
  realPath(path: string): string | undefined;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

export interface FileStat {
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  /**
   * When its content was last written, in milliseconds since 1970; of a folder, when an entry came or went. Undefined where
   * that is not known.
   */
  readonly modified?: number;
}

export const nodeFileSystem: FileSystem = {
  readFolder(path) {
    return attempt(() =>
      readdirSync(path, { withFileTypes: true }).map((entry) => ({
        name: entry.name,
        kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other',
      })),
    );
  },
  stat(path) {
    const stat = attempt(() => statSync(path, { throwIfNoEntry: false }));
    if (!stat) return undefined;
    return {
      kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other',
      size: stat.size,
      modified: stat.mtimeMs,
    };
  },
  readFile: (path) => attempt(() => readFileSync(path)),
  realPath: (path) => attempt(() => realpathSync.native(path).replaceAll('\\', '/')),
};

/** The file system is the outside world: whatever it throws (vanished, denied, a loop of links) means "not there". */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
