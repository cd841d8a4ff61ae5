/**
 * The Python environments of a workspace: folders of installed packages. They are found by their place and never walked;
 * what is asked of one is looked up by name and read as text. No interpreter is started.
 */
import { ancestors, basename, dirname, isInside, join, normalizePath, sharedDepth } from '../base/paths.ts';
import { decodeOther } from './decode.ts';
import type { FileSystem, FolderEntry } from './fileSystem.ts';
import { TextFile } from './textFile.ts';

/** One environment, as it is until a package comes or goes. Files are looked up and read when they are asked for. */
export interface Environment {
  /** Its folder: `/shop/.venv`. */
  readonly path: string;
  /** Folders that hold installed packages, in the order of Python's search path. */
  readonly sitePackages: readonly string[];
  /** Names in the folders of installed packages; what is below them is not listed. */
  entries(sitePackages: string): ReadonlyMap<string, FolderEntry['kind']>;
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  /** Any small text file: `.pth`, `direct_url.json`. */
  readOther(path: string): string | undefined;
  /** Python source, and why there is none: missing, too large, or more than an environment is read for. */
  python(path: string): TextFile | undefined;
  /** The version of an installed distribution (`SQLAlchemy`, `flask-sqlalchemy`) with the place that says so. */
  distribution(name: string): { readonly version: string; readonly path: string } | undefined;
}

/** What one environment is read for at most: far more than any model inherits, far less than what would be felt. */
export interface EnvironmentLimits {
  readonly files: number;
  readonly bytes: number;
  /** Time spent on reading, in milliseconds; a folder on a slow network ends here. */
  readonly milliseconds: number;
}

export const environmentLimits: EnvironmentLimits = { files: 2000, bytes: 32 * 1024 * 1024, milliseconds: 3000 };

/** A larger module is generated data. */
const maxFileBytes = 1024 * 1024;

/**
 * Environments that lie in a folder of the workspace, by the usual names: `.venv` of uv, Poetry, PDM and Pipenv (also as a
 * file that holds a path), `venv`, `env`, `.pixi/envs/*`, PDM's `__pypackages__`. Costs nothing for a folder without them.
 */
export function environmentsIn(fs: FileSystem, folder: string, entries: readonly FolderEntry[]): string[] {
  return entries.flatMap(({ name, kind }) => {
    if (!usualNames.has(name)) return [];
    const path = join(folder, name);
    if (kind === 'file') return name === '.venv' ? namedEnvironment(fs, path) : [];
    if (name === '.pixi') return (fs.readFolder(join(path, 'envs')) ?? []).map((each) => join(path, 'envs', each.name));
    if (name === '__pypackages__')
      return (fs.readFolder(path) ?? [])
        .filter((each) => /^3\.\d+$/.test(each.name))
        .map((each) => join(path, each.name));
    return isEnvironment(fs, path) ? [path] : [];
  });
}

/** Environments beside or above a root, for a root that is a part of a project. Stops where version control begins. */
export function environmentsAbove(fs: FileSystem, root: string): string[] {
  const found: string[] = [];
  for (const folder of ancestors(root)) {
    for (const name of ['.venv', 'venv', 'env'])
      if (isEnvironment(fs, join(folder, name))) found.push(join(folder, name));
    if (fs.stat(join(folder, '.git'))) break;
  }
  return found;
}

/** https://docs.python.org/3/library/venv.html; conda keeps its records in `conda-meta`. */
export function isEnvironment(fs: FileSystem, path: string): boolean {
  return fs.stat(join(path, 'pyvenv.cfg')) !== undefined || fs.stat(join(path, 'conda-meta')) !== undefined;
}

/**
 * The folder of an environment that somebody names by its folder or its interpreter (`.venv/bin/python`); undefined for
 * what is none. Network paths are left alone: only looking at one would tell another machine who is here.
 */
export function namedByUser(fs: FileSystem, path: string, root: string | undefined): string | undefined {
  if (path === '' || isNetworkPath(path)) return undefined;
  const slashed = path.replaceAll('\\', '/');
  const isAbsolute = slashed.startsWith('/') || /^[A-Za-z]:\//.test(slashed);
  if (!isAbsolute && root === undefined) return undefined;
  const full = normalizePath(isAbsolute ? slashed : join(root!, slashed));
  const above = [full, dirname(full), dirname(dirname(full))];
  return above.find((folder) => folder !== '' && isEnvironment(fs, folder));
}

/** The environment a process was started in, as the variables of `activate` and of conda say. */
export function activeEnvironment(variables: NodeJS.ProcessEnv): string | undefined {
  return variables['VIRTUAL_ENV'] || variables['CONDA_PREFIX'] || undefined;
}

/** Keeps environments from snapshot to snapshot; one in which a package came or went is read anew. */
export class Environments {
  readonly #fs: FileSystem;
  readonly #limits: EnvironmentLimits;
  readonly #known = new Map<string, InstalledPackages>();
  #list: readonly Environment[] = [];

  constructor(fs: FileSystem, limits: EnvironmentLimits = environmentLimits) {
    this.#fs = fs;
    this.#limits = limits;
  }

  /** The environments at these paths: the same array as before when nothing changed in any. One `stat` for each folder. */
  at(paths: readonly string[]): readonly Environment[] {
    const list = paths.flatMap((path) => this.#environment(path) ?? []);
    if (list.length !== this.#list.length || list.some((each, i) => each !== this.#list[i])) this.#list = list;
    return this.#list;
  }

  /** A file of an environment changed: what was read of it counts no more. Returns whether there is such an environment. */
  changed(path: string): boolean {
    const hit = [...this.#known.keys()].find((folder) => isInside(path, folder));
    if (hit !== undefined) this.#known.delete(hit);
    return hit !== undefined;
  }

  #environment(path: string): Environment | undefined {
    const known = this.#known.get(path);
    if (known && known.stamp === stampOf(this.#fs, path, known.sitePackages)) return known;
    const sitePackages = sitePackagesOf(this.#fs, path);
    if (sitePackages.length === 0) {
      this.#known.delete(path);
      return undefined;
    }
    const found = new InstalledPackages(this.#fs, path, sitePackages, this.#limits);
    this.#known.set(path, found);
    return found;
  }
}

/**
 * The environment a file is run with: the one it lies in, else that beside or above it, else the active one, else the
 * nearest in its root. The environment of another folder of the workspace is not meant.
 */
export function nearestEnvironment(
  environments: readonly Environment[],
  path: string,
  roots: readonly string[],
  active: string | undefined,
): Environment | undefined {
  const own = environments.find((each) => isInside(path, each.path));
  if (own || environments.length === 0) return own;
  const root = roots.find((each) => isInside(path, each));
  const ranked = environments.flatMap((each) => {
    const home = homeOf(each.path);
    const isActive = each.path === active;
    const isOfRoot = root === undefined || isInside(each.path, root) || roots.length === 1;
    const place = isInside(path, home) ? 3 : isActive ? 2 : isOfRoot ? 1 : 0;
    const usual = usualNames.get(basename(each.path)) ?? 0;
    return place === 0 ? [] : { each, key: [place, sharedDepth(home, path), isActive ? 10 : usual] };
  });
  ranked.sort((a, b) => b.key[0]! - a.key[0]! || b.key[1]! - a.key[1]! || b.key[2]! - a.key[2]!);
  return ranked[0]?.each;
}

class InstalledPackages implements Environment {
  readonly path: string;
  readonly sitePackages: readonly string[];
  readonly stamp: string;
  readonly #fs: FileSystem;
  readonly #limits: EnvironmentLimits;
  readonly #entries = new Map<string, ReadonlyMap<string, FolderEntry['kind']>>();
  readonly #kinds = new Map<string, 'file' | 'folder' | 'other' | null>();
  readonly #files = new Map<string, TextFile>();
  readonly #others = new Map<string, string | null>();
  #filesRead = 0;
  #bytesRead = 0;
  #millisecondsRead = 0;
  #distributions: ReadonlyMap<string, { readonly version: string; readonly path: string }> | undefined;

  constructor(fs: FileSystem, path: string, sitePackages: readonly string[], limits: EnvironmentLimits) {
    this.#fs = fs;
    this.#limits = limits;
    this.path = path;
    this.sitePackages = sitePackages;
    this.stamp = stampOf(fs, path, sitePackages);
  }

  entries(sitePackages: string): ReadonlyMap<string, FolderEntry['kind']> {
    let known = this.#entries.get(sitePackages);
    if (!known) {
      known = new Map((this.#fs.readFolder(sitePackages) ?? []).map(({ name, kind }) => [name, kind]));
      this.#entries.set(sitePackages, known);
    }
    return known;
  }

  isFile(path: string): boolean {
    return this.#kind(path) === 'file';
  }

  isFolder(path: string): boolean {
    return this.#kind(path) === 'folder';
  }

  readOther(path: string): string | undefined {
    let text = this.#others.get(path);
    if (text === undefined) {
      const stat = this.#fs.stat(path);
      const bytes = stat?.kind === 'file' && stat.size <= maxFileBytes ? this.#fs.readFile(path) : undefined;
      text = (bytes && decodeOther(bytes)) ?? null;
      this.#others.set(path, text);
    }
    return text ?? undefined;
  }

  python(path: string): TextFile | undefined {
    const known = this.#files.get(path);
    if (known) return known;
    if (!this.isFile(path)) return undefined;
    const file = this.#read(path);
    this.#files.set(path, file);
    return file;
  }

  distribution(name: string): { readonly version: string; readonly path: string } | undefined {
    this.#distributions ??= new Map(
      this.sitePackages.flatMap((folder) =>
        [...this.entries(folder).keys()].flatMap((entry) => {
          const match = /^(.+?)-([^-]+)\.(dist-info|egg-info)$/.exec(entry);
          return match ? [[normalizeName(match[1]!), { version: match[2]!, path: join(folder, entry) }] as const] : [];
        }),
      ),
    );
    return this.#distributions.get(normalizeName(name));
  }

  #kind(path: string): 'file' | 'folder' | 'other' | null {
    let kind = this.#kinds.get(path);
    if (kind === undefined) {
      kind = this.#fs.stat(path)?.kind ?? null;
      this.#kinds.set(path, kind);
    }
    return kind;
  }

  #read(path: string): TextFile {
    const { files, bytes, milliseconds } = this.#limits;
    if (this.#filesRead >= files || this.#bytesRead >= bytes || this.#millisecondsRead >= milliseconds)
      return new TextFile({ reason: 'enough of the environment was read' }, undefined);
    const start = performance.now();
    const file = TextFile.onDisk(this.#fs, path, maxFileBytes);
    this.#bytesRead += file.text?.length ?? 0;
    this.#filesRead++;
    this.#millisecondsRead += performance.now() - start;
    return file;
  }
}

/** Names of folders with an environment; of two in one place the larger number is believed. */
const usualNames: ReadonlyMap<string, number> = new Map([
  ['.venv', 6],
  ['venv', 5],
  ['.virtualenv', 4],
  ['virtualenv', 3],
  ['env', 2],
  ['.env', 2],
  ['.pixi', 1],
  ['__pypackages__', 1],
]);

/** `lib/python3.12/site-packages`, `Lib/site-packages` on Windows, `lib` of `__pypackages__/3.12`. */
function sitePackagesOf(fs: FileSystem, path: string): readonly string[] {
  const isFolder = (folder: string): boolean => fs.stat(folder)?.kind === 'folder';
  if (/(^|\/)__pypackages__\/3\.\d+$/.test(path)) return [join(path, 'lib')].filter(isFolder);
  const windows = join(path, 'Lib/site-packages');
  if (isFolder(windows)) return [windows];
  for (const lib of ['lib', 'lib64']) {
    const versions = (fs.readFolder(join(path, lib)) ?? [])
      .map((entry) => entry.name)
      .filter((name) => /^(python|pypy)3\.\d+t?$/.test(name))
      .sort((a, b) => Number(b.replace(/\D*3\.|t$/g, '')) - Number(a.replace(/\D*3\.|t$/g, '')));
    const found = versions.map((name) => join(path, lib, name, 'site-packages')).filter(isFolder);
    // Folders of older interpreters stay behind when an environment is made anew.
    if (found.length > 0) return found.slice(0, 1);
  }
  return [];
}

/** Whatever changes when packages come or go: installing writes into the folder, and making anew writes `pyvenv.cfg`. */
function stampOf(fs: FileSystem, path: string, sitePackages: readonly string[]): string {
  return [join(path, 'pyvenv.cfg'), ...sitePackages]
    .map((each) => {
      const stat = fs.stat(each);
      return stat ? `${stat.modified ?? ''} ${stat.kind === 'file' ? stat.size : ''}` : '-';
    })
    .join();
}

/** The folder whose project an environment is for. */
function homeOf(path: string): string {
  return dirname(
    path.replace(/\/\.pixi\/envs\/[^/]+$/, '/.pixi').replace(/\/__pypackages__\/[^/]+$/, '/__pypackages__'),
  );
}

/** `.venv` as a file: Pipenv writes the path of the environment into it. */
function namedEnvironment(fs: FileSystem, file: string): string[] {
  const stat = fs.stat(file);
  const bytes = stat && stat.size < 4096 ? fs.readFile(file) : undefined;
  const found = bytes && namedByUser(fs, decodeOther(bytes)?.trim() ?? '', dirname(file));
  return found === undefined ? [] : [found];
}

export function isNetworkPath(path: string): boolean {
  return /^[\\/]{2}/.test(path);
}

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
