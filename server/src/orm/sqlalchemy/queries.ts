/** Queries of SQLAlchemy: how they begin, what their methods make of them, and what their results give. */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { newQuery, type Query, rowOf, UNKNOWN, type Value } from '../values.ts';
import { loaderPaths } from './loaderPaths.ts';

/** Functions that make statements, or pieces of them. */
export const STATEMENTS = new Set([
  'select',
  'insert',
  'update',
  'delete',
  'text',
  'union',
  'union_all',
  'except_',
  'intersect',
  'values',
  'lambda_stmt',
]);

/** A query of SQLAlchemy that begins at `root`. */
export function query(form: Query['form'], row: readonly Value[], file: SourceFile, root: Expr): Query {
  return newQuery('sqlalchemy', form, row, file, root);
}

export function statement(kind: string, node: Call, file: SourceFile, inference: Inference): Value {
  if (kind === 'select')
    return { kind: 'query', query: query('statement', selected(node.args, file, inference), file, node) };
  if (kind.startsWith('union') || kind === 'except_' || kind === 'intersect') {
    const first = node.args[0] ? inference.valueOf(file, node.args[0]) : UNKNOWN;
    return {
      kind: 'query',
      query: { ...query('statement', first.kind === 'query' ? first.query.row : [], file, node), instances: false },
    };
  }
  if (kind === 'text' && !isStatementText(node.args[0])) return UNKNOWN;
  return { kind: 'query', query: { ...query('statement', [], file, node), instances: false } };
}

/** `text("name DESC")` is a piece of SQL, `text("SELECT …")` a statement. */
function isStatementText(arg: Expr | undefined): boolean {
  const source =
    arg?.kind === 'Constant' && arg.type === 'str' ? arg.value : arg?.kind === 'JoinedStr' ? firstText(arg) : null;
  return source === null
    ? false
    : /^\s*(--[^\n]*\n\s*)*(select|insert|update|delete|with|call|merge|values|pragma|create|drop|alter|truncate|explain)\b/i.test(
        source,
      );
}

function firstText(node: Expr & { kind: 'JoinedStr' }): string {
  const first = node.values[0];
  return first?.kind === 'Constant' && first.type === 'str' ? first.value : '';
}

export function selected(args: readonly Expr[], file: SourceFile, inference: Inference): Value[] {
  return args.flatMap((arg) => {
    // 1.x: `select([User.id, User.name])`
    if (arg.kind === 'List') return selected(arg.elts, file, inference);
    const value = inference.valueOf(file, arg);
    if (value.kind === 'model') return [{ kind: 'instance', model: value.model, origin: null }];
    if (value.kind === 'attribute') return [{ kind: 'scalar', python: null }];
    return [UNKNOWN];
  });
}

/** `session.query(User)` gives users, `session.query(User, Post)` and `session.query(User.id)` give rows. */
export function scalarRows(q: Query): boolean {
  return q.row.length === 1 && q.row[0]!.kind === 'instance';
}

const NO_STATEMENT = new Set([
  'subquery',
  'cte',
  'alias',
  'scalar_subquery',
  'as_scalar',
  'exists',
  'label',
  'lateral',
  'compile',
  'get_children',
  'in_',
  'bindparams_',
]);

export function statementMethod(
  on: Value & { kind: 'query' },
  name: string,
  node: Call,
  file: SourceFile,
  inference: Inference,
): Value | null {
  const q = { ...on.query, tip: node, file, before: on.query };
  if (NO_STATEMENT.has(name)) return { kind: 'external', name: `sqlalchemy.${name}()` };
  switch (name) {
    case 'options':
      return { kind: 'query', query: withLoads(q, node.args, file, inference) };
    case 'with_only_columns':
    case 'returning': {
      const row = selected(node.args, file, inference);
      return { kind: 'query', query: { ...q, row, instances: row.some((item) => item.kind === 'instance') } };
    }
    case 'add_columns':
      return { kind: 'query', query: { ...q, row: [...q.row, ...selected(node.args, file, inference)] } };
    case 'from_statement': {
      return { kind: 'query', query: q };
    }
    default:
      return { kind: 'query', query: q };
  }
}

export function queryMethod(
  on: Value & { kind: 'query' },
  name: string,
  node: Call,
  file: SourceFile,
  inference: Inference,
): Value | null {
  const q: Query = { ...on.query, tip: node, file, before: on.query };
  // What ends the chain is not part of it: options are added before `.all()`.
  const row = (single: boolean): Value => rowOf(on.query, scalarRows(on.query), single);
  if (NO_STATEMENT.has(name)) return { kind: 'external', name: `sqlalchemy.${name}()` };
  switch (name) {
    case 'all':
      return { kind: 'collection', of: row(false) };
    case 'first':
    case 'one':
    case 'one_or_none':
    case 'get':
    case 'get_or_404':
    case 'first_or_404':
    case 'one_or_404':
      return row(true);
    case 'scalar':
    case 'update':
    case 'delete':
      return { kind: 'scalar', python: name === 'scalar' ? null : 'int' };
    case 'count':
      return { kind: 'scalar', python: 'int' };
    case 'paginate':
      return { kind: 'collection', of: row(false) };
    case 'options':
      return { kind: 'query', query: withLoads(q, node.args, file, inference) };
    case 'with_entities': {
      const items = selected(node.args, file, inference);
      return { kind: 'query', query: { ...q, row: items, instances: items.some((item) => item.kind === 'instance') } };
    }
    case 'add_columns':
    case 'add_entity':
      return { kind: 'query', query: { ...q, row: [...q.row, ...selected(node.args, file, inference)] } };
    default:
      return { kind: 'query', query: q };
  }
}

export function resultMethod(on: Value & { kind: 'result' }, name: string): Value | null {
  switch (name) {
    case 'scalars':
      return { ...on, scalars: true };
    case 'unique':
      return { ...on, isUnique: true };
    case 'all':
    case 'fetchall':
    case 'fetchmany':
      return { kind: 'collection', of: rowOf(on.query, on.scalars, false) };
    case 'partitions':
      return { kind: 'collection', of: { kind: 'collection', of: rowOf(on.query, on.scalars, false) } };
    case 'first':
    case 'one':
    case 'one_or_none':
    case 'fetchone':
      return rowOf(on.query, on.scalars, true);
    case 'scalar':
    case 'scalar_one':
    case 'scalar_one_or_none':
      return rowOf(on.query, true, true);
    case 'mappings':
    case 'columns':
      // Still a result, of which the rows are no tuples of what was selected.
      return { ...on, scalars: true, query: { ...on.query, row: [], instances: false } };
    case 'keys':
      return UNKNOWN;
    default:
      return on;
  }
}

function withLoads(q: Query, options: readonly Expr[], file: SourceFile, inference: Inference): Query {
  const read = loaderPaths(options, file, inference);
  return { ...q, loads: [...q.loads, ...read.paths], loadsUnknown: q.loadsUnknown || read.unknown };
}

/** `session.get(User, 1, options=[…])` */
export function withOptions(q: Query, node: Call, file: SourceFile, inference: Inference): Query {
  const options = node.keywords.find((keyword) => keyword.name?.text === 'options')?.value;
  if (!options) return q;
  return options.kind === 'List' || options.kind === 'Tuple'
    ? withLoads(q, options.elts, file, inference)
    : { ...q, loadsUnknown: true };
}
