import type { Node } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { readCode } from './code.ts';
import { misusedOperators, type MisusedOperator } from './conditions.ts';
import { existenceChecks, type ExistenceCheck, loadedToCount, type LoadedToCount } from './counting.ts';
import { discardedQueries, type DiscardedQuery } from './discarded.ts';
import { interpolatedSql, type InterpolatedSql } from './rawSql.ts';
import { lostWrites, type LostWrites } from './sessions.ts';
import { changedSlices, type ChangedSlice } from './slices.ts';

/** What a piece of code does with queries, in ORM-neutral words. Each is found when it is asked for. */
export interface Uses {
  discardedQueries(): readonly DiscardedQuery[];
  misusedOperators(): readonly MisusedOperator[];
  interpolatedSql(): readonly InterpolatedSql[];
  existenceChecks(): readonly ExistenceCheck[];
  loadedToCount(): readonly LoadedToCount[];
  changedSlices(): readonly ChangedSlice[];
  lostWrites(): readonly LostWrites[];
}

/** Cost: one walk over the trees. */
export function createUses(file: SourceFile, trees: readonly Node[], inference: Inference): Uses {
  const code = lazily(() => readCode(trees));
  return {
    discardedQueries: lazily(() => discardedQueries(code(), file, inference)),
    misusedOperators: lazily(() => misusedOperators(code(), file, inference)),
    interpolatedSql: lazily(() => interpolatedSql(code(), file, inference)),
    existenceChecks: lazily(() => existenceChecks(code(), file, inference)),
    loadedToCount: lazily(() => loadedToCount(code(), file, inference)),
    changedSlices: lazily(() => changedSlices(code(), file, inference)),
    lostWrites: lazily(() => lostWrites(code().blocks, file, inference)),
  };
}

function lazily<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}
