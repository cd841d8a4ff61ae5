/** Listeners that only look on: they count what a session holds or take the time, and change nothing that is written. */
import type { Call, Expr, FunctionDef, Node } from '../../python/syntax/nodes.ts';
import { children, nodesUnder } from '../../python/syntax/visit.ts';

/** Events whose listeners get the session first (https://docs.sqlalchemy.org/en/20/orm/events.html#session-events). */
const OF_SESSION = /^(?:(?:before|after)_(?:flush|commit)|after_flush_postexec)$/;

/** What only looks at what it is given. */
const LOOKING = new Set(['len', 'id', 'bool', 'type', 'hasattr', 'isinstance']);

/** Methods with which sessions and connections send or change something, whatever they are called on. */
const SENDING =
  /^(?:add|add_all|begin|begin_nested|bulk_\w+|commit|create|delete|exec|execute|executemany|expire|expunge|flush|merge|query|refresh|rollback|save|scalar|scalars|stream|update)$/;

/** What a call by a name leads to: a function of the same module, something that knows of no session, or something else. */
export type Called = (call: Call) => FunctionDef | 'stranger' | 'unknown';

/**
 * Whether the function that listens to an event of sessions does nothing with what it is given but look at it: it may keep
 * marks of its own on the session, under names that begin with an underscore. What it calls must not send anything either.
 */
export function onlyWatches(event: string | null, listener: FunctionDef, called: Called): boolean {
  if (event === null || !OF_SESSION.test(event) || listener.params.vararg || listener.params.kwarg) return false;
  const { posonly, args, kwonly } = listener.params;
  const given = new Set([...posonly, ...args, ...kwonly].map(({ name }) => name.text));
  return listener.body.every((stmt) => onlyLooks(stmt, given)) && sendsNothing(listener, called, new Set());
}

/** Whether every use of the names in a tree is one that only looks. */
function onlyLooks(node: Node, given: ReadonlySet<string>): boolean {
  if (node.kind === 'Name') return !given.has(node.id);
  // Its own mark, set, read or deleted.
  if (node.kind === 'Attribute' && isMarkOf(node, given)) return true;
  if (node.kind === 'Call' && node.func.kind === 'Name') {
    const [first, name, ...others] = node.args;
    const isMark = node.func.id === 'getattr' && name?.kind === 'Constant' && isMarkName(name.value);
    if (first && (LOOKING.has(node.func.id) || isMark) && isPathOf(first, given))
      return [...(name ? [name] : []), ...others].every((each) => onlyLooks(each, given));
  }
  return children(node).every((child) => onlyLooks(child, given));
}

/** `session`, `session.new` */
function isPathOf(expr: Expr, given: ReadonlySet<string>): boolean {
  if (expr.kind === 'Attribute') return isPathOf(expr.value, given);
  return expr.kind === 'Name' && given.has(expr.id);
}

/** `session._span` */
function isMarkOf(expr: Expr, given: ReadonlySet<string>): boolean {
  return (
    expr.kind === 'Attribute' && isMarkName(expr.attr.text) && expr.value.kind === 'Name' && given.has(expr.value.id)
  );
}

function isMarkName(name: unknown): boolean {
  return typeof name === 'string' && /^_[a-z]/.test(name) && !OWN.test(name);
}

/** Attributes in which a session itself keeps what it does. */
const OWN = /^_(new|deleted|flushing|transaction|nested_transaction|query_cls)$/;

/** Whether neither a function nor those of its module that it calls use a method that sends something. */
function sendsNothing(node: FunctionDef, called: Called, seen: Set<FunctionDef>): boolean {
  if (seen.has(node)) return true;
  seen.add(node);
  for (const each of nodesUnder(node.body)) {
    if (each.kind === 'Attribute' && SENDING.test(each.attr.text)) return false;
    if (each.kind !== 'Call' || each.func.kind !== 'Name') continue;
    const callee = called(each);
    if (callee === 'unknown' || (callee !== 'stranger' && !sendsNothing(callee, called, seen))) return false;
  }
  return true;
}
