/** Stretches of code with a session of their own, that is closed at their end. */
import type { Call, Expr, FunctionDef, Node, Stmt, With } from '../../python/syntax/nodes.ts';
import { suitesOf } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Code } from './code.ts';
import { nodesIn, pathText } from './places.ts';

export interface Region {
  /** The name of the session. */
  readonly session: string;
  readonly body: readonly Stmt[];
  /** What runs when the session is closed. */
  readonly after: readonly Stmt[];
  /** What opens it, `Session(engine)`; null when that is a function of the project. */
  readonly opened: Call | null;
  /** What closes it: the block, or `session.close()`. */
  readonly end: Node;
  /** `with Session.begin() as session:` */
  readonly commitsAtEnd: boolean;
  /** Whether a commit expires the objects; undefined when it is not known how the session was made. */
  readonly expires: boolean | undefined;
}

export function regionsIn(code: Code, file: SourceFile, inference: Inference): readonly Region[] {
  const found: Region[] = [];
  for (const { node, around } of code.of('With')) {
    const suite = suiteOf(node, around);
    const region = ofBlock(node, file, inference);
    // At the end of a function nothing comes behind it, but what it returns.
    if (region) found.push({ ...region, after: suite.slice(suite.indexOf(node) + 1) });
  }
  for (const { node, around } of code.of('Assign')) {
    const [target, ...more] = node.targets;
    if (target?.kind !== 'Name' || more.length > 0 || node.value.kind !== 'Call') continue;
    const session = sessionOf(node.value, file, inference);
    const suite = suiteOf(node, around);
    const closed = session && closedIn(suite.slice(suite.indexOf(node) + 1), target.id);
    if (session && closed) found.push({ ...session, ...closed, session: target.id });
  }
  return found;
}

/** The statements that one stands among; those of a function's own body have nothing around them. */
function suiteOf(node: Stmt, [outer]: readonly Node[]): readonly Stmt[] {
  const suites = outer ? suitesOf(outer as Stmt) : [];
  return suites.find((suite) => suite.includes(node)) ?? [node];
}

type Session = Pick<Region, 'expires' | 'commitsAtEnd' | 'opened'>;

function ofBlock(block: With, file: SourceFile, inference: Inference): Omit<Region, 'after'> | null {
  for (const [i, { context, target }] of block.items.entries()) {
    if (context.kind !== 'Call' || target?.kind !== 'Name') continue;
    const session = sessionOf(context, file, inference);
    if (!session) continue;
    // `with Session() as session, session.begin():`
    const begins = block.items.slice(i + 1).some(({ context: next }) => isCallOn(next, target.id, 'begin'));
    const commitsAtEnd = session.commitsAtEnd || begins;
    return { ...session, commitsAtEnd, session: target.id, body: block.body, end: block };
  }
  return null;
}

/** `Session(engine)`, `SessionLocal()`, `SessionLocal.begin()`, or a context manager of the workspace that opens one. */
function sessionOf(call: Call, file: SourceFile, inference: Inference): Session | null {
  const callee = inference.valueOf(file, call.func);
  if (callee.kind === 'function') return ofContextManager(callee.node, callee.file, inference);
  const value = inference.valueOf(file, call);
  if (value.kind !== 'session') return null;
  const { expires } = value;
  switch (callee.kind) {
    case 'sessionFactory':
      return callee.isScoped ? null : { expires, commitsAtEnd: false, opened: call };
    case 'external':
      return /^(sqlalchemy|sqlmodel)\.(.*\.)?(Async)?Session$/.test(callee.name)
        ? { expires, commitsAtEnd: false, opened: call }
        : null;
    case 'method':
      return callee.on.kind === 'sessionFactory' && callee.name === 'begin' && !callee.on.isScoped
        ? { expires, commitsAtEnd: true, opened: null }
        : null;
    default:
      return null;
  }
}

/** A function under `@contextmanager` that closes the session behind its `yield`. */
function ofContextManager(node: FunctionDef, file: SourceFile, inference: Inference): Session | null {
  const isManager = node.decorators.some((each) => /(^|\.)(async)?contextmanager$/.test(pathText(each) ?? ''));
  if (!isManager) return null;
  const inside = [...nodesIn(...inference.program.bodyOf(file, node))];
  const given = inside.find((each) => each.kind === 'Yield');
  if (given?.kind !== 'Yield' || given.value?.kind !== 'Name') return null;
  const name = given.value.id;
  const holds = ({ body }: { readonly body: readonly Stmt[] }): boolean => [...nodesIn(...body)].includes(given);
  const commits = inside.some((each) => isCallOn(each, name, 'commit') && each.start > given.end);
  for (const each of inside) {
    if (each.kind === 'With' && holds(each)) {
      const block = ofBlock(each, file, inference);
      if (block?.session === name)
        return { expires: block.expires, commitsAtEnd: block.commitsAtEnd || commits, opened: null };
    }
    const closes = (statements: readonly Stmt[]): boolean =>
      [...nodesIn(...statements)].some((inner) => isCallOn(inner, name, 'close'));
    if (each.kind === 'Try' && holds(each) && closes(each.finalbody)) {
      const session = inference.valueOf(file, given.value);
      return session.kind === 'session' ? { expires: session.expires, commitsAtEnd: commits, opened: null } : null;
    }
  }
  return null;
}

/** `session.close()` among the statements behind the one that opened it, or in the `finally` of the next. */
function closedIn(rest: readonly Stmt[], name: string): Pick<Region, 'body' | 'after' | 'end'> | null {
  for (const [i, statement] of rest.entries()) {
    const after = rest.slice(i + 1);
    if (statement.kind === 'Expr' && isCallOn(statement.value, name, 'close'))
      return { body: rest.slice(0, i), after, end: statement };
    if (statement.kind === 'Try' && statement.handlers.length === 0) {
      const end = statement.finalbody.find((each) => each.kind === 'Expr' && isCallOn(each.value, name, 'close'));
      if (end) return { body: [...rest.slice(0, i), ...statement.body], after, end };
    }
  }
  return null;
}

function isCallOn(node: Node, name: string, method: string): boolean {
  const call: Node = node.kind === 'Await' ? node.value : node;
  return (
    call.kind === 'Call' &&
    call.func.kind === 'Attribute' &&
    call.func.attr.text === method &&
    pathText(call.func.value) === name
  );
}

/** `session` of `session.scalars(…).all()`, also behind `await` and `list(…)`. */
export function headOf(expr: Expr): string | null {
  for (let at: Expr = expr; ;) {
    if (at.kind === 'Await') at = at.value;
    else if (at.kind === 'Call' && at.func.kind === 'Name') {
      const [first] = at.args;
      if (!first || !/^(list|sorted|tuple)$/.test(at.func.id)) return null;
      at = first;
    } else if (at.kind === 'Call') at = at.func;
    else if (at.kind === 'Attribute' && at.value.kind === 'Call') at = at.value;
    else if (at.kind === 'Attribute') return pathText(at.value);
    else return null;
  }
}
