import { basename, isInside, join, relativeTo } from '../base/paths.ts';
import { environmentsIn } from './environments.ts';
import type { FileSystem } from './fileSystem.ts';
import type { WorkspaceSettings } from './settings.ts';

/** A file or folder that was left out, and why, in words for a user: `site: it has more than 50,000 Python files`. */
export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

export interface Discovered {
  /** `.py` and `.pyi`, unsorted. */
  readonly python: string[];
  /** Files that tell about the project: see `isProjectFile`. */
  readonly project: string[];
  readonly skipped: Skipped[];
  /** Folders whose entries were taken in. */
  readonly folders: Set<string>;
  /** Folders that were left out because of what is in them or because the user wishes it. */
  readonly leftOut: Set<string>;
  /** Folders with a Python environment, which are not walked. */
  readonly environments: Set<string>;
}

export function nothingDiscovered(): Discovered {
  return {
    python: [],
    project: [],
    skipped: [],
    folders: new Set(),
    leftOut: new Set(),
    environments: new Set(),
  };
}

/**
 * Finds the Python files below the roots (folders or single files), one folder a step, so that a caller may do other
 * things between. Leaves out version control, environments, caches and built copies; follows symbolic links once.
 */
export function* discover(
  fs: FileSystem,
  roots: readonly string[],
  settings: WorkspaceSettings,
): Generator<void, Discovered, void> {
  const found = nothingDiscovered();
  const seen = new Set<string>();
  const files = new Set<string>();
  const folders: { readonly path: string; readonly isRoot: boolean }[] = [];
  const links: string[] = [];

  const addFile = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    if (isPythonFile(path)) found.python.push(path);
    else if (isProjectFile(path)) found.project.push(path);
  };

  for (const root of roots) {
    const stat = fs.stat(root);
    if (stat?.kind === 'folder') folders.push({ path: root, isRoot: true });
    else if (stat?.kind === 'file') addFile(root);
    else found.skipped.push({ path: root, reason: stat ? 'it is neither a file nor a folder' : 'it does not exist' });
  }
  // A stack would go deep first; a queue lets the limit cut the deepest folders. Links wait until all real folders
  // are known, so that a file keeps its own path when a link also leads to it.
  for (let next = 0; next < folders.length || links.length > 0;) {
    if (next === folders.length) {
      addLink(fs, links.shift()!, seen, folders, addFile, files);
      continue;
    }
    const { path, isRoot } = folders[next++]!;
    yield;
    const real = fs.realPath(path);
    if (real === undefined || seen.has(real)) continue;
    seen.add(real);
    const entries = fs.readFolder(path);
    if (!entries) {
      found.skipped.push({ path, reason: 'the folder cannot be read' });
      continue;
    }
    const names = new Set(entries.map((entry) => entry.name));
    if (!isRoot && isLeftOut(path, names, roots, settings)) {
      found.leftOut.add(path);
      if (names.has('pyvenv.cfg') || names.has('conda-meta')) found.environments.add(path);
      continue;
    }
    found.folders.add(path);
    for (const each of environmentsIn(fs, path, entries)) found.environments.add(each);
    for (const entry of entries) {
      const child = join(path, entry.name);
      if (entry.kind === 'folder') {
        if (!isSkippedName(entry.name)) folders.push({ path: child, isRoot: false });
      } else if (entry.kind === 'file') {
        if (isPythonFile(child) || isProjectFile(child)) addFile(child);
      } else if (entry.kind === 'link' && (!isSkippedName(entry.name) || isProjectFile(child))) {
        links.push(child);
      }
    }
    if (found.python.length > settings.maxFiles) {
      found.python.length = settings.maxFiles;
      found.skipped.push({
        path,
        reason: `there are more than ${settings.maxFiles} Python files; the rest is left out`,
      });
      break;
    }
  }
  return found;
}

export function isPythonFile(path: string): boolean {
  return path.endsWith('.py') || path.endsWith('.pyi');
}

/** Files that tell which libraries, databases and import roots a project has. */
export function isProjectFile(path: string): boolean {
  const name = basename(path);
  if (/\.(txt|in)$/.test(name)) return /^requirements[\w.-]*$/.test(name) || /(^|\/)requirements\/[^/]+$/.test(path);
  return (
    projectFiles.has(name) ||
    /^\.env(\.[\w.-]+)?$/.test(name) ||
    /^(docker-)?compose[\w.-]*\.ya?ml$/.test(name) ||
    /^alembic[\w.-]*\.ini$/.test(name) ||
    /^(conda|environment)[\w.-]*\.ya?ml$/.test(name) ||
    /^pylock(\.[^.]+)?\.toml$/.test(name) ||
    name.endsWith('.env')
  );
}

const projectFiles = new Set([
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'Pipfile',
  'Pipfile.lock',
  'poetry.lock',
  'uv.lock',
  'pdm.lock',
  'pixi.lock',
  'pixi.toml',
  'pyvenv.cfg',
]);

const skippedNames = new Set(['node_modules', '__pycache__', 'site-packages', 'bower_components', '__pypackages__']);

/** Built copies look like sources, so a folder of that name is left out only when it is no package of the project. */
const builtNames = new Set(['build', 'dist', 'buck-out', 'htmlcov']);

/** Folders that never hold the project's own sources: hidden ones, caches, installed packages. */
export function isSkippedName(name: string): boolean {
  return name.startsWith('.') || skippedNames.has(name);
}

/** Whether a folder below a root is left out, judged by its name and the names of its entries. */
export function isLeftOut(
  path: string,
  names: ReadonlySet<string>,
  roots: readonly string[],
  settings: WorkspaceSettings,
): boolean {
  const name = basename(path);
  if (isSkippedName(name)) return true;
  if (names.has('pyvenv.cfg') || names.has('conda-meta')) return true;
  if (builtNames.has(name) && !names.has('__init__.py')) return true;
  if (name.endsWith('.egg-info') || name.endsWith('.dist-info')) return true;
  return settings.exclude.some(
    (pattern) =>
      pattern === name ||
      roots.some((root) => isInside(path, root) && relativeTo(path, root) === pattern.replace(/\/$/, '')),
  );
}

function addLink(
  fs: FileSystem,
  path: string,
  seen: ReadonlySet<string>,
  folders: { path: string; isRoot: boolean }[],
  addFile: (path: string) => void,
  files: ReadonlySet<string>,
): void {
  const stat = fs.stat(path);
  if (stat?.kind === 'folder') {
    const real = fs.realPath(path);
    if (real !== undefined && !seen.has(real)) folders.push({ path, isRoot: false });
  } else if (stat?.kind === 'file' && (isPythonFile(path) || isProjectFile(path))) {
    const real = fs.realPath(path);
    if (real === undefined || !files.has(real)) addFile(path);
  }
}
