import type { Call, ExceptHandler, Expr, Node, Try } from '../../python/syntax/nodes.ts';
import { children } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Code, CodeSite } from './code.ts';
import { functionOf, loopAround, nodesIn, pathText } from './places.ts';

/** A failed flush or commit is caught and not rolled back, and the session is used again: it refuses everything. */
export interface FailedFlush {
  readonly handler: ExceptHandler;
  /** `session`, `db.session` */
  readonly session: string;
  readonly isAsync: boolean;
  readonly write: Call;
  /** The call that raises. */
  readonly use: Call;
}

export function failedFlushes(code: Code, file: SourceFile, inference: Inference): readonly FailedFlush[] {
  return code.of('Try').flatMap((site) => failedFlush(site, file, inference) ?? []);
}

function failedFlush(site: CodeSite<Try>, file: SourceFile, inference: Inference): FailedFlush | null {
  const { node } = site;
  const write = writeIn(node, file, inference);
  if (!write || write.func.kind !== 'Attribute') return null;
  const session = pathText(write.func.value);
  if (session === null || resets(node.finalbody, session)) return null;
  const value = inference.valueOf(file, write.func.value);
  const isAsync = value.kind === 'session' && value.isAsync;
  for (const handler of node.handlers) {
    if (!catchesDatabaseErrors(handler, file, inference)) continue;
    if (resets(handler.body, session) || mayReset(handler, session)) return null;
    const use = useIn(handler.body, session) ?? useAfter(site, handler, session);
    return use ? { handler, session, isAsync, write, use } : null;
  }
  return null;
}

/** `session.commit()` or `.flush()` right in the body: not in a savepoint, nor with a session that ends with a block. */
function writeIn({ body }: Try, file: SourceFile, inference: Inference): Call | null {
  for (const node of nodesIn(...body)) {
    if (node.kind === 'With' || node.kind === 'Try') return null;
    if (node.kind !== 'Call' || node.func.kind !== 'Attribute' || !/^(commit|flush)$/.test(node.func.attr.text))
      continue;
    const on = inference.valueOf(file, node.func.value);
    if (on.kind === 'session' || (on.kind === 'sessionFactory' && on.isScoped)) return node;
  }
  return null;
}

function catchesDatabaseErrors({ type }: ExceptHandler, file: SourceFile, inference: Inference): boolean {
  if (!type) return true;
  const types: readonly Expr[] = type.kind === 'Tuple' ? type.elts : [type];
  return types.some((each) => {
    const symbol = inference.program.resolve(file, each);
    if (symbol.kind === 'builtin') return /^(Base)?Exception$/.test(symbol.name);
    return symbol.kind === 'external' && /^sqlalchemy\.(orm\.)?exc\./.test(symbol.name);
  });
}

/** `session.rollback()` and what has the same effect. */
function resets(body: readonly Node[], session: string): boolean {
  for (const node of nodesIn(...body)) {
    const isReset = node.kind === 'Attribute' && /^(rollback|close|remove|reset|invalidate)$/.test(node.attr.text);
    if (isReset && (pathText(node.value) ?? session).endsWith(session)) return true;
  }
  return false;
}

/** The session is handed on, or something is called that may roll back or never come back. */
function mayReset({ body }: ExceptHandler, session: string): boolean {
  for (const node of nodesIn(...body)) {
    if (node.kind === 'Raise') return true;
    if (node.kind !== 'Call') continue;
    const parts = [...node.args, ...node.keywords.map(({ value }) => value)];
    if (parts.some((part) => pathText(part) === session)) return true;
    const name = pathText(node.func) ?? '';
    if (/rollback|abort|exit|fail|raise/i.test(name)) return true;
  }
  // What is called last may raise, unless it only says something.
  const last = body.at(-1);
  const call = last?.kind === 'Expr' ? last.value : null;
  return (
    call?.kind === 'Call' &&
    !/(^|\.)(print|debug|info|warning|warn|error|exception|critical|log|append|flash)$/.test(pathText(call.func) ?? '')
  );
}

/** The first use that is certainly reached: not under a condition, which may ask whether there was an error. */
function useIn(body: readonly Node[], session: string): Call | null {
  for (const node of certainNodesIn(body)) {
    if (node.kind === 'Call' && node.func.kind === 'Attribute' && pathText(node.func.value) === session) {
      return SENDS.test(node.func.attr.text) ? node : null;
    }
  }
  return null;
}

/** What runs whenever the statements do. */
function* certainNodesIn(body: readonly Node[]): Generator<Node> {
  const pending = body.toReversed();
  for (let node = pending.pop(); node; node = pending.pop()) {
    yield node;
    for (const part of certainParts(node).toReversed()) pending.push(part);
  }
}

function certainParts(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'If':
    case 'While':
    case 'IfExp':
      return [node.test];
    case 'For':
      return [node.iter];
    case 'BoolOp':
      return node.values.slice(0, 1);
    case 'Match':
      return [node.subject];
    case 'Try':
    case 'FunctionDef':
    case 'Lambda':
    case 'ClassDef':
    case 'ListComp':
    case 'SetComp':
    case 'DictComp':
    case 'GeneratorExp':
      return [];
    default:
      return children(node);
  }
}

/** What sends something or begins to. `add` alone raises only later, if at all. */
const SENDS =
  /^(execute|scalar|scalars|exec|query|get|get_one|flush|commit|merge|refresh|delete|stream|stream_scalars)$/;

/** The next use of the session, after the handler is left: behind the statement, or in the next round of its loop. */
function useAfter(site: CodeSite<Try>, handler: ExceptHandler, session: string): Call | null {
  const last = handler.body.at(-1)?.kind;
  if (last === 'Return' || last === 'Raise') return null;
  const { node, around } = site;
  const end = functionOf(site) ? around.indexOf(functionOf(site)!) : around.length;
  const within = around.slice(0, end + 1);
  if (
    within.some(
      (outer) =>
        outer.kind === 'Try' && resets([...outer.finalbody, ...outer.handlers.flatMap((each) => each.body)], session),
    )
  )
    return null;
  const loop = loopAround(site)?.at(-1);
  if (last === 'Continue' || last === undefined || loop) {
    // In the next round the session is the same, unless the round opens it.
    if (loop && last !== 'Break' && !isBoundIn(loop, session) && !mayLeave(site, loop)) {
      const use = useIn(node.body, session) ?? null;
      if (use) return resetsIn(loop, node, session) ? null : use;
    }
    if (last === 'Continue') return null;
  }
  let inner: Node = node;
  for (const outer of within) {
    const following = 'body' in outer && Array.isArray(outer.body) ? (outer.body as readonly Node[]) : [];
    const at = following.indexOf(inner);
    if (at !== -1) {
      const rest = following.slice(at + 1);
      const ends = rest.findIndex((each) => each.kind === 'Return' || each.kind === 'Raise');
      const reached = ends === -1 ? rest : rest.slice(0, ends + 1);
      const use = useIn(reached, session);
      if (use) return resets(reached, session) && resetsBefore(reached, session, use) ? null : use;
      if (ends !== -1) return null;
    }
    // A session that a block opens is gone behind it.
    if (outer.kind === 'With' && outer.items.some(({ target }) => target && pathText(target) === session)) return null;
    inner = outer;
  }
  return null;
}

/** Whether something behind the statement, in the same round, ends the loop: it may know of the error. */
function mayLeave({ node }: CodeSite<Try>, loop: Node): boolean {
  for (const each of nodesIn(loop))
    if (each.start > node.end && (each.kind === 'Break' || each.kind === 'Return' || each.kind === 'Raise'))
      return true;
  return false;
}

function resetsIn(loop: Node, except: Try, session: string): boolean {
  const body = 'body' in loop && Array.isArray(loop.body) ? (loop.body as readonly Node[]) : [];
  return body.some((each) => each !== except && resets([each], session));
}

function resetsBefore(body: readonly Node[], session: string, use: Node): boolean {
  for (const node of nodesIn(...body)) {
    if (node.start >= use.start) return false;
    if (
      node.kind === 'Attribute' &&
      /^(rollback|close|remove|reset)$/.test(node.attr.text) &&
      pathText(node.value) === session
    )
      return true;
  }
  return false;
}

function isBoundIn(loop: Node, session: string): boolean {
  const name = session.split('.')[0];
  for (const node of nodesIn(loop)) {
    if (node.kind === 'WithItem' && node.target && pathText(node.target) === name) return true;
    if (node.kind === 'Assign' && node.targets.some((target) => pathText(target) === name)) return true;
    if (node.kind === 'For' && pathText(node.target) === name) return true;
  }
  return false;
}
