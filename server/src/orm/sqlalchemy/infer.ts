/**
 * What SQLAlchemy's functions and objects give, as far as queries need it.
 * Sources: https://docs.sqlalchemy.org/en/20/orm/session_api.html, …/core/selectable.html, …/orm/queryguide/index.html
 */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference, OrmSemantics } from '../infer.ts';
import { rowOf, UNKNOWN, type Value } from '../values.ts';
import { databaseOf } from './databases.ts';
import { expiryOf } from './expiry.ts';
import { FLASK_EXTENSION, TABLE } from './namedValues.ts';
import { query, queryMethod, resultMethod, scalarRows, statement, statementMethod, STATEMENTS } from './queries.ts';
import { execute, isSessionCall, sessionMethod } from './sessionCalls.ts';

export const sqlalchemySemantics: OrmSemantics = { call, method, attribute, annotation };

const ENGINES = new Set([
  'create_engine',
  'create_async_engine',
  'engine_from_config',
  'async_engine_from_config',
  'create_mock_engine',
]);
const FACTORIES = new Set(['sessionmaker', 'async_sessionmaker', 'scoped_session', 'async_scoped_session']);
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
