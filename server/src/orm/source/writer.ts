/**
 * Writes the steps with which the renderer fills the namespaces of the workspace's modules: what is asked for, and
 * whatever that needs, each name once, in an order in which it can run.
 */
import type { AnnAssign, Assign, Expr, FunctionDef, Node, Stmt, TypeAlias } from '../../python/syntax/nodes.ts';
import { encloses } from '../../base/text.ts';
import { fallbackRanges } from '../../python/moduleFacts.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { Binding, Program, SourceFile } from '../../python/types.ts';
import { localImports, withoutImports } from '../../query/localImports.ts';
import type { HoleType, Step } from '../../query/program.ts';
import { assignedValue, type Classes, type ClassRef } from '../classes.ts';
import { followInstalled, resolveInstalled } from '../installed.ts';
import { isAvailable } from './available.ts';
import { ClassWriter } from './classWriter.ts';
import { ImportWriter } from './imports.ts';
import type { ClassPolicy } from './policy.ts';
import { moduleReads, rootName, type Read } from './reads.ts';
import { Reasons } from './reasons.ts';
import { isRefused, Runnable } from './runnable.ts';
import { hasProblem, statementSource, type Edit } from './text.ts';

/** A piece of work for later. */
interface Waiting {
  readonly file: SourceFile;
  /** The definition in whose name it is done. */
  readonly for: string | null;
  readonly isWhole: boolean;
}

/** Listeners that need more functions than this do something else than to change an object. */
const MAX_WHOLE_FUNCTIONS = 40;

export class StepWriter {
  readonly steps: Step[] = [];
  readonly unknown = new Reasons();
  readonly program: Program;
  readonly classes: Classes;
  /** Files that were read, so that a cache knows when the steps are wrong. */
  readonly files = new Set<SourceFile>();
  /** Names of Django settings that the steps read, and whether a class body does: then they must have a value. */
  readonly settings = new Map<string, 'now' | 'later'>();
  /** What reads each of them, by module and name. */
  readonly settingReaders = new Map<string, Set<string>>();
  /** What of the workspace's code can run. */
  readonly runnable: Runnable;
  readonly #policy: ClassPolicy;
  readonly #classWriter: ClassWriter;
  readonly #imports: ImportWriter;
  /** `module#name` of everything that was asked for. */
  readonly #asked = new Set<string>();
  readonly #later: (Waiting & { readonly read: Read })[] = [];
  /** Targets of imports inside functions. */
  readonly #waiting: (Waiting & { readonly name: string })[] = [];
  /** `module#name` of functions that are a hole as long as nothing needs them whole, and of names for them elsewhere. */
  readonly #shortened = new Set<string>();
  /** Whether functions are written whole that cannot be known to be self-contained. */
  #isWhole = false;
  #wholeFunctions = 0;
  /** Names of attributes that methods and functions read; what shows an object as a text is called by others. */
  readonly #attributes = new Set<string>(['__str__']);

  constructor(program: Program, classes: Classes, policy: ClassPolicy) {
    this.program = program;
    this.classes = classes;
    this.#policy = policy;
    this.runnable = new Runnable(program, classes, policy);
    this.#classWriter = new ClassWriter(this, policy);
    this.#imports = new ImportWriter(this);
  }

  /** Makes `name` exist in the namespace of a file, before whatever is written next. */
  need(file: SourceFile, name: string): void {
    const key = `${file.moduleName}#${name}`;
    const id = `${file.moduleName}.${name}`;
    this.unknown.needs(id);
    const isAgain = this.#isWhole && this.#shortened.delete(key);
    if (this.#asked.has(key) && !isAgain) return;
    this.#asked.add(key);
    this.touch(file);
    this.unknown.within(id, () => this.#bind(file, name));
  }

  #bind(file: SourceFile, name: string): void {
    const bindings = (file.scope.bindings.get(name) ?? []).filter(
      (each) => each.kind !== 'delete' && each.kind !== 'augAssign',
    );
    const binding = this.#choose(file, bindings);
    if (!binding) {
      this.#unbound(file, name);
      return;
    }
    switch (binding.kind) {
      case 'importFrom':
        this.#imports.from(file, binding);
        break;
      case 'import':
        for (const each of bindings) if (each.kind === 'import') this.#imports.module(file, each);
        break;
      case 'class':
        this.#classWriter.write(file, binding.node);
        break;
      case 'function':
        this.#function(file, binding.node);
        break;
      case 'assign':
        this.#assign(file, binding.statement, name);
        break;
      case 'annAssign':
        this.#assign(file, binding.statement, name);
        break;
      case 'typeAlias':
        this.#typeAlias(file, binding.statement, name);
        break;
      default:
        this.hole(file, name, name);
    }
  }

  /** Everything that was only needed later; call it when all seeds were asked for. */
  finish(): void {
    for (;;) {
      const read = this.#later.shift();
      const waiting = read ? undefined : this.#waiting.shift();
      if (read) this.#resume(read, () => this.read(read.file, read.read));
      else if (waiting) this.#resume(waiting, () => this.need(waiting.file, waiting.name));
      else if (!this.#classWriter.addMethods()) return;
    }
  }

  #resume({ isWhole, for: subject }: Waiting, work: () => void): void {
    this.#within(isWhole, () => this.unknown.within(subject, work));
  }

  #within(isWhole: boolean, work: () => void): void {
    const before = this.#isWhole;
    this.#isWhole = isWhole;
    work();
    this.#isWhole = before;
  }

  /**
   * Does some work so that the functions it needs, and those that these call, are written whole, as in a slice: the
   * library calls them, and what they send is sent.
   */
  whole(work: () => void): void {
    this.#within(true, work);
  }

  /** Says that a name stands for what another one does, so that it is written again with it. */
  noteAlias(file: SourceFile, as: string, target: SourceFile, name: string): void {
    if (this.#shortened.has(`${target.moduleName}#${name}`)) this.#shortened.add(`${file.moduleName}#${as}`);
  }

  /** Makes what a piece of code reads exist. */
  needReads(file: SourceFile, nodes: readonly Node[], edits: readonly Edit[] = []): void {
    for (const node of nodes) for (const name of attributeNames(node)) this.#mayCall(name);
    for (const read of moduleReads(this.program, file, nodes, edits)) {
      if (read.when === 'now' || this.#isNotMapped(file, read)) this.read(file, read);
      else this.#later.push({ file, read, for: this.unknown.subject, isWhole: this.#isWhole });
    }
  }

  /** Whether anything written so far reads an attribute of that name. */
  reads(name: string): boolean {
    return this.#attributes.has(name);
  }

  #mayCall(name: string): void {
    this.#attributes.add(name);
    for (const called of this.#policy.calledBy(name)) this.#attributes.add(called);
  }

  /**
   * What a function reads must be there when it is called, which may be in the next class body; only mapped classes have to
   * wait, for they may be what is being made.
   */
  #isNotMapped(file: SourceFile, read: Read): boolean {
    const root = rootName(read.expr) ?? read.expr;
    const symbol = resolveInstalled(this.program, file, { ...root, start: 0, end: 0 }, file.scope);
    if (symbol.kind === 'binding') {
      const { binding } = symbol;
      return binding.kind !== 'class' || this.#policy.kindOf(this.classes.ref(symbol.file, binding.node)) !== 'mapped';
    }
    return symbol.kind !== 'module' || read.expr.kind === 'Name';
  }

  /**
   * Runs a statement for what it changes, in the name of one definition: `CharField.register_lookup(Length)`. `around` is
   * the code whose imports it may use.
   */
  effect(file: SourceFile, of: string, name: string, stmt: Stmt, around: readonly Node[]): void {
    this.unknown.within(`${file.moduleName}.${of}`, () => {
      this.touch(file);
      this.hoist(file, around, 'now');
      this.needReads(file, [stmt]);
      this.define(file.moduleName, `${of}.${name}`, statementSource(file, stmt));
    });
  }

  /** An unknown value; `dotted` is what it is of a library, where that is known. */
  /** Whether a dotted name of a library is one of something that sends nothing and changes nothing. */
  isQuietName(dotted: string): boolean {
    return this.#policy.isQuietName(dotted);
  }

  hole(file: SourceFile, name: string, text: string, dotted: string | null = null): void {
    const type: HoleType = { kind: 'unknown' };
    const isQuiet =
      dotted === null
        ? this.#policy.isQuiet(file, { kind: 'Name', id: name, start: 0, end: 0 })
        : this.#policy.isQuietName(dotted);
    const quiet = isQuiet ? { isQuiet } : {};
    this.steps.push({ op: 'hole', module: file.moduleName, as: name, hole: { text, type, optional: false, ...quiet } });
  }

  /**
   * Writes a function whole under a name of its own, for the library to call: what it calls in turn may be unknown.
   * `without` are decorators that are left out.
   */
  called(file: SourceFile, node: FunctionDef, as: string, without: readonly Expr[]): void {
    if (!this.claim(file.moduleName, as)) return;
    this.unknown.within(`${file.moduleName}.${as}`, () => {
      this.touch(file);
      const edits = [
        ...without.map(({ start, end }) => ({ start: file.text.lastIndexOf('@', start), end, newText: '' })),
        { start: node.name.start, end: node.name.end, newText: as },
        ...this.hoist(file, node.body),
      ];
      this.needReads(file, [node], edits);
      this.define(file.moduleName, as, statementSource(file, node, edits).trimStart());
    });
  }

  /**
   * `leftOut`: names of a class that are not in its source here; `observers`: its methods that a library calls when objects
   * of it are written; `refused`: methods that the sandbox does not let in.
   */
  define(
    module: string,
    name: string,
    source: string,
    leftOut: readonly string[] = [],
    observers: readonly string[] = [],
    refused: readonly string[] = [],
  ): void {
    this.steps.push({
      op: 'define',
      module,
      name,
      source,
      ...(leftOut.length > 0 ? { leftOut } : {}),
      ...(observers.length > 0 ? { observers } : {}),
      ...(refused.length > 0 ? { refused } : {}),
    });
  }

  /**
   * Runs a statement in the namespace of its file, which says something of a class, or of all when that is null; `what`
   * is said to be unknown when it cannot be run.
   */
  run(file: SourceFile, name: string, stmt: Stmt, edits: readonly Edit[], of: ClassRef | null, what = ''): void {
    this.touch(file);
    const all = [...edits, ...this.hoist(file, [stmt])];
    this.needReads(file, [stmt], all);
    const source = statementSource(file, stmt, all);
    // The class is there, the name for it in that file may not be yet.
    this.steps.push(...this.#imports.openIn(file.moduleName));
    const about = of ? { about: { module: of.file.moduleName, name: of.node.name.text } } : { otherwise: what };
    this.steps.push({ op: 'define', module: file.moduleName, name, source, ...about });
  }

  /** Imports something of a library under a name of our own. */
  importAs(module: string, as: string, from: string, name: string | null): void {
    const key = `${module}#${as}`;
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    this.steps.push({ op: 'import', module, as, from, name });
  }

  /** Says that a name exists already, or is made by the caller. Returns false when it was asked for before. */
  claim(module: string, name: string): boolean {
    const key = `${module}#${name}`;
    if (this.#asked.has(key)) return false;
    this.#asked.add(key);
    return true;
  }

  // -------------------------------------------------------------- names

  touch(file: SourceFile): void {
    if (this.files.has(file)) return;
    this.files.add(file);
    const first = file.module.body.find((stmt) => stmt.kind === 'ImportFrom' && stmt.module?.text === '__future__');
    if (first?.kind === 'ImportFrom') {
      for (const alias of first.names) {
        this.steps.push({
          op: 'import',
          module: file.moduleName,
          as: alias.name.text,
          from: '__future__',
          name: alias.name.text,
        });
      }
    }
  }

  read(file: SourceFile, read: Read): void {
    this.need(file, read.name);
    this.#noteSetting(file, read);
    // `models.User.id` needs `User` of that module.
    const parts: (Expr & { kind: 'Attribute' })[] = [];
    for (let at = read.expr; at.kind === 'Attribute'; at = at.value) parts.unshift(at);
    let owner = resolveInstalled(this.program, file, rootName(read.expr) ?? read.expr, file.scope);
    for (const part of parts) {
      if (owner.kind !== 'module') return;
      const name = part.attr.text;
      const inner = resolveInstalled(this.program, file, part, file.scope);
      if (owner.file.scope.bindings.has(name)) this.need(owner.file, name);
      else if (inner.kind === 'module') this.#linkSubmodule(owner.file, name, inner.file);
      owner = inner;
    }
  }

  /** A package has its modules as attributes once anybody imported them, also where it does not import them itself. */
  #linkSubmodule(owner: SourceFile, name: string, { moduleName }: SourceFile): void {
    if (this.claim(owner.moduleName, name))
      this.steps.push({ op: 'link', module: owner.moduleName, as: name, from: moduleName, name: null });
  }

  #noteSetting(file: SourceFile, { expr, when }: Read): void {
    if (expr.kind !== 'Attribute') return;
    for (let at: Expr = expr; at.kind === 'Attribute'; at = at.value) {
      const owner = resolveInstalled(this.program, file, at.value, file.scope);
      if (owner.kind !== 'external' || owner.name !== 'django.conf.settings') continue;
      const name = at.attr.text;
      if (this.settings.get(name) !== 'now') this.settings.set(name, when);
      const readers = this.settingReaders.get(name) ?? new Set();
      if (this.unknown.subject) this.settingReaders.set(name, readers.add(this.unknown.subject));
    }
  }

  /**
   * Of several bindings of one name: a class that is needed, else the first import that is to be had, else the last value
   * that is no mere fallback. A `None` that stands in for a failed import says nothing: the import was not to be had here.
   */
  #choose(file: SourceFile, bindings: readonly Binding[]): Binding | null {
    const isImport = (each: Binding): boolean => each.kind === 'import' || each.kind === 'importFrom';
    const classes = bindings.filter((each) => each.kind === 'class');
    // A schema may have the name of the model that was imported above it.
    const needed = classes.findLast((each) => this.#policy.kindOf(this.classes.ref(file, each.node)) !== 'none');
    if (needed) return needed;
    const imported = bindings.find((each) => isImport(each) && this.#isHad(file, each));
    if (imported) return imported;
    const fallbacks = fallbackRanges(file.scope);
    const isFallback = (each: Binding): boolean => fallbacks.some((range) => encloses(range, each.range));
    const values = bindings.filter((each) => !isImport(each));
    const value =
      values.findLast((each) => !isFallback(each) && !isNone(each)) ?? values.findLast((each) => !isNone(each));
    return value ?? bindings.findLast(isImport) ?? values.at(-1) ?? null;
  }

  #isHad(file: SourceFile, binding: Binding): boolean {
    const symbol = followInstalled(this.program, file, binding);
    if (symbol.kind === 'external') return isAvailable(symbol.name);
    return symbol.kind === 'binding' ? symbol.binding !== binding : symbol.kind === 'module';
  }

  #unbound(file: SourceFile, name: string): void {
    const symbol = resolveInstalled(this.program, file, { kind: 'Name', id: name, start: 0, end: 0 }, file.scope);
    switch (symbol.kind) {
      case 'external':
        this.#imports.external(file, name, symbol.name);
        return;
      case 'binding':
        this.#imports.link(file, name, symbol.file, symbol.binding.name);
        return;
      case 'module':
        this.#imports.linkModule(file, name, symbol.file);
        return;
      case 'builtin':
        return;
      case 'unknown':
        if (!/^__\w+__$/.test(name)) this.hole(file, name, name);
    }
  }

  // -------------------------------------------------------------- definitions

  #function(file: SourceFile, node: FunctionDef): void {
    if (!this.runnable.isSelfContained(file, node) || hasProblem(file, node)) {
      if (!this.#isWhole || !this.#canBeWhole(file, node)) {
        this.#shortened.add(`${file.moduleName}#${node.name.text}`);
        this.hole(file, node.name.text, node.name.text);
        return;
      }
      this.#wholeFunctions++;
    }
    const edits = this.hoist(file, node.body);
    this.needReads(file, [node], edits);
    this.define(file.moduleName, node.name.text, statementSource(file, node, edits));
  }

  /** What cannot, and is called where functions are written whole, may send something. */
  #canBeWhole(file: SourceFile, node: FunctionDef): boolean {
    const can =
      this.#wholeFunctions < MAX_WHOLE_FUNCTIONS && !node.isAsync && !isRefused(node) && !hasProblem(file, node);
    if (!can) this.unknown.add(`what \`${node.name.text}\` does, which is called when objects are changed or written`);
    return can;
  }

  #assign(file: SourceFile, stmt: Assign | AnnAssign, name: string): void {
    const { value } = stmt;
    if (!value) {
      this.hole(file, name, name);
      return;
    }
    const targets = stmt.kind === 'Assign' ? stmt.targets : [stmt.target];
    const names = targets.flatMap(targetNames);
    const edits = this.#policy.adaptAssign(file, stmt, this);
    if (hasProblem(file, stmt) || (!edits && !this.runnable.isHarmless(file, value))) {
      this.hole(file, name, name);
      return;
    }
    for (const each of names) this.claim(file.moduleName, each);
    this.needReads(file, [value], edits ?? []);
    // The annotation of a plain value says nothing at run time, and may name what is not there.
    const unannotated = stmt.kind === 'AnnAssign' ? [{ start: stmt.target.end, end: value.start, newText: ' = ' }] : [];
    this.define(file.moduleName, name, statementSource(file, stmt, [...(edits ?? []), ...unannotated]));
  }

  /** Makes the names that functions import for themselves, and says which statements go. */
  hoist(file: SourceFile, nodes: readonly Node[], when: Read['when'] = 'later'): readonly Edit[] {
    const statements = localImports(nodes);
    for (const stmt of statements) {
      const scope = this.program.scopeAt(file, stmt.start);
      for (const alias of stmt.names) {
        const name = alias.asName?.text ?? alias.name.text.split('.')[0]!;
        const binding = scope.bindings
          .get(name)
          ?.find((each) => (each.kind === 'importFrom' || each.kind === 'import') && each.alias === alias);
        // Where the module has the name for something else, that stays: a function may read the wrong one, which is rare.
        if (!binding || file.scope.bindings.has(name) || !this.claim(file.moduleName, name)) continue;
        // In the body of a class it is needed while the class is made.
        const isLater = when === 'later' && scope.kind === 'function';
        if (binding.kind === 'importFrom' && isLater) this.#hoistFrom(file, binding);
        else if (binding.kind === 'importFrom') this.#imports.from(file, binding);
        else if (binding.kind === 'import') this.#imports.module(file, binding);
      }
    }
    return withoutImports(statements);
  }

  /** Classes wait until everything else is there: an import stands in a function because modules import each other. */
  #hoistFrom(file: SourceFile, binding: Binding & { kind: 'importFrom' }): void {
    const symbol = followInstalled(this.program, file, binding);
    if (symbol.kind === 'binding' && symbol.binding !== binding) {
      this.steps.push({
        op: 'link',
        module: file.moduleName,
        as: binding.name,
        from: symbol.file.moduleName,
        name: symbol.binding.name,
      });
      const { subject } = this.unknown;
      this.#waiting.push({ file: symbol.file, name: symbol.binding.name, for: subject, isWhole: this.#isWhole });
    } else this.#imports.from(file, binding);
  }

  #typeAlias(file: SourceFile, stmt: TypeAlias, name: string): void {
    this.needReads(file, [stmt.value]);
    this.define(file.moduleName, name, statementSource(file, stmt));
  }

  /** Whether the name would be written as a hole: it is missing, or made by something that is not run. */
  isHole(file: SourceFile, expr: Expr): boolean {
    if (this.runnable.isMissing(file, expr)) return true;
    const symbol = resolveInstalled(this.program, file, expr, this.program.scopeAt(file, expr.start));
    if (symbol.kind !== 'binding') return false;
    const { binding } = symbol;
    if (binding.kind === 'function') return !this.runnable.isSelfContained(symbol.file, binding.node);
    if (binding.kind !== 'assign' && binding.kind !== 'annAssign') return false;
    const value = binding.statement.value;
    return (
      value === null ||
      (!this.runnable.isHarmless(symbol.file, value) && !this.#policy.adaptAssign(symbol.file, binding.statement, this))
    );
  }
}

function isNone(binding: Binding): boolean {
  const value = assignedValue(binding);
  return value?.kind === 'Constant' && value.type === 'None';
}

/** Attributes that the functions in a piece of code read. */
function attributeNames(node: Node): readonly string[] {
  return [...nodesUnder([node])].flatMap((at) => (at.kind === 'Attribute' ? at.attr.text : []));
}

/** `@classmethod` and `@staticmethod` that only use what is at hand: `User.by_name(…)` in a query. */
export function isClassFunction(ref: ClassRef, stmt: FunctionDef, writer: StepWriter): boolean {
  const [only, more] = stmt.decorators;
  return (
    only?.kind === 'Name' &&
    !more &&
    /^(classmethod|staticmethod)$/.test(only.id) &&
    writer.runnable.isSelfContained(ref.file, stmt)
  );
}

function targetNames(target: Expr): readonly string[] {
  if (target.kind === 'Name') return [target.id];
  return target.kind === 'Tuple' || target.kind === 'List' ? target.elts.flatMap(targetNames) : [];
}
