/**
 * Prints what the renderer makes of a request: `node scripts/render.ts request.json` (or `-` for standard input).
 * The file holds a `RenderRequest`; see `server/src/render/protocol.ts`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRenderer } from '../server/src/render/renderer.ts';
import type { RenderRequest } from '../server/src/render/protocol.ts';
import { cacheFolder } from './tools/cache.ts';

const root = join(import.meta.dirname, '..');
const [file = '-'] = process.argv.slice(2);
const request = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8')) as RenderRequest;
const renderer = createRenderer({
  hostPath: join(root, 'server/src/render/host/main.ts'),
  pyodideDir: join(root, 'node_modules/pyodide'),
  librariesDir: join(root, 'dist/libraries'),
  rendererDir: join(root, 'server/renderer'),
  storageDir: cacheFolder(),
  log: { info: console.error, warn: console.error },
});
try {
  console.log(JSON.stringify(await renderer.render(request), null, 2));
} finally {
  renderer.dispose();
}
