/**
 * Which file a dotted name means among the packages of an environment: Python's path finder over `site-packages`, what
 * `.pth` files add to it (https://docs.python.org/3/library/site.html), and editable installs
 * (https://setuptools.pypa.io/en/latest/userguide/development_mode.html). Everything is read as data; nothing is run.
 */
import { basename, dirname, isInside, join, normalizePath, relativeTo } from '../base/paths.ts';
import { isNetworkPath, type Environment } from '../workspace/environments.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { ModuleTarget } from './moduleLayout.ts';
import { isSharedNamespace } from './sharedNamespace.ts';
import type { Expr } from './syntax/nodes.ts';
import { parseModule } from './syntax/parser.ts';

/** Costs a few look-ups for each name that is asked for, whatever the size of the environment. */
export class InstalledModules {
  readonly #snapshot: Snapshot;
  readonly #environment: Environment;
  readonly #path: SearchPath;
  readonly #found = new Map<string, ModuleTarget>();

  constructor(snapshot: Snapshot, environment: Environment) {
    this.#snapshot = snapshot;
    this.#environment = environment;
    this.#path = searchPathOf(environment);
  }

  /** `external` when nothing of that name is installed. */
  find(dotted: string): ModuleTarget {
    let target = this.#found.get(dotted);
    if (!target) this.#found.set(dotted, (target = this.#find(dotted)));
    return target;
  }

  /** Whether a file is one of the installed ones, also where an editable install keeps it. */
  holds(path: string): boolean {
    return this.#nameOf(path) !== undefined;
  }

  /** The dotted name under which a file is imported. */
  nameOf(path: string): string {
    return this.#nameOf(path) ?? basename(path).replace(/\.pyi?$/, '');
  }

  #find(dotted: string): ModuleTarget {
    const dot = dotted.lastIndexOf('.');
    const name = dotted.slice(dot + 1);
    if (dotted.length > 300 || !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) return external;
    if (dot === -1) return this.#top(name);
    const parent = this.find(dotted.slice(0, dot));
    if (parent.kind === 'folders') return this.#in(parent.folders, name) ?? external;
    if (parent.kind !== 'file' || !isPackageFile(parent.path)) return parent.kind === 'external' ? external : missing;
    return this.#in([dirname(parent.path)], name) ?? missing;
  }

  #top(name: string): ModuleTarget {
    const { folders, packages, namespaces } = this.#path;
    const found = this.#in(
      folders.filter((folder) => this.#mayHold(folder, name)),
      name,
    );
    if (found?.kind === 'file') return found;
    const mapped = packages.get(name);
    if (mapped !== undefined) return this.#moduleAt(mapped) ?? { kind: 'folders', folders: [mapped] };
    const portions = [...(found?.kind === 'folders' ? found.folders : []), ...(namespaces.get(name) ?? [])];
    if (portions.length > 0) return { kind: 'folders', folders: portions };
    return this.#stubs(name) ?? this.#named(name) ?? external;
  }

  /** The listing of `site-packages`, read once, says no without looking for four files each time. */
  #mayHold(folder: string, name: string): boolean {
    if (!this.#environment.sitePackages.includes(folder)) return true;
    const entries = this.#environment.entries(folder);
    return entries.has(name) || entries.has(`${name}.py`) || entries.has(`${name}.pyi`);
  }

  /** A module in the first folder that has it; folders without `__init__.py` together make a namespace package. */
  #in(folders: readonly string[], name: string): ModuleTarget | undefined {
    const portions: string[] = [];
    for (const folder of folders) {
      const target = this.#moduleAt(join(folder, name));
      if (target?.kind === 'file') return target;
      if (target?.kind === 'folders') portions.push(...target.folders);
    }
    return portions.length > 0 ? { kind: 'folders', folders: portions } : undefined;
  }

  /** Sources before stubs: fields and bases are what the source says. */
  #moduleAt(path: string): ModuleTarget | undefined {
    const package_ = `${path}/__init__.py`;
    if (this.#snapshot.isPython(package_))
      return isSharedNamespace(this.#snapshot.text(package_) ?? '')
        ? { kind: 'folders', folders: [path] }
        : { kind: 'file', path: package_ };
    const file = [`${path}.py`, `${path}/__init__.pyi`, `${path}.pyi`].find((each) => this.#snapshot.isPython(each));
    if (file !== undefined) return { kind: 'file', path: file };
    return this.#environment.isFolder(path) ? { kind: 'folders', folders: [path] } : undefined;
  }

  /** `foo-stubs` (https://peps.python.org/pep-0561/) serves when there is no `foo`. */
  #stubs(name: string): ModuleTarget | undefined {
    for (const folder of this.#environment.sitePackages) {
      if (this.#environment.entries(folder).has(`${name}-stubs`)) return this.#moduleAt(join(folder, `${name}-stubs`));
    }
    return undefined;
  }

  /** An editable install whose import hook cannot be read: its `direct_url.json` still names the folder. */
  #named(name: string): ModuleTarget | undefined {
    const distribution = this.#environment.distribution(name);
    const text = distribution && this.#environment.readOther(join(distribution.path, 'direct_url.json'));
    const folder = text === undefined ? undefined : editableFolder(text);
    return folder === undefined ? undefined : this.#in([join(folder, 'src'), folder], name);
  }

  #nameOf(path: string): string | undefined {
    const { folders, packages, namespaces } = this.#path;
    for (const [name, place] of packages) if (path === `${place}.py`) return name;
    const portions = [...namespaces].flatMap(([name, places]) => places.map((place) => [name, place] as const));
    for (const [name, place] of [...packages, ...portions])
      if (isInside(path, place)) return dottedName(path, place, name);
    const folder = folders.filter((each) => isInside(path, each)).toSorted((a, b) => b.length - a.length)[0];
    return folder === undefined ? undefined : dottedName(path, folder, '');
  }
}

const external: ModuleTarget = { kind: 'external' };
const missing: ModuleTarget = { kind: 'missing' };

interface SearchPath {
  /** `site-packages`, then the folders of `.pth` files. */
  readonly folders: readonly string[];
  /** Top-level names that an editable install leads elsewhere: the path of the module without its ending. */
  readonly packages: ReadonlyMap<string, string>;
  readonly namespaces: ReadonlyMap<string, readonly string[]>;
}

const searchPaths = new WeakMap<Environment, SearchPath>();

function searchPathOf(environment: Environment): SearchPath {
  let path = searchPaths.get(environment);
  if (!path) searchPaths.set(environment, (path = readSearchPath(environment)));
  return path;
}

/** More `.pth` files than this are no honest environment. */
const maxPathFiles = 200;

function readSearchPath(environment: Environment): SearchPath {
  const folders = new Set(environment.sitePackages);
  const packages = new Map<string, string>();
  const namespaces = new Map<string, readonly string[]>();
  for (const site of environment.sitePackages) {
    const names = [...environment.entries(site).keys()].filter((name) => name.endsWith('.pth')).sort();
    for (const name of names.slice(0, maxPathFiles)) {
      for (const line of (environment.readOther(join(site, name)) ?? '').split(/\r\n|\r|\n/)) {
        const finder = /^import\s+(__editable___\w+_finder)\b/.exec(line)?.[1];
        if (finder !== undefined) {
          const mappings = readFinder(environment.readOther(join(site, `${finder}.py`)) ?? '');
          for (const [top, [place]] of mappings.packages) if (place !== undefined) packages.set(top, place);
          for (const [top, places] of mappings.namespaces) namespaces.set(top, places);
        } else if (line.trim() !== '' && !/^(#|import[ \t])/.test(line)) {
          const folder = placeOf(line.trim(), site);
          if (folder !== undefined && environment.isFolder(folder)) folders.add(folder);
        }
      }
    }
  }
  return { folders: [...folders], packages, namespaces };
}

/** The tables of setuptools' finder: `MAPPING: dict[str, str] = {'shop': '/src/shop'}` and `NAMESPACES`. */
function readFinder(text: string): {
  readonly packages: ReadonlyMap<string, readonly string[]>;
  readonly namespaces: ReadonlyMap<string, readonly string[]>;
} {
  const tables = new Map<string, ReadonlyMap<string, readonly string[]>>();
  if (text.length < 200_000) {
    for (const stmt of parseModule(text).module.body) {
      const target = stmt.kind === 'Assign' ? stmt.targets[0] : stmt.kind === 'AnnAssign' ? stmt.target : null;
      const value = stmt.kind === 'Assign' || stmt.kind === 'AnnAssign' ? stmt.value : null;
      if (target?.kind === 'Name' && value) tables.set(target.id, pathTable(value));
    }
  }
  return { packages: tables.get('MAPPING') ?? new Map(), namespaces: tables.get('NAMESPACES') ?? new Map() };
}

function pathTable(expr: Expr): ReadonlyMap<string, readonly string[]> {
  const table = new Map<string, readonly string[]>();
  if (expr.kind !== 'Dict') return table;
  expr.keys.forEach((key, i) => {
    const value = expr.values[i];
    if (key?.kind !== 'Constant' || key.type !== 'str' || !value) return;
    const items = value.kind === 'List' || value.kind === 'Tuple' ? value.elts : [value];
    table.set(
      key.value,
      items.flatMap((item) => (item.kind === 'Constant' && item.type === 'str' ? (placeOf(item.value, '') ?? []) : [])),
    );
  });
  return table;
}

/** An absolute path, or one below `folder`. Another machine is not asked. */
function placeOf(path: string, folder: string): string | undefined {
  if (isNetworkPath(path) || path.includes('\0')) return undefined;
  const slashed = path.replaceAll('\\', '/');
  const isAbsolute = slashed.startsWith('/') || /^[A-Za-z]:\//.test(slashed);
  return isAbsolute || folder !== '' ? normalizePath(isAbsolute ? slashed : join(folder, slashed)) : undefined;
}

/** https://packaging.python.org/en/latest/specifications/direct-url/ */
function editableFolder(text: string): string | undefined {
  try {
    const { url, dir_info: info } = JSON.parse(text) as { url?: unknown; dir_info?: { editable?: unknown } };
    if (typeof url !== 'string' || info?.editable !== true || !url.startsWith('file:///')) return undefined;
    return placeOf(decodeURIComponent(url.slice('file://'.length)).replace(/^\/(?=[A-Za-z]:\/)/, ''), '');
  } catch {
    return undefined;
  }
}

function isPackageFile(path: string): boolean {
  return /(^|\/)__init__\.pyi?$/.test(path);
}

function dottedName(path: string, folder: string, prefix: string): string {
  const parts = relativeTo(path, folder)
    .replace(/\.pyi?$/, '')
    .split('/');
  if (parts.at(-1) === '__init__') parts.pop();
  if (parts[0]) parts[0] = parts[0].replace(/-stubs$/, '');
  return [...(prefix ? [prefix] : []), ...parts].map((part) => part.replace(/[^\p{L}\p{N}_]/gu, '_')).join('.');
}
