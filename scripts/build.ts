/**
 * Builds everything that runs into `dist/`.
 *
 *   npm run build                      for development, with source maps
 *   npm run build -- --watch           again on every change, until Ctrl+C
 *   npm run build -- --production      short code, no source maps: what a VSIX holds
 *   npm run build -- --only NAME       one bundle, such as `cli`, and nothing beside it: all that `ormsight check` needs
 *   npm run build -- --platform NAME   with the SQLite binary of another platform, such as darwin-arm64
 */
import { watch } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { buildLibraryZips, copyNativeModules, copyPyodide, copyRenderer, thisPlatform } from './build/assets.ts';
import { type Bundle, bundles, esbuildOptions } from './build/bundles.ts';
import { writeNotices } from './build/notices.ts';
import { root } from './root.ts';

const { values: options } = parseArgs({
  options: {
    watch: { type: 'boolean', default: false },
    production: { type: 'boolean', default: false },
    only: { type: 'string' },
    platform: { type: 'string', default: thisPlatform() },
  },
});

/** The editor's background task (.vscode/tasks.json) waits for these lines. */
const progress: esbuild.Plugin = {
  name: 'progress',
  setup(build) {
    build.onStart(() => console.log('Building'));
    build.onEnd(() => console.log('Watching'));
  },
};

await mkdir(join(root, 'dist/meta'), { recursive: true });
try {
  if (options.watch) await watchAll();
  else if (options.only) await buildOnly(options.only);
  else await buildAll();
} catch (error) {
  // esbuild has said by itself what is wrong with the sources.
  if (!(error instanceof Error && 'errors' in error)) console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function buildAll(): Promise<void> {
  const started = performance.now();
  const metafiles = await Promise.all(bundles().map(buildOne));
  await copyAssets();
  await writeNotices(metafiles);
  console.log(`Built ${metafiles.length} bundles in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

async function buildOnly(name: string): Promise<void> {
  const bundle = bundles().find((each) => each.name === name);
  if (!bundle) throw new Error(`There is no bundle ${name}`);
  await writeNotices([await buildOne(bundle)]);
  console.log(`Built ${bundle.outfile}`);
}

async function buildOne(bundle: Bundle): Promise<esbuild.Metafile> {
  const { metafile } = await esbuild.build({ ...esbuildOptions(bundle, options.production), metafile: true });
  await writeFile(join(root, `dist/meta/${bundle.name}.json`), JSON.stringify(metafile));
  if (options.production) await rm(join(root, `${bundle.outfile}.map`), { force: true });
  if (bundle.name === 'cli') await chmod(join(root, bundle.outfile), 0o755);
  return metafile;
}

async function watchAll(): Promise<void> {
  await copyAssets();
  for (const bundle of bundles()) {
    const context = await esbuild.context({ ...esbuildOptions(bundle, false), plugins: [progress] });
    await context.watch();
  }
  watch(join(root, 'server/renderer'), { recursive: true }, () => void copyRenderer());
}

async function copyAssets(): Promise<void> {
  await Promise.all([copyPyodide(), copyRenderer(), copyNativeModules(options.platform), buildLibraryZips()]);
}
