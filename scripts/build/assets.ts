import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildLibraries } from '../libraries/build.ts';
import { root } from '../root.ts';
import { cacheFolder } from '../tools/cache.ts';

const modules = join(root, 'node_modules');
const dist = join(root, 'dist');

/**
 * The parts of the `pyodide` package that start Python. The rest is for browsers and type checkers, and its standard
 * library comes as byte code, with the ORM libraries.
 */
const pyodideFiles = ['package.json', 'pyodide.mjs', 'pyodide.asm.mjs', 'pyodide.asm.wasm', 'pyodide-lock.json'];

export async function copyPyodide(): Promise<void> {
  for (const file of pyodideFiles) {
    await copyIfNewer(join(modules, 'pyodide', file), join(dist, 'pyodide', file));
  }
}

/** Our Python that runs in the sandbox. What was deleted in the source disappears from `dist/` too. */
export async function copyRenderer(): Promise<void> {
  const source = join(root, 'server/renderer');
  const target = join(dist, 'renderer');
  const files = await pythonFiles(source);
  for (const file of files) await copyIfNewer(join(source, file), join(target, file));
  const wanted = new Set(files);
  const present = existsSync(target) ? await pythonFiles(target) : [];
  for (const file of present) if (!wanted.has(file)) await rm(join(target, file));
}

/**
 * better-sqlite3 with the SQLite binary of one platform (`linux-x64`, `darwin-arm64`, `linuxmusl-x64` …), beside the
 * bundles, where `require` finds it. The package ships the binaries of all platforms, 17 MB together.
 */
export async function copyNativeModules(platform: string): Promise<void> {
  const source = join(modules, 'better-sqlite3');
  const target = join(dist, 'node_modules/better-sqlite3');
  const binary = `prebuilds/${platform}.node`;
  if (!existsSync(join(source, binary))) throw new Error(`better-sqlite3 has no binary for ${platform}`);
  const manifest = await readFile(join(source, 'package.json'), 'utf8');
  const present = await readFile(join(target, 'package.json'), 'utf8').catch(() => null);
  if (manifest !== present || !existsSync(join(target, binary))) {
    await rm(target, { recursive: true, force: true });
    for (const part of ['LICENSE', 'lib', binary, 'package.json']) {
      await cp(join(source, part), join(target, part), { recursive: true });
    }
  }
}

/** The name better-sqlite3 gives to the platform we run on. */
export function thisPlatform(): string {
  const musl = process.platform === 'linux' && !usesGlibc();
  return `${musl ? 'linuxmusl' : process.platform}-${process.arch}`;
}

/** The ORM libraries as zips of byte code for the sandbox; see `scripts/libraries/`. */
export async function buildLibraryZips(): Promise<void> {
  await buildLibraries({ outDir: join(dist, 'libraries'), cacheDir: cacheFolder() });
}

/** The name vsce gives to it. */
export function thisTarget(): string {
  return thisPlatform().replace('linuxmusl', 'alpine');
}

function usesGlibc(): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime !== undefined;
}

async function pythonFiles(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files.filter((file) => file.endsWith('.py'));
}

async function copyIfNewer(source: string, target: string): Promise<void> {
  const from = await stat(source);
  const to = await stat(target).catch(() => null);
  if (to?.size === from.size && to.mtimeMs === from.mtimeMs) return;
  await mkdir(dirname(target), { recursive: true });
  await cp(source, target);
  await utimes(target, from.atime, from.mtime);
}
