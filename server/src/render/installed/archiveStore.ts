import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeZip } from '../host/zip.ts';
import type { InstalledLibrary } from './installedLibrary.ts';
import { readInstalledLibrary } from './readLibrary.ts';

/** Zips of byte code, made of the libraries in projects' environments and kept from session to session. */
export interface ArchiveStore {
  /** The zip of what is installed at this moment; made when there is none. Rejects with the reason. */
  prepare(installed: InstalledLibrary): Promise<string>;
  /** Takes away a zip that turned out to be of no use. */
  drop(file: string): Promise<void>;
  dispose(): void;
}

export interface ArchiveStoreOptions {
  /** null: a temporary folder. */
  readonly storageDir: string | null;
  /** Names what compiles: the version of Python and our program for it. */
  readonly compilerKey: string;
  /** Makes a zip of byte code of one of sources. */
  readonly compile: (from: string, file: string) => Promise<void>;
}

/** Projects a user works on in turns; each takes some 6 MB. */
const keptArchives = 8;

export function archiveStore({ storageDir, compilerKey, compile }: ArchiveStoreOptions): ArchiveStore {
  let temporary: Promise<string> | undefined;
  const folder = async (): Promise<string> => {
    if (storageDir === null) return (temporary ??= mkdtemp(join(tmpdir(), 'ormsight-libraries-')));
    const path = join(storageDir, 'libraries');
    await mkdir(path, { recursive: true });
    return path;
  };
  return {
    async prepare(installed) {
      const sources = await readInstalledLibrary(installed);
      const { name, version } = installed.packages[0]!;
      const place = await folder();
      const file = join(place, `${name}-${safe(version)}-${contentHash(compilerKey, sources)}.zip`);
      if (await exists(file)) {
        await utimes(file, new Date(), new Date()).catch(() => undefined);
        return file;
      }
      const from = `${file}.${process.pid}.sources`;
      try {
        await writeFile(from, writeZip(sources, false));
        await compile(from, file);
      } finally {
        await rm(from, { force: true });
      }
      await removeOldest(place);
      return file;
    },
    drop: (file) => rm(file, { force: true }).catch(() => undefined),
    dispose() {
      void temporary?.then(
        (path) => rm(path, { recursive: true, force: true }),
        () => undefined,
      );
    },
  };
}

/** The version comes from the name of a folder in the environment. */
function safe(version: string): string {
  return version.replaceAll(/[^\w.+-]/g, '_').slice(0, 40);
}

function contentHash(compilerKey: string, sources: ReadonlyMap<string, Uint8Array>): string {
  const sum = createHash('sha256').update(compilerKey);
  for (const [path, source] of sources) sum.update(`\n${path} ${source.length}\n`).update(source);
  return sum.digest('hex').slice(0, 32);
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null))?.isFile() ?? false;
}

async function removeOldest(folder: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      return { path, modified: (await stat(path).catch(() => null))?.mtimeMs ?? 0 };
    }),
  );
  const oldest = files.toSorted((a, b) => b.modified - a.modified).slice(keptArchives);
  await Promise.all(oldest.map(({ path }) => rm(path, { force: true })));
}
