/** The query that a call sends to read rows: `Tag.objects.get(…)`, `session.scalars(select(…))`. */
import type { Call, Expr } from '../python/syntax/nodes.ts';
import type { SourceFile } from '../python/types.ts';
import { querySetMethod } from './django/methods.ts';
import type { Inference } from './infer.ts';
import type { OrmId } from './model.ts';
import { type Query, UNKNOWN, type Value } from './values.ts';

export interface QuerySent {
  readonly orm: OrmId;
  /** `session.get(…)`: sent unless the session has the object already. */
  readonly isGet: boolean;
  /** null for `session.get`. */
  readonly query: Query | null;
  /** What one row of it is. */
  readonly row: Value;
}

const SESSION_READS = new Set(['execute', 'scalars', 'scalar', 'exec']);
const QUERY_READS = new Set(['all', 'first', 'one', 'one_or_none', 'count', 'scalar', 'get']);

/** Where its model is named: `model.objects`, `select(model)`, `session.get(model, 1)`. */
export function modelNamedIn({ query }: QuerySent, call: Call): readonly Expr[] {
  if (!query) return call.args.slice(0, 1);
  return query.root.kind === 'Call' ? query.root.args : [query.root];
}

/** null when nothing is sent, when it is no read, and when a related manager may have its rows already. */
export function querySent(call: Call, file: SourceFile, inference: Inference): QuerySent | null {
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
