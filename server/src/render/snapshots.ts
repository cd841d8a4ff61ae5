import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where memory snapshots are kept: one file for each library, named after all that it depends on. */
export interface SnapshotStore {
  /** The file to load, or null when there is none yet. */
  find(library: string, key: string): Promise<string | null>;
  /** The file to write; its folder exists. Null when none is to be written. */
  prepare(library: string, key: string): Promise<string | null>;
  /** Takes away the library's snapshots of other versions. */
  removeOthers(library: string, key: string): Promise<void>;
  /** Takes away a snapshot that turned out to be of no use. */
  drop(file: string): Promise<void>;
}

/** Without a storage folder there are never any, and nothing is written. */
export function snapshotStore(storageDir: string | null): SnapshotStore {
  if (storageDir === null) return noSnapshots;
  const folder = join(storageDir, 'snapshots');
  const fileOf = (library: string, key: string) => join(folder, `${library}-${key}.snapshot`);
  const drop = (file: string) => rm(file, { force: true }).catch(() => undefined);
  return {
    async find(library, key) {
      const file = fileOf(library, key);
      const found = await stat(file).catch(() => null);
      return found?.isFile() ? file : null;
    },
    async prepare(library, key) {
      await mkdir(folder, { recursive: true });
      return fileOf(library, key);
    },
    async removeOthers(library, key) {
      const wanted = `${library}-${key}.snapshot`;
      for (const file of await readdir(folder).catch(() => [])) {
        if (file.startsWith(`${library}-`) && file !== wanted) await drop(join(folder, file));
      }
    },
    drop,
  };
}

const noSnapshots: SnapshotStore = {
  find: async () => null,
  prepare: async () => null,
  removeOthers: async () => undefined,
  drop: async () => undefined,
};

/** A short hash of everything that decides what Python does before the first request, but for the library. */
export function rendererHash(rendererDir: string, hostPath: string, pyodideDir: string): string {
  const sum = createHash('sha256');
  // Running from the sources, the host is a folder of modules.
  const host = hostPath.endsWith('.ts') ? filesIn(dirname(hostPath), '.ts') : [hostPath];
  const files = [...filesIn(rendererDir, '.py'), ...host, join(pyodideDir, 'package.json')];
  for (const file of files) sum.update(`${file}\n`).update(readFileSync(file));
  // V8 lays out nothing in Python's memory, but a snapshot is only known to fit the runtime that made it.
  return sum.update(process.version).update(process.arch).digest('hex').slice(0, 16);
}

function filesIn(folder: string, ending: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith(ending))
    .toSorted()
    .map((file) => join(folder, file));
}
