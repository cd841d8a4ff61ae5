import type { Call } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Query } from '../values.ts';
import { BUILDERS } from './builders.ts';
import type { Code } from './code.ts';

/** A query that was extended by a statement of its own: the longer one is dropped, and the old one is as it was. */
export interface DiscardedQuery {
  readonly call: Call;
  readonly method: string;
  readonly query: Query;
}

export function discardedQueries(code: Code, file: SourceFile, inference: Inference): readonly DiscardedQuery[] {
  return code.statements.flatMap(({ node }) => {
    const call = node.value;
    if (call.kind !== 'Call' || call.func.kind !== 'Attribute') return [];
    const method = call.func.attr.text;
    const on = inference.valueOf(file, call.func.value);
    if (on.kind !== 'query' || !BUILDERS[on.query.orm].has(method)) return [];
    return { call, method, query: on.query };
  });
}
