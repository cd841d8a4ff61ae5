/** What the dotted names of libraries mean in the environment of a file. */
import type { Recorded } from '../base/recorder.ts';
import type { Environment } from '../workspace/environments.ts';
import type { InstalledModules } from './installed.ts';
import type { Modules } from './modules.ts';
import type { Names } from './names.ts';
import type { Notes } from './notes.ts';
import type { Symbol } from './types.ts';

/** Those of one program. */
export class InstalledNames {
  readonly #notes: Notes;
  readonly #names: Names;
  readonly #modules: Modules;
  readonly #environments: readonly Environment[];
  readonly #known = new Map<Environment, Map<string, Recorded<Symbol | null>>>();

  constructor(notes: Notes, names: Names, modules: Modules, environments: readonly Environment[]) {
    this.#notes = notes;
    this.#names = names;
    this.#modules = modules;
    this.#environments = environments;
  }

  named(dotted: string, from: { readonly path: string }): Symbol | undefined {
    this.#notes.recorder.note('environments', 'environments', () => this.#environments);
    const environment = this.#modules.environmentOf(from.path);
    if (!environment) return undefined;
    let all = this.#known.get(environment);
    if (!all) this.#known.set(environment, (all = new Map()));
    const known = all.get(dotted);
    if (known) return this.#notes.recorder.reuse(known) ?? undefined;
    // What leads back to itself is not found.
    all.set(dotted, { value: null, trace: null });
    const modules = this.#modules.installedIn(environment);
    const found = this.#notes.recorder.record(() => this.#inEnvironment(dotted, modules, from) ?? null);
    all.set(dotted, found);
    return found.value ?? undefined;
  }

  /** The longest module of the name, then what it exports: as Python does for `from a.b import c`, that before a submodule. */
  #inEnvironment(dotted: string, modules: InstalledModules, from: { readonly path: string }): Symbol | undefined {
    const parts = dotted.split('.');
    for (let length = Math.max(parts.length - 1, 1); length > 0; length--) {
      let symbol = this.#names.moduleSymbol(modules.find(parts.slice(0, length).join('.')), null);
      if (!symbol) continue;
      for (const part of parts.slice(length)) symbol = this.#names.attribute(symbol, part, from);
      if (symbol.kind !== 'unknown') return symbol;
    }
    return this.#names.moduleSymbol(modules.find(dotted), null);
  }
}
