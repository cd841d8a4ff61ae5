/** Queries that are sent again in each round of a loop, with a value of that round. */
import type { Call, Comprehension, Expr, For, Node, Stmt } from '../../python/syntax/nodes.ts';
import { children, suitesOf } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import { targetNames } from '../../query/reads.ts';
import { querySetMethod } from '../django/methods.ts';
import type { Inference } from '../infer.ts';
import type { OrmId } from '../model.ts';
import { isBuiltWith, type Query, UNKNOWN, type Value } from '../values.ts';
import type { Code, CodeSite } from './code.ts';

export interface QueryInLoop {
  /** What sends it: `Tag.objects.get(name=name)`. */
  readonly call: Call;
  /** Other queries of the same loop. */
  readonly others: readonly Call[];
  readonly loop: For | Comprehension;
  readonly orm: OrmId;
  /** `session.get(…)`: sent unless the session has the object already. */
  readonly isGet: boolean;
}

/** One for each loop. */
export function queriesInLoops(code: Code, file: SourceFile, inference: Inference): readonly QueryInLoop[] {
  const byLoop = new Map<Node, QueryInLoop & { readonly others: Call[] }>();
  for (const site of code.calls) {
    const loop = loopAround(site);
    if (!loop || isShort(loop.iter, file, inference)) continue;
    const found = sends(site, file, inference);
    if (!found || !dependsOn(site.node, found.query, loop)) continue;
    const { query: _, row, ...sent } = found;
    const first = byLoop.get(loop.node);
    if (first) first.others.push(site.node);
    else if (!changesWhatIsRead(loop, row, file, inference))
      byLoop.set(loop.node, { call: site.node, others: [], loop: loop.node, ...sent });
  }
  return [...byLoop.values()];
}

/** A loop that makes rows of the same model, or commits, may have to look again. */
function changesWhatIsRead(loop: Loop, row: Value, file: SourceFile, inference: Inference): boolean {
  const pending: Node[] = [...loop.body];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Call') {
      const { func } = node;
      if (func.kind === 'Attribute' && /^(commit|flush|rollback)$/.test(func.attr.text)) return true;
      if (func.kind === 'Attribute' && /^(a?(bulk_)?create|a?(get|update)_or_create)$/.test(func.attr.text))
        return true;
      const made = inference.valueOf(file, func);
      if (made.kind === 'model' && row.kind === 'instance' && made.model === row.model) return true;
    }
    for (const child of children(node)) pending.push(child);
  }
  return false;
}

// ---------------------------------------------------------------- what is sent

const SESSION_READS = new Set(['execute', 'scalars', 'scalar', 'exec']);
const QUERY_READS = new Set(['all', 'first', 'one', 'one_or_none', 'count', 'scalar', 'get']);

function sends(
  { node: call }: CodeSite<Call>,
  file: SourceFile,
  inference: Inference,
): (Pick<QueryInLoop, 'orm' | 'isGet'> & { readonly query: Query | null; readonly row: Value }) | null {
  if (call.func.kind !== 'Attribute') return null;
  const method = call.func.attr.text;
  const on = inference.valueOf(file, call.func.value);
  if (on.kind === 'query') {
    if (on.query.orm === 'django')
      return sendsDjango(method, on.query)
        ? { orm: 'django', isGet: false, query: on.query, row: on.query.row[0]! }
        : null;
    return on.query.form === 'query' && QUERY_READS.has(method) && on.query.row.length > 0
      ? { orm: 'sqlalchemy', isGet: method === 'get', query: on.query, row: on.query.row[0]! }
      : null;
  }
  if (on.kind !== 'session') return null;
  const first = call.args[0] && inference.valueOf(file, call.args[0]);
  if (method === 'get' || method === 'get_one')
    return first?.kind === 'model'
      ? { orm: 'sqlalchemy', isGet: true, query: null, row: { kind: 'instance', model: first.model, origin: null } }
      : null;
  return SESSION_READS.has(method) && first?.kind === 'query' && isSelect(first.query)
    ? { orm: 'sqlalchemy', isGet: false, query: first.query, row: first.query.row[0] ?? UNKNOWN }
    : null;
}

function sendsDjango(method: string, query: Query): boolean {
  const own = querySetMethod(method);
  const isRead =
    own?.gives === 'row' ||
    own?.gives === 'bool' ||
    method === 'count' ||
    method === 'acount' ||
    method === 'aggregate';
  // What a related manager has as a whole may have been prefetched.
  return isRead && query.row[0]?.kind === 'instance' && !(query.via && query.tip === query.root);
}

function isSelect({ root }: Query): boolean {
  if (root.kind !== 'Call') return false;
  const name = root.func.kind === 'Attribute' ? root.func.attr.text : root.func.kind === 'Name' ? root.func.id : '';
  return name === 'select';
}

// ---------------------------------------------------------------- the loop

interface Loop {
  readonly node: For | Comprehension;
  readonly iter: Expr;
  /** What runs in each round. */
  readonly body: readonly Node[];
}

/** The innermost loop that runs it in each round; null when something around it ends the loop, or runs it later. */
function loopAround({ node, around }: CodeSite<Call>): Loop | null {
  let inner: Node = node;
  for (const outer of around) {
    switch (outer.kind) {
      case 'FunctionDef':
      case 'Lambda':
      case 'While':
      case 'ExceptHandler':
      case 'Raise':
      case 'Return':
        return null;
      case 'For':
        if (inner === outer.iter || !outer.body.includes(inner as Stmt)) break;
        return endsEarly(outer) ? null : { node: outer, iter: outer.iter, body: outer.body };
      case 'ListComp':
      case 'SetComp':
      case 'DictComp':
      case 'GeneratorExp': {
        const [first] = outer.generators;
        // `any(… for …)` and `next(…)` stop where they like.
        if (!first || inner === first || outer.kind === 'GeneratorExp') break;
        return { node: first, iter: first.iter, body: children(outer).filter((each) => each !== first) };
      }
      default:
        if (suitesOf(outer as Stmt).some((suite) => suite.includes(inner as Stmt) && endsWithExit(suite))) return null;
    }
    inner = outer;
  }
  return null;
}

/** A search that stops at what it found, or tries again what failed. */
function endsEarly(loop: For): boolean {
  const pending: Node[] = [...loop.body];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Return' || node.kind === 'Break') return true;
    if (node.kind === 'FunctionDef' || node.kind === 'Lambda' || node.kind === 'ClassDef') continue;
    // A `break` in there ends the inner loop; a `return` all of them.
    if (node.kind === 'For' || node.kind === 'While') {
      if (hasReturn(node)) return true;
      continue;
    }
    for (const child of children(node)) pending.push(child);
  }
  return false;
}

function hasReturn(root: Node): boolean {
  const pending: Node[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Return') return true;
    if (node.kind !== 'FunctionDef' && node.kind !== 'Lambda') for (const child of children(node)) pending.push(child);
  }
  return false;
}

function endsWithExit(suite: readonly Stmt[]): boolean {
  const last = suite.at(-1)?.kind;
  return last === 'Return' || last === 'Break' || last === 'Raise';
}

// ---------------------------------------------------------------- loops that are short, or go over many at once

const MANY_AT_ONCE = /chunk|batch|page|bulk|group|partition|slice/i;

function isShort(iter: Expr, file: SourceFile, inference: Inference, depth = 0): boolean {
  if (depth > 4) return true;
  const inner = (each: Expr): boolean => isShort(each, file, inference, depth + 1);
  const value = inference.valueOf(file, iter);
  if (value.kind === 'query' || value.kind === 'result') return false;
  switch (iter.kind) {
    case 'List':
    case 'Tuple':
    case 'Set':
    case 'Dict':
      // Few are written out; what is spread may be many.
      return (
        !iter.kind.startsWith('D') && !(iter as { elts: readonly Expr[] }).elts.some((each) => each.kind === 'Starred')
      );
    case 'Constant':
      return true;
    case 'Attribute':
      // `settings.LANGUAGES`, `Color.choices`, `Meta.fields`
      return (
        /^([A-Z][A-Z0-9_]*|choices|values|labels|fields)$/.test(iter.attr.text) ||
        MANY_AT_ONCE.test(iter.attr.text) ||
        (iter.value.kind === 'Attribute' && iter.value.attr.text === '_meta')
      );
    case 'Name': {
      if (/^[A-Z_][A-Z0-9_]*$/.test(iter.id) || MANY_AT_ONCE.test(iter.id)) return true;
      const { program } = inference;
      const symbol = program.resolve(file, iter);
      if (symbol.kind !== 'binding') return symbol.kind !== 'unknown';
      const { binding } = symbol;
      if (binding.scope.kind === 'module' || binding.kind === 'class') return true;
      if (binding.kind === 'assign' && binding.path.length === 0)
        return isLiteral(binding.statement.value) && !isGrown(binding.statement.value);
      return false;
    }
    case 'Call': {
      const { func, args } = iter;
      const name = func.kind === 'Name' ? func.id : func.kind === 'Attribute' ? func.attr.text : '';
      if (MANY_AT_ONCE.test(name)) return true;
      if (name === 'range') return args.length === 3 || args.every((arg) => arg.kind === 'Constant');
      if (/^(enumerate|sorted|reversed|list|set|tuple|tqdm|zip|iter)$/.test(name))
        return args.length > 0 && args.every(inner);
      if (func.kind === 'Attribute' && /^(items|keys|values)$/.test(name)) return inner(func.value);
      if (name === 'split') return func.kind === 'Attribute' && func.value.kind === 'Constant';
      return false;
    }
    default:
      return false;
  }
}

function isLiteral(expr: Expr): boolean {
  return (
    (expr.kind === 'List' || expr.kind === 'Tuple' || expr.kind === 'Set' || expr.kind === 'Dict') && !isGrown(expr)
  );
}

/** An empty list is filled further down. */
function isGrown(expr: Expr): boolean {
  return expr.kind === 'Dict' ? expr.values.length === 0 : 'elts' in expr && expr.elts.length === 0;
}

// ---------------------------------------------------------------- what changes from round to round

/**
 * Whether the query asks for something else in each round: it has the loop's variable in it, or what was made of it in the
 * body. Where even the model changes, or rows are locked one by one, no query could take its place.
 */
function dependsOn(call: Call, query: Query | null, loop: Loop): boolean {
  const names = new Set(targetNames(loop.node.target));
  if (names.size === 0 || [...names].some((name) => MANY_AT_ONCE.test(name))) return false;
  for (let before = -1; before !== names.size;) {
    before = names.size;
    for (const node of loop.body) addDerived(node, names);
  }
  if (!mentions(call, names)) return false;
  if (!query) return !mentions(call.args[0]!, names);
  return (
    !isBuiltWith(query, /^(select_for_update|with_for_update)$/) && (query.via !== null || !namesModel(query, names))
  );
}

/** `model.objects`, `session.query(model)`, `select(model)` with a model that changes. */
function namesModel({ root }: Query, names: ReadonlySet<string>): boolean {
  return root.kind === 'Call' ? root.args.some((arg) => mentions(arg, names)) : mentions(root, names);
}

function addDerived(root: Node, names: Set<string>): void {
  const pending: Node[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Assign' && mentions(node.value, names))
      for (const target of node.targets) for (const name of targetNames(target)) names.add(name);
    if ((node.kind === 'For' || node.kind === 'Comprehension') && mentions(node.iter, names))
      for (const name of targetNames(node.target)) names.add(name);
    for (const child of children(node)) pending.push(child);
  }
}

function mentions(root: Node, names: ReadonlySet<string>): boolean {
  const pending: Node[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Name' && names.has(node.id)) return true;
    for (const child of children(node)) pending.push(child);
  }
  return false;
}
