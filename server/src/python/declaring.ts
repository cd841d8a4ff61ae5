/** Finds the files whose classes inherit from what a library offers, by their headers alone: nothing is parsed. */
import { dirname } from '../base/paths.ts';
import { isBuiltin } from './builtins.ts';
import type { FileFacts } from './fileFacts.ts';
import type { ScannedClass } from './classScan.ts';
import type { ScannedImport } from './importScan.ts';
import type { ModuleLayout, ModuleTarget } from './moduleLayout.ts';

/** What makes a file worth parsing for a library. One object for each library: answers are remembered by it. */
export interface Declarations {
  /** A file must import one of these, directly or through files of the workspace: `sqlalchemy`, `django`. */
  readonly libraries: readonly string[];
  /** What a class says that inherits from something of a library, by its dotted name. */
  base(name: string): 'declares' | 'unknown' | 'harmless';
  /** A class with a base of which nothing is known counts when it, or one it inherits from, stands beside one of these words. */
  readonly memberWords: readonly string[];
  /** A class with a decorator counts beside one of these words. */
  readonly decoratorWords: readonly string[];
  /** What declares something without a class: `Table(`. */
  readonly words: readonly string[];
}

/** What a base class may be, as far as names tell. */
type Origin =
  | { readonly kind: 'class'; readonly path: string; readonly header: ScannedClass }
  | { readonly kind: 'external'; readonly name: string }
  /** A variable, or a name that leads nowhere, of this file. */
  | { readonly kind: 'other'; readonly path: string };

/**
 * For one set of facts; answers are remembered. A yes may be in vain; a no is never wrong about classes that names
 * lead to, and a name that leads nowhere counts as unknown.
 */
export class DeclaringFiles {
  readonly #layout: ModuleLayout;
  readonly #factsOf: (path: string) => FileFacts;
  readonly #bases = new Map<ScannedClass, readonly Origin[]>();
  readonly #named = new Map<string, readonly Origin[]>();
  readonly #underWay = new Set<string>();
  #cuts = 0;

  constructor(layout: ModuleLayout, factsOf: (path: string) => FileFacts) {
    this.#layout = layout;
    this.#factsOf = factsOf;
  }

  /** Whether a file that reaches the libraries may declare something. */
  declares(path: string, what: Declarations): boolean {
    const facts = this.#factsOf(path);
    if (mentionsOne(facts, what.words)) return true;
    return facts.classes.some(
      (header) => (header.isDecorated && mentionsOne(facts, what.decoratorWords)) || this.#inherits(path, header, what),
    );
  }

  /** Names of libraries that classes of a file inherit from and of which nothing is known. */
  unknownBases(path: string, what: Declarations): readonly string[] {
    const names = new Set<string>();
    for (const header of this.#factsOf(path).classes) {
      const chain = new Map<ScannedClass, string>([[header, path]]);
      for (const [current, at] of chain) {
        for (const origin of this.#basesOf(at, current)) {
          if (origin.kind === 'class') chain.set(origin.header, origin.path);
          else if (origin.kind === 'external' && what.base(origin.name) === 'unknown') names.add(origin.name);
        }
      }
    }
    return [...names];
  }

  #inherits(path: string, header: ScannedClass, what: Declarations): boolean {
    if (header.bases.length === 0 && !header.hasOther) return false;
    const chain = new Map<ScannedClass, string>([[header, path]]);
    let isUnknown = false;
    let hasMember = false;
    for (const [current, at] of chain) {
      hasMember ||= mentionsOne(this.#factsOf(at), what.memberWords);
      for (const origin of this.#basesOf(at, current)) {
        if (origin.kind === 'class') {
          chain.set(origin.header, origin.path);
          continue;
        }
        const says = origin.kind === 'external' ? what.base(origin.name) : this.#variable(origin.path, what);
        if (says === 'declares') return true;
        if (says === 'unknown') isUnknown = true;
      }
    }
    return isUnknown && hasMember;
  }

  /** `Base = declarative_base()`: whoever makes a base needs the library. */
  #variable(path: string, what: Declarations): 'declares' | 'unknown' {
    const usesLibrary = this.#factsOf(path).imports.some(
      ({ level, module }) => level === 0 && what.libraries.includes(module.split('.', 1)[0]!),
    );
    return usesLibrary ? 'declares' : 'unknown';
  }

  #basesOf(path: string, header: ScannedClass): readonly Origin[] {
    let bases = this.#bases.get(header);
    if (!bases) {
      const named = header.bases.flatMap((base) => this.#dotted(path, base));
      bases = header.hasOther ? [...named, { kind: 'other', path } as const] : named;
      this.#bases.set(header, bases);
    }
    return bases;
  }

  #dotted(path: string, dotted: string): readonly Origin[] {
    const [head, ...rest] = dotted.split('.');
    if (rest.length === 0) return this.#name(path, head!);
    const modules = this.#factsOf(path).imports.flatMap((each) => this.#modulesNamed(path, each, head!, rest));
    if (modules.length > 0) return modules;
    // An attribute of a variable or a class: `db.Model`, `Outer.Inner`.
    return this.#name(path, head!).flatMap((origin): Origin | readonly Origin[] =>
      origin.kind === 'external'
        ? { kind: 'external', name: [origin.name, ...rest].join('.') }
        : { kind: 'other', path: origin.path },
    );
  }

  /** `rest` of a module that an import binds to `head`; nothing when it binds none. */
  #modulesNamed(path: string, item: ScannedImport, head: string, rest: readonly string[]): readonly Origin[] {
    if (!item.names) {
      if (item.asName === null ? item.module.split('.', 1)[0] !== head : item.asName !== head) return [];
      const base = item.asName === null ? head : item.module;
      return this.#inModule(this.#layout.absolute(base, dirname(path)), base, rest, dirname(path));
    }
    return item.names
      .filter((each) => each.as === head)
      .flatMap(({ name }) => {
        const target = this.#target(path, item);
        const full = item.module === '' ? name : `${item.module}.${name}`;
        if (target.kind === 'external') return [{ kind: 'external', name: [full, ...rest].join('.') } as const];
        return submoduleFolders(target).flatMap((folder) => {
          const inner = this.#layout.inFolder(folder, name);
          return inner.kind === 'missing' ? [] : this.#inModule(inner, full, rest, dirname(path));
        });
      });
  }

  /** A dotted name inside of a module or package. */
  #inModule(target: ModuleTarget, name: string, rest: readonly string[], folder: string): readonly Origin[] {
    const [first, ...others] = rest;
    if (first === undefined) return [];
    if (target.kind === 'external') return [{ kind: 'external', name: [name, ...rest].join('.') }];
    const found: Origin[] = [];
    if (others.length > 0) {
      for (const inside of submoduleFolders(target)) {
        const inner = this.#layout.inFolder(inside, first);
        if (inner.kind !== 'missing') found.push(...this.#inModule(inner, `${name}.${first}`, others, folder));
      }
    }
    if (target.kind !== 'file') return found;
    if (others.length === 0) return this.#name(target.path, first);
    return found.length > 0 ? found : this.#dotted(target.path, rest.join('.'));
  }

  /** Everything that a name of a module can be: of several classes or imports with one name, each. */
  #name(path: string, name: string): readonly Origin[] {
    const key = `${path}\0${name}`;
    const known = this.#named.get(key);
    if (known) return known;
    // A module that imports itself in a circle adds nothing; what was cut short by that is not remembered.
    if (this.#underWay.has(key) || this.#underWay.size > deepest) {
      this.#cuts++;
      return [];
    }
    this.#underWay.add(key);
    const cuts = this.#cuts;
    const origins = this.#lookUp(path, name);
    this.#underWay.delete(key);
    if (cuts === this.#cuts || this.#underWay.size === 0) this.#named.set(key, origins);
    return origins;
  }

  #lookUp(path: string, name: string): readonly Origin[] {
    const facts = this.#factsOf(path);
    const found: Origin[] = [];
    for (const header of facts.classes) if (header.name === name) found.push({ kind: 'class', path, header });
    const stars: ScannedImport[] = [];
    for (const item of facts.imports) {
      for (const imported of item.names ?? []) {
        if (imported.name === '*') stars.push(item);
        else if (imported.as === name) found.push(...this.#imported(path, item, imported.name));
      }
    }
    // `Base = declarative_base(cls=Base)`
    if (facts.rebound.has(name)) found.push({ kind: 'other', path });
    if (found.length > 0) return found;
    let isPerhapsExternal = false;
    for (const star of stars) {
      const target = this.#target(path, star);
      if (target.kind === 'file') {
        found.push(...this.#name(target.path, name).filter((each) => each.kind !== 'other'));
      } else if (target.kind === 'external' && !isBuiltin(name)) {
        isPerhapsExternal = true;
        found.push({ kind: 'external', name: `${star.module}.${name}` });
      }
    }
    if (found.length > 0 && !isPerhapsExternal) return found;
    return isBuiltin(name) ? [{ kind: 'external', name: `builtins.${name}` }] : [...found, { kind: 'other', path }];
  }

  #imported(path: string, item: ScannedImport, name: string): readonly Origin[] {
    const target = this.#target(path, item);
    switch (target.kind) {
      case 'file':
        return target.path === path ? [] : this.#name(target.path, name);
      case 'external':
      case 'folders':
        return [{ kind: 'external', name: `${item.module}.${name}` }];
      case 'missing':
        return [{ kind: 'other', path }];
    }
  }

  #target(path: string, { level, module }: ScannedImport): ModuleTarget {
    return level > 0 ? this.#layout.relative(path, level, module) : this.#layout.absolute(module, dirname(path));
  }
}

export function submoduleFolders(target: ModuleTarget): readonly string[] {
  if (target.kind === 'folders') return target.folders;
  return target.kind === 'file' && /(^|\/)__init__\.pyi?$/.test(target.path) ? [dirname(target.path)] : [];
}

function mentionsOne(facts: FileFacts, words: readonly string[]): boolean {
  return words.some((word) => facts.mayMention(word));
}

/** Longer chains of imports than this are no honest code. */
const deepest = 500;
