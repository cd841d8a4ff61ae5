/**
 * Writes the steps with which the renderer fills the namespaces of the workspace's modules: what is asked for, and
 * whatever that needs, each name once, in an order in which it can run.
 */
import type {
  Assign,
  AnnAssign,
  Call,
  ClassDef,
  Expr,
  FunctionDef,
  Node,
  Stmt,
  TypeAlias,
} from '../../python/syntax/nodes.ts';
import { encloses } from '../../base/text.ts';
import { fallbackRanges } from '../../python/moduleFacts.ts';
import { children, nodesUnder } from '../../python/syntax/visit.ts';
import type { Binding, Program, SourceFile } from '../../python/types.ts';
import type { HoleType, Step } from '../../query/program.ts';
import { assignedValue, isPlainMethod, isTypeChecking, textOf, type Classes, type ClassRef } from '../classes.ts';
import { followInstalled, resolveInstalled, throughEnvironment } from '../installed.ts';
import { localImports, withoutImports } from '../../query/localImports.ts';
import { isAvailable, isHarmlessBuiltin, isHarmlessCall, isRefusedName } from './available.ts';
import { moduleReads, rootName, type Read } from './reads.ts';
import { Reasons } from './reasons.ts';
import { classSource, statementSource, type Edit } from './text.ts';

/** What an ORM says about classes that go along. */
export interface ClassPolicy {
  /**
   * `mapped`: a model, its abstract base or mixin, of which only what maps is kept; `whole`: with all its methods;
   * `none`: not needed to build a query.
   */
  kindOf(ref: ClassRef): 'mapped' | 'whole' | 'none';
  /** Whether a statement of a mapped class takes part in mapping, or is a function that queries call on the class. */
  keeps(ref: ClassRef, stmt: Stmt, writer: StepWriter): boolean;
  /** Whether a class has a table: abstract bases and mixins only lend what they have. */
  isModel(ref: ClassRef): boolean;
  /** Methods of models that a method of the library calls in turn. */
  calledBy(method: string): readonly string[];
  /** Whether a function of a mapped class is called while the class is made. */
  runsAtCreation(ref: ClassRef, stmt: FunctionDef): boolean;
  /** What is written differently in a mapped class, and lines to add. */
  adapt(
    ref: ClassRef,
    body: readonly Stmt[],
    writer: StepWriter,
  ): { readonly edits: readonly Edit[]; readonly extra: readonly string[] };
  /** Writes what makes a model of a class that does not map itself, once the class is there. */
  complete(ref: ClassRef, writer: StepWriter): void;
  /** A base that does not exist here: what to write instead, or null when nothing stands in for it. */
  missingBase(ref: ClassRef, expr: Expr, writer: StepWriter): string | null;
  /**
   * Whether such a base of a class that goes along whole is kept as an unknown value: then what an object may have from it
   * is unknown when it is read, and nothing else is. Else it is left out, and all who use the class are in doubt.
   */
  readonly keepsUnseenBases: boolean;
  /** An assignment that has to be made even when some of it is not at hand: what is written differently; else null. */
  adaptAssign(file: SourceFile, stmt: Assign | AnnAssign, writer: StepWriter): readonly Edit[] | null;
}

const MAX_FUNCTION_LINES = 60;

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
  readonly #policy: ClassPolicy;
  /** `module#name` of everything that was asked for. */
  readonly #asked = new Set<string>();
  readonly #later: { readonly file: SourceFile; readonly read: Read; readonly for: string | null }[] = [];
  /** Targets of imports inside functions. */
  readonly #waiting: { readonly file: SourceFile; readonly name: string; readonly for: string | null }[] = [];
  /** Links whose target is being written. */
  readonly #links = new Set<Step & { readonly op: 'link' }>();
  readonly #harmless = new Map<Node, boolean>();
  /** Mapped classes, and the methods that were left out of them. */
  readonly #leftOut: { readonly ref: ClassRef; readonly methods: Map<string, FunctionDef> }[] = [];
  /** Names of attributes that methods and functions read; what shows an object as a text is called by others. */
  readonly #attributes = new Set<string>(['__str__']);

  constructor(program: Program, classes: Classes, policy: ClassPolicy) {
    this.program = program;
    this.classes = classes;
    this.#policy = policy;
  }

  /** Makes `name` exist in the namespace of a file, before whatever is written next. */
  need(file: SourceFile, name: string): void {
    const key = `${file.moduleName}#${name}`;
    const id = `${file.moduleName}.${name}`;
    this.unknown.needs(id);
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    this.#touch(file);
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
        this.#importFrom(file, binding);
        break;
      case 'import':
        for (const each of bindings) if (each.kind === 'import') this.#import(file, each);
        break;
      case 'class':
        this.#class(file, binding.node);
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
      if (read) this.unknown.within(read.for, () => this.#read(read.file, read.read));
      else if (waiting) this.unknown.within(waiting.for, () => this.need(waiting.file, waiting.name));
      else if (!this.#addMethods()) return;
    }
  }

  /** Methods of models that managers and helpers call. False when there are no more. */
  #addMethods(): boolean {
    let added = false;
    for (const { ref, methods } of this.#leftOut) {
      for (const [name, method] of methods) {
        if (!this.#attributes.has(name)) continue;
        methods.delete(name);
        const edits = this.#hoist(ref.file, method.body);
        this.needReads(ref.file, [method], edits);
        const source = classSource(ref.file, ref.node, { ...EMPTY_CLASS, body: [method], edits });
        this.steps.push({
          op: 'member',
          module: ref.file.moduleName,
          cls: ref.node.name.text,
          name,
          source,
          lineage: [],
        });
        added = true;
      }
    }
    return added;
  }

  /** Makes what a piece of code reads exist. */
  needReads(file: SourceFile, nodes: readonly Node[], edits: readonly Edit[] = []): void {
    for (const node of nodes) for (const name of attributeNames(node)) this.#mayCall(name);
    for (const read of moduleReads(this.program, file, nodes, edits)) {
      if (read.when === 'now' || this.#isNotMapped(file, read)) this.#read(file, read);
      else this.#later.push({ file, read, for: this.unknown.subject });
    }
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
      this.#touch(file);
      this.#hoist(file, around, 'now');
      this.needReads(file, [stmt]);
      this.define(file.moduleName, `${of}.${name}`, statementSource(file, stmt));
    });
  }

  hole(file: SourceFile, name: string, text: string, type: HoleType = { kind: 'unknown' }): void {
    this.steps.push({ op: 'hole', module: file.moduleName, as: name, hole: { text, type, optional: false } });
  }

  define(module: string, name: string, source: string): void {
    this.steps.push({ op: 'define', module, name, source });
  }

  /** Runs a statement in the namespace of its file, which says something of a class. */
  run(file: SourceFile, name: string, stmt: Stmt, edits: readonly Edit[], of: ClassRef): void {
    this.#touch(file);
    const all = [...edits, ...this.#hoist(file, [stmt])];
    this.needReads(file, [stmt], all);
    const source = statementSource(file, stmt, all);
    // The class is there, the name for it in that file may not be yet.
    for (const link of this.#links) if (link.module === file.moduleName) this.steps.push(link);
    const about = { module: of.file.moduleName, name: of.node.name.text };
    this.steps.push({ op: 'define', module: file.moduleName, name, source, about });
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

  #touch(file: SourceFile): void {
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

  #read(file: SourceFile, read: Read): void {
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
        this.#external(file, name, symbol.name);
        return;
      case 'binding':
        this.#link(file, name, symbol.file, symbol.binding.name);
        return;
      case 'module':
        this.#linkModule(file, name, symbol.file);
        return;
      case 'builtin':
        return;
      case 'unknown':
        if (!/^__\w+__$/.test(name)) this.hole(file, name, name);
    }
  }

  #importFrom(file: SourceFile, binding: Binding & { kind: 'importFrom' }): void {
    const as = binding.name;
    if (binding.statement.module?.text === '__future__') return;
    const symbol = followInstalled(this.program, file, binding);
    switch (symbol.kind) {
      case 'external':
        this.#external(file, as, symbol.name);
        return;
      case 'binding':
        if (symbol.binding === binding) this.hole(file, as, as);
        else this.#link(file, as, symbol.file, symbol.binding.name);
        return;
      case 'module':
        this.#linkModule(file, as, symbol.file);
        return;
      case 'builtin':
      case 'unknown':
        this.hole(file, as, as);
    }
  }

  #import(file: SourceFile, binding: Binding & { kind: 'import' }): void {
    const dotted = binding.alias.name.text;
    const as = binding.name;
    const target = this.#moduleNamed(dotted, file);
    if (binding.alias.asName) {
      if (target) this.#linkModule(file, as, target);
      else if (isAvailable(dotted))
        this.steps.push({ op: 'import', module: file.moduleName, as, from: dotted, name: null });
      else this.hole(file, as, as);
      return;
    }
    const parts = dotted.split('.');
    const root = this.#moduleNamed(parts[0]!, file);
    if (target || root) {
      if (root) this.#linkModule(file, as, root);
      for (let i = 1; i < parts.length; i++) {
        const outer = parts.slice(0, i).join('.');
        const inner = parts.slice(0, i + 1).join('.');
        if (this.claim(outer, parts[i]!))
          this.steps.push({ op: 'link', module: outer, as: parts[i]!, from: inner, name: null });
      }
      if (!root && this.claim(file.moduleName, `${as}.`)) {
        this.steps.push({ op: 'link', module: file.moduleName, as, from: parts[0]!, name: null });
      }
    } else if (isAvailable(dotted)) {
      this.steps.push({ op: 'import', module: file.moduleName, as, from: parts[0]!, name: null });
      // Only importing a submodule makes it an attribute of its package.
      if (parts.length > 1) this.importAs(file.moduleName, `_import_${parts.join('_')}`, dotted, null);
    } else this.hole(file, as, as);
  }

  #moduleNamed(dotted: string, file: SourceFile): SourceFile | undefined {
    const own = this.program.moduleNamed(dotted, file);
    if (own) return own;
    const installed = throughEnvironment(this.program, file, { kind: 'external', name: dotted });
    return installed.kind === 'module' ? installed.file : undefined;
  }

  #external(file: SourceFile, as: string, dotted: string): void {
    const at = dotted.lastIndexOf('.');
    // Django's geographic fields are not at hand; its plain ones have the same names there.
    const name = dotted.replace(/^django\.contrib\.gis\.db\b/, 'django.db');
    if (!isAvailable(name)) this.hole(file, as, as);
    else if (at === -1) this.steps.push({ op: 'import', module: file.moduleName, as, from: name, name: null });
    else {
      const dot = name.lastIndexOf('.');
      this.steps.push({
        op: 'import',
        module: file.moduleName,
        as,
        from: name.slice(0, dot),
        name: name.slice(dot + 1),
      });
    }
  }

  #link(file: SourceFile, as: string, target: SourceFile, name: string): void {
    if (target === file && name === as) return;
    const step = { op: 'link', module: file.moduleName, as, from: target.moduleName, name } as const;
    this.#links.add(step);
    this.need(target, name);
    this.#links.delete(step);
    this.steps.push(step);
  }

  #linkModule(file: SourceFile, as: string, target: SourceFile): void {
    this.#touch(target);
    this.steps.push({ op: 'link', module: file.moduleName, as, from: target.moduleName, name: null });
  }

  // -------------------------------------------------------------- definitions

  #class(file: SourceFile, node: ClassDef): void {
    const ref = this.classes.ref(file, node);
    const kind = this.#policy.kindOf(ref);
    if (kind === 'none') {
      this.hole(file, node.name.text, node.name.text);
      return;
    }
    if (kind === 'whole') {
      this.#wholeClass(file, node);
      return;
    }
    this.mappedClass(ref);
  }

  /** A class with what takes part in mapping. */
  mappedClass(ref: ClassRef): void {
    this.unknown.within(ref.id, () => this.#writeMapped(ref));
  }

  #writeMapped(ref: ClassRef): void {
    const { file, node } = ref;
    this.#asked.add(`${file.moduleName}#${node.name.text}`);
    this.#touch(file);
    const body = keptBody(
      node,
      (stmt) => this.#policy.keeps(ref, stmt, this) && !this.#isBroken(ref, stmt) && !isRefused(stmt),
    );
    this.#leftOut.push({ ref, methods: methodsLeftOut(node, body) });
    const adapted = this.#policy.adapt(ref, body, this);
    const edits = [...adapted.edits, ...this.#hoist(file, body)];
    const bases = node.bases.flatMap((expr) => {
      if (this.#isMissing(file, expr)) return this.#policy.missingBase(ref, expr, this) ?? [];
      this.needReads(file, [expr]);
      return textOf(file, expr);
    });
    const decorators = node.decorators.filter(
      (decorator) =>
        !this.#isMissing(file, decorator.kind === 'Call' ? decorator.func : decorator) &&
        !this.#isIdle(file, decorator),
    );
    for (const decorator of node.decorators) {
      if (!decorators.includes(decorator) && !this.#isIdle(file, decorator))
        this.unknown.add(
          `decorator \`${textOf(file, decorator.kind === 'Call' ? decorator.func : decorator)}\` of \`${node.name.text}\` was not found`,
        );
    }
    const keywords = node.keywords.filter((each) => !this.#isMissing(file, each.value));
    this.needReads(file, [...decorators, ...keywords, ...body], edits);
    if (this.#policy.isModel(ref)) this.#needAtCreation(ref);
    this.define(
      file.moduleName,
      node.name.text,
      classSource(file, node, { bases, keywords, decorators, body, extra: adapted.extra, edits }),
    );
    this.#policy.complete(ref, this);
    this.#laterAttributes(file, node.name.text);
  }

  /** `@total_ordering` wants methods that are left out, and maps nothing. */
  #isIdle(file: SourceFile, decorator: Expr): boolean {
    const symbol = resolveInstalled(this.program, file, decorator, file.scope);
    return (
      symbol.kind === 'external' &&
      /^(functools\.total_ordering|typing(_extensions)?\.\w+|django\.utils\.(deconstruct\.deconstructible|encoding\.python_2_unicode_compatible))$/.test(
        symbol.name,
      )
    );
  }

  /** A `declared_attr` of a mixin runs when a class that inherits from it is made: what it reads must be there by then. */
  #needAtCreation(ref: ClassRef): void {
    for (const base of this.classes.order(ref)) {
      if (base.kind !== 'class') continue;
      for (const stmt of base.ref.node.body) {
        if (stmt.kind !== 'FunctionDef' || !this.#policy.runsAtCreation(base.ref, stmt)) continue;
        for (const read of moduleReads(this.program, base.ref.file, stmt.body)) this.#read(base.ref.file, read);
      }
    }
  }

  /** Half-typed statements are left out: nothing that follows them would run. */
  #isBroken(ref: ClassRef, stmt: Stmt): boolean {
    if (!hasProblem(ref.file, stmt)) return false;
    const target = stmt.kind === 'Assign' ? stmt.targets[0] : stmt.kind === 'AnnAssign' ? stmt.target : null;
    const name =
      target?.kind === 'Name'
        ? target.id
        : stmt.kind === 'FunctionDef' || stmt.kind === 'ClassDef'
          ? stmt.name.text
          : '';
    this.unknown.add(
      name
        ? `\`${name}\` of \`${ref.node.name.text}\` is not complete`
        : `a part of \`${ref.node.name.text}\` is not complete`,
    );
    return true;
  }

  #wholeClass(file: SourceFile, node: ClassDef): void {
    const ref = this.classes.ref(file, node);
    const missing = node.bases.filter((base) => this.#isMissing(file, base));
    const replaced = new Map(missing.map((base) => [base, this.#policy.missingBase(ref, base, this)]));
    const isLeftOut = (base: Expr): boolean => replaced.get(base) === null && !this.#policy.keepsUnseenBases;
    const bases = node.bases.filter((base) => !replaced.get(base) && !isLeftOut(base));
    const written = node.bases.flatMap((base) => replaced.get(base) ?? (isLeftOut(base) ? [] : textOf(file, base)));
    const decorators = node.decorators.filter(
      (decorator) => !this.#isMissing(file, decorator.kind === 'Call' ? decorator.func : decorator),
    );
    const body = keptBody(node, (stmt) => !isDocstring(stmt) && !hasProblem(file, stmt) && !isRefused(stmt));
    for (const decorator of node.decorators) {
      if (!decorators.includes(decorator) && !this.#isIdle(file, decorator))
        this.unknown.add(this.missingText('decorator', file, decorator));
    }
    // A field is made in the body of a model: what its `__init__` reads or imports must be there by then.
    const init = body.find((stmt) => stmt.kind === 'FunctionDef' && stmt.name.text === '__init__');
    if (init) this.#hoist(file, [init], 'now');
    const edits = this.#hoist(file, body);
    this.needReads(file, [...decorators, ...bases, ...node.keywords, ...body], edits);
    if (init?.kind === 'FunctionDef')
      for (const read of moduleReads(this.program, file, init.body, edits)) this.#read(file, read);
    for (const base of missing) if (!bases.includes(base)) this.unknown.add(this.missingText('base class', file, base));
    this.define(
      file.moduleName,
      node.name.text,
      classSource(file, node, {
        bases: written,
        keywords: node.keywords,
        decorators,
        body,
        extra: [],
        edits,
      }),
    );
  }

  /** `User.post_count = column_property(...)` after the class. */
  #laterAttributes(file: SourceFile, name: string): void {
    for (const stmt of file.module.body) {
      if (stmt.kind !== 'Assign' || stmt.value.kind !== 'Call') continue;
      const target = stmt.targets[0];
      if (target?.kind !== 'Attribute' || target.value.kind !== 'Name' || target.value.id !== name) continue;
      const symbol = resolveInstalled(this.program, file, stmt.value.func, file.scope);
      if (
        symbol.kind !== 'external' ||
        !/^sqlalchemy\..*(relationship|column_property|deferred|Column|mapped_column|synonym|query_expression|hybrid_property)$/.test(
          symbol.name,
        )
      )
        continue;
      this.needReads(file, [stmt.value]);
      this.define(file.moduleName, `${name}.${target.attr.text}`, statementSource(file, stmt));
    }
  }

  #function(file: SourceFile, node: FunctionDef): void {
    if (!this.#isSelfContained(file, node) || hasProblem(file, node)) {
      this.hole(file, node.name.text, node.name.text);
      return;
    }
    const edits = this.#hoist(file, node.body);
    this.needReads(file, [node], edits);
    this.define(file.moduleName, node.name.text, statementSource(file, node, edits));
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
    if (hasProblem(file, stmt) || (!edits && !this.isHarmless(file, value))) {
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
  #hoist(file: SourceFile, nodes: readonly Node[], when: Read['when'] = 'later'): readonly Edit[] {
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
        else if (binding.kind === 'importFrom') this.#importFrom(file, binding);
        else if (binding.kind === 'import') this.#import(file, binding);
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
      this.#waiting.push({ file: symbol.file, name: symbol.binding.name, for: this.unknown.subject });
    } else this.#importFrom(file, binding);
  }

  #typeAlias(file: SourceFile, stmt: TypeAlias, name: string): void {
    this.needReads(file, [stmt.value]);
    this.define(file.moduleName, name, statementSource(file, stmt));
  }

  // -------------------------------------------------------------- what can run

  /** Whether a name or dotted name is of a library that is not at hand, or stands for nothing that is known. */
  #isMissing(file: SourceFile, written: Expr): boolean {
    const expr = written.kind === 'Subscript' ? written.value : written;
    return this.isMissing(file, expr);
  }

  isMissing(file: SourceFile, expr: Expr): boolean {
    if (expr.kind === 'Call') return this.isMissing(file, expr.func);
    if (expr.kind !== 'Name' && expr.kind !== 'Attribute') return false;
    const scope = this.program.scopeAt(file, expr.start);
    const symbol = resolveInstalled(this.program, file, expr, scope);
    if (symbol.kind === 'external')
      return !isAvailable(
        symbol.name.replace(
          /^django\.contrib\.gis\.db\.models\.(?=\w+$)(?!.*(Point|Polygon|LineString|Geometry|Raster|Multi))/,
          'django.db.models.',
        ),
      );
    if (symbol.kind === 'binding') {
      if (symbol.binding.kind === 'class')
        return this.#policy.kindOf(this.classes.ref(symbol.file, symbol.binding.node)) === 'none';
      if (symbol.binding.kind === 'importFrom' || symbol.binding.kind === 'import') return true;
      return false;
    }
    if (symbol.kind !== 'unknown' || expr.kind !== 'Attribute') return symbol.kind === 'unknown';
    // An attribute of a value: `db.Model`, `UserQuerySet.as_manager`.
    return this.isMissing(file, expr.value);
  }

  /** Whether the name would be written as a hole: it is missing, or made by something that is not run. */
  isHole(file: SourceFile, expr: Expr): boolean {
    if (this.isMissing(file, expr)) return true;
    const symbol = resolveInstalled(this.program, file, expr, this.program.scopeAt(file, expr.start));
    if (symbol.kind !== 'binding') return false;
    const { binding } = symbol;
    if (binding.kind === 'function') return !this.#isSelfContained(symbol.file, binding.node);
    if (binding.kind !== 'assign' && binding.kind !== 'annAssign') return false;
    const value = binding.statement.value;
    return (
      value === null ||
      (!this.isHarmless(symbol.file, value) && !this.#policy.adaptAssign(symbol.file, binding.statement, this))
    );
  }

  missingText(what: string, file: SourceFile, expr: Expr): string {
    const symbol = resolveInstalled(
      this.program,
      file,
      expr.kind === 'Call' ? expr.func : expr,
      this.program.scopeAt(file, expr.start),
    );
    const written = textOf(file, expr.kind === 'Call' ? expr.func : expr);
    if (symbol.kind !== 'external') return `${what} \`${written}\` was not found`;
    const parts = symbol.name.split('.');
    const module = parts.slice(0, -1).join('.');
    return module
      ? `${what} \`${parts.at(-1)}\` of \`${module}\` was not found`
      : `${what} \`${written}\` was not found`;
  }

  /** A short function of plain Python that only uses what is at hand. */
  isSelfContained(file: SourceFile, node: FunctionDef): boolean {
    return this.#isSelfContained(file, node);
  }

  /** Whether evaluating an expression only makes a value: no connection, no file, nothing of other libraries. */
  isHarmless(file: SourceFile, expr: Expr): boolean {
    return this.#isHarmless(file, expr, 0);
  }

  #isHarmless(file: SourceFile, expr: Node, depth: number): boolean {
    const known = this.#harmless.get(expr);
    if (known !== undefined) return known;
    // What refers to itself is harmless as far as it is looked at for the first time.
    this.#harmless.set(expr, true);
    const answer = depth < 40 && this.#isHarmlessNode(file, expr, depth);
    this.#harmless.set(expr, answer);
    return answer;
  }

  #isHarmlessNode(file: SourceFile, node: Node, depth: number): boolean {
    switch (node.kind) {
      case 'Await':
      case 'Yield':
      case 'YieldFrom':
      case 'Missing':
      case 'Invalid':
      case 'TemplateStr':
        return false;
      case 'Lambda':
        return this.#allHarmless(file, [node.body], depth);
      case 'Name':
      case 'Attribute':
        return this.#isHarmlessName(file, node, depth);
      case 'Call':
        return this.#isHarmlessCall(file, node, depth);
      default:
        return this.#allHarmless(file, [...children(node)], depth);
    }
  }

  #allHarmless(file: SourceFile, nodes: readonly Node[], depth: number): boolean {
    return nodes.every((node) => this.#isHarmless(file, node, depth + 1));
  }

  #isHarmlessCall(file: SourceFile, call: Call, depth: number): boolean {
    const { func } = call;
    if (!this.#allHarmless(file, [...call.args, ...call.keywords.map((each) => each.value)], depth)) return false;
    if (func.kind === 'Name' || func.kind === 'Attribute') {
      const symbol = resolveInstalled(this.program, file, func, this.program.scopeAt(file, func.start));
      if (symbol.kind === 'external') return isHarmlessCall(symbol.name);
      if (symbol.kind === 'builtin') return isHarmlessBuiltin(symbol.name);
    }
    return this.#isHarmless(file, func, depth + 1);
  }

  #isHarmlessName(file: SourceFile, expr: Expr, depth: number): boolean {
    const scope = this.program.scopeAt(file, expr.start);
    const symbol = resolveInstalled(this.program, file, expr, scope);
    switch (symbol.kind) {
      case 'external':
        return isAvailable(symbol.name);
      case 'builtin':
        return isHarmlessBuiltin(symbol.name);
      case 'module':
        return true;
      case 'unknown':
        if (expr.kind === 'Attribute') return this.#isHarmless(file, expr.value, depth + 1);
        return expr.kind === 'Name' && /^__(name|file|module|qualname)__$/.test(expr.id);
      case 'binding':
        break;
    }
    const { binding } = symbol;
    if (binding.scope.kind !== 'module') return true;
    switch (binding.kind) {
      case 'class':
        return this.#policy.kindOf(this.classes.ref(symbol.file, binding.node)) !== 'none';
      case 'function':
        return this.#isSelfContained(symbol.file, binding.node);
      case 'assign':
      case 'annAssign':
        return binding.statement.value !== null && this.#isHarmless(symbol.file, binding.statement.value, depth + 1);
      case 'typeAlias':
        return true;
      default:
        return false;
    }
  }

  /** A short function of plain Python that only uses what is at hand. */
  #isSelfContained(file: SourceFile, node: FunctionDef): boolean {
    const known = this.#harmless.get(node);
    if (known !== undefined) return known;
    this.#harmless.set(node, true);
    const answer = this.#looksSelfContained(file, node);
    this.#harmless.set(node, answer);
    return answer;
  }

  #looksSelfContained(file: SourceFile, node: FunctionDef): boolean {
    if (node.isAsync || lineCount(file, node) > MAX_FUNCTION_LINES || isRefused(node)) return false;
    const pending: Node[] = [
      ...node.body,
      ...node.decorators,
      ...node.params.args.flatMap((param) => param.default ?? []),
    ];
    for (let next = pending.pop(); next; next = pending.pop()) {
      switch (next.kind) {
        case 'Global':
        case 'Nonlocal':
        case 'With':
        case 'Yield':
        case 'YieldFrom':
        case 'Await':
        case 'InvalidStmt':
        case 'ClassDef':
          return false;
        case 'Call':
          if (!this.#isHarmlessCallee(file, next.func)) return false;
          break;
        case 'Name':
          if (!this.#isHarmlessName(file, next, 0)) return false;
          break;
        default:
      }
      for (const child of children(next)) pending.push(child);
    }
    return true;
  }

  #isHarmlessCallee(file: SourceFile, func: Expr): boolean {
    if (func.kind !== 'Name' && func.kind !== 'Attribute') return true;
    const symbol = resolveInstalled(this.program, file, func, this.program.scopeAt(file, func.start));
    if (symbol.kind === 'external') return isHarmlessCall(symbol.name);
    if (symbol.kind === 'builtin') return isHarmlessBuiltin(symbol.name);
    return true;
  }
}

/** A function that the sandbox would refuse, and its class with it: what calls it finds that it is missing. */
function isRefused(stmt: Stmt): boolean {
  if (stmt.kind !== 'FunctionDef') return false;
  if (isRefusedName(stmt.name.text)) return true;
  const pending: Node[] = [...stmt.body];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Name' && isRefusedName(node.id)) return true;
    if (node.kind === 'Attribute' && isRefusedName(node.attr.text)) return true;
    for (const child of children(node)) pending.push(child);
  }
  return false;
}

function isNone(binding: Binding): boolean {
  const value = assignedValue(binding);
  return value?.kind === 'Constant' && value.type === 'None';
}

const EMPTY_CLASS = { bases: [], keywords: [], decorators: [], extra: [] } as const;

function methodsLeftOut(node: ClassDef, kept: readonly Stmt[]): Map<string, FunctionDef> {
  const methods = node.body.flatMap((stmt): [string, FunctionDef][] =>
    stmt.kind === 'FunctionDef' && !kept.includes(stmt) && isPlainMethod(stmt) ? [[stmt.name.text, stmt]] : [],
  );
  return new Map(methods);
}

/** Attributes that the functions in a piece of code read. */
function attributeNames(node: Node): readonly string[] {
  return [...nodesUnder([node])].flatMap((at) => (at.kind === 'Attribute' ? at.attr.text : []));
}

/** Statements of a class body that are kept; conditions around them stay, except `if TYPE_CHECKING`. */
function keptBody(node: ClassDef, keeps: (stmt: Stmt) => boolean): readonly Stmt[] {
  const kept: Stmt[] = [];
  for (const stmt of node.body) {
    if (stmt.kind === 'If' && isTypeChecking(stmt.test)) kept.push(...stmt.orelse.filter(keeps));
    else if (keeps(stmt)) kept.push(stmt);
  }
  return kept;
}

function hasProblem(file: SourceFile, node: { readonly start: number; readonly end: number }): boolean {
  return file.parsed.problems.some((problem) => node.start <= problem.start && problem.start <= node.end);
}

/** `@classmethod` and `@staticmethod` that only use what is at hand: `User.by_name(…)` in a query. */
export function isClassFunction(ref: ClassRef, stmt: FunctionDef, writer: StepWriter): boolean {
  const [only, more] = stmt.decorators;
  return (
    only?.kind === 'Name' &&
    !more &&
    /^(classmethod|staticmethod)$/.test(only.id) &&
    writer.isSelfContained(ref.file, stmt)
  );
}

export function isDocstring(stmt: Stmt): boolean {
  return stmt.kind === 'Expr' && stmt.value.kind === 'Constant';
}

function targetNames(target: Expr): readonly string[] {
  if (target.kind === 'Name') return [target.id];
  return target.kind === 'Tuple' || target.kind === 'List' ? target.elts.flatMap(targetNames) : [];
}

function lineCount(file: SourceFile, node: Node): number {
  return file.lines.position(node.end).line - file.lines.position(node.start).line + 1;
}
