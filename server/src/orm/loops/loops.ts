/** Loops over the rows of a query, and what their bodies do with each row. */
import type { Node } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { type ColumnRead, columnReads } from './columns.ts';
import { type FoundLoop, findLoops, type QueryLoop } from './find.ts';
import { type DiscardedPrefetch, discardedPrefetches } from './prefetches.ts';
import { type LazyRead, lazyReads } from './relations.ts';

export type { ColumnRead } from './columns.ts';
export type { QueryLoop } from './find.ts';
export type { DiscardedPrefetch } from './prefetches.ts';
export type { LazyRead } from './relations.ts';

export interface Loops {
  overQueryResults(): readonly QueryLoop[];
  /**
   * Relations that are loaded once per row: read in the body of a loop, or in what it calls with a row. Each relation
   * of each query once, at its first read; where it is read directly, that one.
   */
  lazyReads(): readonly LazyRead[];
  /** Rows that were prefetched with those of a loop, and are asked for again with another query in its body. */
  discardedPrefetches(): readonly DiscardedPrefetch[];
  /** Columns of the rows of a query that are read in its loops. */
  columnReads(): readonly ColumnRead[];
}

/** The loops in some trees of a file. Cost: one walk over them, one over each outermost loop. */
export function createLoops(file: SourceFile, trees: readonly Node[], inference: Inference): Loops {
  let loops: readonly FoundLoop[] | undefined;
  let reads: readonly LazyRead[] | undefined;
  let discarded: readonly DiscardedPrefetch[] | undefined;
  let columns: readonly ColumnRead[] | undefined;
  const found = (): readonly FoundLoop[] => (loops ??= findLoops(file, trees, inference));
  return {
    overQueryResults: found,
    lazyReads: () => (reads ??= lazyReads(file, trees, found(), inference)),
    columnReads: () => (columns ??= columnReads(file, found(), inference)),
    discardedPrefetches: () => (discarded ??= discardedPrefetches(file, found(), inference)),
  };
}
