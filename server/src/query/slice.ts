/**
 * Cuts out of the user's code the little program that builds one query: backwards from the expression through the
 * statements its names depend on, out into the module and the modules it imports. Knows no ORM: what is a model and
 * what a value is known to be comes from a `SliceResolver`.
 *
 * This is a static backward slice (https://en.wikipedia.org/wiki/Program_slicing) over structured code: conditions
 * around kept statements are kept, so that the renderer can try both ways; conditions around the expression itself
 * are given, so they are dropped. What cannot be followed becomes a hole.
 */
import type {
  AnnAssign,
  Assign,
  Attribute,
  Call,
  ClassDef,
  Comprehension,
  Expr,
  For,
  FunctionDef,
  If,
  ImportFrom,
  Import,
  Match,
  Module,
  Node,
  Stmt,
  Try,
  While,
  With,
} from '../python/syntax/nodes.ts';
import { children, nodesUnder } from '../python/syntax/visit.ts';
import type { Binding, Program, Scope, SourceFile } from '../python/types.ts';
import { localImports, textWithoutImports } from './localImports.ts';
import type { ClassName, Hole, HoleType, Slice, Step } from './program.ts';
import { defaultsOf, dottedPath, Reads, surelyRead, targetNames } from './reads.ts';

/** What the slicer asks an ORM front end. */
export interface SliceResolver {
  /** The id of the model that a class or table of the workspace is: the renderer has it from the model set. */
  modelOf(file: SourceFile, binding: Binding): string | null;
  /** Whether a module-level name is made together with the models: a table, or what tables are gathered in. */
  isMadeWithModels(file: SourceFile, binding: Binding): boolean;
  /** What the values of a name are known to be. */
  holeType(file: SourceFile, binding: Binding): HoleType;
  /** The methods and attributes of classes of the workspace that an attribute reads; none for all others. */
  membersOf(file: SourceFile, attribute: Attribute): readonly Member[];
  /** What `self.session`, `request.db` and the like are known to be; null when nothing is known. */
  attributeType(file: SourceFile, binding: Binding, path: string): HoleType | null;
  /** What an expression reads without naming it: the session behind `User.query`. */
  alsoReads(file: SourceFile, expr: Expr): readonly Expr[];
  /**
   * For an expression that sends what was gathered before it, as a flush does: what statements before have to do with
   * it. null when it sends only what it says.
   */
  gatheredBefore(file: SourceFile, expr: Expr): Gatherings | null;
  /** Whether what a decorator decorates, stands in a `with` or behind a statement sends something else there: in a transaction, a time zone. */
  changesInside(file: SourceFile, expr: Expr): boolean;
  /** The objects of models that a call changes before it returns, as far as they are names. */
  changedBy(file: SourceFile, call: Call): readonly Expr[];
  /** Whether the value of a name is a new object that is written by calling its `save()`. */
  isNewRow(file: SourceFile, binding: Binding): boolean;
  /** The attribute that the expression reads, or queries through, which its object may have loaded before. */
  readBy(file: SourceFile, expr: Expr): Attribute | null;
  /** Whether an attribute is mapped: reading it loads it if need be, and what comes with it. */
  isMapped(file: SourceFile, attribute: Attribute): boolean;
  /** Whether iterating over the expression gives objects that a query loads, and whether it loads others beside them. */
  givesRows(file: SourceFile, iter: Expr): 'no' | 'alone' | 'with others';
}

/** A statement of a class body that an object of the class has a name from. */
export interface Member {
  /** Where the statement stands. */
  readonly file: SourceFile;
  readonly cls: ClassDef;
  readonly name: string;
  readonly stmt: FunctionDef | Assign | AnnAssign;
  /** See `MemberStep.lineage`. */
  readonly lineage: readonly ClassName[];
}

/** A statement belongs to the slice or not, or what stands for it there: Python that reads one expression. */
export type Gathering = boolean | { readonly text: string; readonly reads: Expr };

export interface Gatherings {
  /** Where the first statement stands that gathers something or lets objects expire. */
  readonly from: number;
  of(stmt: Stmt): Gathering;
}

export interface SliceResult {
  readonly slice: Slice;
  /** Ids of the models it names. */
  readonly models: readonly string[];
}

/** The slice of an expression. */
export function sliceOf(program: Program, file: SourceFile, expr: Expr, resolver: SliceResolver): SliceResult {
  return new Slicer(program, resolver).slice(file, expr);
}

/** A statement that is kept, without its place: `header` alone, or with the blocks below it. */
interface Kept {
  readonly text: string;
  readonly body?: readonly Kept[];
}

/** A slice that needs more definitions than this takes longer than anybody waits; further members are unknown. */
const MAX_FOLLOWED = 400;

/** Methods of lists, dicts and sets that change what a later statement reads. */
const MUTATORS = new Set([
  'append',
  'extend',
  'insert',
  'update',
  'setdefault',
  'add',
  'remove',
  'pop',
  'clear',
  'discard',
  'add_all',
  'sqlmodel_update',
]);

/** Methods by which an object writes itself. */
const SAVING = new Set(['save', 'asave']);

/** Stands where the code leaves the function: the renderer shows nothing of such a way. */
const UNREACHED: Kept = { text: 'raise' };

class Slicer {
  readonly #program: Program;
  readonly #resolver: SliceResolver;
  readonly #steps: Step[] = [];
  readonly #models = new Set<string>();
  readonly #unknown = new Set<string>();
  readonly #holes = new Map<string, Hole>();
  /** `path#name` of module-level names that were followed. */
  readonly #followed = new Set<string>();
  /** Attributes that were read, which may be members of classes. */
  readonly #attributes: { readonly file: SourceFile; readonly node: Attribute }[] = [];
  /** What the statements before have to do with it, if anything: then reads decide too what is sent. */
  #gathered: Gatherings | null = null;
  /** While a name of a module is followed: it has its value from before there was any session of the slice. */
  #isLoading = false;
  /** The attribute that the slice is about, if it is about one. */
  #read: Attribute | null = null;
  /** In how many blocks we are that may not have run. */
  #branches = 0;

  constructor(program: Program, resolver: SliceResolver) {
    this.#program = program;
    this.#resolver = resolver;
  }

  slice(file: SourceFile, expr: Expr): SliceResult {
    const needed = this.#reads(file);
    for (const each of [expr, ...this.#resolver.alsoReads(file, expr)]) needed.add(each);
    this.#gathered = this.#resolver.gatheredBefore(file, expr);
    this.#read = this.#resolver.readBy(file, expr);
    const blocks: Kept[][] = [];
    let upto = expr.start;
    let scope: Scope | null = this.#program.scopeAt(file, expr.start);
    let insideFunction = false;
    for (; scope; scope = scope.parent) {
      // Functions run when their module is loaded: its names are followed below, whole.
      if (scope.kind === 'module' && insideFunction) break;
      if (scope.kind === 'lambda' || scope.kind === 'comprehension') {
        if (scope.kind === 'comprehension') blocks.unshift(this.#iterated(file, generatorsOf(scope.node), needed));
        this.#bindHoles(file, scope, needed);
        continue;
      }
      // A class body is not seen from inside its methods.
      if (scope.kind === 'class' && insideFunction) continue;
      const node = scope.node as Module | FunctionDef | ClassDef;
      blocks.unshift(this.#block(file, node.body, upto, needed, scope));
      if (scope.kind === 'function' && needed.has('super')) needed.addName(firstParameter(scope));
      if (scope.kind !== 'module') this.#bindHoles(file, scope, needed);
      if (node.kind === 'FunctionDef' && !insideFunction) blocks.unshift(this.#decorated(file, node, needed));
      if (scope.kind === 'function') insideFunction = true;
      upto = node.kind === 'FunctionDef' ? decoratedStart(node) : node.start;
    }
    this.#followModule(file, needed);
    this.#followMembers();
    return {
      slice: {
        module: file.moduleName,
        steps: this.#steps,
        holes: [...this.#holes].map(([name, hole]) => ({ name, hole })),
        body: blocks.flatMap((block) => block.map((kept) => layout(kept, 0))).join(''),
        expression: file.text.slice(expr.start, expr.end),
        reads: this.#read && { owner: text(file, this.#read.value), name: this.#read.attr.text },
        unknown: [...this.#unknown],
      },
      models: [...this.#models],
    };
  }

  /** Names of a scope that no kept statement gives a value: parameters, loop variables and the like. */
  #bindHoles(file: SourceFile, scope: Scope, needed: Reads): void {
    for (const name of [...needed.names]) {
      const binding = scope.bindings.get(name)?.find((candidate) => !isImport(candidate));
      if (binding && !scope.outerNames.has(name)) this.#hole(file, binding, needed);
    }
  }

  #hole(file: SourceFile, binding: Binding, needed: Reads): void {
    const name = binding.name;
    if (!this.#holes.has(name)) {
      const type = this.#typeWithAttributes(file, binding, needed);
      this.#holes.set(name, { text: name, type, optional: isOptional(binding) });
    }
    needed.delete(name);
  }

  #typeWithAttributes(file: SourceFile, binding: Binding, needed: Reads): HoleType {
    const own = this.#resolver.holeType(file, binding);
    if (own.kind !== 'unknown' && own.kind !== 'object') return own;
    const attributes: Record<string, HoleType> = own.kind === 'object' ? { ...own.attributes } : {};
    for (const path of needed.pathsOf(binding.name)) {
      // Every prefix may be the one that is known: `self.db` in `self.db.scalars`.
      const parts = path.split('.');
      for (let length = 1; length <= parts.length; length++) {
        const prefix = parts.slice(0, length);
        const dotted = prefix.join('.');
        const type = this.#resolver.attributeType(file, binding, dotted);
        if (!type || type.kind === 'unknown') continue;
        setAttribute(attributes, prefix, type);
        // Of an object, what it holds may be known too.
        if (type.kind !== 'object') break;
      }
    }
    if (own.kind === 'object') return { ...own, attributes };
    return Object.keys(attributes).length > 0 ? { kind: 'object', attributes } : own;
  }

  // -------------------------------------------------------------- statements of one block, backwards

  /** Keeps of `stmts` before `upto` what `needed` depends on, and changes `needed` to what those depend on in turn. */
  #block(file: SourceFile, stmts: readonly Stmt[], upto: number, needed: Reads, scope: Scope): Kept[] {
    const kept: Kept[] = [];
    for (let i = stmts.length - 1; i >= 0; i--) {
      const stmt = stmts[i]!;
      if (stmt.start >= upto) continue;
      const around = upto < stmt.end;
      const pieces = around ? this.#around(file, stmt, upto, needed, scope) : this.#before(file, stmt, needed, scope);
      kept.unshift(...pieces);
    }
    return kept;
  }

  /** A block that may not have run. */
  #branch(file: SourceFile, stmts: readonly Stmt[], needed: Reads, scope: Scope): Kept[] {
    this.#branches++;
    const kept = this.#block(file, stmts, Infinity, needed, scope);
    this.#branches--;
    return kept;
  }

  /** A statement that contains the place we come from: its condition holds, its loop variable has some value. */
  #around(file: SourceFile, stmt: Stmt, upto: number, needed: Reads, scope: Scope): Kept[] {
    const inner = (body: readonly Stmt[]): Kept[] =>
      body.some((s) => s.start <= upto && upto < s.end) ? this.#block(file, body, upto, needed, scope) : [];
    switch (stmt.kind) {
      case 'If':
      case 'While': {
        const kept = [...inner(stmt.body), ...inner(stmt.orelse)];
        if (stmt.kind === 'While') this.#noteLaterPasses(stmt, needed, scope);
        return [...this.#readIn(file, stmt.test, needed, upto), ...kept];
      }
      case 'For': {
        const kept = [...inner(stmt.body), ...inner(stmt.orelse)];
        this.#noteLaterPasses(stmt, needed, scope);
        const rows = this.#iterated(file, [stmt], needed);
        this.#bindTargets(file, [stmt.target], needed, scope);
        return [...(rows.length > 0 ? rows : this.#readIn(file, stmt.iter, needed, upto)), ...kept];
      }
      case 'With': {
        const kept = inner(stmt.body);
        if (!this.#isLoading && this.#gathered?.of(stmt)) return [...this.#entered(file, stmt.items, needed), ...kept];
        const opening = stmt.items.filter(({ context }) => this.#resolver.changesInside(file, context));
        const others = stmt.items.filter((item) => !opening.includes(item));
        this.#bindTargets(
          file,
          others.flatMap((item) => item.target ?? []),
          needed,
          scope,
        );
        return [...this.#entered(file, opening, needed), ...kept];
      }
      case 'Try': {
        const late = [...inner(stmt.orelse), ...inner(stmt.finalbody), ...stmt.handlers.flatMap((h) => inner(h.body))];
        return [...this.#block(file, stmt.body, upto, needed, scope), ...late];
      }
      case 'Match':
        return stmt.cases.flatMap((one) => inner(one.body));
      default:
        return this.#readIn(file, stmt, needed, upto);
    }
  }

  /** What the body of a loop needs from before it, and gives another value: in the next pass it has that. */
  #noteLaterPasses(loop: For | While, needed: Reads, scope: Scope): void {
    // What the loop goes over has another value in each pass anyway.
    const own = loop.kind === 'For' ? targetNames(loop.target) : [];
    for (const node of nodesUnder(loop.body)) {
      if (node.kind !== 'Assign' && node.kind !== 'AugAssign') continue;
      const targets = node.kind === 'Assign' ? node.targets : [node.target];
      for (const name of targets.flatMap(targetNames))
        if (needed.has(name) && !own.includes(name)) this.#carry(name, loop, needed, scope);
    }
  }

  /** A plain value, such as the key that the last page ended with, is one that nobody knows; of a query, the first is shown. */
  #carry(name: string, loop: For | While, needed: Reads, scope: Scope): void {
    const first = scope.bindings.get(name)?.findLast(({ range }) => range.start < loop.start);
    const value = first?.kind === 'assign' ? first.statement.value : null;
    if (value?.kind !== 'Constant') {
      this.#unknown.add(`what \`${name}\` is after the first pass of the loop`);
      return;
    }
    const python = value.type === 'int' || value.type === 'str' || value.type === 'float' ? value.type : null;
    const type: HoleType = python ? { kind: 'scalar', python } : { kind: 'unknown' };
    this.#holes.set(name, { text: name, type, optional: value.type === 'None' });
    needed.delete(name);
  }

  /**
   * In a loop, an object is a row of the loop's query, with all that was loaded with it. Where nothing was, any row will do
   * for what does not ask for that.
   */
  #iterated(file: SourceFile, loops: readonly { target: Expr; iter: Expr }[], needed: Reads): Kept[] {
    const kept: Kept[] = [];
    for (const { target, iter } of loops.toReversed()) {
      if (!targetNames(target).some((name) => needed.has(name))) continue;
      const rows = this.#resolver.givesRows(file, iter);
      if (rows === 'no' || (rows === 'alone' && !this.#read)) continue;
      for (const name of targetNames(target)) needed.delete(name);
      needed.add(iter);
      kept.unshift({ text: `for ${text(file, target)} in ${inParentheses(file, iter)}:`, body: orPass([]) });
    }
    return kept;
  }

  /** A whole statement before the place we come from. */
  #before(file: SourceFile, stmt: Stmt, needed: Reads, scope: Scope): Kept[] {
    const gathers = (!this.#isLoading && isSimple(stmt) && this.#gathered?.of(stmt)) || false;
    if (gathers === true) {
      for (const name of boundBy(stmt).flatMap(targetNames)) needed.delete(name);
      needed.add(stmt);
      for (const name of boundBy(stmt).flatMap(targetNames)) if (stmt.kind !== 'AugAssign') needed.delete(name);
      return [{ text: text(file, stmt) }];
    }
    const kept = this.#named(file, stmt, needed, scope);
    if (kept.length > 0) return kept;
    if (gathers === false)
      return this.#isLoading ? [] : headsOf(stmt).flatMap((head) => this.#readIn(file, head, needed));
    needed.add(gathers.reads);
    return [{ text: gathers.text }];
  }

  /** What is read before the place we come from, where that may have loaded it: an object keeps what it has loaded. */
  #readIn(file: SourceFile, node: Node, needed: Reads, upto = Infinity): Kept[] {
    if (!this.#read && !this.#gathered) return [];
    const kept: Kept[] = [];
    for (const read of surelyRead(node, upto)) {
      if (
        !this.#mayHaveLoaded(
          file,
          read,
          targetsOf(read).some((name) => needed.has(name)),
        )
      )
        continue;
      needed.add(read);
      kept.push({ text: text(file, read) });
    }
    return kept;
  }

  /** Whether an attribute that was read decides what is there. What may not have run would be one more way to try. */
  #mayHaveLoaded(file: SourceFile, read: Attribute, isNeeded: boolean): boolean {
    const about = this.#read;
    if (isNeeded && about && text(file, about) === text(file, read)) return true;
    if (this.#branches > 0) return false;
    // With one attribute that was left out others may come.
    const isOfSame = isNeeded && about !== null && text(file, about.value) === text(file, read.value);
    // What has expired comes back, and what was gathered is flushed first.
    const mayFlush = this.#gathered !== null && (isNeeded || read.start > this.#gathered.from);
    return (isOfSame || mayFlush) && this.#resolver.isMapped(file, read);
  }

  /** What is kept of a statement because it gives a needed name its value. */
  #named(file: SourceFile, stmt: Stmt, needed: Reads, scope: Scope): Kept[] {
    switch (stmt.kind) {
      case 'Assign':
        if (this.#isMadeWithModels(file, stmt, scope)) return [];
        return this.#assign(file, stmt, needed);
      case 'AnnAssign': {
        if (!stmt.value || !this.#binds(stmt.target, needed)) return [];
        if (stmt.target.kind === 'Name') needed.delete(stmt.target.id);
        needed.add(stmt.value);
        if (stmt.target.kind !== 'Name') needed.add(stmt.target);
        return [{ text: `${text(file, stmt.target)} = ${inParentheses(file, stmt.value)}` }];
      }
      case 'AugAssign':
        if (!this.#binds(stmt.target, needed)) return [];
        needed.add(stmt.value);
        return [{ text: text(file, stmt) }];
      case 'Expr':
        if (
          !this.#mutates(file, stmt.value, needed, scope) &&
          !this.#saves(file, stmt.value, needed, scope) &&
          !this.#changes(file, stmt.value, needed) &&
          (this.#isLoading || !this.#resolver.changesInside(file, stmt.value))
        )
          return this.#walrus(file, stmt.value, needed);
        needed.add(stmt.value);
        return [{ text: text(file, stmt) }];
      case 'If':
        return this.#if(file, stmt, needed, scope);
      case 'For':
      case 'While': {
        const kept = this.#branch(file, stmt.body, needed, scope);
        if (kept.length === 0) return [];
        if (stmt.kind === 'While') {
          needed.add(stmt.test);
          return [{ text: `while ${inParentheses(file, stmt.test)}:`, body: kept }];
        }
        for (const name of targetNames(stmt.target)) needed.delete(name);
        needed.add(stmt.iter);
        return [{ text: `for ${text(file, stmt.target)} in ${inParentheses(file, stmt.iter)}:`, body: kept }];
      }
      case 'With':
        return this.#with(file, stmt, needed, scope);
      case 'Try':
        return this.#try(file, stmt, needed, scope);
      case 'Match':
        return this.#match(file, stmt, needed, scope);
      case 'FunctionDef': {
        if (scope.kind === 'module' || !needed.has(stmt.name.text)) return [];
        needed.delete(stmt.name.text);
        this.#addFreeReads(file, stmt, needed);
        return [{ text: this.#definition(file, stmt) }];
      }
      case 'Import':
      case 'ImportFrom':
        if (scope.kind !== 'module') this.#localImport(file, stmt, needed, scope);
        return [];
      case 'ClassDef':
      case 'Return':
      case 'Delete':
      case 'TypeAlias':
      case 'Raise':
      case 'Assert':
      case 'Global':
      case 'Nonlocal':
      case 'Pass':
      case 'Break':
      case 'Continue':
      case 'InvalidStmt':
        return [];
    }
  }

  #assign(file: SourceFile, stmt: Assign, needed: Reads): Kept[] {
    if (!stmt.targets.some((target) => this.#binds(target, needed)) && !this.#changes(file, stmt.value, needed))
      return this.#walrus(file, stmt.value, needed);
    for (const target of stmt.targets) {
      for (const name of targetNames(target)) needed.delete(name);
    }
    for (const target of stmt.targets.flatMap(partsOf))
      if (target.kind === 'Attribute' || target.kind === 'Subscript') needed.add(target);
    needed.add(stmt.value);
    return [{ text: text(file, stmt) }];
  }

  /** In a script: a table made again would be another one, so its name is followed like that of another module. */
  #isMadeWithModels(file: SourceFile, stmt: Assign, scope: Scope): boolean {
    const [target] = stmt.targets;
    if (this.#isLoading || scope.kind !== 'module' || target?.kind !== 'Name') return false;
    const binding = scope.bindings.get(target.id)?.find(({ range }) => range.start === target.start);
    return binding !== undefined && this.#resolver.isMadeWithModels(file, binding);
  }

  /** `names.append(name)`, but not `User.objects.update(…)`: what is done to rows changes no class. */
  #mutates(file: SourceFile, expr: Expr, needed: Reads, scope: Scope): boolean {
    if (expr.kind !== 'Call' || expr.func.kind !== 'Attribute' || !MUTATORS.has(expr.func.attr.text)) return false;
    const path = dottedPath(expr.func.value);
    if (path === null || !needed.has(path.name)) return false;
    const binding = this.#program.lookup(scope, path.name).at(-1);
    const symbol = binding && this.#program.follow(file, binding);
    return symbol?.kind !== 'binding' || symbol.binding.kind !== 'class';
  }

  /** `fill(author)`: what it sets is written when the author is. */
  #changes(file: SourceFile, expr: Expr, needed: Reads): boolean {
    const call = expr.kind === 'Await' ? expr.value : expr;
    if (call.kind !== 'Call' || this.#isLoading) return false;
    return this.#resolver.changedBy(file, call).some((one) => one.kind === 'Name' && needed.has(one.id));
  }

  /** `author.save()` of a new object: from then on it has a key. */
  #saves(file: SourceFile, expr: Expr, needed: Reads, scope: Scope): boolean {
    const call = expr.kind === 'Await' ? expr.value : expr;
    if (call.kind !== 'Call' || call.func.kind !== 'Attribute' || !SAVING.has(call.func.attr.text)) return false;
    const on = call.func.value;
    if (on.kind !== 'Name' || !needed.has(on.id)) return false;
    return this.#program.lookup(scope, on.id).some((binding) => this.#resolver.isNewRow(file, binding));
  }

  /** `(n := expression)` anywhere in a statement that is not kept itself. */
  #walrus(file: SourceFile, expr: Expr, needed: Reads): Kept[] {
    const kept: Kept[] = [];
    const pending: Node[] = [expr];
    for (let node = pending.pop(); node; node = pending.pop()) {
      if (node.kind === 'NamedExpr' && node.target.kind === 'Name' && needed.has(node.target.id)) {
        needed.delete(node.target.id);
        needed.add(node.value);
        kept.push({ text: `${node.target.id} = ${inParentheses(file, node.value)}` });
      } else if (node.kind !== 'Lambda') for (const child of children(node)) pending.push(child);
    }
    return kept;
  }

  #if(file: SourceFile, stmt: If, needed: Reads, scope: Scope): Kept[] {
    const before = needed.copy();
    const afterBody = needed.copy();
    const afterElse = needed.copy();
    // A branch that leaves the function says nothing about what follows it.
    const body = leaves(stmt.body) ? [] : this.#branch(file, stmt.body, afterBody, scope);
    const orelse = leaves(stmt.orelse) ? [] : this.#branch(file, stmt.orelse, afterElse, scope);
    const walrus = this.#walrus(file, stmt.test, needed);
    if (body.length === 0 && orelse.length === 0) return walrus;
    // Where a branch is kept, what follows is not reached through another that ends the function.
    if (endsFunction(stmt.body)) body.push(UNREACHED);
    if (endsFunction(stmt.orelse)) orelse.push(UNREACHED);
    const goingOn = [
      ...(endsFunction(stmt.body) ? [] : [afterBody]),
      ...(endsFunction(stmt.orelse) ? [] : [afterElse]),
    ];
    for (const name of [...before.names]) if (goingOn.every((after) => !after.has(name))) needed.delete(name);
    for (const after of goingOn) needed.merge(after);
    needed.add(stmt.test);
    const kept: Kept[] = [...walrus, { text: `if ${inParentheses(file, stmt.test)}:`, body: orPass(body) }];
    if (orelse.length > 0) kept.push({ text: 'else:', body: orelse });
    return kept;
  }

  #with(file: SourceFile, stmt: With, needed: Reads, scope: Scope): Kept[] {
    const kept = this.#block(file, stmt.body, Infinity, needed, scope);
    if (!this.#isLoading && kept.length > 0 && this.#gathered?.of(stmt)) {
      for (const name of boundBy(stmt).flatMap(targetNames)) needed.delete(name);
      for (const item of stmt.items) needed.add(item.context);
      const end = stmt.items.at(-1)!;
      const items = file.text.slice(stmt.items[0]!.context.start, (end.target ?? end.context).end);
      return [{ text: `with ${items.replace(/\s*\n\s*/g, ' ')}:`, body: kept }];
    }
    this.#bindTargets(
      file,
      stmt.items.flatMap((item) => item.target ?? []),
      needed,
      scope,
    );
    return kept;
  }

  /** Enters what the block around the expression is in, a savepoint for one; it is not left. */
  #entered(file: SourceFile, items: With['items'], needed: Reads): Kept[] {
    return items.flatMap(({ context, target }) => {
      for (const name of target ? targetNames(target) : []) needed.delete(name);
      needed.add(context);
      const name = `entered_${context.start}`;
      const enter = `${target ? `${text(file, target)} = ` : ''}${name}.__enter__()`;
      return [{ text: `${name} = ${inParentheses(file, context)}` }, { text: enter }];
    });
  }

  /** Enters what the decorators of the function around the expression open. */
  #decorated(file: SourceFile, { decorators }: FunctionDef, needed: Reads): Kept[] {
    const opening = decorators.filter((each) => this.#resolver.changesInside(file, each));
    return opening.map((each) => {
      needed.add(each);
      return { text: `${inParentheses(file, each)}${each.kind === 'Call' ? '' : '()'}.__enter__()` };
    });
  }

  /** The way without an exception. */
  #try(file: SourceFile, stmt: Try, needed: Reads, scope: Scope): Kept[] {
    const last = this.#block(file, stmt.finalbody, Infinity, needed, scope);
    const orelse = this.#block(file, stmt.orelse, Infinity, needed, scope);
    const body = this.#block(file, stmt.body, Infinity, needed, scope);
    return [...body, ...orelse, ...last];
  }

  #match(file: SourceFile, stmt: Match, needed: Reads, scope: Scope): Kept[] {
    const cases: Kept[] = [];
    const after = needed.copy();
    for (const one of stmt.cases) {
      const branch = needed.copy();
      const body = this.#branch(file, one.body, branch, scope);
      const guard = one.guard ? ` if ${inParentheses(file, one.guard)}` : '';
      if (one.guard) branch.add(one.guard);
      branch.add(one.pattern);
      cases.push({ text: `case ${text(file, one.pattern)}${guard}:`, body: orPass(body) });
      if (body.length > 0) after.merge(branch);
    }
    if (cases.every((one) => one.body?.length === 1 && one.body[0]!.text === 'pass')) return [];
    needed.merge(after);
    needed.add(stmt.subject);
    return [{ text: `match ${inParentheses(file, stmt.subject)}:`, body: cases }];
  }

  #binds(target: Expr, needed: Reads): boolean {
    if (target.kind === 'Attribute' || target.kind === 'Subscript') {
      const root = rootName(target);
      return root !== null && needed.has(root) && root !== 'self';
    }
    // `first.name, second.name = …`
    if (target.kind === 'Tuple' || target.kind === 'List') return target.elts.some((each) => this.#binds(each, needed));
    return targetNames(target).some((name) => needed.has(name));
  }

  #bindTargets(file: SourceFile, targets: readonly Expr[], needed: Reads, scope: Scope): void {
    for (const name of targets.flatMap(targetNames)) {
      if (!needed.has(name)) continue;
      const binding = scope.bindings
        .get(name)
        ?.find((one) => targets.some((t) => t.start <= one.range.start && one.range.end <= t.end));
      if (binding) this.#hole(file, binding, needed);
    }
  }

  #localImport(file: SourceFile, stmt: Import | ImportFrom, needed: Reads, scope: Scope): void {
    for (const alias of stmt.names) {
      const name = (alias.asName ?? alias.name).text.split('.')[0]!;
      if (!needed.has(name)) continue;
      const binding = scope.bindings.get(name)?.find((one) => 'alias' in one && one.alias === alias);
      if (!binding) continue;
      this.#followImport(file, binding, needed.pathsOf(name));
      needed.delete(name);
    }
  }

  /** What a function or class reads from around it: everything it names but what it binds itself. */
  #addFreeReads(file: SourceFile, node: FunctionDef | ClassDef, needed: Reads): void {
    const own = this.#reads(file);
    for (const stmt of node.body) own.add(stmt);
    this.#followLocalImports(file, node, own);
    const scope = this.#program.scopeOf(file, node);
    for (const name of scope ? namesBoundIn(scope) : []) own.delete(name);
    if (node.kind === 'FunctionDef') for (const expr of defaultsOf(node.params)) own.add(expr);
    else for (const expr of [...node.bases, ...node.keywords]) own.add(expr);
    needed.merge(own);
  }

  // -------------------------------------------------------------- members of classes

  #reads(file: SourceFile): Reads {
    return new Reads((node) => void this.#attributes.push({ file, node }));
  }

  /** Methods and attributes of classes, and what those read in turn. */
  #followMembers(): void {
    for (let at = this.#attributes.shift(); at; at = this.#attributes.shift()) {
      for (const member of this.#resolver.membersOf(at.file, at.node)) this.#followMember(member);
    }
  }

  #followMember({ file, cls, name, stmt, lineage }: Member): void {
    const root = lineage[0];
    const key = `${root ? `${root.module}.${root.name}` : ''} ${file.path}#${cls.name.text}.${name}`;
    const source = this.#memberSource(file, cls, stmt);
    // `@name.setter` and decorators that are functions of the class need more of it than one statement.
    const around = this.#program.scopeOf(file, cls)?.bindings;
    const decorators = Reads.of(...(stmt.kind === 'FunctionDef' ? stmt.decorators : []));
    if ([...decorators.names].some((each) => around?.has(each))) return;
    if (source === null || this.#followed.size > MAX_FOLLOWED || !this.#once(key)) return;
    const reads = this.#reads(file);
    if (stmt.kind === 'FunctionDef') {
      this.#addFreeReads(file, stmt, reads);
      for (const decorator of stmt.decorators) reads.add(decorator);
      for (const path of pathsOfSelf(stmt)) this.#noteAttribute(file, stmt, path, root);
    } else if (stmt.value) reads.add(stmt.value);
    this.#followModule(file, reads);
    this.#steps.push({ op: 'member', module: file.moduleName, cls: cls.name.text, name, source, lineage });
  }

  /** The class with one statement of its body; null when that does not stand on lines of its own. */
  #memberSource(file: SourceFile, cls: ClassDef, stmt: FunctionDef | Assign | AnnAssign): string | null {
    const start = stmt.kind === 'FunctionDef' ? withDecorators(file, stmt) : stmt.start;
    const before = file.text.slice(file.text.lastIndexOf('\n', start - 1) + 1, start);
    if (!/^[ \t]+$/.test(before)) return null;
    return `class ${cls.name.text}:\n${before}${textWithoutImports(file.text, { start, end: stmt.end }, localImports([stmt]))}\n`;
  }

  /** A function or class as it stands; the names that it imports for itself are made in its module. */
  #definition(file: SourceFile, node: FunctionDef | ClassDef): string {
    return textWithoutImports(file.text, node, localImports([node]));
  }

  #followLocalImports(file: SourceFile, node: FunctionDef | ClassDef, reads: Reads): void {
    for (const stmt of localImports([node])) {
      const scope = this.#program.scopeAt(file, stmt.start);
      for (const alias of stmt.names) {
        const name = (alias.asName ?? alias.name).text.split('.')[0]!;
        const binding = scope.bindings.get(name)?.find((one) => 'alias' in one && one.alias === alias);
        // Where the module has the name for something else, that stays: a function may read the wrong one, which is rare.
        if (binding && !file.scope.bindings.has(name)) this.#followImport(file, binding, reads.pathsOf(name));
      }
    }
  }

  /** What a followed method takes from `self` is known of the object that the slice begins with. */
  #noteAttribute(file: SourceFile, method: FunctionDef, path: readonly string[], root: ClassName | undefined): void {
    const self = method.params.args[0]?.name.text;
    const binding = self && this.#program.scopeOf(file, method)?.bindings.get(self)?.[0];
    if (!binding || !root) return;
    for (const [name, hole] of this.#holes) {
      const { type } = hole;
      if (type.kind !== 'object' || type.cls?.module !== root.module || type.cls.name !== root.name) continue;
      const attributes = { ...type.attributes };
      for (let length = 1; length <= path.length; length++) {
        const prefix = path.slice(0, length);
        const known = this.#resolver.attributeType(file, binding, prefix.join('.'));
        if (!known || known.kind === 'unknown') continue;
        setAttribute(attributes, prefix, known);
        if (known.kind !== 'object') break;
      }
      this.#holes.set(name, { ...hole, type: { ...type, attributes } });
    }
  }

  // -------------------------------------------------------------- names of modules

  #followModule(file: SourceFile, needed: Reads): void {
    for (const name of needed.names) this.#followName(file, name, needed.pathsOf(name));
  }

  /** Adds the steps that give a module-level name its value, what they need first. */
  #followName(file: SourceFile, name: string, paths: readonly string[]): void {
    const bindings = this.#program.lookup(file.scope, name);
    const last = bindings.at(-1);
    if (!last) return this.#unboundName(file, name);
    if (isImport(last)) return this.#followImport(file, last, paths);
    const key = `${file.path}#${name}`;
    if (this.#followed.has(key)) return;
    this.#followed.add(key);
    const model = this.#resolver.modelOf(file, last);
    if (model) {
      this.#models.add(model);
      return;
    }
    switch (last.kind) {
      case 'function': {
        const reads = this.#reads(file);
        this.#addFreeReads(file, last.node, reads);
        this.#followModule(file, reads);
        this.#define(file, name, this.#definition(file, last.node));
        return;
      }
      case 'class': {
        const reads = this.#reads(file);
        this.#addFreeReads(file, last.node, reads);
        reads.delete(name);
        this.#followModule(file, reads);
        this.#define(file, name, this.#definition(file, last.node));
        return;
      }
      default: {
        const type = this.#resolver.holeType(file, last);
        if (type.kind !== 'unknown' && type.kind !== 'scalar' && type.kind !== 'list')
          return this.#holeStep(file, name, type);
        const needed = this.#reads(file);
        needed.merge(Reads.of({ kind: 'Name', id: name, start: 0, end: 0 }));
        const isLoading = this.#isLoading;
        this.#isLoading = true;
        const kept = this.#block(file, file.module.body, Infinity, needed, file.scope);
        this.#isLoading = isLoading;
        // A name that still is needed had no statement that could be kept: a loop variable, a `with` target.
        if (kept.length === 0) return this.#holeStep(file, name, type);
        needed.delete(name);
        this.#followModule(file, needed);
        for (const one of kept) this.#define(file, name, layout(one, 0));
      }
    }
  }

  #unboundName(file: SourceFile, name: string): void {
    const symbol = this.#program.resolve(file, { kind: 'Name', id: name, start: 0, end: 0 }, file.scope);
    if (symbol.kind === 'builtin') return;
    const key = `${file.path}#${name}`;
    if (this.#followed.has(key)) return;
    this.#followed.add(key);
    if (symbol.kind === 'external') return this.#importStep(file, name, symbol.name);
    this.#unknown.add(`\`${name}\` is not defined`);
    this.#holeStep(file, name, { kind: 'unknown' });
  }

  #followImport(file: SourceFile, binding: Binding, paths: readonly string[]): void {
    const as = binding.name;
    const symbol = this.#program.follow(file, binding);
    switch (symbol.kind) {
      case 'binding': {
        const target = symbol.binding;
        if (this.#once(`${file.path}#${as}`)) {
          this.#followName(symbol.file, target.name, paths);
          this.#steps.push({
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
          this.#steps.push({ op: 'link', module: file.moduleName, as, from: symbol.file.moduleName, name: null });
        }
        return;
      }
      case 'external':
        if (this.#once(`${file.path}#${as}`)) this.#importStep(file, as, symbol.name, binding);
        return;
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
        this.#steps.push({ op: 'link', module: file.moduleName, as: first, from: below.moduleName, name: null });
      }
    }
  }

  #importStep(file: SourceFile, as: string, dotted: string, binding?: Binding): void {
    // `import a.b` binds `a`, `import a.b as c` binds the inner module, `from a import b` a name of it.
    if (binding?.kind === 'import') {
      const from = binding.alias.name.text;
      this.#steps.push({
        op: 'import',
        module: file.moduleName,
        as: binding.alias.asName ? as : from,
        from,
        name: null,
      });
      return;
    }
    const dot = dotted.lastIndexOf('.');
    const from = dot < 0 ? dotted : dotted.slice(0, dot);
    this.#steps.push({ op: 'import', module: file.moduleName, as, from, name: dot < 0 ? null : dotted.slice(dot + 1) });
  }

  #holeStep(file: SourceFile, as: string, type: HoleType): void {
    this.#steps.push({ op: 'hole', module: file.moduleName, as, hole: { text: as, type, optional: false } });
  }

  #define(file: SourceFile, name: string, source: string): void {
    this.#steps.push({ op: 'define', module: file.moduleName, name, source });
  }

  #once(key: string): boolean {
    if (this.#followed.has(key)) return false;
    this.#followed.add(key);
    return true;
  }
}

// ---------------------------------------------------------------- small questions about statements

function rootName(expr: Expr): string | null {
  let current = expr;
  for (;;) {
    if (current.kind === 'Attribute' || current.kind === 'Subscript') current = current.value;
    else if (current.kind === 'Call') current = current.func;
    else return current.kind === 'Name' ? current.id : null;
  }
}

/** `filters.append(…)` for a needed `filters`. */
/** Whether a block always ends in return, raise, continue or break. */
function leaves(stmts: readonly Stmt[]): boolean {
  const last = stmts.at(-1);
  switch (last?.kind) {
    case 'Return':
    case 'Raise':
    case 'Continue':
    case 'Break':
      return true;
    case 'If':
      return leaves(last.body) && leaves(last.orelse);
    default:
      return false;
  }
}

/** Whether a branch ends with `return` or `raise`, in each of its own branches. */
function endsFunction(stmts: readonly Stmt[]): boolean {
  const last = stmts.at(-1);
  if (last?.kind === 'If') return endsFunction(last.body) && endsFunction(last.orelse);
  return last?.kind === 'Return' || last?.kind === 'Raise';
}

/** A statement without blocks that does something. */
function isSimple(stmt: Stmt): boolean {
  switch (stmt.kind) {
    case 'Assign':
    case 'AnnAssign':
    case 'AugAssign':
    case 'Delete':
    case 'Expr':
      return true;
    default:
      return false;
  }
}

/** `self` of a method, which `super()` means too. */
function firstParameter({ node, parent }: Scope): string | null {
  if (node.kind !== 'FunctionDef' || parent?.kind !== 'class') return null;
  return (node.params.posonly[0] ?? node.params.args[0])?.name.text ?? null;
}

/** What of a statement is evaluated whatever becomes of its blocks. */
function headsOf(stmt: Stmt): readonly Node[] {
  switch (stmt.kind) {
    case 'If':
    case 'While':
      return [stmt.test];
    case 'For':
      return [stmt.iter];
    case 'With':
      return stmt.items.map(({ context }) => context);
    case 'Match':
      return [stmt.subject];
    case 'Return':
    case 'Assert':
    case 'Raise':
      return [stmt];
    default:
      return isSimple(stmt) ? [stmt] : [];
  }
}

/** The name that an attribute is of. */
function targetsOf(attribute: Attribute): readonly string[] {
  const path = dottedPath(attribute);
  return path ? [path.name] : [];
}

/** The targets of an assignment that takes its value apart. */
function partsOf(target: Expr): readonly Expr[] {
  return target.kind === 'Tuple' || target.kind === 'List' ? target.elts.flatMap(partsOf) : [target];
}

function boundBy(stmt: Stmt): readonly Expr[] {
  switch (stmt.kind) {
    case 'Assign':
      return stmt.targets;
    case 'AnnAssign':
      return stmt.value ? [stmt.target] : [];
    case 'With':
      return stmt.items.flatMap((item) => item.target ?? []);
    default:
      return [];
  }
}

function generatorsOf(node: Node): readonly Comprehension[] {
  return 'generators' in node ? node.generators : [];
}

function isImport(binding: Binding): boolean {
  return binding.kind === 'import' || binding.kind === 'importFrom';
}

function isOptional(binding: Binding): boolean {
  if (binding.kind !== 'parameter') return false;
  const { default: byDefault, annotation } = binding.node;
  return (
    (byDefault?.kind === 'Constant' && byDefault.type === 'None') || (annotation !== null && allowsNone(annotation))
  );
}

/** `int | None`, `Optional[int]`. */
function allowsNone(annotation: Expr): boolean {
  switch (annotation.kind) {
    case 'BinOp':
      return allowsNone(annotation.left) || allowsNone(annotation.right);
    case 'Constant':
      return annotation.type === 'None';
    case 'Subscript': {
      const path = dottedPath(annotation.value);
      return path !== null && (path.path || path.name).split('.').at(-1) === 'Optional';
    }
    default:
      return false;
  }
}

/** Names that a scope or one inside of it binds. */
function namesBoundIn(scope: Scope): string[] {
  return [...scope.bindings.keys(), ...scope.children.flatMap(namesBoundIn)];
}

function decoratedStart(node: FunctionDef): number {
  return Math.min(node.start, ...node.decorators.map((decorator) => decorator.start));
}

function setAttribute(attributes: Record<string, HoleType>, path: readonly string[], type: HoleType): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  const below = attributes[first];
  if (rest.length === 0) {
    if (below?.kind !== 'object' || type.kind !== 'object') attributes[first] = type;
    return;
  }
  const inner = below?.kind === 'object' ? { ...below.attributes } : {};
  setAttribute(inner, rest, type);
  attributes[first] =
    below?.kind === 'object' ? { ...below, attributes: inner } : { kind: 'object', attributes: inner };
}

/** What a method reads of its first parameter, as paths. */
function pathsOfSelf(method: FunctionDef): readonly (readonly string[])[] {
  const self = method.params.args[0]?.name.text;
  if (!self) return [];
  return Reads.of(...method.body)
    .pathsOf(self)
    .map((path) => path.split('.'));
}

function withDecorators(file: SourceFile, node: FunctionDef): number {
  const first = node.decorators[0];
  return first ? file.text.lastIndexOf('@', first.start) : node.start;
}

// ---------------------------------------------------------------- text

function text(file: SourceFile, node: Node): string {
  return file.text.slice(node.start, node.end);
}

/** Parentheses are not part of an expression's range; a piece over several lines needs its own. */
function inParentheses(file: SourceFile, expr: Expr): string {
  const source = text(file, expr);
  return source.includes('\n') || expr.kind === 'NamedExpr' ? `(${source}\n)` : source;
}

function orPass(kept: readonly Kept[]): readonly Kept[] {
  return kept.length > 0 ? kept : [{ text: 'pass' }];
}

/**
 * One space for each level: never deeper than the lines of a kept function, which stay as they are, because a string
 * over several lines must not be indented.
 */
function layout(kept: Kept, depth: number): string {
  const line = `${' '.repeat(depth)}${kept.text}\n`;
  return line + (kept.body ?? []).map((below) => layout(below, depth + 1)).join('');
}
