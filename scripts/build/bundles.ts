import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { root } from '../root.ts';

/** One file of `dist/` that esbuild makes. */
export interface Bundle {
  /** Name in messages, of the metafile, and in the test of the import arrows. */
  readonly name: string;
  readonly entry: string;
  readonly outfile: string;
  readonly platform: 'node' | 'browser';
  readonly external: readonly string[];
}

/** What a bundle for Node leaves to be found at run time: see `copyNativeModules` and `copyPyodide`. */
const atRunTime = ['better-sqlite3', 'pg-native', 'pyodide'];

const programs: readonly Bundle[] = [
  nodeBundle('extension', 'client/src/extension.ts', ['vscode']),
  nodeBundle('server', 'server/src/main.ts', atRunTime),
  nodeBundle('index-worker', 'server/src/indexing/worker.ts', []),
  nodeBundle('cli', 'server/src/cli/main.ts', atRunTime),
  // Not `renderer-host`: beside the folder `renderer`, Node's permissions would not let it read that folder.
  nodeBundle('sandbox-host', 'server/src/render/host/main.ts', atRunTime),
];

/** Every bundle whose source is there: the programs, then one bundle for each page in `client/webviews/`. */
export function bundles(): Bundle[] {
  return [...programs, ...webviews()];
}

/**
 * Options for esbuild.
 * `production` leaves out the source maps and shortens the code, names of functions and classes excepted:
 * they are seen in logs.
 */
export function esbuildOptions(bundle: Bundle, production: boolean): BuildOptions {
  const forNode = bundle.platform === 'node';
  return {
    absWorkingDir: root,
    entryPoints: [bundle.entry],
    outfile: bundle.outfile,
    bundle: true,
    metafile: true,
    platform: bundle.platform,
    format: forNode ? 'cjs' : 'iife',
    // VS Code 1.101, the oldest we run in, has Node 22 and Chromium 134.
    target: forNode ? 'node22' : 'chrome134',
    // Node's default, "main" first, would take the UMD build of some packages, which cannot be bundled.
    mainFields: forNode ? ['module', 'main'] : ['browser', 'module', 'main'],
    external: [...bundle.external],
    sourcemap: production ? false : 'linked',
    minify: production,
    keepNames: production,
    legalComments: 'none',
    logLevel: 'warning',
    // The sources are ES modules and the bundles are not: VS Code loads extensions with `require`.
    ...(forNode && {
      define: {
        'import.meta.url': 'importMetaUrl',
        'import.meta.dirname': '__dirname',
        'import.meta.filename': '__filename',
      },
      banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    }),
  };
}

function nodeBundle(name: string, entry: string, external: readonly string[]): Bundle {
  return { name, entry, outfile: `dist/${name}.cjs`, platform: 'node', external };
}

function webviews(): Bundle[] {
  const folder = join(root, 'client/webviews');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((page) => page.isDirectory() && existsSync(join(folder, page.name, 'main.ts')))
    .map((page) => ({
      name: `webview-${page.name}`,
      entry: `client/webviews/${page.name}/main.ts`,
      outfile: `dist/webviews/${page.name}/main.js`,
      platform: 'browser',
      external: [],
    }));
}
