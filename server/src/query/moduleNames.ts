import type { AnnAssign, Assign, Attribute, ClassDef, Constant, Expr, FunctionDef } from '../python/syntax/nodes.ts';
import { quotedIn } from '../python/syntax/quoted.ts';
import type { Binding, Program, Scope, SourceFile } from '../python/types.ts';
import { isImport, type Holes } from './holes.ts';
import { localImports, textWithoutImports } from './localImports.ts';
import { layout, type Kept } from './pieces.ts';
import type { HoleType, Step } from './program.ts';
import { defaultsOf, Reads } from './reads.ts';
import type { Member, SliceResolver } from './resolver.ts';

/** A slice that needs more definitions than this takes longer than anybody waits; further members are unknown. */
const MAX_FOLLOWED = 400;

/** Of classes that work with their annotations, whatever is in quotes there. */
const READING_ANNOTATIONS = /^(pydantic|sqlmodel)\./;

/** Follows names of modules, across imports, and members of classes: the steps that make them. */
export class ModuleNames {
  readonly steps: Step[] = [];
  /** Ids of the models that are named. */
  readonly models = new Set<string>();
  readonly #program: Program;
  readonly #resolver: SliceResolver;
  readonly #holes: Holes;
  readonly #statements: (file: SourceFile, needed: Reads, upto: number) => readonly Kept[];
  /** The script that the slice is of and where it is by then: what comes after that has not run. */
  #script: { readonly file: SourceFile; readonly upto: number } | null = null;
  /** `path#name` of module-level names that were followed. */
  readonly #followed = new Set<string>();
  /** Attributes that were read, which may be members of classes. */
  readonly #attributes: { readonly file: SourceFile; readonly node: Attribute }[] = [];

  /** `statements` are those of a module before an offset that give the needed names of it their values. */
  constructor(
    program: Program,
    resolver: SliceResolver,
    holes: Holes,
    statements: (file: SourceFile, needed: Reads, upto: number) => readonly Kept[],
  ) {
    this.#program = program;
    this.#resolver = resolver;
    this.#holes = holes;
    this.#statements = statements;
  }

  /** Says that the lines of a module from an offset on have not run: the slice is of one of its own statements. */
  stopAt(file: SourceFile, upto: number): void {
    this.#script = { file, upto };
  }

  #ranUpto(file: SourceFile): number {
    return this.#script?.file === file ? this.#script.upto : Infinity;
  }

  reads(file: SourceFile): Reads {
    return new Reads((node) => void this.#attributes.push({ file, node }));
  }

  /** Methods and attributes of classes, and what those read in turn. */
  followMembers(): void {
    const [names, held, asked] = [new Set<string>(), new Set<string>(), new Set<string>()];
    while (this.#attributes.length > 0) {
      for (let at = this.#attributes.shift(); at; at = this.#attributes.shift()) {
        for (const member of this.#resolver.membersOf(at.file, at.node)) this.#followMember(member);
        const holder = this.#resolver.holderOf(at.file, at.node.value);
        if (holder === 'any') names.add(at.node.attr.text);
        else if (holder) held.add(holder);
      }
      // What is not known may be an object of any model that the code has to do with.
      for (const model of new Set([...this.models, ...held]))
        for (const name of names) {
          if (asked.has(`${model} ${name}`)) continue;
          asked.add(`${model} ${name}`);
          const method = this.#resolver.methodOf(model, name);
          if (method) this.#followMember(method);
        }
    }
  }

  #followMember({ file, cls, name, stmt, lineage }: Member): void {
    const root = lineage[0];
    const key = `${root ? `${root.module}.${root.name}` : ''} ${file.path}#${cls.name.text}.${name}`;
    const needed = stmt.kind === 'FunctionDef' ? [] : this.#assignedBefore(file, cls, stmt);
    const source = needed && this.#memberSource(file, cls, [...needed, stmt]);
    // `@name.setter` and decorators that are functions of the class need more of it than one statement.
    const around = this.#program.scopeOf(file, cls)?.bindings;
    const decorators = Reads.of(...(stmt.kind === 'FunctionDef' ? stmt.decorators : []));
    if ([...decorators.names].some((each) => around?.has(each))) return;
    if (source === null || this.#followed.size > MAX_FOLLOWED || !this.#once(key)) return;
    const reads = this.reads(file);
    if (stmt.kind === 'FunctionDef') {
      this.addFreeReads(file, stmt, reads);
      for (const path of pathsOfSelf(stmt)) this.#holes.noteAttribute(file, stmt, path, root);
    } else {
      for (const each of [...(needed ?? []), stmt]) if (each.value) reads.add(each.value);
      for (const each of needed ?? []) for (const own of namesAssigned(each)) reads.delete(own);
    }
    this.followModule(file, reads);
    this.steps.push({ op: 'member', module: file.moduleName, cls: cls.name.text, name, source, lineage });
  }

  /** The class with some statements of its body; null when these do not stand on lines of their own. */
  #memberSource(file: SourceFile, cls: ClassDef, stmts: readonly MemberStatement[]): string | null {
    const lines = stmts.map((stmt) => {
      const start = stmt.kind === 'FunctionDef' ? withDecorators(file, stmt) : stmt.start;
      const before = file.text.slice(file.text.lastIndexOf('\n', start - 1) + 1, start);
      if (!/^[ \t]+$/.test(before)) return null;
      return `${before}${textWithoutImports(file.text, { start, end: stmt.end }, localImports([stmt]))}\n`;
    });
    return lines.includes(null) ? null : `class ${cls.name.text}:\n${lines.join('')}`;
  }

  /** The assignments in the body of a class that another one reads: `SIGNS = {LESS, MORE}`; null where it reads more than these. */
  #assignedBefore(file: SourceFile, cls: ClassDef, stmt: Assign | AnnAssign): readonly (Assign | AnnAssign)[] | null {
    const bindings = this.#program.scopeOf(file, cls)?.bindings;
    const found = new Set<Assign | AnnAssign>();
    const pending: Expr[] = stmt.value ? [stmt.value] : [];
    for (let value = pending.pop(); value; value = pending.pop()) {
      for (const name of Reads.of(value).names) {
        const binding = bindings?.get(name)?.findLast(({ range }) => range.start < stmt.start);
        if (!binding) continue;
        if (binding.kind !== 'assign' && binding.kind !== 'annAssign') return null;
        if (found.has(binding.statement)) continue;
        found.add(binding.statement);
        if (binding.statement.value) pending.push(binding.statement.value);
      }
    }
    return [...found].toSorted((a, b) => a.start - b.start);
  }

  /** A function or class as it stands; the names that it imports for itself are made in its module. */
  definition(file: SourceFile, node: FunctionDef | ClassDef): string {
    const range = { start: withDecorators(file, node), end: node.end };
    return textWithoutImports(file.text, range, localImports([node]));
  }

  #followLocalImports(file: SourceFile, node: FunctionDef | ClassDef, reads: Reads): void {
    for (const stmt of localImports([node])) {
      const scope = this.#program.scopeAt(file, stmt.start);
      for (const alias of stmt.names) {
        const name = (alias.asName ?? alias.name).text.split('.')[0]!;
        const binding = scope.bindings.get(name)?.find((one) => 'alias' in one && one.alias === alias);
        // Where the module has the name for something else, that stays: a function may read the wrong one, which is rare.
        if (!binding) continue;
        if (file.scope.bindings.has(name)) this.#followName(file, name, reads.pathsOf(name));
        else this.followImport(file, binding, reads.pathsOf(name));
      }
    }
  }

  /** What a function or class reads from around it: everything it names but what it binds itself. */
  addFreeReads(file: SourceFile, node: FunctionDef | ClassDef, needed: Reads): void {
    const own = this.reads(file);
    for (const stmt of node.body) own.add(stmt);
    this.#followLocalImports(file, node, own);
    const scope = this.#program.scopeOf(file, node);
    for (const name of scope ? namesBoundIn(scope) : []) own.delete(name);
    for (const decorator of node.decorators) own.add(decorator);
    if (node.kind === 'FunctionDef') for (const expr of defaultsOf(node.params)) own.add(expr);
    else for (const expr of [...node.bases, ...node.keywords]) own.add(expr);
    needed.merge(own);
  }

  followClass(file: SourceFile, cls: ClassDef): void {
    if (file.scope.bindings.has(cls.name.text)) this.#followName(file, cls.name.text, []);
  }

  followModule(file: SourceFile, needed: Reads): void {
    for (const name of needed.names) this.#followName(file, name, needed.pathsOf(name));
  }

  /** Adds the steps that give a module-level name its value, what they need first. */
  #followName(file: SourceFile, name: string, paths: readonly string[]): void {
    const bindings = this.#program.lookup(file.scope, name);
    const upto = this.#ranUpto(file);
    const last = bindings.findLast(({ range }) => range.start < upto) ?? bindings.at(-1);
    return last ? this.followBinding(file, last, paths) : this.#unboundName(file, name);
  }

  /** Like a name of the module that has several meanings one after the other, of which this is the one. */
  followBinding(file: SourceFile, binding: Binding, paths: readonly string[]): void {
    if (isImport(binding)) return this.followImport(file, binding, paths);
    const { name } = binding;
    const key = `${file.path}#${name}`;
    if (this.#followed.has(key)) return;
    this.#followed.add(key);
    const model = this.#resolver.modelOf(file, binding);
    if (model) {
      this.models.add(model);
      return;
    }
    switch (binding.kind) {
      case 'function': {
        const reads = this.reads(file);
        this.addFreeReads(file, binding.node, reads);
        this.followModule(file, reads);
        this.#define(file, name, this.definition(file, binding.node));
        return;
      }
      case 'class': {
        const reads = this.reads(file);
        this.addFreeReads(file, binding.node, reads);
        reads.delete(name);
        this.followModule(file, reads);
        this.#define(file, name, this.definition(file, binding.node));
        this.#followQuoted(file, binding.node);
        return;
      }
      default: {
        const type = this.#resolver.holeType(file, binding);
        if (type.kind !== 'unknown' && type.kind !== 'scalar' && type.kind !== 'list')
          return this.#holeStep(file, name, type, this.#initially(file, name));
        const first = this.#initially(file, name);
        if (first !== undefined) return this.#holeStep(file, name, type, first);
        const needed = this.reads(file);
        needed.merge(Reads.of({ kind: 'Name', id: name, start: 0, end: 0 }));
        const kept = this.#statements(file, needed, this.#ranUpto(file));
        // A name that still is needed had no statement that could be kept: a loop variable, a `with` target.
        if (kept.length === 0) return this.#holeStep(file, name, type);
        needed.delete(name);
        this.followModule(file, needed);
        for (const one of kept) this.#define(file, name, layout(one, 0));
      }
    }
  }

  /** `author: "User"`: pydantic looks for the class when it first needs it, and that may come later in the module. */
  #followQuoted(file: SourceFile, cls: ClassDef): void {
    const isRead = this.#program
      .bases(file, cls)
      .some((base) => base.kind === 'external' && READING_ANNOTATIONS.test(base.name));
    if (!isRead) return;
    const annotations = cls.body.flatMap((stmt) => (stmt.kind === 'AnnAssign' ? stmt.annotation : []));
    const reads = Reads.of(...annotations.flatMap((each) => [...quotedIn(each)]));
    for (const name of reads.names)
      if (this.#program.lookup(file.scope, name).length > 0) this.#followName(file, name, reads.pathsOf(name));
  }

  #unboundName(file: SourceFile, name: string): void {
    const symbol = this.#program.resolve(file, { kind: 'Name', id: name, start: 0, end: 0 }, file.scope);
    if (symbol.kind === 'builtin') return;
    const key = `${file.path}#${name}`;
    if (this.#followed.has(key)) return;
    this.#followed.add(key);
    if (symbol.kind === 'external') return this.#importStep(file, name, symbol.name);
    this.#holes.unknown.add(`\`${name}\` is not defined`);
    this.#holeStep(file, name, { kind: 'unknown' });
  }

  followImport(file: SourceFile, binding: Binding, paths: readonly string[]): void {
    const as = binding.name;
    const symbol = this.#program.follow(file, binding);
    switch (symbol.kind) {
      case 'binding': {
        const target = symbol.binding;
        if (this.#once(`${file.path}#${as}`)) {
          this.#followName(symbol.file, target.name, paths);
          this.steps.push({
            op: 'link',
            module: file.moduleName,
            as,
            from: symbol.file.moduleName,
            name: target.name,
          });
        }
        return;
      }
      case 'module': {
        for (const path of paths) this.#followPath(symbol.file, path);
        if (this.#once(`${file.path}#${as}`)) {
          this.steps.push({ op: 'link', module: file.moduleName, as, from: symbol.file.moduleName, name: null });
        }
        return;
      }
      case 'external': {
        if (!this.#once(`${file.path}#${as}`)) return;
        const type = this.#resolver.holeType(file, binding);
        if (type.kind === 'instance') this.#holeStep(file, as, type);
        else this.#importStep(file, as, symbol.name, binding);
        return;
      }
      case 'builtin':
        return;
      case 'unknown':
        if (this.#once(`${file.path}#${as}`)) this.#holeStep(file, as, { kind: 'unknown' });
    }
  }

  /** `models.User.id` of an imported module: the first part is a name of it, or a module below it. */
  #followPath(file: SourceFile, path: string): void {
    const [first, ...rest] = path.split('.');
    if (!first) return;
    if (this.#program.lookup(file.scope, first).length > 0)
      this.#followName(file, first, rest.length ? [rest.join('.')] : []);
    else {
      const below = this.#program.moduleNamed(`${file.moduleName}.${first}`, file);
      if (!below) return;
      if (rest.length > 0) this.#followPath(below, rest.join('.'));
      if (this.#once(`${file.path}#${first}`)) {
        this.steps.push({ op: 'link', module: file.moduleName, as: first, from: below.moduleName, name: null });
      }
    }
  }

  #importStep(file: SourceFile, as: string, dotted: string, binding?: Binding): void {
    const quiet = this.#resolver.isQuiet(file, dotted) ? { isQuiet: true } : {};
    // `import a.b` binds `a`, `import a.b as c` binds the inner module, `from a import b` a name of it.
    if (binding?.kind === 'import') {
      const from = binding.alias.name.text;
      const root = binding.alias.asName ? from : from.split('.')[0]!;
      const importing = { op: 'import', module: file.moduleName, name: null, ...quiet } as const;
      this.steps.push({ ...importing, as, from: root });
      // Only importing a submodule makes it an attribute of its package.
      if (root !== from) this.steps.push({ ...importing, as: `_import_${from.replaceAll('.', '_')}`, from });
      return;
    }
    const dot = dotted.lastIndexOf('.');
    const from = dot < 0 ? dotted : dotted.slice(0, dot);
    const name = dot < 0 ? null : dotted.slice(dot + 1);
    this.steps.push({ op: 'import', module: file.moduleName, as, from, name, ...quiet });
  }

  /** What a module says at first of a name that one of its functions declares `global` and gives another value. */
  #initially(file: SourceFile, name: string): Initial | undefined {
    if (this.#script?.file === file) return undefined;
    const bindings = file.scope.bindings.get(name) ?? [];
    const [first, ...others] = bindings.filter(({ range }) => this.#program.scopeAt(file, range.start) === file.scope);
    if (!first || others.length > 0 || bindings.length === 1) return undefined;
    const value = first.kind === 'assign' || first.kind === 'annAssign' ? first.statement.value : null;
    if (first.kind === 'assign' && first.path.length > 0) return undefined;
    return value?.kind === 'Constant' ? plainConstant(value) : undefined;
  }

  #holeStep(file: SourceFile, as: string, type: HoleType, initially?: Initial): void {
    const hole = { text: as, type, optional: false };
    this.steps.push({
      op: 'hole',
      module: file.moduleName,
      as,
      hole,
      ...(initially === undefined ? {} : { initially }),
    });
  }

  #define(file: SourceFile, name: string, source: string): void {
    this.steps.push({ op: 'define', module: file.moduleName, name, source });
  }

  #once(key: string): boolean {
    if (this.#followed.has(key)) return false;
    this.#followed.add(key);
    return true;
  }
}

type Initial = string | number | boolean | null;

function plainConstant(constant: Constant): Initial | undefined {
  switch (constant.type) {
    case 'None':
    case 'bool':
    case 'str':
      return constant.value;
    case 'int': {
      const value = Number(constant.value.replaceAll('_', ''));
      return Number.isSafeInteger(value) ? value : undefined;
    }
    default:
      return undefined;
  }
}

type MemberStatement = Member['stmt'];

function namesAssigned(stmt: Assign | AnnAssign): readonly string[] {
  const targets = stmt.kind === 'Assign' ? stmt.targets : [stmt.target];
  return targets.flatMap((target) => [...Reads.of(target).names]);
}

/** Names that a scope or one inside of it binds. */
function namesBoundIn(scope: Scope): string[] {
  return [...scope.bindings.keys(), ...scope.children.flatMap(namesBoundIn)];
}

/** What a method reads of its first parameter, as paths. */
function pathsOfSelf(method: FunctionDef): readonly (readonly string[])[] {
  const self = method.params.args[0]?.name.text;
  if (!self) return [];
  return Reads.of(...method.body)
    .pathsOf(self)
    .map((path) => path.split('.'));
}

function withDecorators(file: SourceFile, node: FunctionDef | ClassDef): number {
  const first = node.decorators[0];
  return first ? file.text.lastIndexOf('@', first.start) : node.start;
}
