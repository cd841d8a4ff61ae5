/**
 * The workspace as Python sees it: files, names and what they mean across files. Pure functions of one snapshot; parsed
 * files and facts are shared with the program of the snapshot before, keyed by text version.
 */
import { dirname } from '../base/paths.ts';
import { type Dependency, Recorder } from '../base/recorder.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { Classes } from './classes.ts';
import type { Declarations } from './declaring.ts';
import { FactsStore } from './factsStore.ts';
import { FileSearch, type TextMemory } from './fileSearch.ts';
import { InstalledNames } from './installedNames.ts';
import { type ModuleNaming, type ModuleStamp, Modules } from './modules.ts';
import { Names } from './names.ts';
import { Notes } from './notes.ts';
import { ParsedFile } from './parsedFile.ts';
import { scopeAtOffset, scopeOfNode } from './scopes.ts';
import { type SelfAssignment, selfAssignments } from './selfAttributes.ts';
import { isImport, PlaceStamps } from './stamps.ts';
import type { ClassDef, Expr, FunctionDef, Import, ImportFrom, Stmt } from './syntax/nodes.ts';
import type { Binding, Program, ProgramFact, Scope, SourceFile, Symbol } from './types.ts';
import { isUnitOf } from './units.ts';

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

class WorkspaceProgram implements Program {
  readonly snapshot: Snapshot;
  readonly shared: SharedState;
  readonly #modules: Modules;
  readonly #search: FileSearch;
  /** Memory of this program alone: its keys are trees, and what they mean depends on all files. */
  readonly #files = new Map<string, SourceFile | undefined>();
  readonly #stamps: PlaceStamps;
  readonly #notes: Notes;
  readonly #names: Names;
  readonly #classes: Classes;
  readonly #installed: InstalledNames;

  constructor(snapshot: Snapshot, shared: SharedState, previous: WorkspaceProgram | undefined) {
    this.snapshot = snapshot;
    this.shared = shared;
    shared.newest = this;
    this.#modules = new Modules(snapshot, previous ? previous.#modules : undefined);
    if (previous && previous.#modules.layout !== this.#modules.layout)
      shared.keepOnly((path) => snapshot.isPython(path));
    this.#stamps = new PlaceStamps((path) => this.file(path), previous ? previous.#stamps : undefined);
    this.#search = new FileSearch(snapshot, this.#modules, shared, previous ? previous.#search : undefined);
    const fileAt = (path: string): SourceFile | undefined => this.file(path);
    this.#notes = new Notes(shared.recorder, this.#modules, this.#stamps);
    this.#names = new Names(
      this.#notes,
      this.#modules.layout,
      fileAt,
      (file, cls, name) => this.member(file, cls, name).symbol,
    );
    this.#classes = new Classes(this.#notes, this.#names);
    this.#installed = new InstalledNames(this.#notes, this.#names, this.#modules, snapshot.environments);
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
      case 'importedFiles':
        return this.#search.importedBy(subject).join('\0');
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

  importedFiles(path: string): readonly string[] {
    const answer = this.#search.importedBy(path);
    this.recorder.note('importedFiles', path, () => answer.join('\0'));
    return answer;
  }

  importsOf(file: SourceFile): readonly (Import | ImportFrom)[] {
    this.#notes.place('importsOf', file.path);
    return file.module.body.filter(isImport);
  }

  installed(dotted: string, from: { readonly path: string }): Symbol | undefined {
    return this.#installed.named(dotted, from);
  }

  moduleNamed(dotted: string, from: SourceFile): SourceFile | undefined {
    const target = this.#notes.target('absolute', dirname(from.path), dotted);
    return target.kind === 'file' ? this.file(target.path) : undefined;
  }

  importedModule(file: SourceFile, statement: ImportFrom): SourceFile | undefined {
    const target = this.#names.importTarget(file, statement);
    return target.kind === 'file' ? this.file(target.path) : undefined;
  }

  scopeAt(file: SourceFile, offset: number): Scope {
    return scopeAtOffset(this.#notes.moduleScope(file), offset);
  }

  scopeOf(file: SourceFile, node: Scope['node']): Scope | undefined {
    return scopeOfNode(this.#notes.moduleScope(file), node);
  }

  bindingOf(file: SourceFile, cls: ClassDef): Binding | undefined {
    return this.#classes.bindingOf(file, cls);
  }

  lookup(scope: Scope, name: string): readonly Binding[] {
    return this.#names.lookup(scope, name);
  }

  follow(file: SourceFile, binding: Binding): Symbol {
    return this.#names.follow(file, binding);
  }

  exported(file: SourceFile, name: string): Symbol {
    return this.#names.exported(file, name);
  }

  resolve(file: SourceFile, expr: Expr, scope?: Scope): Symbol {
    return this.#names.resolve(file, expr, scope);
  }

  member(file: SourceFile, cls: ClassDef, name: string): { readonly symbol: Symbol; readonly complete: boolean } {
    return this.#classes.member(file, cls, name);
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
    this.#notes.unit(file, offset);
  }

  assignedToSelf(file: SourceFile, cls: ClassDef, name: string): readonly SelfAssignment[] {
    this.#notes.ofClass('self', file, cls, name);
    return selfAssignments(cls, name);
  }

  bases(file: SourceFile, cls: ClassDef): readonly Symbol[] {
    return this.#classes.bases(file, cls);
  }

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
}

/** Longer lines of packages that inherit from each other are no honest code. */
const maxInherited = 20;

/** Facts whose subject is a text. */
type TextFact = Exclude<ProgramFact, 'unit' | 'module'>;
