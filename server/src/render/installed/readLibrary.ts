import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type InstalledLibrary, type InstalledPackage, type ReadPackage, readPackages } from './installedLibrary.ts';

/** What is read of one library at most: several times what the largest release has. */
export const readLimits = { files: 3_000, bytes: 40 * 2 ** 20, fileBytes: 2 * 2 ** 20, depth: 12 };

/**
 * The Python sources of an installed library, by their paths below `site-packages`. They are data: nothing of them is
 * run, compiled modules are left out, and only ordinary files inside the packages' own folders are read, wherever links
 * put them. Rejects with the reason when a package is not there, or is larger than any release.
 */
export async function readInstalledLibrary(
  { library, packages }: InstalledLibrary,
  limits = readLimits,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const sources = new Map<string, Uint8Array>();
  let bytes = 0;
  for (const one of packages) {
    const wanted = readPackages[library].find(({ name }) => name === one.name);
    if (!wanted) continue;
    for (const path of await sourcesOf(one, wanted, limits)) {
      if (sources.size >= limits.files) throw new Error(`${one.name} has more than ${limits.files} files`);
      const source = await readSource(join(one.sitePackages, path), limits.fileBytes);
      if (!source) continue;
      bytes += source.length;
      if (bytes > limits.bytes) throw new Error(`${one.name} is larger than ${limits.bytes / 2 ** 20} MB`);
      sources.set(path, source);
    }
  }
  return sources;
}

/** Paths below `site-packages`, sorted; folders that are links are not entered. */
async function sourcesOf(
  { sitePackages }: InstalledPackage,
  { folder, needs, name }: ReadPackage,
  limits: typeof readLimits,
): Promise<string[]> {
  const found: string[] = [];
  const waiting = [{ path: folder, depth: 0 }];
  let listed = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const entries = await readdir(join(sitePackages, next.path), { withFileTypes: true }).catch(() => []);
    listed += entries.length;
    if (listed > limits.files * 10) throw new Error(`${name} has more than ${limits.files} files`);
    for (const entry of entries) {
      const path = `${next.path}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== '__pycache__' && next.depth < limits.depth)
        waiting.push({ path, depth: next.depth + 1 });
      else if (!entry.isDirectory() && needs(path)) found.push(path);
    }
  }
  if (!found.includes(`${folder}/__init__.py`)) throw new Error(`its files are not in ${basename(sitePackages)}`);
  return found.toSorted();
}

/** Undefined for what is no ordinary file, is too large or vanished meanwhile. */
async function readSource(path: string, limit: number): Promise<Uint8Array | undefined> {
  try {
    // A pipe or a device would make us wait for whoever writes to it.
    const found = await stat(path);
    return found.isFile() && found.size <= limit ? await readFile(path) : undefined;
  } catch {
    return undefined;
  }
}
