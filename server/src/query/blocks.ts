/** The statements before an expression that a slice keeps. */
import type {
  Assign,
  Attribute,
  Expr,
  FunctionDef,
  If,
  Import,
  ImportFrom,
  Match,
  Node,
  Stmt,
  Try,
  With,
} from '../python/syntax/nodes.ts';
import { children, nodesUnder } from '../python/syntax/visit.ts';
import type { Binding, Program, Scope, SourceFile } from '../python/types.ts';
import { EarlierReads } from './earlierReads.ts';
import { Effects } from './effects.ts';
import type { Holes } from './holes.ts';
import { noteLaterPasses } from './laterPasses.ts';
import type { ModuleNames } from './moduleNames.ts';
import { knownAfter, knownBy, knownInside } from './narrowing.ts';
import { inParentheses, orPass, text, UNREACHED, type Kept } from './pieces.ts';
import { Reads, targetNames } from './reads.ts';
import type { Gatherings, SliceResolver } from './resolver.ts';
import { decidesStatement } from './knownLoops.ts';
import { boundBy, definedBy, endsFunction, headsOf, isSimple, leaves, partsOf } from './statements.ts';

/**
 * Goes backwards through the statements of a block and keeps what gives the needed names their values. Whether other
 * statements matter, such as what a flush gathers or what was loaded before, is said in `about`.
 */
export class Blocks {
  readonly #resolver: SliceResolver;
  readonly #holes: Holes;
  readonly #names: ModuleNames;
  readonly #effects: Effects;
  readonly #reads: EarlierReads;
  /** What the statements before have to do with the expression, if anything. */
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
    this.#resolver = resolver;
    this.#effects = new Effects(program, resolver);
    this.#reads = new EarlierReads(resolver, about.gathered, about.read);
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
        if (stmt.kind === 'While') noteLaterPasses(stmt, needed, scope, this.#holes);
        const changes = !this.#isLoading && stmt.kind === 'If' && this.#effects.changesInTest(file, stmt.test, needed);
        const holding = stmt.kind === 'If' ? knownBy(file, stmt, upto, needed, scope, changes) : [];
        if (changes) needed.add(stmt.test);
        return [...this.#readIn(file, stmt.test, needed, upto), ...holding, ...kept];
      }
      case 'For': {
        const kept = [...inner(stmt.body), ...inner(stmt.orelse)];
        noteLaterPasses(stmt, needed, scope, this.#holes);
        const rows = this.iterated(file, [stmt], needed, scope);
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
        return [...this.#readIn(file, stmt, needed, upto), ...knownInside(file, stmt, upto, needed, scope)];
    }
  }

  /**
   * In a loop, an object is a row of the loop's query, with all that was loaded with it. Where nothing was, any row will do
   * for what does not ask for that.
   */
  iterated(file: SourceFile, loops: readonly Loop[], needed: Reads, scope: Scope): Kept[] {
    const kept: Kept[] = [];
    for (const { target, iter, body = [] } of loops.toReversed()) {
      if (!targetNames(target).some((name) => needed.has(name))) continue;
      const rows = this.#resolver.givesRows(file, iter);
      const decides = rows === 'no' && decidesStatement(target, iter, body, scope, this.#resolver);
      if (!decides && (rows === 'no' || (rows === 'alone' && !this.#read))) continue;
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

  /** What is read there before the place we come from, where that may have loaded it: an object keeps what it has loaded. */
  #readIn(file: SourceFile, node: Node, needed: Reads, upto = Infinity): Kept[] {
    return this.#reads.in(file, node, needed, this.#branches > 0, upto);
  }

  /** What is kept of a statement because it gives a needed name its value. */
  #named(file: SourceFile, stmt: Stmt, needed: Reads, scope: Scope): Kept[] {
    switch (stmt.kind) {
      case 'Assign':
        if (!this.#isLoading && this.#effects.isMadeWithModels(file, stmt, scope)) return [];
        return this.#assign(file, stmt, needed);
      case 'AnnAssign': {
        if (!stmt.value || !this.#effects.binds(file, stmt.target, needed)) return [];
        if (stmt.target.kind === 'Name') needed.delete(stmt.target.id);
        needed.add(stmt.value);
        if (stmt.target.kind !== 'Name') needed.add(stmt.target);
        return [{ text: `${text(file, stmt.target)} = ${inParentheses(file, stmt.value)}` }];
      }
      case 'AugAssign':
        if (!this.#effects.binds(file, stmt.target, needed)) return [];
        needed.add(stmt.value);
        return [{ text: text(file, stmt) }];
      case 'Expr':
        if (
          !this.#effects.mutates(file, stmt.value, needed, scope) &&
          !this.#effects.saves(file, stmt.value, needed, scope) &&
          (this.#isLoading ||
            (!this.#effects.changes(file, stmt.value, needed) && !this.#resolver.changesInside(file, stmt.value)))
        )
          return this.#walrus(file, stmt.value, needed);
        needed.add(stmt.value);
        return [{ text: text(file, stmt) }];
      case 'If':
        return this.#if(file, stmt, needed, scope);
      case 'For':
      case 'While': {
        const without = needed.copy();
        // What it does to its elements it does to what it goes over.
        const elements = stmt.kind === 'For' && !this.#isLoading && isPartOf(stmt.iter, needed) ? stmt.target : null;
        const added = elements ? targetNames(elements).filter((name) => !needed.has(name)) : [];
        for (const name of added) needed.addName(name);
        const kept = this.#branch(file, stmt.body, needed, scope);
        if (kept.length === 0) {
          for (const name of added) needed.delete(name);
          return [];
        }
        // The loop may not run at all.
        for (const name of [...without.names]) if (!isBoundBefore(stmt, name, scope)) without.delete(name);
        needed.merge(without);
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
    const changes =
      !this.#isLoading && (this.#effects.changes(file, stmt.value, needed) || this.#effects.gives(file, stmt, needed));
    if (!changes && !stmt.targets.some((target) => this.#effects.binds(file, target, needed)))
      return this.#walrus(file, stmt.value, needed);
    for (const target of stmt.targets) {
      for (const name of targetNames(target)) needed.delete(name);
    }
    for (const target of stmt.targets.flatMap(partsOf))
      if (target.kind === 'Attribute' || target.kind === 'Subscript') needed.add(target);
    needed.add(stmt.value);
    return [{ text: text(file, stmt) }];
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
    if (body.length === 0 && orelse.length === 0) {
      if (this.#isLoading || !this.#effects.changesInTest(file, stmt.test, needed)) {
        // In a loop before the place, it says nothing where that has no pass, or goes on with the next.
        const isLeft = this.#branches === 0 && leaves(stmt.body) && stmt.orelse.length === 0;
        return isLeft ? [...walrus, ...knownAfter(file, stmt, needed, scope)] : walrus;
      }
      body.push(...orPass([]));
    }
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

  /** The way without an exception, and the ways on where a query finds nothing. */
  #try(file: SourceFile, stmt: Try, needed: Reads, scope: Scope): Kept[] {
    const last = this.block(file, stmt.finalbody, Infinity, needed, scope);
    const handled = this.#isLoading ? [] : this.#handled(file, stmt, needed, scope);
    const orelse = this.block(file, stmt.orelse, Infinity, needed, scope);
    const body = this.block(file, stmt.body, Infinity, needed, scope);
    if (
      handled.length === 0 ||
      (body.length === 0 && handled.every(({ kept }) => kept.length === 0 || kept[0] === UNREACHED))
    )
      return [...body, ...orelse, ...last];
    for (const { reads } of handled) needed.merge(reads);
    const handlers = handled.map(({ text: head, kept }) => ({ text: head, body: orPass(kept) }));
    const otherwise = orelse.length > 0 ? [{ text: 'else:', body: orelse }] : [];
    return [{ text: 'try:', body: orPass(body) }, ...handlers, ...otherwise, ...last];
  }

  /** The handlers, where the function goes on behind one of them and a query in the body may find nothing and raise that. */
  #handled(file: SourceFile, { body, handlers }: Try, needed: Reads, scope: Scope): readonly Handled[] {
    const raises = [...nodesUnder(body)].some(
      (node) => node.kind === 'Call' && this.#resolver.raisesWithoutRow(file, node),
    );
    if (!raises || handlers.every((handler) => leaves(handler.body))) return [];
    return handlers.map((handler) => {
      const isLeft = leaves(handler.body);
      // One that leaves comes before those below it all the same.
      const reads = isLeft ? new Reads() : needed.copy();
      const kept = isLeft ? [UNREACHED] : this.#branch(file, handler.body, reads, scope);
      if (handler.type) reads.add(handler.type);
      return { text: handler.type ? `except ${inParentheses(file, handler.type)}:` : 'except:', kept, reads };
    });
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

/** A handler of a `try`: its head, what is kept of it, and what it and the code behind it need. */
interface Handled {
  readonly text: string;
  readonly kept: Kept[];
  readonly reads: Reads;
}

/** A `for` statement, or one of a comprehension. */
type Loop = { readonly target: Expr; readonly iter: Expr; readonly body?: readonly Stmt[] };

/** Whether an expression is something needed, or reads of it. */
function isPartOf(expr: Expr, needed: Reads): boolean {
  return [...Reads.of(expr).names].some((name) => needed.has(name));
}

function isBoundIn({ range }: Binding, stmt: Stmt): boolean {
  const start = 'decorators' in stmt ? Math.min(stmt.start, ...stmt.decorators.map((one) => one.start)) : stmt.start;
  return start <= range.start && range.end <= stmt.end;
}

/** Whether something before a statement gives a name a value. */
function isBoundBefore({ start }: Stmt, name: string, scope: Scope): boolean {
  return scope.bindings.get(name)?.some(({ range }) => range.start < start) ?? false;
}
