import type {
  Assign,
  Attribute,
  Expr,
  For,
  FunctionDef,
  If,
  Import,
  ImportFrom,
  Match,
  Node,
  Stmt,
  Try,
  While,
  With,
} from '../python/syntax/nodes.ts';
import { children, nodesUnder } from '../python/syntax/visit.ts';
import type { Binding, Program, Scope, SourceFile } from '../python/types.ts';
import type { Holes } from './holes.ts';
import type { ModuleNames } from './moduleNames.ts';
import { knownBy } from './narrowing.ts';
import { inParentheses, orPass, text, UNREACHED, type Kept } from './pieces.ts';
import type { HoleType } from './program.ts';
import { dottedPath, surelyRead, targetNames, type Reads } from './reads.ts';
import type { Gatherings, SliceResolver } from './resolver.ts';
import { boundBy, definedBy, endsFunction, headsOf, isSimple, leaves, partsOf, rootName } from './statements.ts';

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

/**
 * Goes backwards through the statements of a block and keeps what gives the needed names their values. Whether other
 * statements matter, such as what a flush gathers or what was loaded before, is said in `about`.
 */
export class Blocks {
  readonly #program: Program;
  readonly #resolver: SliceResolver;
  readonly #holes: Holes;
  readonly #names: ModuleNames;
  /** What the statements before have to do with the expression, if anything: then reads decide too what is sent. */
  readonly #gathered: Gatherings | null;
  /** What a statement before loads that the expression finds loaded. */
  readonly #evaluated: ReturnType<SliceResolver['evaluatedBefore']>;
  /** The attribute that the slice is about, if it is about one. */
  readonly #read: Attribute | null;
  /** While a name of a module is followed: it has its value from before there was any session of the slice. */
  #isLoading = false;
  /** In how many blocks we are that may not have run. */
  #branches = 0;

  constructor(
    program: Program,
    resolver: SliceResolver,
    holes: Holes,
    names: ModuleNames,
    about: {
      readonly gathered: Gatherings | null;
      readonly evaluated: ReturnType<SliceResolver['evaluatedBefore']>;
      readonly read: Attribute | null;
    },
  ) {
    this.#program = program;
    this.#resolver = resolver;
    this.#holes = holes;
    this.#names = names;
    this.#gathered = about.gathered;
    this.#evaluated = about.evaluated;
    this.#read = about.read;
  }

  /** What a module does before an offset to give `needed` names of it their values when it is loaded. */
  ofModule(file: SourceFile, needed: Reads, upto: number): readonly Kept[] {
    const isLoading = this.#isLoading;
    this.#isLoading = true;
    const kept = this.block(file, file.module.body, upto, needed, file.scope);
    this.#isLoading = isLoading;
    return kept;
  }

  /** Keeps of `stmts` before `upto` what `needed` depends on, and changes `needed` to what those depend on in turn. */
  block(file: SourceFile, stmts: readonly Stmt[], upto: number, needed: Reads, scope: Scope): Kept[] {
    const kept: Kept[] = [];
    for (let i = stmts.length - 1; i >= 0; i--) {
      const stmt = stmts[i]!;
      if (stmt.start >= upto) continue;
      const around = upto < stmt.end;
      if (!around && !this.#isLoading && stmts === file.module.body) this.#definedSoFar(file, stmt, needed, scope);
      const pieces = around ? this.#around(file, stmt, upto, needed, scope) : this.#before(file, stmt, needed, scope);
      kept.unshift(...pieces);
    }
    return kept;
  }

  /** In a script, what a name is bound to again further down is not what the lines above mean by it. */
  #definedSoFar(file: SourceFile, stmt: Stmt, needed: Reads, scope: Scope): void {
    for (const name of definedBy(stmt)) {
      const binding = needed.has(name) && scope.bindings.get(name)?.find((one) => isBoundIn(one, stmt));
      if (!binding) continue;
      this.#names.followBinding(file, binding, needed.pathsOf(name));
      needed.delete(name);
    }
  }

  /** A block that may not have run. */
  #branch(file: SourceFile, stmts: readonly Stmt[], needed: Reads, scope: Scope): Kept[] {
    this.#branches++;
    const kept = this.block(file, stmts, Infinity, needed, scope);
    this.#branches--;
    return kept;
  }

  /** A statement that contains the place we come from: its condition holds, its loop variable has some value. */
  #around(file: SourceFile, stmt: Stmt, upto: number, needed: Reads, scope: Scope): Kept[] {
    const inner = (body: readonly Stmt[]): Kept[] =>
      body.some((s) => s.start <= upto && upto < s.end) ? this.block(file, body, upto, needed, scope) : [];
    switch (stmt.kind) {
      case 'If':
      case 'While': {
        const kept = [...inner(stmt.body), ...inner(stmt.orelse)];
        if (stmt.kind === 'While') this.#noteLaterPasses(stmt, needed, scope);
        const holding = stmt.kind === 'If' ? knownBy(file, stmt, upto, needed, scope) : [];
        return [...this.#readIn(file, stmt.test, needed, upto), ...holding, ...kept];
      }
      case 'For': {
        const kept = [...inner(stmt.body), ...inner(stmt.orelse)];
        this.#noteLaterPasses(stmt, needed, scope);
        const rows = this.iterated(file, [stmt], needed);
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
        return [...this.block(file, stmt.body, upto, needed, scope), ...late];
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
      this.#holes.unknown.add(`what \`${name}\` is after the first pass of the loop`);
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
  iterated(file: SourceFile, loops: readonly { target: Expr; iter: Expr }[], needed: Reads): Kept[] {
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
    if (gathers === false && this.#isLoading) return [];
    const found = gathers === false ? this.#evaluated?.(stmt) : gathers;
    if (!found) return headsOf(stmt).flatMap((head) => this.#readIn(file, head, needed));
    needed.add(found.reads);
    return [{ text: found.text }];
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
        if (!stmt.value || !this.#binds(file, stmt.target, needed)) return [];
        if (stmt.target.kind === 'Name') needed.delete(stmt.target.id);
        needed.add(stmt.value);
        if (stmt.target.kind !== 'Name') needed.add(stmt.target);
        return [{ text: `${text(file, stmt.target)} = ${inParentheses(file, stmt.value)}` }];
      }
      case 'AugAssign':
        if (!this.#binds(file, stmt.target, needed)) return [];
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
        this.#names.addFreeReads(file, stmt, needed);
        return [{ text: this.#names.definition(file, stmt) }];
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
    const changes = this.#changes(file, stmt.value, needed) || this.#gives(file, stmt, needed);
    if (!changes && !stmt.targets.some((target) => this.#binds(file, target, needed)))
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

  /** `place.restaurant = restaurant`: the restaurant refers to that place then. */
  #gives(file: SourceFile, stmt: Assign, needed: Reads): boolean {
    const { value } = stmt;
    if (value.kind !== 'Name' || !needed.has(value.id) || this.#isLoading) return false;
    return this.#resolver.changedBy(file, stmt).length > 0;
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
    const kept = this.block(file, stmt.body, Infinity, needed, scope);
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
  decorated(file: SourceFile, { decorators }: FunctionDef, needed: Reads): Kept[] {
    const opening = decorators.filter((each) => this.#resolver.changesInside(file, each));
    return opening.map((each) => {
      needed.add(each);
      return { text: `${inParentheses(file, each)}${each.kind === 'Call' ? '' : '()'}.__enter__()` };
    });
  }

  /** The way without an exception. */
  #try(file: SourceFile, stmt: Try, needed: Reads, scope: Scope): Kept[] {
    const last = this.block(file, stmt.finalbody, Infinity, needed, scope);
    const orelse = this.block(file, stmt.orelse, Infinity, needed, scope);
    const body = this.block(file, stmt.body, Infinity, needed, scope);
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

  #binds(file: SourceFile, target: Expr, needed: Reads): boolean {
    if (target.kind === 'Attribute' || target.kind === 'Subscript') {
      const root = rootName(target);
      if (root === null || !needed.has(root)) return false;
      // What a service holds is known already; an object of a model changes.
      return root !== 'self' || (target.kind === 'Attribute' && this.#resolver.isMapped(file, target));
    }
    // `first.name, second.name = …`
    if (target.kind === 'Tuple' || target.kind === 'List')
      return target.elts.some((each) => this.#binds(file, each, needed));
    return targetNames(target).some((name) => needed.has(name));
  }

  #bindTargets(file: SourceFile, targets: readonly Expr[], needed: Reads, scope: Scope): void {
    for (const name of targets.flatMap(targetNames)) {
      if (!needed.has(name)) continue;
      const binding = scope.bindings
        .get(name)
        ?.find((one) => targets.some((t) => t.start <= one.range.start && one.range.end <= t.end));
      if (binding) this.#holes.add(file, binding, needed);
    }
  }

  #localImport(file: SourceFile, stmt: Import | ImportFrom, needed: Reads, scope: Scope): void {
    for (const alias of stmt.names) {
      const name = (alias.asName ?? alias.name).text.split('.')[0]!;
      if (!needed.has(name)) continue;
      const binding = scope.bindings.get(name)?.find((one) => 'alias' in one && one.alias === alias);
      if (!binding) continue;
      this.#names.followImport(file, binding, needed.pathsOf(name));
      needed.delete(name);
    }
  }
}

function isBoundIn({ range }: Binding, stmt: Stmt): boolean {
  const start = 'decorators' in stmt ? Math.min(stmt.start, ...stmt.decorators.map((one) => one.start)) : stmt.start;
  return start <= range.start && range.end <= stmt.end;
}

/** The name that an attribute is of. */
function targetsOf(attribute: Attribute): readonly string[] {
  const path = dottedPath(attribute);
  return path ? [path.name] : [];
}
