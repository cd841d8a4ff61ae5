import { dirname, isInside, join } from '../base/paths.ts';
import type { Environment } from '../workspace/environments.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { InstalledModules } from './installed.ts';
import { ModuleLayout, type ModuleTarget } from './moduleLayout.ts';

/** How a module is named: from anywhere, with dots at its beginning, or by what is in a folder. */
export type ModuleNaming = 'absolute' | 'relative' | 'inFolder';

/** What a module name meant, and in which layout. */
export interface ModuleStamp {
  /** Of the `ModuleLayout`. */
  readonly layout: number;
  readonly environments: readonly Environment[];
  readonly target: string;
}

/** Which file a module name means, in the workspace and in the environments with its packages. For one snapshot. */
export class Modules {
  readonly layout: ModuleLayout;
  readonly #snapshot: Snapshot;
  readonly #environments = new Map<Environment, InstalledModules>();
  /** Folder → the environment whose packages are in it; null: the workspace's own. */
  readonly #owners = new Map<string, Environment | null>();

  constructor(snapshot: Snapshot, previous: Modules | undefined) {
    this.#snapshot = snapshot;
    this.layout = ModuleLayout.of(snapshot, previous ? previous.layout : undefined);
  }

  /** What a name means in the folder `from`, or, if it is relative and begins with its dots, in the file `from`. */
  target(how: ModuleNaming, from: string, name: string): ModuleTarget {
    switch (how) {
      case 'absolute':
        // Of an installed file, it never means a module of the workspace that happens to have the name.
        return this.ownerOf(from) ? { kind: 'external' } : this.layout.absolute(name, from);
      case 'inFolder':
        return this.layout.inFolder(from, name);
      case 'relative': {
        const level = /^\.*/.exec(name)![0].length;
        return this.layout.relative(from, level, name.slice(level));
      }
    }
  }

  stampOf(target: ModuleTarget): ModuleStamp {
    return { layout: this.layout.id, environments: this.#snapshot.environments, target: textOf(target) };
  }

  /** Whether a name means what it did. */
  meansTheSame(how: ModuleNaming, from: string, name: string, stamp: ModuleStamp): boolean {
    return textOf(this.target(how, from, name)) === stamp.target;
  }

  /** While no file and no package comes or goes, every name means what it did. */
  isLaidOutAs({ layout, environments }: ModuleStamp): boolean {
    return layout === this.layout.id && environments === this.#snapshot.environments;
  }

  /** The dotted name of the module that a file is. */
  nameOf(path: string): string {
    const owner = this.ownerOf(dirname(path));
    if (!owner) return this.layout.moduleName(path);
    // Two environments may hold two releases of one package: their modules are not the same.
    const index = this.#snapshot.environments.indexOf(owner);
    return this.installedIn(owner).nameOf(path) + (index > 0 ? `_${index + 1}` : '');
  }

  /** The environment whose packages are in a folder; null for the workspace's own, also when they are installed editable. */
  ownerOf(folder: string): Environment | null {
    const { environments, roots } = this.#snapshot;
    if (environments.length === 0) return null;
    let owner = this.#owners.get(folder);
    if (owner === undefined) {
      const isOutside = !roots.some((root) => isInside(folder, root));
      owner =
        environments.find((each) => isInside(folder, each.path)) ??
        (isOutside
          ? environments.find((each) => this.installedIn(each).holds(join(folder, '__init__.py')))
          : undefined) ??
        null;
      this.#owners.set(folder, owner);
    }
    return owner;
  }

  /** The environment whose packages a file imports; undefined without one. */
  environmentOf(path: string): Environment | undefined {
    return this.ownerOf(dirname(path)) ?? this.#snapshot.environmentOf(path);
  }

  installedIn(environment: Environment): InstalledModules {
    let modules = this.#environments.get(environment);
    if (!modules) this.#environments.set(environment, (modules = new InstalledModules(this.#snapshot, environment)));
    return modules;
  }
}

function textOf(target: ModuleTarget): string {
  switch (target.kind) {
    case 'file':
      return target.path;
    case 'folders':
      return target.folders.join('\0');
    case 'external':
    case 'missing':
      return `(${target.kind})`;
  }
}
