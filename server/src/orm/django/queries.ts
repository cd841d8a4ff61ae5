/** Queries of Django as they begin. */
import type { Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import { newQuery, type Query, type Value } from '../values.ts';

/** A manager of a model. */
export function manager(model: string, file: SourceFile, root: Expr): Value & { kind: 'query' } {
  return {
    kind: 'query',
    query: { ...query([{ kind: 'instance', model, origin: null }], file, root), form: 'manager' },
  };
}

/** A queryset of rows that `root` makes. */
export function query(row: readonly Value[], file: SourceFile, root: Expr): Query {
  return newQuery('django', 'queryset', row, file, root);
}
