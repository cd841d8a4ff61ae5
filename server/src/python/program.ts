/**
 * The workspace as Python sees it: files, names and what they mean across files. Pure functions of one snapshot; parsed
 * files and facts are shared with the program of the snapshot before, keyed by text version.
 */
import { type Dependency, Recorder, type Recorded } from '../base/recorder.ts';
import { dirname } from '../base/paths.ts';
import type { Environment } from '../workspace/environments.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { isBuiltin } from './builtins.ts';
import { exportList, fallbackRanges } from './moduleFacts.ts';
import { type Declarations, submoduleFolders } from './declaring.ts';
import { FactsStore } from './factsStore.ts';
import { FileSearch, type TextMemory } from './fileSearch.ts';
import type { InstalledModules } from './installed.ts';
import type { ModuleTarget } from './moduleLayout.ts';
import { type ModuleNaming, type ModuleStamp, Modules } from './modules.ts';
import { ParsedFile } from './parsedFile.ts';
import { ResolutionOrders } from './resolutionOrders.ts';
import { isSharedNamespace } from './sharedNamespace.ts';
import {
  beginningAt,
  boundFrom,
  lastAbove,
  moduleScopeOf,
  outerScope,
  scopeAtOffset,
  scopeOfNode,
  visibleScopes,
} from './scopes.ts';
import type { Attribute, ClassDef, Expr, FunctionDef, Import, ImportFrom, Stmt } from './syntax/nodes.ts';
import { type SelfAssignment, selfAssignments } from './selfAttributes.ts';
import { STAR_EXPORTS } from './starExports.ts';
import { isImport, namePlace, type PlaceFact, PlaceStamps } from './stamps.ts';
import { isUnitOf, unitAt } from './units.ts';
import type { Binding, Program, ProgramFact, Scope, SourceFile, Symbol } from './types.ts';

/**
 * The program of a snapshot. Give the previous one to share what did not change; it stays valid.
 * Costs O(changes since the previous one), or O(files) after files came or went. Files are parsed when they are asked for.
 * `facts` may be filled in advance by others; it is that of the first program for all that follow.
 */
export function createProgram(snapshot: Snapshot, previous?: Program, facts = new FactsStore()): Program {
  if (!(previous instanceof WorkspaceProgram)) return new WorkspaceProgram(snapshot, new SharedState(facts), undefined);
  if (previous.snapshot === snapshot) return previous;
  return new WorkspaceProgram(snapshot, previous.shared, previous);
}

/** Counts for tests: what was parsed since the first program of this line. */
export function parseCount(program: Program): number {
  return program instanceof WorkspaceProgram ? program.shared.parses : 0;
}

/** The files whose trees are there for the next program too. */
export function parsedPaths(program: Program): Iterable<string> {
  return program instanceof WorkspaceProgram ? program.shared.files.keys() : [];
}

/** Lets go of the other trees. This program keeps what it has asked for; the next one parses it anew. */
export function forgetParsed(program: Program, isKept: (path: string) => boolean): void {
  if (!(program instanceof WorkspaceProgram)) return;
  const { files } = program.shared;
  for (const path of files.keys()) if (!isKept(path)) files.delete(path);
}

/** What outlives a snapshot. Every entry carries the text version (or the layout) it was made from. */
class SharedState implements TextMemory {
  parses = 0;
  readonly recorder = new Recorder();
  newest: Program | undefined;
  readonly files = new Map<string, { readonly version: number; readonly file: ParsedFile }>();
  readonly facts: FactsStore;
  readonly words: TextMemory['words'] = new Map();

  constructor(facts: FactsStore) {
    this.facts = facts;
  }

  /** Forgets the files that are gone. */
  keepOnly(isThere: (path: string) => boolean): void {
    this.facts.keepOnly(isThere);
    for (const cache of [this.files, this.words])
      for (const path of cache.keys()) if (!isThere(path)) cache.delete(path);
  }
}

const unknown: Symbol = { kind: 'unknown' };

class WorkspaceProgram implements Program {
  readonly snapshot: Snapshot;
  readonly shared: SharedState;
  readonly #modules: Modules;
  readonly #search: FileSearch;
  /** Memory of this program alone: its keys are trees, and what they mean depends on all files. */
  readonly #files = new Map<string, SourceFile | undefined>();
  readonly #fileOfScope = new WeakMap<Scope, SourceFile>();
  readonly #followed = new Map<Binding, Recorded<Symbol>>();
  readonly #following = new Set<Binding>();
  readonly #starNames = new WeakMap<Scope, Map<string, Recorded<readonly Binding[]>>>();
  readonly #orders: ResolutionOrders<Symbol>;
  readonly #stamps: PlaceStamps;
  /** What the recorder calls a name of a scope: the same text each time, which is looked up faster than one like it. */
  readonly #subjects = new WeakMap<Scope, Map<string, string | null>>();
  readonly #installed = new Map<Environment, Map<string, Recorded<Symbol | null>>>();

  constructor(snapshot: Snapshot, shared: SharedState, previous: WorkspaceProgram | undefined) {
    this.snapshot = snapshot;
    this.shared = shared;
    shared.newest = this;
    this.#modules = new Modules(snapshot, previous ? previous.#modules : undefined);
    if (previous && previous.#modules.layout !== this.#modules.layout)
      shared.keepOnly((path) => snapshot.isPython(path));
    this.#stamps = new PlaceStamps((path) => this.file(path), previous ? previous.#stamps : undefined);
    this.#search = new FileSearch(snapshot, this.#modules, shared, previous ? previous.#search : undefined);
    this.#orders = new ResolutionOrders<Symbol>(shared.recorder, {
      keyOf,
      basesOf: (symbol) =>
        symbol.kind === 'binding' && symbol.binding.kind === 'class'
          ? this.#directBases(symbol.file, symbol.binding.node)
          : [],
      tooMany: () => ({ kind: 'unknown' }),
    });
  }

  get recorder(): Recorder {
    return this.shared.recorder;
  }

  get paths(): readonly string[] {
    this.recorder.note('paths', 'paths', () => this.#modules.layout.paths);
    return this.#modules.layout.paths;
  }

  holds({ kind, subject, stamp }: Dependency): boolean {
    if (kind === 'unit') {
      const file = this.file(stamp as string);
      return file !== undefined && isUnitOf(file.module, subject as Stmt);
    }
    if (kind === 'module') {
      if (this.#modules.isLaidOutAs(stamp as ModuleStamp)) return true;
      const [how, from, name] = (subject as string).split('\0');
      return this.#modules.meansTheSame(how as ModuleNaming, from!, name!, stamp as ModuleStamp);
    }
    return this.#stampOf(kind as TextFact, subject as string) === stamp;
  }

  #stampOf(kind: TextFact, subject: string): unknown {
    switch (kind) {
      case 'environments':
        return this.snapshot.environments;
      case 'name':
      case 'header':
      case 'self':
      case 'importsOf':
        return this.#stamps.of(kind, subject);
      case 'mentioning':
        return this.#search.mentioning(subject.split('\0'));
      case 'otherText':
        return this.snapshot.readOther(subject);
      case 'paths':
        return this.#modules.layout.paths;
      case 'importsAnyOf': {
        const [path, ...libraries] = subject.split('\0');
        return this.#search.reaches(path!, libraries);
      }
    }
  }

  file(path: string): SourceFile | undefined {
    if (this.#files.has(path)) return this.#files.get(path);
    const file = this.#read(path);
    this.#files.set(path, file);
    return file;
  }

  get asked(): ReadonlyMap<string, SourceFile | undefined> {
    return this.#files;
  }

  pathsDeclaring(what: Declarations): readonly string[] {
    this.recorder.note('paths', 'paths', () => this.#modules.layout.paths);
    return this.#search.declaring(what, (path) => this.#inheritsInstalled(path, what));
  }

  /** `class Home(Page)` of a file that knows the ORM only through an installed package. */
  #inheritsInstalled(path: string, what: Declarations): boolean {
    if (this.snapshot.environments.length === 0) return false;
    return this.#search.unknownBases(path, what).some((name) => this.#isMadeOf(name, path, what, 0));
  }

  #isMadeOf(name: string, path: string, what: Declarations, depth: number): boolean {
    if (what.base(name) !== 'unknown') return what.base(name) === 'declares';
    const symbol = depth < maxInherited ? this.installed(name, { path }) : undefined;
    if (symbol?.kind === 'external') return symbol.name !== name && this.#isMadeOf(symbol.name, path, what, depth + 1);
    if (symbol?.kind !== 'binding' || symbol.binding.kind !== 'class') return false;
    return this.bases(symbol.file, symbol.binding.node).some(
      (base) => base.kind === 'external' && this.#isMadeOf(base.name, symbol.file.path, what, depth + 1),
    );
  }

  mentions(path: string, words: readonly string[]): boolean {
    return this.#search.mentions(path, words);
  }

  pathsMentioning(words: readonly string[]): readonly string[] {
    const paths = this.#search.mentioning(words);
    this.recorder.note('mentioning', words.join('\0'), () => paths);
    return paths;
  }

  importsAnyOf(path: string, libraries: readonly string[]): boolean {
    const answer = this.#search.reaches(path, libraries);
    this.recorder.note('importsAnyOf', [path, ...libraries].join('\0'), () => answer);
    return answer;
  }

  importsOf(file: SourceFile): readonly (Import | ImportFrom)[] {
    this.#note('importsOf', file.path);
    return file.module.body.filter(isImport);
  }

  installed(dotted: string, from: { readonly path: string }): Symbol | undefined {
    this.recorder.note('environments', 'environments', () => this.snapshot.environments);
    const environment = this.#modules.environmentOf(from.path);
    if (!environment) return undefined;
    let all = this.#installed.get(environment);
    if (!all) this.#installed.set(environment, (all = new Map()));
    const known = all.get(dotted);
    if (known) return this.recorder.reuse(known) ?? undefined;
    // What leads back to itself is not found.
    all.set(dotted, { value: null, trace: null });
    const modules = this.#modules.installedIn(environment);
    const found = this.recorder.record(() => this.#inEnvironment(dotted, modules, from) ?? null);
    all.set(dotted, found);
    return found.value ?? undefined;
  }

  moduleNamed(dotted: string, from: SourceFile): SourceFile | undefined {
    const target = this.#target('absolute', dirname(from.path), dotted);
    return target.kind === 'file' ? this.file(target.path) : undefined;
  }

  importedModule(file: SourceFile, statement: ImportFrom): SourceFile | undefined {
    const target = this.#importTarget(file, statement);
    return target.kind === 'file' ? this.file(target.path) : undefined;
  }

  scopeAt(file: SourceFile, offset: number): Scope {
    return scopeAtOffset(this.#scope(file), offset);
  }

  scopeOf(file: SourceFile, node: Scope['node']): Scope | undefined {
    return scopeOfNode(this.#scope(file), node);
  }

  bindingOf(file: SourceFile, cls: ClassDef): Binding | undefined {
    let outer = this.scopeOf(file, cls)?.parent;
    if (outer?.kind === 'typeParams') outer = outer.parent;
    if (!outer) return undefined;
    const how = outer.outerNames.get(cls.name.text);
    const owner = how ? outerScope(outer, cls.name.text, how) : outer;
    return owner.bindings.get(cls.name.text)?.find((binding) => binding.kind === 'class' && binding.node === cls);
  }

  lookup(scope: Scope, name: string): readonly Binding[] {
    for (const visible of visibleScopes(scope)) {
      const bindings = this.#boundIn(visible, name);
      if (bindings.length > 0) return bindings;
    }
    return [];
  }

  follow(file: SourceFile, binding: Binding): Symbol {
    this.#scope(file);
    const known = this.#followed.get(binding);
    if (known) return this.recorder.reuse(known);
    if (this.#following.has(binding) || this.#following.size > maxDepth) return unknown;
    this.#following.add(binding);
    const followed = this.recorder.record(() => this.#follow(file, binding));
    this.#following.delete(binding);
    // Inside of a cycle the answer may be cut short, so only the outermost one is kept.
    if (this.#following.size === 0) this.#followed.set(binding, followed);
    return followed.value;
  }

  exported(file: SourceFile, name: string): Symbol {
    const bindings = this.#boundIn(this.#scope(file), name);
    const symbol = this.#best(file, bindings) ?? unknown;
    if (symbol.kind !== 'unknown' || !file.isPackage) return symbol;
    return this.#moduleSymbol(this.#target('inFolder', dirname(file.path), name), null) ?? symbol;
  }

  resolve(file: SourceFile, expr: Expr, scope?: Scope): Symbol {
    const attributes: Attribute[] = [];
    let head = expr;
    while (head.kind === 'Attribute') {
      attributes.push(head);
      head = head.value;
    }
    if (head.kind !== 'Name') return unknown;
    let symbol = this.#resolveName(file, head.id, head.start, scope ?? this.scopeAt(file, head.start));
    for (let i = attributes.length - 1; i >= 0 && symbol.kind !== 'unknown'; i--) {
      symbol = this.#attribute(symbol, attributes[i]!.attr.text, file);
    }
    return symbol;
  }

  member(file: SourceFile, cls: ClassDef, name: string): { readonly symbol: Symbol; readonly complete: boolean } {
    let complete = true;
    for (const base of this.bases(file, cls)) {
      if (base.kind === 'binding' && base.binding.kind === 'class') {
        const scope = this.scopeOf(base.file, base.binding.node);
        if (scope) this.#noteName(scope, name);
        const bindings = scope?.bindings.get(name);
        const binding = bindings && lastUseful(bindings);
        if (!binding) continue;
        const isImport = binding.kind === 'import' || binding.kind === 'importFrom';
        return {
          symbol: isImport ? this.follow(base.file, binding) : { kind: 'binding', file: base.file, binding },
          complete,
        };
      }
      if (!isEmptyBase(base)) complete = false;
    }
    return { symbol: unknown, complete };
  }

  bodyOf(file: SourceFile, node: FunctionDef | ClassDef): readonly Stmt[] {
    this.noteUnit(file, node.start);
    return node.body;
  }

  otherText(path: string): string | undefined {
    const text = this.snapshot.readOther(path);
    this.recorder.note('otherText', path, () => text);
    return text;
  }

  noteUnit(file: SourceFile, offset: number): void {
    if (!this.recorder.isRecording) return;
    const unit = unitAt(file.module, offset);
    if (unit) this.recorder.note('unit', unit, () => file.path);
  }

  assignedToSelf(file: SourceFile, cls: ClassDef, name: string): readonly SelfAssignment[] {
    const place = this.#placeOf(file, cls);
    if (place !== null) this.#note('self', `${file.path}\0${place}\0${name}`);
    return selfAssignments(cls, name);
  }

  bases(file: SourceFile, cls: ClassDef): readonly Symbol[] {
    const binding = this.bindingOf(file, cls);
    if (binding) return this.#orders.of({ kind: 'binding', file, binding });
    return [{ kind: 'unknown', file }, ...this.#orders.behind(this.#directBases(file, cls))];
  }

  #directBases(file: SourceFile, cls: ClassDef): readonly Symbol[] {
    const place = this.#placeOf(file, cls);
    if (place !== null) this.#note('header', `${file.path}\0${place}`);
    return cls.bases.filter((base) => base.kind !== 'Starred').map((base) => this.#baseSymbol(file, base));
  }

  // ---------------------------------------------------------------- files

  #read(path: string): SourceFile | undefined {
    if (!this.snapshot.isPython(path)) return undefined;
    const text = this.snapshot.text(path);
    const version = this.snapshot.version(path);
    if (text === undefined || version === undefined) return undefined;
    const moduleName = this.#modules.nameOf(path);
    const known = this.shared.files.get(path);
    if (known?.version === version && known.file.moduleName === moduleName) return known.file;
    if (known?.version !== version) this.shared.parses++;
    // An older program that still runs must not take the tree that a newer one has made of its own.
    if (this.shared.newest !== this) return new ParsedFile(path, text, moduleName);
    const file = new ParsedFile(path, text, moduleName, known?.file);
    this.shared.files.set(path, { version, file });
    return file;
  }

  /** The module scope of a file, remembered with its file: names are looked up by scope alone. */
  #scope(file: SourceFile): Scope {
    const scope = file.scope;
    if (!this.#fileOfScope.has(scope)) this.#fileOfScope.set(scope, file);
    return scope;
  }

  // ---------------------------------------------------------------- what answers are made from

  /** Which file a module name means, noted. A relative name begins with its dots. */
  #target(how: ModuleNaming, from: string, name: string): ModuleTarget {
    const target = this.#modules.target(how, from, name);
    if (this.recorder.isRecording)
      this.recorder.note('module', `${how}\0${from}\0${name}`, () => this.#modules.stampOf(target));
    return target;
  }

  /** That a name was looked up in a scope. What is inside of a function belongs to the name that led there. */
  #noteName(scope: Scope, name: string): void {
    if (!this.recorder.isRecording || (scope.kind !== 'module' && scope.kind !== 'class')) return;
    let subjects = this.#subjects.get(scope);
    if (!subjects) this.#subjects.set(scope, (subjects = new Map()));
    let subject = subjects.get(name);
    if (subject === undefined) subjects.set(name, (subject = this.#subjectOf(scope, name)));
    if (subject !== null) this.#note('name', subject);
  }

  #subjectOf(scope: Scope, name: string): string | null {
    const place = namePlace(scope);
    const file = place === null ? undefined : this.#fileOfScope.get(moduleScopeOf(scope));
    return file ? `${file.path}\0${place}\0${name}` : null;
  }

  /** Dotted names from the module to a class; null inside of functions. */
  #placeOf(file: SourceFile, cls: ClassDef): string | null {
    const scope = this.scopeOf(file, cls);
    return scope ? namePlace(scope) : null;
  }

  #note(kind: PlaceFact, subject: string): void {
    this.recorder.note(kind, subject, () => this.#stamps.of(kind, subject));
  }

  // ---------------------------------------------------------------- environments

  /** The longest module of the name, then what it exports: as Python does for `from a.b import c`, that before a submodule. */
  #inEnvironment(dotted: string, modules: InstalledModules, from: { readonly path: string }): Symbol | undefined {
    const parts = dotted.split('.');
    for (let length = Math.max(parts.length - 1, 1); length > 0; length--) {
      let symbol = this.#moduleSymbol(modules.find(parts.slice(0, length).join('.')), null);
      if (!symbol) continue;
      for (const part of parts.slice(length)) symbol = this.#attribute(symbol, part, from);
      if (symbol.kind !== 'unknown') return symbol;
    }
    return this.#moduleSymbol(modules.find(dotted), null);
  }

  // ---------------------------------------------------------------- names

  /** Bindings of a name in one scope, as they are meant there: `global` and `nonlocal` lead elsewhere. */
  #boundIn(scope: Scope, name: string): readonly Binding[] {
    const how = scope.outerNames.get(name);
    const owner = how ? outerScope(scope, name, how) : scope;
    this.#noteName(owner, name);
    const own = owner.bindings.get(name) ?? [];
    return owner.kind === 'module' ? this.#withStars(owner, name, own) : own;
  }

  /** Adds the bindings that `import *` makes in a module. */
  #withStars(scope: Scope, name: string, own: readonly Binding[]): readonly Binding[] {
    const stars = scope.bindings.get('*');
    if (!stars || name === '*') return own;
    const file = this.#fileOfScope.get(scope);
    if (!file) return own;
    let names = this.#starNames.get(scope);
    if (!names) this.#starNames.set(scope, (names = new Map()));
    const known = names.get(name);
    if (known) return this.recorder.reuse(known);
    // While it is being worked out, a module that imports itself in a circle adds nothing.
    names.set(name, { value: own, trace: null });
    const all = this.recorder.record(() => this.#mergeStars(file, stars, name, own));
    names.set(name, all);
    return all.value;
  }

  #mergeStars(file: SourceFile, stars: readonly Binding[], name: string, own: readonly Binding[]): readonly Binding[] {
    this.#noteName(file.scope, '*');
    const found: Binding[] = [];
    const certain: Binding[] = [];
    const possible: Binding[] = [];
    const unlikely: Binding[] = [];
    for (const star of stars) {
      if (star.kind !== 'importFrom') continue;
      const target = this.#importTarget(file, star.statement);
      const binding: Binding = { ...star, name };
      if (target.kind === 'file') {
        const exporting = this.file(target.path);
        const exports = exporting && exporting !== file ? this.#exportsByStar(exporting, name) : 'no';
        if (exports === 'yes') found.push(binding);
        else if (exports === 'perhaps') possible.push(binding);
      } else if (target.kind === 'external') {
        const exported = STAR_EXPORTS.get(star.statement.module?.text ?? '');
        // Another release may export more.
        (exported ? (exported.has(name) ? certain : unlikely) : possible).push(binding);
      }
    }
    if (found.length > 0)
      return own.length === 0 ? found : [...own, ...found].sort((a, b) => a.range.start - b.range.start);
    // What a library exports is seldom known here, so it is believed only when nothing else can be meant.
    if (own.length > 0 || isBuiltin(name)) return own;
    return [certain, possible, unlikely].find((bindings) => bindings.length > 0) ?? [];
  }

  #exportsByStar(file: SourceFile, name: string): 'yes' | 'perhaps' | 'no' {
    this.#noteName(this.#scope(file), '__all__');
    const list = exportList(file, (expr) => this.#exportListOf(file, expr));
    if (list ? !list.has(name) : name.startsWith('_')) return 'no';
    const scope = this.#scope(file);
    if (scope.bindings.has(name)) return 'yes';
    const bindings = this.#boundIn(scope, name);
    if (bindings.length === 0)
      return list && this.#target('inFolder', dirname(file.path), name).kind === 'file' ? 'yes' : 'no';
    return bindings.some((binding) => this.follow(file, binding).kind !== 'external') ? 'yes' : 'perhaps';
  }

  /** `__all__` of another module, as in `__all__ += models.__all__`. */
  #exportListOf(file: SourceFile, expr: Expr): ReadonlySet<string> | null {
    if (expr.kind !== 'Attribute' || expr.attr.text !== '__all__') return null;
    const symbol = this.resolve(file, expr.value);
    return symbol.kind === 'module' && symbol.file !== file ? exportList(symbol.file, () => null) : null;
  }

  #resolveName(file: SourceFile, name: string, at: number, scope: Scope): Symbol {
    this.#scope(file);
    // Up to the first scope with a flow of its own, text order tells which binding holds.
    let inFlow = true;
    for (const visible of visibleScopes(scope)) {
      const bindings = this.#boundIn(visible, name);
      if (bindings.length > 0) {
        // The cursor is on the name that is being bound.
        const itself = beginningAt(bindings, at).find(({ kind }) => kind !== 'augAssign');
        if (itself) return this.follow(file, itself);
        const before = inFlow ? this.#best(file, bindings, at) : this.#best(file, bindings);
        if (before) return before;
        // A class body reads outer names until it binds its own.
        if (visible.kind !== 'class') return this.#best(file, bindings) ?? unknown;
      }
      if (visible.kind !== 'comprehension' && visible.kind !== 'typeParams') inFlow = false;
    }
    return isBuiltin(name) ? { kind: 'builtin', name } : unknown;
  }

  /**
   * Of the bindings that can be meant where a name is read at an offset: the last that leads somewhere, `except
   * ImportError` and the like at the end. null when none is above. A name that is bound thousands of times is read as
   * often: most are not even looked at.
   */
  #best(file: SourceFile, bindings: readonly Binding[], at = Infinity): Symbol | null {
    if (bindings.length === 1) return boundFrom(bindings[0]!) <= at ? this.follow(file, bindings[0]!) : null;
    const fallbacks = bindings.length === 0 ? [] : fallbackRanges(moduleScopeOf(bindings[0]!.scope));
    const isFallback = (binding: Binding): boolean =>
      fallbacks.some(({ start, end }) => start <= binding.range.start && binding.range.start < end);
    let second: Symbol | null = null;
    const later: Binding[] = [];
    let isAny = false;
    const tells = (binding: Binding): Symbol | null => {
      const symbol = this.follow(file, binding);
      if (isTelling(symbol)) return symbol;
      if (symbol.kind !== 'unknown') second ??= symbol;
      return null;
    };
    for (let i = lastAbove(bindings, at); i >= 0; i--) {
      const binding = bindings[i]!;
      if (boundFrom(binding) > at) continue;
      isAny = true;
      if (binding.kind === 'delete') continue;
      if (isFallback(binding)) {
        later.push(binding);
        continue;
      }
      const symbol = tells(binding);
      if (symbol) return symbol;
    }
    for (const binding of later) {
      const symbol = tells(binding);
      if (symbol) return symbol;
    }
    return isAny ? (second ?? unknown) : null;
  }

  #follow(file: SourceFile, binding: Binding): Symbol {
    switch (binding.kind) {
      case 'import': {
        const { alias } = binding;
        const dotted = alias.asName ? alias.name.text : binding.name;
        return this.#moduleSymbol(this.#target('absolute', dirname(file.path), dotted), dotted) ?? unknown;
      }
      case 'importFrom': {
        const name = binding.alias.name.text === '*' ? binding.name : binding.alias.name.text;
        return name === '*' || name === '' ? unknown : this.#importedName(file, binding.statement, name);
      }
      case 'assign':
        return binding.path.length === 0
          ? this.#alias(file, binding, binding.statement.value)
          : { kind: 'binding', file, binding };
      case 'annAssign':
        return binding.statement.value
          ? this.#alias(file, binding, binding.statement.value)
          : { kind: 'binding', file, binding };
      case 'typeAlias':
        return this.#alias(file, binding, binding.statement.value);
      case 'delete':
        return unknown;
      case 'function':
      case 'class':
      case 'augAssign':
      case 'for':
      case 'comprehension':
      case 'with':
      case 'parameter':
      case 'walrus':
      case 'except':
      case 'match':
      case 'typeParam':
        return { kind: 'binding', file, binding };
    }
  }

  /** `A = B` stands for what B does; any other value for itself. */
  #alias(file: SourceFile, binding: Binding, value: Expr): Symbol {
    if (value.kind === 'Name' || value.kind === 'Attribute') {
      const symbol = this.resolve(file, value, binding.scope);
      if (symbol.kind !== 'unknown') return symbol;
    }
    return { kind: 'binding', file, binding };
  }

  #importTarget(file: SourceFile, statement: ImportFrom): ModuleTarget {
    const dotted = statement.module?.text ?? '';
    if (statement.level > 0) return this.#target('relative', file.path, `${'.'.repeat(statement.level)}${dotted}`);
    return dotted === '' ? { kind: 'missing' } : this.#target('absolute', dirname(file.path), dotted);
  }

  #importedName(file: SourceFile, statement: ImportFrom, name: string): Symbol {
    const target = this.#importTarget(file, statement);
    const dotted = `${statement.module?.text ?? ''}.${name}`;
    if (target.kind === 'external') return { kind: 'external', name: dotted };
    const module = target.kind === 'file' ? this.file(target.path) : undefined;
    if (target.kind === 'file') {
      // `from . import views` in the package itself means the submodule, not this very name.
      if (module && module.path !== file.path) {
        const symbol = this.exported(module, name);
        if (symbol.kind !== 'unknown' || !isSharedNamespace(module.text)) return symbol;
      }
    }
    for (const folder of submoduleFolders(target)) {
      const inner = this.#moduleSymbol(this.#target('inFolder', folder, name), null);
      if (inner) return inner;
    }
    // A folder that only happens to be called like a library (`alembic/`): Python finds the library there.
    const isShared = target.kind === 'folders' || (module !== undefined && isSharedNamespace(module.text));
    return isShared && statement.level === 0 ? { kind: 'external', name: dotted } : unknown;
  }

  #moduleSymbol(target: ModuleTarget, externalName: string | null): Symbol | undefined {
    if (target.kind === 'file') {
      const file = this.file(target.path);
      return file && { kind: 'module', file };
    }
    if (externalName === null || target.kind === 'missing') return undefined;
    return { kind: 'external', name: externalName };
  }

  #attribute(symbol: Symbol, name: string, from: { readonly path: string }): Symbol {
    switch (symbol.kind) {
      case 'external': {
        const dotted = `${symbol.name}.${name}`;
        // The name of a namespace package of the workspace looks like a library until its modules are reached.
        if (!this.#modules.layout.mayBeLocal(dotted)) return { kind: 'external', name: dotted };
        return (
          this.#moduleSymbol(this.#target('absolute', dirname(from.path), dotted), dotted) ?? {
            kind: 'external',
            name: dotted,
          }
        );
      }
      case 'module':
        return this.exported(symbol.file, name);
      case 'binding': {
        if (symbol.binding.kind !== 'class') return unknown;
        const { symbol: member } = this.member(symbol.file, symbol.binding.node, name);
        return member.kind === 'binding' ? this.follow(member.file, member.binding) : member;
      }
      case 'builtin':
      case 'unknown':
        return unknown;
    }
  }

  #baseSymbol(file: SourceFile, expr: Expr): Symbol {
    const plain = expr.kind === 'Subscript' ? expr.value : expr;
    const symbol = this.resolve(file, plain);
    return symbol.kind === 'unknown' ? { kind: 'unknown', file, expr } : symbol;
  }
}

/** Longer lines of packages that inherit from each other are no honest code. */
const maxInherited = 20;

/** Facts whose subject is a text. */
type TextFact = Exclude<ProgramFact, 'unit' | 'module'>;

/** Longer chains of imports and aliases than this are no honest code. */
const maxDepth = 500;

/** Not just `x = None` or a bare `x: int`, which say nothing about what x will be. */
function isTelling(symbol: Symbol): boolean {
  if (symbol.kind === 'unknown') return false;
  if (symbol.kind !== 'binding') return true;
  const { binding } = symbol;
  if (binding.kind === 'augAssign') return false;
  if (binding.kind !== 'assign' && binding.kind !== 'annAssign') return true;
  const { value } = binding.statement;
  return value !== null && !(value.kind === 'Constant' && value.type === 'None');
}

function lastUseful(bindings: readonly Binding[]): Binding | undefined {
  const bound = bindings.filter((binding) => binding.kind !== 'delete');
  return bound.findLast((binding) => isTelling({ kind: 'binding', file: undefined as never, binding })) ?? bound.at(-1);
}

/** Bases that add no names a member could be found under. */
function isEmptyBase(symbol: Symbol): boolean {
  if (symbol.kind === 'builtin') return symbol.name === 'object';
  return symbol.kind === 'external' && emptyBases.has(symbol.name);
}

const emptyBases = new Set([
  'typing.Generic',
  'typing.Protocol',
  'typing_extensions.Generic',
  'typing_extensions.Protocol',
  'abc.ABC',
]);

/** Equal for symbols that are the same thing. */
function keyOf(symbol: Symbol): unknown {
  switch (symbol.kind) {
    case 'binding':
      return symbol.binding;
    case 'module':
      return symbol.file;
    case 'external':
    case 'builtin':
      return `${symbol.kind} ${symbol.name}`;
    case 'unknown':
      return symbol;
  }
}
