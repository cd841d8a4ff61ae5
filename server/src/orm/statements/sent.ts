/** How many statements one call sends, and one query when its rows are asked for. Knows no loops and no conditions. */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import { querySetMethod } from '../django/methods.ts';
import type { Inference } from '../infer.ts';
import { isFlaskCall } from '../sqlalchemy/infer.ts';
import { SESSION_WRITES } from '../sqlalchemy/sessionMethods.ts';
import { callsOf, type Query, type Value } from '../values.ts';
import { ANY, exactly, NONE, ONE, ONE_AT_MOST, ONE_OR_MORE, type StatementCount } from './count.ts';

/** What a session gathers for its next flush: `none` that is seen here. */
export interface Pending {
  isAny: boolean;
}

/** null when the call is no method of an ORM, and what it does is found elsewhere. */
export function sentByCall(
  call: Call,
  pending: Pending,
  file: SourceFile,
  inference: Inference,
): StatementCount | null {
  const { func } = call;
  if (func.kind !== 'Attribute') return sentByShortcut(call, file, inference);
  const on = inference.valueOf(file, func.value);
  const method = func.attr.text;
  switch (on.kind) {
    case 'query':
      return on.query.orm === 'django' ? byQuerySet(method, on.query) : byQuery(method, on.query, inference);
    case 'session':
    case 'sessionFactory':
      return bySession(method, call, pending, file, inference);
    case 'connection':
    case 'engine':
      return /^(execute|scalar|scalars|exec_driver_sql)$/.test(method) ? ONE : NONE;
    case 'result':
    case 'attribute':
    case 'scalar':
      return NONE;
    case 'instance':
      return inference.graph.model(on.model)?.orm === 'django' ? byRow(method) : null;
    default:
      return inference.valueOf(file, call).kind === 'query' ? NONE : sentByShortcut(call, file, inference);
  }
}

/** How many statements load the rows of a query, with what it says is to be loaded with them. */
export function sentByQuery(query: Query, inference: Inference): StatementCount {
  const extra = query.orm === 'django' ? prefetches(query) : loaders(query, inference);
  return extra === null ? ONE_OR_MORE : exactly(1 + extra);
}

/** Whether what a related manager has may be there already: then only who looks for lazy loads can tell. */
export function isOfLoadedRow({ via, tip, root }: Query): boolean {
  const isPlain =
    tip === root ||
    (tip.kind === 'Call' && tip.func.kind === 'Attribute' && tip.func.attr.text === 'all' && tip.func.value === root);
  return via?.instance.kind === 'instance' && via.instance.origin?.single === false && isPlain;
}

/** `get_object_or_404(User, pk=1)`, `db.first_or_404(…)` */
function sentByShortcut({ func }: Call, file: SourceFile, inference: Inference): StatementCount | null {
  const callee = inference.valueOf(file, func);
  if (callee.kind === 'model') return NONE;
  if (callee.kind !== 'external') return null;
  if (/^django\.shortcuts\.a?get_(object|list)_or_404$/.test(callee.name)) return ONE;
  if (isFlaskCall(callee.name)) return callee.name.endsWith('paginate') ? ONE_OR_MORE : ONE;
  return null;
}

// ---------------------------------------------------------------- Django

function byQuerySet(method: string, query: Query): StatementCount | null {
  const own = querySetMethod(method);
  const isCached = isOfLoadedRow(query) && /^a?(count|exists)$/.test(method);
  if (isCached) return NONE;
  if (!own) return null;
  switch (own.gives) {
    case 'queryset':
    case 'values':
      return NONE;
    case 'row': {
      const extra = prefetches(query);
      return extra === null ? ONE_OR_MORE : exactly(1 + extra);
    }
    case 'bool':
      return ONE;
    case 'number':
      return /^a?count$/.test(method) ? ONE : ONE_OR_MORE;
    case 'other':
      return /^a?(aggregate|explain|in_bulk)$/.test(method) ? ONE : ONE_OR_MORE;
    // What models and signals do when they save is not looked at.
    case 'created':
    case 'rowAndFlag':
    case 'rows':
      return ONE_OR_MORE;
  }
}

function byRow(method: string): StatementCount | null {
  if (/^a?(save|delete)$/.test(method)) return ONE_OR_MORE;
  return /^a?refresh_from_db$/.test(method) ? ONE : null;
}

/** One query for each relation of each path: `a__b` loads `a` first. null when a path is not written out. */
function prefetches(query: Query): number | null {
  if (query.loadsUnknown) return null;
  const paths = new Set<string>();
  for (const { func, args, keywords } of callsOf(query)) {
    if (func.kind !== 'Attribute' || func.attr.text !== 'prefetch_related') continue;
    if (keywords.length > 0) return null;
    for (const arg of args) {
      if (arg.kind !== 'Constant' || arg.type !== 'str') return null;
      const steps = arg.value.split('__');
      steps.forEach((_, i) => paths.add(steps.slice(0, i + 1).join('__')));
    }
  }
  return paths.size;
}

// ---------------------------------------------------------------- SQLAlchemy

function byQuery(method: string, query: Query, inference: Inference): StatementCount {
  if (query.form !== 'query') return NONE;
  switch (method) {
    case 'all':
    case 'first':
    case 'one':
    case 'one_or_none':
    case 'first_or_404':
    case 'one_or_404':
      return sentByQuery(query, inference);
    case 'get':
    case 'get_or_404':
      return ONE_AT_MOST;
    case 'count':
    case 'scalar':
    case 'delete':
    case 'update':
      return ONE;
    case 'paginate':
      return ONE_OR_MORE;
    default:
      return NONE;
  }
}

function bySession(
  method: string,
  call: Call,
  pending: Pending,
  file: SourceFile,
  inference: Inference,
): StatementCount {
  switch (method) {
    case 'execute':
    case 'scalars':
    case 'scalar':
    case 'exec':
    case 'stream':
    case 'stream_scalars': {
      const sent = call.args[0] && inference.valueOf(file, call.args[0]);
      const count = sent?.kind === 'query' ? sentByQuery(sent.query, inference) : ONE;
      // It flushes first.
      return pending.isAny ? { ...count, most: null } : count;
    }
    case 'get':
    case 'get_one':
      return ONE_AT_MOST;
    case 'refresh':
      return ONE;
    case 'merge':
      pending.isAny = true;
      return ANY;
    case 'commit':
    case 'flush': {
      const count = pending.isAny ? ONE_OR_MORE : ANY;
      pending.isAny = false;
      return count;
    }
    case 'close':
    case 'rollback':
    case 'begin':
    case 'begin_nested':
    case 'query':
    case 'expunge':
    case 'expunge_all':
    case 'expire':
    case 'expire_all':
    case 'remove':
      return NONE;
    default:
      if (!SESSION_WRITES.has(method)) return ANY;
      pending.isAny = true;
      return method.startsWith('bulk_') ? ONE_OR_MORE : NONE;
  }
}

/** Loaders that send a query of their own. null when what is loaded with the rows is not known. */
function loaders(query: Query, inference: Inference): number | null {
  if (query.loadsUnknown) return null;
  if (query.row.some((each) => hasLoaders(each, inference))) return null;
  let count = 0;
  for (const { func, args } of callsOf(query)) {
    if (func.kind !== 'Attribute' || func.attr.text !== 'options') continue;
    for (const node of nodesUnder(args)) if (node.kind === 'Call' && OWN_QUERY.test(nameOf(node.func))) count++;
  }
  return count;
}

const OWN_QUERY = /^(selectinload|subqueryload|immediateload)$/;

function nameOf(func: Expr): string {
  return func.kind === 'Attribute' ? func.attr.text : func.kind === 'Name' ? func.id : '';
}

/** Whether the model itself says that relations are loaded with a query of their own. */
function hasLoaders(row: Value, { graph }: Inference): boolean {
  const model = row.kind === 'instance' || row.kind === 'model' ? graph.model(row.model) : undefined;
  return model?.relations.some(({ loading }) => /^(selectin|subquery|immediate|unknown)$/.test(loading)) ?? false;
}
