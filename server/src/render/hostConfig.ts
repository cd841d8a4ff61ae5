import { join } from 'node:path';
import type { HostConfig } from './host/messages.ts';
import type { BundledLibrary, LibraryManifest } from './libraries.ts';

/** How Python is started for one library, but for what it is to do. */
export function hostConfig(
  files: { readonly pyodideDir: string; readonly librariesDir: string; readonly rendererDir: string },
  manifest: LibraryManifest,
  library: BundledLibrary,
  memoryLimit: number = defaultMemoryLimit,
): Omit<HostConfig, 'task'> {
  return {
    pyodideDir: files.pyodideDir,
    standardLibrary: join(files.librariesDir, manifest.standardLibrary),
    archives: library.archives.map((file) => join(files.librariesDir, file)),
    compiled: library.compiled.map((file) => join(files.librariesDir, file)),
    isForeign: false,
    packages: [],
    rendererDir: files.rendererDir,
    library: library.library,
    version: library.version,
    memoryLimit,
  };
}

/** Python with Django takes some 40 MB, and hundreds of models come to twice that. */
const defaultMemoryLimit = 512 * 2 ** 20;
