/**
 * What a session gathers until it flushes: objects that are added, deleted or changed. A flush and the queries that
 * flush first (autoflush) send more than they say, so the statements that gather belong to their slice.
 * Source: https://docs.sqlalchemy.org/en/20/orm/session_basics.html#flushing
 */
import type { Call, Expr, Stmt } from '../../python/syntax/nodes.ts';
import { statementsUnder, suitesOf } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import { dottedPath } from '../../query/reads.ts';
import type { Gathering, Gatherings } from '../../query/resolver.ts';
import { changedBy } from '../changes.ts';
import type { Inference } from '../infer.ts';
import { rememberPerInference } from '../remember.ts';
import { CHANGING_COLLECTIONS } from './changingMethods.ts';
import { TRANSACTION } from './sessionCalls.ts';
import { SESSION_WRITES } from './sessionMethods.ts';
import { callsUnder, isInstance, isOfSession, isSession } from './usedSessions.ts';

/** Methods that only take notice of an object, or make the session forget what it knows. */
const GATHERING = new Set([
  'add',
  'add_all',
  'delete',
  'merge',
  'expunge',
  'expunge_all',
  'expire',
  'expire_all',
  'refresh',
]);
/** Methods that send what was gathered or drop it. */
const ENDING = new Set(['flush', 'commit', 'rollback', 'close', 'aclose']);
const OPENING = new Set(['begin', 'begin_nested']);
const ASKING = new Set(['execute', 'scalars', 'scalar', 'get', 'get_one', 'query', 'stream', 'stream_scalars', 'exec']);
const SENDING_OF_QUERY = new Set(
  'all first one one_or_none scalar count get first_or_404 get_or_404 one_or_404 paginate'.split(' '),
);
const BULK = new Set([...SESSION_WRITES].filter((name) => name.startsWith('bulk_')));

/** Methods of a session that are worth a look although they are no query. */
export function isUnitOfWork(call: Call, file: SourceFile, inference: Inference): boolean {
  if (call.func.kind !== 'Attribute') return false;
  const name = call.func.attr.text;
  if (name === 'merge' || name === 'refresh' || BULK.has(name)) return isSession(call.func.value, file, inference);
  if (name !== 'flush' && name !== 'commit' && name !== 'rollback') return false;
  const on = inference.valueOf(file, call.func.value);
  if (on.kind === 'external' && on.name === TRANSACTION) return true;
  if (!isSession(call.func.value, file, inference)) return false;
  return statementsBefore(file, call, inference).some((stmt) => {
    const { isGathering, isWriting } = done(stmt, file, inference);
    return isGathering || isWriting;
  });
}

/**
 * Which statements before an expression change what it sends beyond its own words; null when none does.
 *
 * `reads` says that the expression reads an attribute of an object, which may have expired.
 */
export function gatheredBefore(file: SourceFile, expr: Expr, reads: boolean, inference: Inference): Gatherings | null {
  if (!reads && !callsUnder(expr).some((call) => isOfSession(call, file, inference))) return null;
  const before = statementsBefore(file, expr, inference);
  const first = before.find((stmt) => {
    const { isGathering, isWriting, isEnding } = done(stmt, file, inference);
    return isGathering || isWriting || (reads && isEnding);
  });
  const wanted = askedByKey(expr, file, inference);
  const holds = (stmt: Stmt): boolean =>
    wanted.size > 0 &&
    stmt.kind === 'Assign' &&
    [...askedByKey(stmt.value, file, inference)].some((id) => wanted.has(id));
  const from = before.find((stmt) => stmt === first || holds(stmt));
  if (!from) return null;
  const of = (stmt: Stmt): Gathering => {
    // Of a block only its head is asked about; what is in it comes one by one.
    const { isGathering, isWriting, isEnding } = done(stmt, file, inference);
    if (stmt.kind === 'With') return isGathering;
    if (holds(stmt) || isGathering || isWriting || isEnding) return true;
    const [asked] = callsUnder(stmt).flatMap((call) => sessionAsked(call, file, inference) ?? []);
    if (!asked) return false;
    // What is asked after something was gathered flushes it; before, it only begins the transaction.
    if (first && stmt.start > first.start) return true;
    return { text: `${asked.text}.connection()`, reads: asked.reads };
  };
  return { from: from.start, of };
}

/** Models of which an object is asked for by its key: the session may hold it already. */
function askedByKey(expr: Expr, file: SourceFile, inference: Inference): ReadonlySet<string> {
  const found = callsUnder(expr).flatMap((call) => {
    const [first] = call.args;
    if (!first || !BY_KEY.has(methodName(call)) || !isOfSession(call, file, inference)) return [];
    const value = inference.valueOf(file, first);
    return value.kind === 'model' || value.kind === 'instance' ? value.model : [];
  });
  return new Set(found);
}

const BY_KEY = new Set(['get', 'get_one', 'merge']);

/** How the session is written that a call sends something with: `db.session` of `db.session.get(…)`; null when none does. */
function sessionAsked(call: Call, file: SourceFile, inference: Inference): { text: string; reads: Expr } | null {
  if (call.func.kind !== 'Attribute') return null;
  const { value } = call.func;
  if (ASKING.has(methodName(call)) && isOfSession(call, file, inference))
    return { text: file.text.slice(value.start, value.end), reads: value };
  if (!SENDING_OF_QUERY.has(methodName(call))) return null;
  // `User.query.first()`: the session is that of the query.
  const on = inference.valueOf(file, value);
  if (on.kind !== 'query' || on.query.orm !== 'sqlalchemy' || on.query.form !== 'query') return null;
  const { root, rootFile, via } = on.query;
  if (via || rootFile !== file || root.kind !== 'Attribute') return null;
  return { text: `${file.text.slice(root.start, root.end)}.session`, reads: root };
}

function methodName(call: Call): string {
  return call.func.kind === 'Attribute' ? call.func.attr.text : '';
}

/** What a statement does to sessions. */
interface Done {
  readonly isGathering: boolean;
  readonly isWriting: boolean;
  /** It sends what was gathered, drops it, or begins something that does. */
  readonly isEnding: boolean;
}

const remembered = rememberPerInference<Done>();

/** Worked out once: each expression of a function asks about all statements before it. */
function done(stmt: Stmt, file: SourceFile, inference: Inference): Done {
  return remembered(inference, stmt, () => ({
    isGathering: gathers(stmt, file, inference),
    isWriting: writes(stmt, file, inference),
    isEnding: sessionMethods(stmt, file, inference).some((name) => ENDING.has(name) || OPENING.has(name)),
  }));
}

function gathers(stmt: Stmt, file: SourceFile, inference: Inference): boolean {
  if ((stmt.kind === 'Expr' || stmt.kind === 'Assign') && loadsInto(withoutAwait(stmt.value), file, inference))
    return true;
  switch (stmt.kind) {
    case 'Assign':
      if (stmt.targets.some((target) => isOfInstance(target, file, inference))) return true;
      break;
    case 'AugAssign':
    case 'AnnAssign':
      if (isOfInstance(stmt.target, file, inference)) return true;
      break;
    case 'Delete':
      return stmt.targets.some((target) => isOfInstance(target, file, inference));
    case 'Expr': {
      const call = withoutAwait(stmt.value);
      if (call.kind !== 'Call') return false;
      if (changedBy(call, file, inference).length > 0) return true;
      if (call.func.kind === 'Name') return isHelper(call, file, inference);
      if (call.func.kind !== 'Attribute') return false;
      const { value, attr } = call.func;
      // `user.posts.append(post)`
      if (CHANGING_COLLECTIONS.has(attr.text) && isOfInstance(value, file, inference)) return true;
      if (isHelper(call, file, inference)) return true;
      break;
    }
    case 'With':
      return stmt.items.some(({ context }) => opens(withoutAwait(context), file, inference));
    default:
      return false;
  }
  return sessionMethods(stmt, file, inference).some((name) => GATHERING.has(name) || name === 'begin_nested');
}

/** `schema.load(data, instance=user)`: what a schema of marshmallow loads is set on the object. */
function loadsInto(call: Expr, file: SourceFile, inference: Inference): boolean {
  if (call.kind !== 'Call' || call.func.kind !== 'Attribute' || call.func.attr.text !== 'load') return false;
  return call.keywords.some(({ name, value }) => name?.text === 'instance' && isInstance(value, file, inference));
}

/** A function of the workspace that is handed the session may add to it; so may a method of a model. */
function isHelper(call: Call, file: SourceFile, inference: Inference): boolean {
  const callee = inference.valueOf(file, call.func);
  if (call.func.kind === 'Attribute' && isInstance(call.func.value, file, inference)) return callee.kind !== 'query';
  if (callee.kind !== 'function') return false;
  return [...call.args, ...call.keywords.map(({ value }) => value)].some(
    (arg) => (arg.kind === 'Name' || arg.kind === 'Attribute') && isSession(arg, file, inference),
  );
}

/** Statements that write at once: a commit after them has something to commit. */
function writes(stmt: Stmt, file: SourceFile, inference: Inference): boolean {
  return callsUnder(stmt).some((call) => {
    if (call.func.kind !== 'Attribute') return false;
    if (isBulkOfQuery(call, file, inference)) return true;
    if (!isOfSession(call, file, inference)) return false;
    if (BULK.has(call.func.attr.text)) return true;
    const sent = call.args[0] && inference.valueOf(file, call.args[0]);
    if (sent?.kind !== 'query') return false;
    const { root } = sent.query;
    const name = root.kind === 'Call' ? dottedPath(root.func) : null;
    return /(^|\.)(insert|update|delete)$/.test(name ? name.path || name.name : '');
  });
}

/** `session.query(User).filter(…).update({…})`, `User.query.delete()`. */
function isBulkOfQuery({ func }: Call, file: SourceFile, inference: Inference): boolean {
  if (func.kind !== 'Attribute' || !/^(update|delete)$/.test(func.attr.text)) return false;
  const on = inference.valueOf(file, func.value);
  return on.kind === 'query' && on.query.orm === 'sqlalchemy' && on.query.form === 'query';
}

function sessionMethods(stmt: Stmt, file: SourceFile, inference: Inference): string[] {
  if (stmt.kind !== 'Expr' && stmt.kind !== 'Assign' && stmt.kind !== 'AnnAssign') return [];
  return callsUnder(stmt).flatMap((call) =>
    call.func.kind === 'Attribute' && isOfSession(call, file, inference) ? call.func.attr.text : [],
  );
}

/** `session.begin()`, `session.begin_nested()`, `session.no_autoflush`. */
function opens(expr: Expr, file: SourceFile, inference: Inference): boolean {
  const attribute = expr.kind === 'Call' ? expr.func : expr;
  if (attribute.kind !== 'Attribute' || !isSession(attribute.value, file, inference)) return false;
  return expr.kind === 'Call' ? OPENING.has(attribute.attr.text) : attribute.attr.text === 'no_autoflush';
}

/** `user.name`, and `user.settings["theme"]`: a mutable type notices that its value changes. */
function isOfInstance(target: Expr, file: SourceFile, inference: Inference): boolean {
  if (target.kind === 'Subscript') return isOfInstance(target.value, file, inference);
  return target.kind === 'Attribute' && isInstance(target.value, file, inference);
}

// ---------------------------------------------------------------- the tree

/** All statements of the function around an expression that begin before it, in text order. */
function statementsBefore(file: SourceFile, expr: Expr, inference: Inference): readonly Stmt[] {
  const { node } = inference.program.scopeAt(file, expr.start);
  if (node.kind !== 'FunctionDef' && node.kind !== 'Module') return [];
  const found = [...statementsUnder(node.body)].filter(({ start }) => start < expr.start);
  // The statement with the expression itself is not before it.
  return found.filter((stmt) => hasBlocks(stmt) || stmt.end <= expr.start);
}

function hasBlocks(stmt: Stmt): boolean {
  return stmt.kind !== 'FunctionDef' && stmt.kind !== 'ClassDef' && suitesOf(stmt).length > 0;
}

function withoutAwait(expr: Expr): Expr {
  return expr.kind === 'Await' ? expr.value : expr;
}
