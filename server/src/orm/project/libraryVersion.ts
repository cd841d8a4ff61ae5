/** Which release of a library a project uses, as far as its own files say. */
import { parse } from 'smol-toml';
import { ancestors, basename, dirname, isInside, join, relativeTo } from '../../base/paths.ts';
import { LruCache } from '../../base/cache.ts';
import { compareVersions } from '../../base/versions.ts';
import type { Program } from '../../python/types.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { Fact } from './fact.ts';
import { rank } from './places.ts';

/**
 * The pinned version of a library (`2.0.31`), else the one that is installed in the environment of the file, else the
 * lowest feature release its requirement allows (`1.4`). The nearest folder upwards that says anything wins; in one folder
 * a lock file before requirements, a pin before a range. Undefined when the project does not say.
 */
export function libraryVersion(
  snapshot: Snapshot,
  _program: Program,
  near: string,
  library: string,
): Fact<string> | undefined {
  const required = requiredVersion(snapshot, near, normalizeName(library));
  if (required?.isPinned) return required.fact;
  const installed = snapshot.environmentOf(near)?.distribution(library);
  return installed ? { value: installed.version, source: { path: installed.path, line: 1 } } : required?.fact;
}

/**
 * What a project says of a library that may be one of several: a requirement (`==2.5.1`, `>=3,<4`), or that a version is
 * installed. Looked for where `libraryVersion` looks.
 */
export function libraryRequirement(snapshot: Snapshot, near: string, library: string): Fact<string> | undefined {
  const required = requiredVersion(snapshot, near, normalizeName(library));
  const installed = snapshot.environmentOf(near)?.distribution(library);
  if (installed && !required?.isPinned)
    return { value: `==${installed.version}`, source: { path: installed.path, line: 1 } };
  return required && { value: required.spec, source: required.fact.source };
}

interface Required {
  readonly fact: Fact<string>;
  readonly isPinned: boolean;
  /** As written. */
  readonly spec: string;
}

function requiredVersion(snapshot: Snapshot, near: string, wanted: string): Required | undefined {
  const byFolder = new Map<string, string[]>();
  for (const path of snapshot.projectFiles()) {
    // `requirements/base.txt` belongs to the folder above.
    const folder = basename(dirname(path)) === 'requirements' ? dirname(dirname(path)) : dirname(path);
    const files = byFolder.get(folder);
    if (files) files.push(path);
    else byFolder.set(folder, [path]);
  }
  const root = snapshot.roots.find((root) => isInside(near, root));
  for (const folder of ancestors(dirname(near))) {
    const found = inFolder(snapshot, folder, byFolder.get(folder) ?? [], wanted);
    if (found) return found;
    if (folder === root) break;
  }
  // A project may keep its requirements beside the code: `backend/app` and `deploy/requirements.txt`.
  const others = rank(snapshot, near, [...byFolder.keys()], (folder) => ({ path: folder, weight: 0 }));
  for (const folder of others) {
    if (isInside(dirname(near), folder)) continue;
    const found = inFolder(snapshot, folder, byFolder.get(folder) ?? [], wanted);
    if (found) return found;
  }
  return undefined;
}

interface Requirement {
  readonly name: string;
  /** As written: `>=2.0,<2.1`, `^2.0`, `==2.0.31`; of a lock file the version alone. */
  readonly spec: string;
  readonly path: string;
  readonly line: number;
}

function inFolder(snapshot: Snapshot, folder: string, files: readonly string[], wanted: string): Required | undefined {
  const paths = [...files];
  if (snapshot.isPython(join(folder, 'setup.py'))) paths.push(join(folder, 'setup.py'));
  paths.sort((a, b) => order(a, folder) - order(b, folder) || (a < b ? -1 : 1));
  let lowest: Required | undefined;
  for (const path of paths) {
    for (const requirement of requirementsOf(snapshot, path, wanted)) {
      const version = readSpec(requirement.spec, wanted);
      if (!version) continue;
      const fact = { value: version.version, source: { path: requirement.path, line: requirement.line } };
      const { spec } = requirement;
      if (version.isPinned) return { fact, isPinned: true, spec };
      lowest ??= { fact, isPinned: false, spec };
    }
  }
  return lowest;
}

/** Smaller is believed first; requirement files for development and tests come last. */
function order(path: string, folder: string): number {
  const name = relativeTo(path, folder);
  const index = ['uv.lock', 'poetry.lock', 'pdm.lock', 'pylock.toml', 'Pipfile.lock', 'pixi.lock'].indexOf(name);
  if (index !== -1) return index;
  if (name === 'requirements.txt') return 10;
  if (name.endsWith('.txt')) return /dev|test|lint|doc|ci/i.test(name) ? 30 : /base|common|prod/i.test(name) ? 11 : 12;
  if (name === 'pyproject.toml') return 20;
  if (name === 'Pipfile') return 21;
  if (name === 'setup.cfg') return 22;
  if (name === 'setup.py') return 23;
  if (name === 'pixi.toml' || isCondaFile(name)) return 24;
  if (/^pylock\..*\.toml$/.test(name)) return 31;
  return name.endsWith('.in') ? 25 : 40;
}

function requirementsOf(snapshot: Snapshot, path: string, wanted: string): readonly Requirement[] {
  return allRequirements(snapshot, path, new Set()).filter(({ name }) => name === wanted);
}

function allRequirements(snapshot: Snapshot, path: string, seen: Set<string>): readonly Requirement[] {
  if (seen.has(path)) return [];
  seen.add(path);
  const text = snapshot.readOther(path);
  if (text === undefined) return [];
  const name = basename(path);
  const own = remembered(path, text, () => {
    if (name === 'Pipfile.lock') return pipfileLock(text, path);
    if (name === 'pixi.lock') return pixiLock(text, path);
    if (name.endsWith('.lock') || /^pylock(\.[^.]+)?\.toml$/.test(name)) return tomlLock(text, path);
    if (name === 'pyproject.toml') return pyproject(text, path);
    if (name === 'Pipfile') return pipfile(text, path);
    if (name === 'pixi.toml')
      return pixi(
        tryParse(() => parse(text)),
        text,
        path,
      );
    if (isCondaFile(name)) return condaFile(text, path);
    if (name === 'setup.cfg' || name === 'setup.py') return quotedOrListed(text, path);
    return /\.(txt|in)$/.test(name) ? requirementLines(text, path) : [];
  });
  if (!/\.(txt|in)$/.test(name)) return own;
  const included = [...text.matchAll(/^[ \t]*(?:-r|--requirement|-c|--constraint)(?:[ \t=]+|(?=[\w.]))([^\s#]+)/gm)];
  return [
    ...own,
    ...included.flatMap(([, file]) => allRequirements(snapshot, resolvePath(dirname(path), file!), seen)),
  ];
}

/** Requirements by text: lock files are long and read again for every folder above a file. */
const known = new LruCache<string, { readonly text: string; readonly requirements: readonly Requirement[] }>(200);

function remembered(path: string, text: string, read: () => readonly Requirement[]): readonly Requirement[] {
  const before = known.get(path);
  if (before?.text === text) return before.requirements;
  const requirements = read();
  known.set(path, { text, requirements });
  return requirements;
}

/** `uv.lock`, `poetry.lock`, `pdm.lock` and `pylock.toml` are TOML that a machine writes: one `[[package]]` after the other. */
function tomlLock(text: string, path: string): Requirement[] {
  const found: Requirement[] = [];
  const lines = text.split('\n');
  let name: string | undefined;
  lines.forEach((raw, index) => {
    const line = raw.trim();
    if (line === '[[package]]' || line === '[[packages]]') name = undefined;
    const entry = /^(name|version)\s*=\s*"([^"]*)"/.exec(line);
    if (entry?.[1] === 'name') name ??= normalizeName(entry[2]!);
    else if (entry && name !== undefined && /^\d/.test(entry[2]!)) {
      found.push({ name, spec: `==${entry[2]!}`, path, line: index + 1 });
      name = undefined;
    }
  });
  return found;
}

function pipfileLock(text: string, path: string): Requirement[] {
  const lock = tryParse(() => JSON.parse(text) as unknown);
  return ['default', 'develop'].flatMap((section) =>
    Object.entries(table(field(lock, section))).flatMap(([name, entry]) => {
      const version = field(entry, 'version');
      return typeof version === 'string'
        ? [{ name: normalizeName(name), spec: version, path, line: lineOf(text, `"${name}"`) }]
        : [];
    }),
  );
}

function pyproject(text: string, path: string): Requirement[] {
  const document = tryParse(() => parse(text));
  const project = field(document, 'project');
  const tool = field(document, 'tool');
  const [poetry, uv] = [field(tool, 'poetry'), field(tool, 'uv')];
  const listed = [
    ...strings(field(project, 'dependencies')),
    ...Object.values(table(field(project, 'optional-dependencies'))).flatMap(strings),
    ...Object.values(table(field(document, 'dependency-groups'))).flatMap(strings),
    ...strings(field(uv, 'override-dependencies')),
    ...strings(field(uv, 'constraint-dependencies')),
    ...strings(field(uv, 'dev-dependencies')),
    ...Object.values(table(field(field(tool, 'pdm'), 'dev-dependencies'))).flatMap(strings),
    ...Object.values(table(field(field(tool, 'hatch'), 'envs'))).flatMap((each) =>
      strings(field(each, 'dependencies')),
    ),
  ];
  const tables = [
    field(poetry, 'dependencies'),
    field(poetry, 'dev-dependencies'),
    ...Object.values(table(field(poetry, 'group'))).map((group) => field(group, 'dependencies')),
  ];
  return [
    ...listed.flatMap((item) => parseRequirement(item, path, lineOf(text, item))),
    ...tables.flatMap((entries) => specTable(entries, text, path)),
    ...pixi(field(tool, 'pixi'), text, path),
  ];
}

/**
 * `environment.yml` of conda (https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html):
 * `- sqlalchemy=2.0.31=py312_0`, `- conda-forge::django>=5`, and pip's requirements below `- pip:`.
 */
function condaFile(text: string, path: string): Requirement[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const item = /^\s*-\s*["']?(?:[\w.-]+::)?([A-Za-z][^"'#]*)/.exec(line)?.[1];
    // One `=` is conda's own: that version, in any build.
    return item ? parseRequirement(item.replace(/([^=<>!~])=([\d.]+(?:\.\*)?)(=.*)?$/, '$1==$2'), path, index + 1) : [];
  });
}

function isCondaFile(name: string): boolean {
  return /^(conda|environment)[\w.-]*\.ya?ml$/.test(name);
}

/** `pixi.toml`, or what stands below `[tool.pixi]`: https://pixi.sh/latest/reference/pixi_manifest/ */
function pixi(document: unknown, text: string, path: string): Requirement[] {
  const places = [document, ...Object.values(table(field(document, 'feature')))];
  return places.flatMap((place) =>
    ['pypi-dependencies', 'dependencies'].flatMap((name) => specTable(field(place, name), text, path)),
  );
}

/** `pixi.lock` names packages by the addresses of their files: `…/sqlalchemy-2.0.31-py312h1_0.conda`. */
function pixiLock(text: string, path: string): Requirement[] {
  return text.split('\n').flatMap((line, index) => {
    const file = /\/([A-Za-z][\w.-]*?)-(\d+(?:\.\d+)*)[^/]*\.(?:conda|tar\.bz2|whl|tar\.gz)\b/.exec(line);
    return file ? [{ name: normalizeName(file[1]!), spec: `==${file[2]!}`, path, line: index + 1 }] : [];
  });
}

function pipfile(text: string, path: string): Requirement[] {
  const document = tryParse(() => parse(text));
  return [
    ...specTable(field(document, 'packages'), text, path),
    ...specTable(field(document, 'dev-packages'), text, path),
  ];
}

/** `sqlalchemy = "^2.0"`, `sqlalchemy = { version = "^2.0", extras = ["asyncio"] }`, or a list of such tables. */
function specTable(entries: unknown, text: string, path: string): Requirement[] {
  return Object.entries(table(entries)).flatMap(([name, entry]) => {
    const one = Array.isArray(entry) ? (entry[0] as unknown) : entry;
    const spec = typeof one === 'string' ? one : field(one, 'version');
    const line =
      text
        .split('\n')
        .findIndex((each) =>
          new RegExp(`^\\s*["']?${escapeRegExp(name)}["']?\\s*=|\\.${escapeRegExp(name)}\\]`).test(each),
        ) + 1;
    return typeof spec === 'string' ? [{ name: normalizeName(name), spec, path, line: Math.max(line, 1) }] : [];
  });
}

function requirementLines(text: string, path: string): Requirement[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => parseRequirement(line, path, index + 1));
}

/** `setup.py` and `setup.cfg` are not run: quoted requirements, and lines that look like one. */
function quotedOrListed(text: string, path: string): Requirement[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const quoted = [...line.matchAll(/(["'])([A-Za-z][\w.-]*(?:\[[^\]]*\])?\s*[<>=~!][^"']*)\1/g)].map(
      ([, , item]) => item!,
    );
    if (quoted.length > 0) return quoted.flatMap((item) => parseRequirement(item, path, index + 1));
    const listed = path.endsWith('.cfg') ? line.replace(/^\s*install_requires\s*=\s*/, '') : '';
    return /^\s*[A-Za-z][\w.-]*(\[[^\]]*\])?\s*[<>=~!]=?\s*\d/.test(listed)
      ? parseRequirement(listed, path, index + 1)
      : [];
  });
}

/** One requirement (https://packaging.python.org/en/latest/specifications/dependency-specifiers/). */
function parseRequirement(item: string, path: string, line: number): Requirement[] {
  const match = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?([^;#()]*)/.exec(item);
  if (!match) return [];
  return [{ name: normalizeName(match[1]!), spec: match[2]!.replace(/\s--hash.*$|\\$/, '').trim(), path, line }];
}

/**
 * The version a specifier names, or the lowest feature release it allows. `<2` alone means the last release before it,
 * which is known for the libraries that can be rendered.
 */
function readSpec(spec: string, library: string): { readonly version: string; readonly isPinned: boolean } | undefined {
  let lowest: string | undefined;
  let below: string | undefined;
  let atMost: string | undefined;
  for (const part of spec.split(/,|\|\||\s+(?=[<>=~!^])/)) {
    const match = /^\s*(===?|~=|>=|<=|!=|>|<|\^|~)?\s*v?(\d+(?:\.\d+)*)(\.\*)?/.exec(part);
    if (!match) continue;
    const [, op, version, wildcard] = match;
    if (op === '==' || op === '===') {
      if (!wildcard) return { version: version!, isPinned: true };
      lowest = highest(lowest, version!);
    } else if (op === '<' || op === '<=') {
      if (op === '<') below = version!;
      else atMost = version!;
    } else if (op !== '!=') {
      lowest = highest(lowest, version!);
    }
  }
  if (lowest !== undefined) return { version: lowest, isPinned: false };
  const last =
    below === undefined ? atMost : (releases[library] ?? []).findLast((release) => compareVersions(release, below) < 0);
  return last === undefined ? undefined : { version: last, isPinned: false };
}

const releases: Readonly<Record<string, readonly string[]>> = {
  sqlalchemy: ['1.3', '1.4', '2.0', '2.1'],
  django: ['3.2', '4.0', '4.1', '4.2', '5.0', '5.1', '5.2', '6.0', '6.1'],
};

function highest(a: string | undefined, b: string): string {
  return a !== undefined && compareVersions(a, b) > 0 ? a : b;
}

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

function resolvePath(folder: string, path: string): string {
  let base = folder;
  let rest = path;
  while (rest.startsWith('../') || rest.startsWith('./')) {
    if (rest.startsWith('../')) base = dirname(base);
    rest = rest.slice(rest.indexOf('/') + 1);
  }
  return join(base, rest);
}

function lineOf(text: string, part: string): number {
  const at = text.indexOf(part);
  return at === -1 ? 1 : text.slice(0, at).split('\n').length;
}

/** Files that a user is editing are often broken for a while; then they say nothing. */
function tryParse(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return table(value)[name];
}

function table(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
