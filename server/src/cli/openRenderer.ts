/** The renderer with the files that lie beside the built program. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createRenderer, type Renderer } from '../render/renderer.ts';
import { runtimeFiles } from '../render/runtimeFiles.ts';

export function openRenderer(): Renderer {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return createRenderer({
    ...runtimeFiles(),
    storageDir: join(cache, 'ormsight', 'renderer'),
    log: { info: () => undefined, warn: () => undefined },
  });
}
