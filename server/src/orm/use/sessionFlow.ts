/** What becomes of a session over every way through the code: whether what is written in it is committed, whether it is closed. */
import type { Call, Node, Stmt, Try, With } from '../../python/syntax/nodes.ts';
import { children, suitesOf } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { SESSION_WRITES } from '../sqlalchemy/sessionMethods.ts';
import { type Summaries, summariesOf } from '../summaries/summaries.ts';
import { nodesIn } from './places.ts';

export interface SessionFlow {
  /** Writes behind which the session is closed, and that nothing commits or rolls back on any way from there. */
  readonly lost: readonly Call[];
  /** Statements that leave the code with the session open, `end` for its end; not what only exceptions lead to. */
  readonly leftOpen: readonly (Stmt | 'end')[];
  /** What closes it on some way. */
  readonly closedBy: Node | null;
}

/** Methods of a session that change nothing about who commits. */
const NEUTRAL = new Set([
  'execute',
  'scalars',
  'scalar',
  'exec',
  'get',
  'get_one',
  'query',
  'flush',
  'refresh',
  'expire',
  'expire_all',
  'stream',
  'stream_scalars',
  'begin_nested',
]);
const CLOSES = /^(a?close|remove|invalidate|close_all)$/;

/**
 * Follows one session through the statements behind the one that opens it. Null when it is handed to code that cannot be
 * read, kept or given a second name: then somebody else may commit.
 */
export function sessionFlow(
  body: readonly Stmt[],
  session: string,
  closesAtEnd: boolean,
  file: SourceFile,
  inference: Inference,
): SessionFlow | null {
  const walk = new Walk(session, closesAtEnd, file, summariesOf(inference));
  const end = walk.suite(body, { writes: new Set(), isOpen: true });
  if (end && closesAtEnd) walk.close(end, null);
  else if (end?.isOpen) walk.leftOpen.push('end');
  if (walk.escapes) return null;
  const lost = walk.isUnclear ? [] : [...walk.closed].filter((write) => !walk.settled.has(write));
  return { lost, leftOpen: walk.leftOpen, closedBy: walk.closedBy };
}

/** What may be so at one place. */
interface Pending {
  /** Writes that are not committed yet. */
  readonly writes: ReadonlySet<Call>;
  readonly isOpen: boolean;
}

class Walk {
  escapes = false;
  /** Something is done to it that may commit. */
  isUnclear = false;
  readonly leftOpen: (Stmt | 'end')[] = [];
  closedBy: Node | null = null;
  /** Writes that were open where the session was closed, on some way that no exception leaves. */
  readonly closed = new Set<Call>();
  /** Writes from which some way leads to a commit or a wanted rollback. */
  readonly settled = new Set<Call>();
  readonly #session: string;
  readonly #closesAtEnd: boolean;
  readonly #file: SourceFile;
  readonly #summaries: Summaries;
  /** What runs when a function is left from inside, the nearest last. */
  readonly #finals: (readonly Stmt[])[] = [];
  /** The writes of each `try` around: its handlers begin behind any of them. */
  readonly #tries: Set<Call>[] = [];
  /** What is pending where the loops around are left or go on. */
  readonly #loops: (Pending | null)[] = [];
  #handlers = 0;

  constructor(session: string, closesAtEnd: boolean, file: SourceFile, summaries: Summaries) {
    this.#session = session;
    this.#closesAtEnd = closesAtEnd;
    this.#file = file;
    this.#summaries = summaries;
  }

  /** What is pending behind the statements; null when no way leads there. */
  suite(statements: readonly Stmt[], before: Pending): Pending | null {
    let pending: Pending | null = before;
    for (const statement of statements) {
      if (!pending) return null;
      pending = this.#statement(statement, pending);
    }
    return pending;
  }

  close({ writes }: Pending, by: Node | null): Pending {
    for (const write of writes) this.closed.add(write);
    this.closedBy ??= by;
    return { writes: new Set(), isOpen: false };
  }

  #statement(statement: Stmt, before: Pending): Pending | null {
    switch (statement.kind) {
      case 'If': {
        const pending = this.#expressions(statement.test, before);
        return union(this.suite(statement.body, pending), this.suite(statement.orelse, pending));
      }
      case 'For':
        return this.#loop(statement, this.#expressions(statement.iter, before));
      case 'While':
        return this.#loop(statement, this.#expressions(statement.test, before));
      case 'Try':
        return this.#try(statement, before);
      case 'With':
        return this.#with(statement, before);
      case 'Match': {
        const pending = this.#expressions(statement.subject, before);
        let after: Pending | null = pending;
        for (const { guard, body } of statement.cases)
          after = union(after, this.suite(body, guard ? this.#expressions(guard, pending) : pending));
        return after;
      }
      case 'Return': {
        const pending = this.#leave(this.#expressions(statement, before));
        if (pending && this.#closesAtEnd) this.close(pending, null);
        else if (pending?.isOpen) this.leftOpen.push(statement);
        return null;
      }
      case 'Raise':
        this.#expressions(statement, before);
        return null;
      case 'Break':
      case 'Continue': {
        const pending = this.#leave(before);
        if (this.#loops.length > 0) this.#loops.push(union(this.#loops.pop()!, pending));
        // A loop around all of this.
        else if (pending?.isOpen && !this.#closesAtEnd) this.leftOpen.push(statement);
        return null;
      }
      default:
        return this.#expressions(statement, before);
    }
  }

  /** A loop may run no time, once, and again after itself. */
  #loop(loop: Stmt & { readonly kind: 'For' | 'While' }, before: Pending): Pending | null {
    this.#loops.push(null);
    let pending: Pending = before;
    for (let round = 0; round < 2; round++) {
      const after = union(this.suite(loop.body, pending), this.#loops.at(-1)!);
      pending = union(pending, after)!;
    }
    const left = this.#loops.pop()!;
    return union(this.suite(loop.orelse, pending), left);
  }

  #try({ body, handlers, orelse, finalbody }: Try, before: Pending): Pending | null {
    this.#finals.push(finalbody);
    const writes = new Set(before.writes);
    this.#tries.push(writes);
    let after = this.suite(body, before);
    this.#tries.pop();
    for (const write of writes) this.#tries.at(-1)?.add(write);
    // Whether it was closed before something was raised, nobody knows.
    const raised = { writes, isOpen: before.isOpen && (after?.isOpen ?? true) };
    if (after) after = this.suite(orelse, after);
    this.#handlers++;
    for (const handler of handlers) after = union(after, this.suite(handler.body, raised));
    this.#handlers--;
    this.#finals.pop();
    return after && this.suite(finalbody, after);
  }

  #with(block: With, before: Pending): Pending | null {
    let pending = before;
    let commits = false;
    let closes = false;
    for (const { context } of block.items) {
      if (this.#isCall(context, 'begin')) commits = true;
      else if (context.kind === 'Name' && context.id === this.#session) closes = true;
      else pending = this.#expressions(context, pending);
    }
    const after = this.suite(block.body, pending);
    if (commits) {
      // Also where a `return` leaves the block.
      for (const node of nodesIn(...block.body)) if (node.kind === 'Call') this.settled.add(node);
      return after && this.#settle(after);
    }
    return after && closes ? this.close(after, block) : after;
  }

  /** Through the `finally` of each `try` around, as `return` does. */
  #leave(before: Pending): Pending | null {
    let pending: Pending | null = before;
    const finals = this.#finals.splice(0);
    for (const statements of finals.toReversed()) pending = pending && this.suite(statements, pending);
    this.#finals.push(...finals);
    return pending;
  }

  #settle({ writes, isOpen }: Pending): Pending {
    for (const write of writes) this.settled.add(write);
    return { writes: new Set(), isOpen };
  }

  /** What the expressions of a statement do to the session, in text order. */
  #expressions(root: Node, before: Pending): Pending {
    let pending = before;
    const open: { readonly node: Node; readonly around: readonly Node[]; readonly isInner: boolean }[] = [
      { node: root, around: [], isInner: false },
    ];
    for (let next = open.pop(); next; next = open.pop()) {
      const { node, around } = next;
      const isInner = next.isInner || node.kind === 'FunctionDef' || node.kind === 'Lambda' || node.kind === 'ClassDef';
      if (node.kind === 'Yield' || node.kind === 'YieldFrom') this.escapes = true;
      if (node.kind === 'Name' && node.id === this.#session) {
        if (isInner) this.escapes = true;
        else pending = this.#use(node, around, pending);
      }
      const inside = [node, ...around.slice(0, 3)];
      for (const child of children(node).toReversed()) open.push({ node: child, around: inside, isInner });
    }
    return pending;
  }

  #use(name: Node, [parent, outer, ...holders]: readonly Node[], pending: Pending): Pending {
    if (parent?.kind === 'Attribute' && outer?.kind === 'Call' && outer.func === parent) {
      const method = parent.attr.text;
      // `row = session.merge(row)` may only be there to read a row that another session loaded.
      if (method === 'merge' && holders.find(({ kind }) => kind !== 'Await')?.kind !== 'Expr') return pending;
      if (SESSION_WRITES.has(method)) return this.#write(outer, pending);
      if (NEUTRAL.has(method)) return pending;
      if (method === 'commit') return this.#settle(pending);
      // In a handler it undoes what failed; on the way that goes well it is what somebody wants.
      if (method === 'rollback') return this.#handlers > 0 ? { ...pending, writes: new Set() } : this.#settle(pending);
      if (CLOSES.test(method)) return this.close(pending, outer);
    }
    // `session.bulk_save_objects(…)`, `session.info`; but what begins and ends by itself is somebody else's.
    if (parent?.kind === 'Attribute' && !/^(begin|detach|__\w+__)$/.test(parent.attr.text)) {
      this.isUnclear = true;
      return pending;
    }
    const call = parent?.kind === 'Keyword' ? outer : parent;
    if (call?.kind === 'Call' && call.func !== name) {
      const effects = this.#summaries.sessionEffects(this.#file, call);
      if (effects && !effects.escapes && !effects.closes) {
        // What it writes is only what it may write: not enough to speak of.
        return effects.commits || effects.rollsBack ? this.#settle(pending) : pending;
      }
    }
    this.escapes = true;
    return pending;
  }

  #write(call: Call, pending: Pending): Pending {
    for (const writes of this.#tries) writes.add(call);
    return { ...pending, writes: new Set([...pending.writes, call]) };
  }

  #isCall(node: Node, method: string): boolean {
    return (
      node.kind === 'Call' &&
      node.func.kind === 'Attribute' &&
      node.func.attr.text === method &&
      node.func.value.kind === 'Name' &&
      node.func.value.id === this.#session
    );
  }
}

function union(a: Pending | null, b: Pending | null): Pending | null {
  return a && b ? { writes: new Set([...a.writes, ...b.writes]), isOpen: a.isOpen || b.isOpen } : (a ?? b);
}

/** The statements behind one, in its suite. */
export function behind(statement: Stmt, outer: Node | undefined): readonly Stmt[] {
  const suites = outer ? suitesOf(outer as Stmt) : [];
  const suite = suites.find((each) => each.includes(statement)) ?? [];
  return suite.slice(suite.indexOf(statement) + 1);
}
