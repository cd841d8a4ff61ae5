/**
 * Builds the ORM libraries for the sandbox: `node scripts/libraries/build.ts`.
 *
 * Each zip holds what rendering needs of some packages, as byte code of the sandbox's Python, with their licences.
 * A compiled module, which Python does not load from a zip, lies beside it under its dotted name.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BundledArchive, LibraryManifest } from '../../server/src/render/libraries.ts';
import { cacheFolder } from '../tools/cache.ts';
import { pyodideFolder, readPython, startCompiler } from './compile.ts';
import { anyPlatform, fetchWheels, sandboxPlatform } from './fetch.ts';
import { type Archive, archives, libraries, standardLibrary } from './libraries.ts';
import { readZip, writeZip } from '../../server/src/render/host/zip.ts';

const here = import.meta.dirname;

/**
 * Fills `outDir` with one zip for each archive, its compiled modules and `manifest.json`.
 * What was built before from the same pins and programs is taken from `cacheDir`; else pip downloads it.
 * Throws with a line for the user when that fails.
 */
export async function buildLibraries({ outDir, cacheDir }: { outDir: string; cacheDir: string }): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const programs = await programsHash();
  const built: BundledArchive[] = [];
  for (const archive of archives) {
    const key = hash([programs, archive.source === 'requirements' ? await readFile(requirementsOf(archive)) : '']);
    const folder = join(cacheDir, 'libraries', `${archive.name}-${key}`);
    const cached = await readEntry(folder);
    if (!cached) console.log(`Building ${archive.name}.zip`);
    built.push(cached ?? (await buildArchive(archive, folder)));
    for (const file of filesOf(built.at(-1)!)) await copyIfOther(join(folder, file), join(outDir, file));
  }
  await writeManifest(outDir, built);
  await removeOthers(outDir, new Set([...built.flatMap(filesOf), 'manifest.json']));
}

async function buildArchive(archive: Archive, folder: string): Promise<BundledArchive> {
  const packages = archive.source === 'pyodide' ? [await readStandardLibrary()] : await readPackages(archive);
  // A new one each time: what it compiled before would show in the byte code, and no two builds be the same.
  const compile = await startCompiler();
  const files = new Map<string, Uint8Array>();
  const compiled = new Map<string, Uint8Array>();
  for (const { contents } of packages) {
    for (const [path, bytes] of contents) {
      if (isLicence(path)) files.set(path, bytes);
      else if (archive.isCompiled && path.endsWith('.so')) compiled.set(nameOfModule(path), bytes);
      else if (archive.keeps(path)) {
        if (path.endsWith('.py')) files.set(`${path}c`, compile(path, bytes));
        else files.set(path, bytes);
      }
    }
  }
  const zip = writeZip(files, false);
  const file = `${archive.name}.zip`;
  const entry: BundledArchive = {
    file,
    compiled: [...compiled.keys()],
    sha256: hash([zip, ...[...compiled.values()].map((bytes) => Buffer.from(bytes))]),
    packages: packages.map(({ info }) => info),
  };
  await writeEntry(folder, entry, new Map([[file, zip], ...compiled]));
  return entry;
}

/** `pydantic_core/_pydantic_core.cpython-314-wasm32-emscripten.so` → `pydantic_core._pydantic_core.so` */
function nameOfModule(path: string): string {
  return `${path.replace(/\.[^/]*$/, '').replaceAll('/', '.')}.so`;
}

function filesOf({ file, compiled }: BundledArchive): readonly string[] {
  return [file, ...compiled];
}

interface Package {
  readonly info: BundledArchive['packages'][number];
  readonly contents: ReadonlyMap<string, Buffer>;
}

async function readPackages(archive: Archive): Promise<Package[]> {
  const downloads = await mkdtemp(join(tmpdir(), 'ormsight-wheels-'));
  try {
    const wheels = await fetchWheels(
      requirementsOf(archive),
      downloads,
      archive.isCompiled ? sandboxPlatform : anyPlatform,
    );
    return wheels.map((wheel) => {
      const contents = readZip(wheel);
      return { info: describePackage(contents), contents };
    });
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}

async function readStandardLibrary(): Promise<Package> {
  const { version, standardLibrary } = await readPython();
  return {
    info: { name: 'Python', version, licence: 'PSF-2.0', licenceFiles: [] },
    contents: readZip(standardLibrary),
  };
}

function requirementsOf(archive: Archive): string {
  return join(here, 'requirements', `${archive.name}.txt`);
}

function describePackage(wheel: ReadonlyMap<string, Buffer>): Package['info'] {
  const [, text] = [...wheel].find(([path]) => /^[^/]+\.dist-info\/METADATA$/.test(path)) ?? [];
  if (!text) throw new Error('This wheel has no metadata');
  const [head] = text.toString('utf8').split(/\r?\n\r?\n/, 1);
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(head!)?.[1]?.trim();
  const classifier = /^Classifier: License :: OSI Approved :: (.*)$/m.exec(head!)?.[1];
  return {
    name: field('Name') ?? '',
    version: field('Version') ?? '',
    licence: field('License-Expression') ?? field('License') ?? classifier ?? 'see its licence file',
    licenceFiles: [...wheel.keys()].filter(isLicence),
  };
}

function isLicence(path: string): boolean {
  return /\.dist-info\/((.*\/)?(LICEN[CS]E|COPYING|AUTHORS|NOTICE)[^/]*|sboms\/[^/]*)$/i.test(path);
}

async function writeManifest(outDir: string, built: readonly BundledArchive[]): Promise<void> {
  const manifest: LibraryManifest = {
    libraries: libraries.map(({ library, version, archives: names }) => {
      const own = built.find(({ file }) => file === `${names[0]}.zip`);
      const fullVersion = own?.packages[0]?.version;
      if (!fullVersion) throw new Error(`${library} ${version} has no zip of its own`);
      const used = names.flatMap((name) => built.filter(({ file }) => file === `${name}.zip`));
      return {
        library,
        version,
        fullVersion,
        archives: used.map(({ file }) => file),
        compiled: used.flatMap(({ compiled }) => compiled),
      };
    }),
    standardLibrary: `${standardLibrary}.zip`,
    archives: built,
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const path = join(outDir, 'manifest.json');
  if ((await readFile(path, 'utf8').catch(() => '')) !== text) await writeFile(path, text);
}

/** An entry that was written whole, or null. */
async function readEntry(folder: string): Promise<BundledArchive | null> {
  const text = await readFile(join(folder, 'archive.json'), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as BundledArchive);
}

async function writeEntry(
  folder: string,
  entry: BundledArchive,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  for (const [file, bytes] of files) await writeFile(join(unfinished, file), bytes);
  await writeFile(join(unfinished, 'archive.json'), JSON.stringify(entry));
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
}

async function copyIfOther(source: string, target: string): Promise<void> {
  const [from, to] = await Promise.all([stat(source), stat(target).catch(() => null)]);
  if (to && to.size === from.size && hash([await readFile(target)]) === hash([await readFile(source)])) return;
  await copyFile(source, target);
}

async function removeOthers(folder: string, wanted: ReadonlySet<string>): Promise<void> {
  for (const file of await readdir(folder)) if (!wanted.has(file)) await rm(join(folder, file), { recursive: true });
}

/** Changes when anything changes that decides what is in a zip, except for its pins. */
async function programsHash(): Promise<string> {
  const programs = ['build.ts', 'fetch.ts', 'libraries.ts'].map((file) => join(here, file));
  const shared = ['neededFiles.ts', 'host/bytecode.ts', 'host/zip.ts'].map((file) =>
    join(here, '../../server/src/render', file),
  );
  const files = [...programs, ...shared, join(pyodideFolder, 'package.json')];
  return hash(await Promise.all(files.map((file) => readFile(file))));
}

function hash(parts: readonly (string | Buffer)[]): string {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(`${part.length}\n`).update(part);
  return sum.digest('hex');
}

if (import.meta.main) {
  await buildLibraries({ outDir: join(here, '../../dist/libraries'), cacheDir: cacheFolder() });
}
