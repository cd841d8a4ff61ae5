import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface RuntimeFiles {
  readonly hostPath: string;
  readonly pyodideDir: string;
  readonly librariesDir: string;
  readonly rendererDir: string;
}

/**
 * The files the renderer runs with, in the folder of the built product. From the sources (tests, development) that is
 * `dist/` of the repository, which `npm run build` makes. Throws when they are not there.
 */
export function runtimeFiles(folder: string = productFolder()): RuntimeFiles {
  const files = {
    hostPath: join(folder, 'sandbox-host.cjs'),
    pyodideDir: join(folder, 'pyodide'),
    librariesDir: join(folder, 'libraries'),
    rendererDir: join(folder, 'renderer'),
  };
  for (const path of Object.values(files))
    if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build`);
  return files;
}

/** The bundles lie in the product's folder; this source does not. */
function productFolder(): string {
  const here = import.meta.dirname;
  return basename(here) === 'render' ? join(here, '../../../dist') : here;
}
