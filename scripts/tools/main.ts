/** Installs the heavy tools of the tests into the cache folder, when they are not there: `npm test -- tools`. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildLibraryZips } from '../build/assets.ts';
import { fetchPackages } from '../conformance/corpus.ts';
import { root } from '../root.ts';
import { codeServer } from './codeServer.ts';
import { pythonEnvironment } from './python.ts';
import { ensureSystemPackages } from './system.ts';

try {
  await ensureSystemPackages('chromium', 'fonts-dejavu-core', 'python3-pip', 'python3-venv');
  await codeServer();
  await buildLibraryZips();
  for (const file of await pinnedRequirements()) await pythonEnvironment(file);
  await fetchPackages();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** What the comparisons with the native libraries are run with, and what the bench compares itself with. */
async function pinnedRequirements(): Promise<string[]> {
  const folder = join(root, 'test');
  const files = await Promise.all(
    ['native', 'bench'].map(async (part) =>
      (await readdir(join(folder, part), { recursive: true })).map((file) => join(folder, part, file)),
    ),
  );
  return files.flat().filter((file) => file.endsWith('.txt'));
}
