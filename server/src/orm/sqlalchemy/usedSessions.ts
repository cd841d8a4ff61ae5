/** What a function uses as a session, whether its value is known or not: `db.add(User())`, `db.scalars(select(User))`. */
import type { Call, Expr, Node } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { Scope, SourceFile } from '../../python/types.ts';
import { dottedPath } from '../../query/reads.ts';
import { isOfTypeVariable } from '../choices.ts';
import type { Inference } from '../infer.ts';
import { rememberPerInference } from '../remember.ts';
import { isSessionCall, TRANSACTION } from './sessionCalls.ts';

/** By its value, or because the function around it uses it like one. */
export function isSession(expr: Expr, file: SourceFile, inference: Inference): boolean {
  const value = inference.valueOf(file, expr);
  if (value.kind === 'session' || value.kind === 'sessionFactory') return true;
  if (value.kind !== 'unknown' && value.kind !== 'external') return false;
  const path = pathOf(expr);
  return path !== null && usedAsSessions(file, inference.program.scopeAt(file, expr.start), inference).has(path);
}

/** Whether a call is one of a method of a session, or of a transaction of one. */
export function isOfSession(call: Call, file: SourceFile, inference: Inference): boolean {
  if (call.func.kind !== 'Attribute') return false;
  const on = inference.valueOf(file, call.func.value);
  if (on.kind === 'external' && on.name === TRANSACTION) return true;
  // These gather nothing: what they execute is sent at once.
  if (on.kind === 'connection' || on.kind === 'engine') return false;
  return isSession(call.func.value, file, inference) || isSessionCall(call.func.attr.text, call, file, inference);
}

const remembered = rememberPerInference<ReadonlySet<string>>();

/** Paths like `db` or `self.repo.session` of unknown value that a scope uses as a session, in functions inside of it too. */
export function usedAsSessions(file: SourceFile, { node }: Scope, inference: Inference): ReadonlySet<string> {
  return remembered(inference, node, () => {
    const used = new Set<string>();
    for (const call of callsUnder(node)) {
      if (call.func.kind !== 'Attribute') continue;
      const { value: owner, attr } = call.func;
      const path = pathOf(owner);
      if (path === null || used.has(path)) continue;
      if (!takesInstance(call, file, inference) && !isSessionCall(attr.text, call, file, inference)) continue;
      const { kind } = inference.valueOf(file, owner);
      if (kind === 'unknown' || kind === 'external') used.add(path);
    }
    return used;
  });
}

function pathOf(expr: Expr): string | null {
  const dotted = dottedPath(expr);
  if (!dotted) return null;
  return dotted.path ? `${dotted.name}.${dotted.path}` : dotted.name;
}

/**
 * The texts of what the function around an expression uses as a session, and as nothing else that sends: `self.session`,
 * `self.session()`.
 */
export function writtenSessions(file: SourceFile, expr: Expr, inference: Inference): readonly string[] {
  const found = new Map<string, boolean>();
  for (const call of callsUnder(inference.program.scopeAt(file, expr.start).node)) {
    if (call.func.kind !== 'Attribute') continue;
    const { value, attr } = call.func;
    if (value.kind !== 'Name' && value.kind !== 'Attribute' && value.kind !== 'Call') continue;
    const text = file.text.slice(value.start, value.end);
    if (found.get(text)) continue;
    const of = inference.valueOf(file, value);
    const isUnknown = of.kind === 'unknown' || of.kind === 'external';
    // What executes statements may be a connection.
    const isUsed =
      isUnknown &&
      (takesInstance(call, file, inference) ||
        (ONLY_OF_SESSIONS.has(attr.text) && isSessionCall(attr.text, call, file, inference)));
    found.set(text, of.kind === 'session' || of.kind === 'sessionFactory' || isUsed);
  }
  return [...found].flatMap(([text, isSession]) => (isSession ? text : []));
}

const ONLY_OF_SESSIONS = new Set(['query', 'get', 'get_one']);

/** `db.add(User())` */
function takesInstance({ func, args: [first] }: Call, file: SourceFile, inference: Inference): boolean {
  if (func.kind !== 'Attribute' || !/^(add|delete|refresh)$/.test(func.attr.text)) return false;
  return first !== undefined && isInstance(first, file, inference);
}

/** Whether an expression is a row of SQLAlchemy. */
export function isInstance(expr: Expr, file: SourceFile, inference: Inference): boolean {
  const value = inference.valueOf(file, expr);
  if (value.kind === 'unknown') return isOfTypeVariable(expr, file, inference);
  return value.kind === 'instance' && inference.graph.model(value.model)?.orm === 'sqlalchemy';
}

const known = new WeakMap<Node, readonly Call[]>();

/** All calls of a tree in text order. Cost: one walk over it, once. */
export function callsUnder(root: Node): readonly Call[] {
  let calls = known.get(root);
  if (!calls) known.set(root, (calls = [...nodesUnder([root])].filter((node) => node.kind === 'Call')));
  return calls;
}
