/**
 * What SQLAlchemy's functions and objects give, as far as queries need it.
 * Sources: https://docs.sqlalchemy.org/en/20/orm/session_api.html, …/core/selectable.html, …/orm/queryguide/index.html
 */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference, OrmSemantics } from '../infer.ts';
import { type Query, rowOf, UNKNOWN, type Value } from '../values.ts';
import { databaseOf } from './databases.ts';
import { expiryOf } from './expiry.ts';
import { loaderPaths } from './loaderPaths.ts';

export const sqlalchemySemantics: OrmSemantics = { call, method, attribute, annotation };

const STATEMENTS = new Set([
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
const ENGINES = new Set([
  'create_engine',
  'create_async_engine',
  'engine_from_config',
  'async_engine_from_config',
  'create_mock_engine',
]);
const FACTORIES = new Set(['sessionmaker', 'async_sessionmaker', 'scoped_session', 'async_scoped_session']);
/** What `MetaData()` gives. */
export const METADATA = 'sqlalchemy.MetaData()';
/** What `Table("users", metadata, …)` gives. */
export const TABLE = 'sqlalchemy.Table()';
/** What `SQLAlchemy(app)` of Flask-SQLAlchemy gives. */
export const FLASK_EXTENSION = 'flask_sqlalchemy.SQLAlchemy()';
/** What tables are gathered in as they are made: a metadata, or what has one. */
export const GATHERS_TABLES =
  /^(?:sqlalchemy\.(?:[\w.]*\.)?(?:MetaData|declarative_base|automap_base|registry|generate_base)|flask_sqlalchemy\.SQLAlchemy)\(\)(?:\.generate_base\(\))?$/;
/** What `session.begin_nested()` gives. */
export const TRANSACTION = 'sqlalchemy.orm.SessionTransaction()';
const LIBRARY = /^(sqlalchemy|sqlmodel|flask_sqlalchemy|sqlalchemy_utils)(\.|$)/;

function call(name: string, node: Call, file: SourceFile, inference: Inference): Value | null {
  if (name === 'alembic.op.get_bind') return { kind: 'connection', isAsync: false };
  const library = LIBRARY.exec(name);
  if (!library) return databaseOf(name);
  const tail = name
    .replace(/^flask_sqlalchemy\.SQLAlchemy\(\)\./, '')
    .split('.')
    .at(-1)!;
  if (STATEMENTS.has(tail)) return statement(tail, node, file, inference);
  if (ENGINES.has(tail)) return { kind: 'engine', isAsync: tail.includes('async') };
  if (FACTORIES.has(tail)) return factory(tail, node, file, inference);
  if (tail === 'Session' || tail === 'AsyncSession')
    return { kind: 'session', isAsync: tail === 'AsyncSession', ...expiryOf(node) };
  if (isFlaskCall(name)) return flaskCall(tail, node, file, inference);
  if (tail === 'aliased' || tail === 'with_polymorphic') {
    const entity = node.args[0] ? inference.valueOf(file, node.args[0]) : UNKNOWN;
    return entity.kind === 'model' ? entity : UNKNOWN;
  }
  return null;
}

function factory(name: string, node: Call, file: SourceFile, inference: Inference): Value {
  const isAsync = name.startsWith('async');
  if (!name.endsWith('scoped_session')) return { kind: 'sessionFactory', isAsync, ...expiryOf(node) };
  const given = node.args[0] ? inference.valueOf(file, node.args[0]) : UNKNOWN;
  return {
    kind: 'sessionFactory',
    isAsync,
    isScoped: true,
    ...(given.kind === 'sessionFactory' && given.expires !== undefined ? { expires: given.expires } : {}),
  };
}

/** What `db` of Flask-SQLAlchemy sends itself: `db.get_or_404(User, 1)`, `db.paginate(select)`. */
export function isFlaskCall(name: string): boolean {
  return /^sqlalchemy\.(get_or_404|first_or_404|one_or_404|paginate)$/.test(name);
}

function flaskCall(tail: string, node: Call, file: SourceFile, inference: Inference): Value {
  if (tail === 'get_or_404') return sessionMethod({ kind: 'session', isAsync: false }, 'get', node, file, inference)!;
  const select = node.args[0] ? inference.valueOf(file, node.args[0]) : UNKNOWN;
  if (select.kind !== 'query') return UNKNOWN;
  return tail === 'paginate'
    ? { kind: 'collection', of: rowOf(select.query, true, false) }
    : rowOf(select.query, true, true);
}

function annotation(name: string, args: readonly Value[]): Value | null {
  if (!LIBRARY.test(name)) return databaseOf(name);
  switch (name.split('.').at(-1)) {
    case 'Session':
    case 'SQLAlchemy':
      return name.endsWith('SQLAlchemy')
        ? { kind: 'external', name: FLASK_EXTENSION }
        : { kind: 'session', isAsync: false };
    case 'AsyncSession':
      return { kind: 'session', isAsync: true };
    case 'scoped_session':
      return { kind: 'sessionFactory', isAsync: false, isScoped: true };
    case 'async_scoped_session':
      return { kind: 'sessionFactory', isAsync: true, isScoped: true };
    case 'sessionmaker':
      return { kind: 'sessionFactory', isAsync: false };
    case 'async_sessionmaker':
      return { kind: 'sessionFactory', isAsync: true };
    case 'Engine':
    case 'AsyncEngine':
      return { kind: 'engine', isAsync: name.endsWith('AsyncEngine') };
    case 'Connection':
    case 'AsyncConnection':
      return { kind: 'connection', isAsync: name.endsWith('AsyncConnection') };
    case 'Mapped':
      return args[0] ?? UNKNOWN;
    default:
      return null;
  }
}

function attribute(on: Value, name: string, file: SourceFile, node: Expr, inference: Inference): Value | null {
  switch (on.kind) {
    case 'external':
      if (on.name !== FLASK_EXTENSION) return null;
      if (name === 'session') return { kind: 'session', isAsync: false };
      if (name === 'engine') return { kind: 'engine', isAsync: false };
      return { kind: 'external', name: `sqlalchemy.${name}` };
    case 'model':
      return classAttribute(on, name, file, node, inference);
    case 'instance':
      return instanceAttribute(on, name, file, node, inference);
    case 'query':
      if (on.query.orm !== 'sqlalchemy' || on.query.form !== 'query') return null;
      if (name === '[]') return rowOf(on.query, scalarRows(on.query), true);
      return name === '[:]' ? { kind: 'collection', of: rowOf(on.query, scalarRows(on.query), false) } : null;
    case 'collection':
      // A page of `paginate()`.
      return name === 'items' ? on : null;
    case 'result':
      return name === '[]' ? rowOf(on.query, on.scalars, false) : null;
    default:
      return null;
  }
}

function classAttribute(
  on: Value & { kind: 'model' },
  name: string,
  file: SourceFile,
  node: Expr,
  inference: Inference,
): Value | null {
  const model = inference.graph.model(on.model);
  if (!model || model.orm !== 'sqlalchemy') return null;
  if (name === '__table__') return { kind: 'external', name: TABLE };
  if (name === 'query' && model.managers.some((manager) => manager.name === 'query')) {
    return { kind: 'query', query: query('query', [{ kind: 'instance', model: on.model, origin: null }], file, node) };
  }
  return inference.graph.field(model, name) || inference.graph.relation(model, name)
    ? { kind: 'attribute', model: on.model, name }
    : null;
}

function instanceAttribute(
  on: Value & { kind: 'instance' },
  name: string,
  file: SourceFile,
  node: Expr,
  inference: Inference,
): Value | null {
  const model = inference.graph.model(on.model);
  if (!model || model.orm !== 'sqlalchemy') return null;
  const relation = inference.graph.relation(model, name);
  if (!relation) return null;
  if (!relation.target) return UNKNOWN;
  const many = relation.cardinality === 'many';
  const origin = on.origin
    ? { ...on.origin, path: [...on.origin.path, name], single: on.origin.single && !many }
    : null;
  const target: Value = { kind: 'instance', model: relation.target, origin };
  if (relation.loading === 'dynamic' || relation.loading === 'write_only') {
    const form = relation.loading === 'dynamic' ? 'query' : 'statement';
    return { kind: 'query', query: { ...query(form, [target], file, node), via: { instance: on, relation: name } } };
  }
  return many ? { kind: 'collection', of: target } : target;
}

// ---------------------------------------------------------------- statements

function statement(kind: string, node: Call, file: SourceFile, inference: Inference): Value {
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

function selected(args: readonly Expr[], file: SourceFile, inference: Inference): Value[] {
  return args.flatMap((arg) => {
    // 1.x: `select([User.id, User.name])`
    if (arg.kind === 'List') return selected(arg.elts, file, inference);
    const value = inference.valueOf(file, arg);
    if (value.kind === 'model') return [{ kind: 'instance', model: value.model, origin: null }];
    if (value.kind === 'attribute') return [{ kind: 'scalar', python: null }];
    return [UNKNOWN];
  });
}

function query(form: Query['form'], row: readonly Value[], file: SourceFile, root: Expr): Query {
  const instances = row.some((item) => item.kind === 'instance');
  return {
    orm: 'sqlalchemy',
    form,
    row,
    loads: [],
    loadsUnknown: false,
    instances,
    via: null,
    root,
    rootFile: file,
    tip: root,
    file,
    before: null,
  };
}

/** `session.query(User)` gives users, `session.query(User, Post)` and `session.query(User.id)` give rows. */
function scalarRows(q: Query): boolean {
  return q.row.length === 1 && q.row[0]!.kind === 'instance';
}

// ---------------------------------------------------------------- methods

function method(on: Value, name: string, node: Call, file: SourceFile, inference: Inference): Value | null {
  switch (on.kind) {
    case 'session':
    case 'connection':
      return sessionMethod(on, name, node, file, inference);
    case 'sessionFactory':
      if (name === 'begin') return { ...on, kind: 'session' };
      return sessionMethod({ kind: 'session', isAsync: on.isAsync }, name, node, file, inference); // scoped_session
    case 'engine':
      return name === 'connect' || name === 'begin'
        ? { kind: 'connection', isAsync: on.isAsync }
        : name === 'execute'
          ? execute(on, name, node, file, inference)
          : null;
    case 'query':
      if (on.query.orm !== 'sqlalchemy') return null;
      return on.query.form === 'statement'
        ? statementMethod(on, name, node, file, inference)
        : queryMethod(on, name, node, file, inference);
    case 'result':
      return resultMethod(on, name);
    case 'unknown':
    case 'external':
    case 'object':
      // A session nobody declared is known by what it is given.
      return isSessionCall(name, node, file, inference)
        ? sessionMethod({ kind: 'session', isAsync: false }, name, node, file, inference)
        : null;
    default:
      return null;
  }
}

/** `anything.scalars(select(…))`, `anything.query(User)`: only a session or a connection takes these. */
export function isSessionCall(name: string, node: Call, file: SourceFile, inference: Inference): boolean {
  const first = node.args[0];
  if (!first) return false;
  switch (name) {
    case 'execute':
    case 'scalars':
    case 'scalar':
    case 'stream':
    case 'stream_scalars':
    case 'exec': {
      const value = inference.valueOf(file, first);
      return value.kind === 'query' && value.query.orm === 'sqlalchemy';
    }
    case 'query': {
      const value = inference.valueOf(file, first);
      if (value.kind === 'model') return inference.graph.model(value.model)?.orm === 'sqlalchemy';
      return value.kind === 'attribute';
    }
    case 'get':
    case 'get_one': {
      if (node.args.length < 2) return false;
      const value = inference.valueOf(file, first);
      return value.kind === 'model' && inference.graph.model(value.model)?.orm === 'sqlalchemy';
    }
    default:
      return false;
  }
}

function sessionMethod(on: Value, name: string, node: Call, file: SourceFile, inference: Inference): Value | null {
  switch (name) {
    case 'execute':
    case 'stream':
    case 'scalars':
    case 'stream_scalars':
    case 'exec':
    case 'scalar':
      return execute(on, name, node, file, inference);
    case 'exec_driver_sql':
      return { kind: 'result', query: query('statement', [], file, node), scalars: false };
    case 'query':
      return { kind: 'query', query: query('query', selected(node.args, file, inference), file, node) };
    case 'get':
    case 'get_one': {
      const entity = node.args[0] ? inference.valueOf(file, node.args[0]) : UNKNOWN;
      if (entity.kind !== 'model') return UNKNOWN;
      const q = sentBy(on, query('statement', [{ kind: 'instance', model: entity.model, origin: null }], file, node));
      return rowOf(withOptions(q, node, file, inference), true, true);
    }
    case 'merge':
      return node.args[0] ? inference.valueOf(file, node.args[0]) : UNKNOWN;
    case 'begin':
    case 'begin_nested':
    case 'connection':
      return name === 'connection' ? { kind: 'connection', isAsync: false } : { kind: 'external', name: TRANSACTION };
    case '__call__':
      return on;
    default:
      return null;
  }
}

function execute(on: Value, name: string, node: Call, file: SourceFile, inference: Inference): Value {
  const arg = node.args[0] ? inference.valueOf(file, node.args[0]) : UNKNOWN;
  // `exec` is SQLModel's: scalars for one entity, rows for several.
  const q = sentBy(on, arg.kind === 'query' ? arg.query : query('statement', [], file, node));
  const scalars = name === 'scalars' || name === 'stream_scalars' || (name === 'exec' && q.row.length === 1);
  if (name === 'scalar') return rowOf(q, true, true);
  return { kind: 'result', query: q, scalars };
}

function sentBy(on: Value, q: Query): Query {
  return on.kind === 'session' && on.isAsync ? { ...q, isAsync: true } : q;
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

function statementMethod(
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

function queryMethod(
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

function resultMethod(on: Value & { kind: 'result' }, name: string): Value | null {
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

// ---------------------------------------------------------------- loader options

function withLoads(q: Query, options: readonly Expr[], file: SourceFile, inference: Inference): Query {
  const read = loaderPaths(options, file, inference);
  return { ...q, loads: [...q.loads, ...read.paths], loadsUnknown: q.loadsUnknown || read.unknown };
}

/** `session.get(User, 1, options=[…])` */
function withOptions(q: Query, node: Call, file: SourceFile, inference: Inference): Query {
  const options = node.keywords.find((keyword) => keyword.name?.text === 'options')?.value;
  if (!options) return q;
  return options.kind === 'List' || options.kind === 'Tuple'
    ? withLoads(q, options.elts, file, inference)
    : { ...q, loadsUnknown: true };
}
