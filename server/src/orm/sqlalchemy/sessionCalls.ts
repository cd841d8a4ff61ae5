/** What methods of sessions and connections give, and which calls only they can be asked. */
import type { Call } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { type Query, rowOf, UNKNOWN, type Value } from '../values.ts';
import { query, selected, withOptions } from './queries.ts';

/** What `session.begin_nested()` gives. */
export const TRANSACTION = 'sqlalchemy.orm.SessionTransaction()';

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

export function sessionMethod(
  on: Value,
  name: string,
  node: Call,
  file: SourceFile,
  inference: Inference,
): Value | null {
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

export function execute(on: Value, name: string, node: Call, file: SourceFile, inference: Inference): Value {
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
