import type { Call, Expr, Node } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Use } from './ownUses.ts';
import { SESSION_WRITES } from '../sqlalchemy/sessionMethods.ts';
import { UNKNOWN, type Value } from '../values.ts';

/** What code may do to sessions that others opened. */
export interface SessionEffects {
  readonly writes: boolean;
  readonly commits: boolean;
  /** A commit may take away what the objects of the session have loaded: it is not known that `expire_on_commit` is off. */
  readonly expires: boolean;
  readonly rollsBack: boolean;
  readonly closes: boolean;
  /** A session is given to code that cannot be read, kept or returned: anything may happen to it. */
  readonly escapes: boolean;
}

const SENDS = new Set(['execute', 'scalar', 'scalars', 'exec', 'stream', 'stream_scalars']);

/** Names under which sessions go where nobody declared their type. */
const SESSION_NAME = /(^|_)(session|db|dbsession|sess)$/i;

export function effectsIn(uses: readonly Use[], inference: Inference): SessionEffects {
  const effects = { writes: false, commits: false, expires: false, rollsBack: false, closes: false, escapes: false };
  for (const use of uses) {
    const [method, ...more] = use.calls;
    const on = use.calls.length > 0 ? receiverOf(use.node) : use.node;
    const value = on ? inference.valueOf(use.file, on) : UNKNOWN;
    if (!isSession(value, use.steps.at(-1) ?? use.root)) continue;
    // `with session.begin():` commits at its end.
    if (method === 'commit' || method === 'begin') effects.expires ||= mayExpire(value);
    if (use.kind === 'escape') effects.escapes = true;
    else if (method === 'commit' || method === 'begin') effects.commits = true;
    else if (method === 'rollback') effects.rollsBack = true;
    else if (method === 'close' || method === 'remove' || method === 'invalidate') effects.closes = true;
    else if (method !== undefined && SESSION_WRITES.has(method)) effects.writes = true;
    else if (method === 'query' && (more.at(-1) === 'delete' || more.at(-1) === 'update')) effects.writes = true;
    else if (method !== undefined && SENDS.has(method) && sendsWrite(use, inference)) effects.writes = true;
  }
  return effects;
}

/** Whether code may commit, and the commit take away what the objects of its session have loaded. */
export function mayCommitAndExpire(
  code: readonly Node[],
  file: SourceFile,
  inference: Inference,
  effectsOf: (call: Call) => SessionEffects | null,
): boolean {
  for (const node of nodesUnder(code)) {
    if (node.kind !== 'Call') continue;
    if (effectsOf(node)?.expires) return true;
    const { func } = node;
    if (func.kind !== 'Attribute' || !/^(commit|begin)$/.test(func.attr.text)) continue;
    const value = inference.valueOf(file, func.value);
    const name =
      func.value.kind === 'Attribute' ? func.value.attr.text : func.value.kind === 'Name' ? func.value.id : '';
    if (isSession(value, name) && mayExpire(value)) return true;
  }
  return false;
}

/** By its value; where that is unknown by its name, which is enough for what may happen. */
function isSession(value: Value, name: string): boolean {
  switch (value.kind) {
    case 'session':
    case 'sessionFactory':
      return true;
    case 'unknown':
    case 'external':
      return SESSION_NAME.test(name);
    default:
      return false;
  }
}

function mayExpire(value: Value): boolean {
  return (value.kind !== 'session' && value.kind !== 'sessionFactory') || value.expires !== false;
}

/** `session` of `session.query(User).all()`. */
function receiverOf(chain: Expr): Expr | null {
  const first = firstCallOf(chain);
  return first?.func.kind === 'Attribute' ? first.func.value : null;
}

/** `session.execute(update(User))`, `session.execute(text("DELETE …"))` */
function sendsWrite({ file, node }: Use, inference: Inference): boolean {
  const statement = firstCallOf(node)?.args[0];
  if (!statement) return false;
  const value = inference.valueOf(file, statement);
  if (value.kind !== 'query') return !isSelectText(statement, file);
  const { root, file: from } = value.query;
  if (root.kind !== 'Call') return false;
  const name = root.func.kind === 'Attribute' ? root.func.attr.text : root.func.kind === 'Name' ? root.func.id : '';
  if (name === 'text') return !isSelectText(root, from);
  return name === 'insert' || name === 'update' || name === 'delete';
}

function isSelectText(expr: Expr, file: SourceFile): boolean {
  return /^\W*(\w+\()?\W*(select|with|show|pragma|explain|set)\b/i.test(file.text.slice(expr.start, expr.end));
}

/** The call nearest to the beginning of a chain. */
function firstCallOf(chain: Expr): Call | null {
  let first: Call | null = null;
  for (let at: Expr | null = chain; at;) {
    if (at.kind === 'Call') {
      first = at;
      at = at.func;
    } else if (at.kind === 'Attribute' || at.kind === 'Await') at = at.value;
    else at = null;
  }
  return first;
}
