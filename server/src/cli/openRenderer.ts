/** The renderer with the files that lie beside the built program. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createRenderer, type Renderer } from '../render/renderer.ts';
import { type RuntimeFiles, runtimeFiles } from '../render/runtimeFiles.ts';
import { CliError } from './commandLine.ts';

/** Throws `CliError` where the program came alone, as `npm pack` makes it. */
export function openRenderer(): Renderer {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return createRenderer({
    ...filesBeside(),
    storageDir: join(cache, 'ormsight', 'renderer'),
    log: { info: () => undefined, warn: () => undefined },
  });
}

function filesBeside(): RuntimeFiles {
  try {
    return runtimeFiles();
  } catch {
    throw new CliError("this is the command line alone, which has no ORMs: 'sql' needs a clone after npm run build");
  }
}
