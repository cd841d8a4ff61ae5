/**
 * Which file a dotted module name means, as seen from a folder: Python's path finder
 * (https://docs.python.org/3/reference/import.html) with the import roots guessed from the shape of the project.
 */
import { ancestors, basename, dirname, isInside, join, relativeTo, sharedDepth } from '../base/paths.ts';
import { isSharedNamespace } from './sharedNamespace.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

export type ModuleTarget =
  | { readonly kind: 'file'; readonly path: string }
  /** A namespace package: folders without `__init__.py`. */
  | { readonly kind: 'folders'; readonly folders: readonly string[] }
  /** Nothing of the workspace: a library. */
  | { readonly kind: 'external' }
  /** Below a package of the workspace, but not there. */
  | { readonly kind: 'missing' };

/**
 * Built once for each set of files (not of texts): O(files). A look-up costs the number of folders that hold a module
 * of that first name, mostly none or one, and is remembered.
 */
export class ModuleLayout {
  static #made = 0;
  /** No other layout has it: who only asks whether it is the same need not keep all of it alive. */
  readonly id = ++ModuleLayout.#made;
  /** Python files without stubs, sorted. */
  readonly paths: readonly string[];
  readonly #snapshot: Snapshot;
  readonly #python: readonly string[];
  readonly #project: readonly string[];
  /** Folders with Python files somewhere below. */
  readonly #folders = new Set<string>();
  /** First part of a dotted name → the folders that have a module or folder of that name. */
  readonly #parents = new Map<string, Set<string>>();
  /** Folders that are import roots by a project's own files, not only by position. */
  readonly #roots = new Set<string>();
  readonly #found = new Map<string, Map<string, ModuleTarget>>();
  #names: Map<string, string> | undefined;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
    this.#python = snapshot.pythonPaths();
    this.#project = snapshot.projectFiles();
    this.paths = this.#python.filter((path) => !path.endsWith('.pyi'));
    this.#index();
    this.#findRoots();
  }

  /** The layout of the older snapshot, if no file came or went since. */
  static of(snapshot: Snapshot, previous: ModuleLayout | undefined): ModuleLayout {
    const same =
      previous && previous.#python === snapshot.pythonPaths() && previous.#project === snapshot.projectFiles();
    return same ? previous : new ModuleLayout(snapshot);
  }

  /** An absolute import in a file of `folder`. The nearest root that has the whole name wins. */
  absolute(dotted: string, folder: string): ModuleTarget {
    let found = this.#found.get(folder);
    if (!found) this.#found.set(folder, (found = new Map()));
    let target = found.get(dotted);
    if (!target) found.set(dotted, (target = this.#absolute(dotted, folder)));
    return target;
  }

  /** A module below a folder; the empty name means the folder's own package. */
  inFolder(folder: string, dotted: string): ModuleTarget {
    if (dotted === '') return this.#package(folder);
    let current = folder;
    const parts = dotted.split('.');
    for (const part of parts.slice(0, -1)) {
      current = join(current, part);
      if (!this.#isFolder(current)) return missing;
    }
    return this.#module(current, parts[parts.length - 1]!);
  }

  /** A relative import with `level` dots in the file at `path`. */
  relative(path: string, level: number, dotted: string): ModuleTarget {
    let folder = dirname(path);
    for (let i = 1; i < level; i++) folder = dirname(folder);
    return this.inFolder(folder, dotted);
  }

  /** Whether any module or folder of the workspace has this first name: a cheap no for nearly all libraries. */
  mayBeLocal(dotted: string): boolean {
    const dot = dotted.indexOf('.');
    return this.#parents.has(dot === -1 ? dotted : dotted.slice(0, dot));
  }

  /** Dotted name of a file, from its nearest import root; unlike for any two files. */
  moduleName(path: string): string {
    this.#names ??= this.#nameAll();
    return this.#names.get(path) ?? this.#nameOf(path);
  }

  /** Folders a project is imported from, sorted. */
  get roots(): readonly string[] {
    return [...this.#roots].sort();
  }

  #index(): void {
    for (const path of this.#python) {
      const folder = dirname(path);
      const name = basename(path).replace(/\.\w+$/, '');
      if (folder !== '' && name !== '__init__') this.#addParent(name, folder);
      for (const above of ancestors(folder)) {
        if (above === '' || this.#folders.has(above)) break;
        this.#folders.add(above);
        const parent = dirname(above);
        if (parent !== above) this.#addParent(basename(above), parent);
      }
    }
  }

  #addParent(name: string, folder: string): void {
    const known = this.#parents.get(name);
    if (known) known.add(folder);
    else this.#parents.set(name, new Set([folder]));
  }

  #findRoots(): void {
    const add = (folder: string): void => {
      this.#roots.add(folder);
      const source = join(folder, 'src');
      if (this.#folders.has(source) && !this.#isPackage(source)) this.#roots.add(source);
    };
    for (const root of this.#snapshot.roots) add(this.#snapshot.isPython(root) ? dirname(root) : root);
    for (const path of this.#project) {
      const name = basename(path);
      if (name === 'pyproject.toml' || name === 'setup.py' || name === 'setup.cfg' || name === 'alembic.ini')
        add(dirname(path));
    }
    // A package may be called `manage`, too.
    const parentsOf = (name: string): readonly string[] =>
      [...(this.#parents.get(name) ?? [])].filter((folder) => this.#snapshot.isPython(join(folder, `${name}.py`)));
    for (const folder of parentsOf('manage')) add(folder);
    for (const folder of parentsOf('setup')) if (!this.#isPackage(folder)) add(folder);
  }

  #absolute(dotted: string, folder: string): ModuleTarget {
    const first = dotted.split('.', 1)[0]!;
    const namespaces: string[] = [];
    let isMissing = false;
    for (const root of this.#rootsFor(first, folder)) {
      const target = this.inFolder(root, dotted);
      if (target.kind === 'file') {
        if (!this.#importsItsOwnName(root, first)) return target;
      } else if (target.kind === 'folders') {
        namespaces.push(...target.folders);
      } else if (this.#roots.has(root) && this.#isPackage(join(root, first))) {
        isMissing ||= !isSharedNamespace(this.#snapshot.text(join(root, first, '__init__.py')) ?? '');
      }
    }
    if (namespaces.length > 0) return { kind: 'folders', folders: namespaces };
    return isMissing ? missing : external;
  }

  /** Folders in which an import of `first` may be looked up, the nearest first. */
  #rootsFor(first: string, folder: string): readonly string[] {
    const parents = [...(this.#parents.get(first) ?? [])].filter(
      (parent) => this.#roots.has(parent) || (isInside(folder, parent) && !this.#isPackage(parent)),
    );
    // A single file given by the user: its neighbours were not listed, but may be asked for.
    if (!this.#folders.has(folder) || this.#snapshot.roots.every((root) => this.#snapshot.isPython(root))) {
      const own = this.#outermostPackage(folder);
      if (own !== '' && !parents.includes(own)) parents.push(own);
    }
    if (parents.length < 2) return parents;
    const nearness = (parent: string): number => sharedDepth(parent, folder) * 2 + (isInside(folder, parent) ? 1 : 0);
    return parents.sort((a, b) => nearness(b) - nearness(a) || a.length - b.length || (a < b ? -1 : 1));
  }

  /**
   * `db/sqlalchemy.py` that itself says `import sqlalchemy` cannot be what that name means: Python would import it into
   * itself. Such helpers named after a library are common.
   */
  #importsItsOwnName(root: string, name: string): boolean {
    if (this.#isPackage(join(root, name))) return false;
    const text = this.#snapshot.text(join(root, `${name}.py`));
    return text !== undefined && new RegExp(`^[ \\t]*(from|import)[ \\t]+${name}\\b`, 'm').test(text);
  }

  #module(folder: string, name: string): ModuleTarget {
    const inner = join(folder, name);
    for (const path of [`${inner}/__init__.py`, `${inner}.py`, `${inner}/__init__.pyi`, `${inner}.pyi`]) {
      if (this.#snapshot.isPython(path)) return { kind: 'file', path };
    }
    return this.#isFolder(inner) ? { kind: 'folders', folders: [inner] } : missing;
  }

  #package(folder: string): ModuleTarget {
    for (const name of ['__init__.py', '__init__.pyi']) {
      const path = join(folder, name);
      if (this.#snapshot.isPython(path)) return { kind: 'file', path };
    }
    return this.#isFolder(folder) ? { kind: 'folders', folders: [folder] } : missing;
  }

  #isFolder(folder: string): boolean {
    return this.#folders.has(folder) || this.#isPackage(folder);
  }

  #isPackage(folder: string): boolean {
    return this.#snapshot.isPython(join(folder, '__init__.py'));
  }

  #outermostPackage(folder: string): string {
    let current = folder;
    while (current !== '' && current !== '/' && this.#isPackage(current)) current = dirname(current);
    return current;
  }

  #nameAll(): Map<string, string> {
    const names = new Map<string, string>();
    const taken = new Set<string>();
    for (const path of this.paths) {
      let name = this.#nameOf(path);
      if (taken.has(name)) name = this.#longName(path);
      for (let i = 2; taken.has(name); i++) name = `${this.#longName(path)}_${i}`;
      taken.add(name);
      names.set(path, name);
    }
    return names;
  }

  #nameOf(path: string): string {
    const folder = dirname(path);
    return dottedName(path, this.#namingRoot(folder));
  }

  #namingRoot(folder: string): string {
    if (folder === '') return '';
    const top = this.#outermostPackage(folder);
    for (const above of ancestors(folder)) {
      if (!this.#roots.has(above)) continue;
      // Below `src` or a root inside of packages the place is certain; else packages count to their outermost.
      if (basename(above) === 'src' || top === folder || above.length > top.length) return above;
      break;
    }
    return top;
  }

  #longName(path: string): string {
    const root = this.#snapshot.roots.find((root) => isInside(path, root) && root !== path);
    return dottedName(path, root ?? '/');
  }
}

const missing: ModuleTarget = { kind: 'missing' };
const external: ModuleTarget = { kind: 'external' };

function dottedName(path: string, root: string): string {
  const inner = root === '' ? basename(path) : relativeTo(path, root);
  const parts = inner.replace(/\.(py|pyi|pyw|ipynb)$/, '').split('/');
  if (parts[parts.length - 1] === '__init__' && parts.length > 1) parts.pop();
  return parts.map((part) => part.replace(/[^\p{L}\p{N}_]/gu, '_')).join('.');
}
