import { ambiguousJoin } from './ambiguous-join.ts';
import { backPopulatesMismatch } from './back-populates-mismatch.ts';
import { cartesianProduct } from './cartesian-product.ts';
import { countForExistence } from './count-for-existence.ts';
import { declarativeBaseNotSubclassed } from './declarative-base-not-subclassed.ts';
import { discardedQueryset } from './discarded-queryset.ts';
import { inWithoutExpanding } from './in-without-expanding.ts';
import { lazyLoadInLoop } from './lazy-load-in-loop.ts';
import { lazyLoadInProperty } from './lazy-load-in-property.ts';
import { legacy1xApi } from './legacy-1x-api.ts';
import { lenOfQueryset } from './len-of-queryset.ts';
import { moduleLevelOrDefaultArgSession } from './module-level-or-default-arg-session.ts';
import { mutableOrEvaluatedDefault } from './mutable-or-evaluated-default.ts';
import { noRollbackOnError } from './no-rollback-on-error.ts';
import { nullComparisonSurprise } from './null-comparison-surprise.ts';
import { pythonOperatorInFilter } from './python-operator-in-filter.ts';
import { querysetEvaluatedTwice } from './queryset-evaluated-twice.ts';
import { rawSqlString } from './raw-sql-string.ts';
import { readModifyWriteRace } from './read-modify-write-race.ts';
import { relationshipOverlaps } from './relationship-overlaps.ts';
import { rowAsDict } from './row-as-dict.ts';
import type { Rule } from './rule.ts';
import { saveInLoop } from './save-in-loop.ts';
import { sessionNotClosed } from './session-not-closed.ts';
import { sessionSharedInConcurrency } from './session-shared-in-concurrency.ts';
import { sliceThenFilter } from './slice-then-filter.ts';
import { sqlStringInterpolation } from './sql-string-interpolation.ts';
import { unorderedPagination } from './unordered-pagination.ts';
import { writeWithoutCommit } from './write-without-commit.ts';

/** Every rule, sorted by id. */
export const rules: readonly Rule[] = [
  ambiguousJoin,
  backPopulatesMismatch,
  cartesianProduct,
  countForExistence,
  declarativeBaseNotSubclassed,
  discardedQueryset,
  inWithoutExpanding,
  lazyLoadInLoop,
  lazyLoadInProperty,
  legacy1xApi,
  lenOfQueryset,
  moduleLevelOrDefaultArgSession,
  mutableOrEvaluatedDefault,
  noRollbackOnError,
  nullComparisonSurprise,
  pythonOperatorInFilter,
  querysetEvaluatedTwice,
  rawSqlString,
  readModifyWriteRace,
  relationshipOverlaps,
  rowAsDict,
  saveInLoop,
  sessionNotClosed,
  sessionSharedInConcurrency,
  sliceThenFilter,
  sqlStringInterpolation,
  unorderedPagination,
  writeWithoutCommit,
];
