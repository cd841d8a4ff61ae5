import { ambiguousJoin } from './ambiguous-join.ts';
import { backPopulatesMismatch } from './back-populates-mismatch.ts';
import { cartesianProduct } from './cartesian-product.ts';
import { countForExistence } from './count-for-existence.ts';
import { declarativeBaseNotSubclassed } from './declarative-base-not-subclassed.ts';
import { detachedAccess } from './detached-access.ts';
import { discardedQueryset } from './discarded-queryset.ts';
import { dynamicRelationshipEagerLoad } from './dynamic-relationship-eager-load.ts';
import { eagerPathInvalid } from './eager-path-invalid.ts';
import { fkObjectForId } from './fk-object-for-id.ts';
import { inWithoutExpanding } from './in-without-expanding.ts';
import { incompleteColumns } from './incomplete-columns.ts';
import { joinedCollectionWithLimit } from './joined-collection-with-limit.ts';
import { lazyLoadInAsync } from './lazy-load-in-async.ts';
import { lazyLoadInLoop } from './lazy-load-in-loop.ts';
import { lazyLoadInProperty } from './lazy-load-in-property.ts';
import { lazyLoadInSerializer } from './lazy-load-in-serializer.ts';
import { lazyLoadInTemplate } from './lazy-load-in-template.ts';
import { legacy1xApi } from './legacy-1x-api.ts';
import { lenOfQueryset } from './len-of-queryset.ts';
import { missingIndexOnFilter } from './missing-index-on-filter.ts';
import { missingOnDelete } from './missing-on-delete.ts';
import { missingUniqueOnJoinedCollection } from './missing-unique-on-joined-collection.ts';
import { moduleLevelOrDefaultArgSession } from './module-level-or-default-arg-session.ts';
import { multiWriteNotAtomic } from './multi-write-not-atomic.ts';
import { mutableOrEvaluatedDefault } from './mutable-or-evaluated-default.ts';
import { noRollbackOnError } from './no-rollback-on-error.ts';
import { nullComparisonSurprise } from './null-comparison-surprise.ts';
import { nullStringField } from './null-string-field.ts';
import { prefetchDiscarded } from './prefetch-discarded.ts';
import { pythonOperatorInFilter } from './python-operator-in-filter.ts';
import { queryInBrokenTransaction } from './query-in-broken-transaction.ts';
import { querysetEvaluatedTwice } from './queryset-evaluated-twice.ts';
import { queryInLoop } from './query-in-loop.ts';
import { rawSqlString } from './raw-sql-string.ts';
import { readModifyWriteRace } from './read-modify-write-race.ts';
import { relatedNameClash } from './related-name-clash.ts';
import { relationshipOverlaps } from './relationship-overlaps.ts';
import { rowAsDict } from './row-as-dict.ts';
import type { Rule } from './rule.ts';
import { saveInLoop } from './save-in-loop.ts';
import { saveOverwritesConcurrentColumns } from './save-overwrites-concurrent-columns.ts';
import { saveWithoutSuper } from './save-without-super.ts';
import { sessionNotClosed } from './session-not-closed.ts';
import { sessionSharedInConcurrency } from './session-shared-in-concurrency.ts';
import { sliceThenFilter } from './slice-then-filter.ts';
import { sqlStringInterpolation } from './sql-string-interpolation.ts';
import { taskBeforeCommit } from './task-before-commit.ts';
import { unorderedPagination } from './unordered-pagination.ts';
import { unusedEagerLoad } from './unused-eager-load.ts';
import { writeWithoutCommit } from './write-without-commit.ts';

/** Every rule, sorted by id. */
export const rules: readonly Rule[] = [
  ambiguousJoin,
  backPopulatesMismatch,
  cartesianProduct,
  countForExistence,
  declarativeBaseNotSubclassed,
  detachedAccess,
  discardedQueryset,
  dynamicRelationshipEagerLoad,
  eagerPathInvalid,
  fkObjectForId,
  inWithoutExpanding,
  incompleteColumns,
  joinedCollectionWithLimit,
  lazyLoadInAsync,
  lazyLoadInLoop,
  lazyLoadInProperty,
  lazyLoadInSerializer,
  lazyLoadInTemplate,
  legacy1xApi,
  lenOfQueryset,
  missingIndexOnFilter,
  missingOnDelete,
  missingUniqueOnJoinedCollection,
  moduleLevelOrDefaultArgSession,
  multiWriteNotAtomic,
  mutableOrEvaluatedDefault,
  noRollbackOnError,
  nullComparisonSurprise,
  nullStringField,
  prefetchDiscarded,
  pythonOperatorInFilter,
  queryInBrokenTransaction,
  queryInLoop,
  querysetEvaluatedTwice,
  rawSqlString,
  readModifyWriteRace,
  relatedNameClash,
  relationshipOverlaps,
  rowAsDict,
  saveInLoop,
  saveOverwritesConcurrentColumns,
  saveWithoutSuper,
  sessionNotClosed,
  sessionSharedInConcurrency,
  sliceThenFilter,
  sqlStringInterpolation,
  taskBeforeCommit,
  unorderedPagination,
  unusedEagerLoad,
  writeWithoutCommit,
];
