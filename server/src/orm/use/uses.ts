import type { SourceFile } from '../../python/types.ts';
import type { Unit } from '../../python/units.ts';
import type { Inference } from '../infer.ts';
import { asyncReads, type AsyncRead } from './asyncReads.ts';
import { readCode } from './code.ts';
import { brokenTransactions, type BrokenTransaction } from './brokenTransactions.ts';
import { callbackReads, type CallbackRead } from './callbacks.ts';
import { misusedOperators, type MisusedOperator } from './conditions.ts';
import { existenceChecks, type ExistenceCheck, loadedToCount, type LoadedToCount } from './counting.ts';
import {
  type EagerDynamic,
  eagerDynamics,
  type JoinedWithLimit,
  joinedWithLimits,
  type MissingUnique,
  missingUniques,
} from './joinedCollections.ts';
import { invalidPaths, type InvalidPath } from './eagerPaths.ts';
import { type SerializedRead, serializedReads } from './serializers/serializedReads.ts';
import { detachedReads, type DetachedRead } from './detached.ts';
import { discardedQueries, type DiscardedQuery } from './discarded.ts';
import { unusedLoads, type UnusedLoad } from './unusedLoads.ts';
import { templateReads, type TemplateRead } from './templates/templateReads.ts';
import { interpolatedSql, type InterpolatedSql } from './rawSql.ts';
import { lostWrites, type LostWrites } from './sessions.ts';
import { queriesInLoops, type QueryInLoop } from './queriesInLoops.ts';
import { changedSlices, type ChangedSlice } from './slices.ts';
import { plainSql, type PlainSql } from './plainSql.ts';
import { unexpandedIns, type UnexpandedIn } from './textIn.ts';
import { unmappedClasses, type UnmappedClass } from './unmapped.ts';
import { rowsAsMappings, type RowAsMapping } from './rows.ts';
import { sharedDefaults, type SharedDefault } from './defaults.ts';
import { readModifyWrites, type ReadModifyWrite } from './races.ts';
import { savesInLoops, type SaveInLoop } from './savesInLoops.ts';
import { failedFlushes, type FailedFlush } from './failedFlushes.ts';
import { ambiguousJoins, type AmbiguousJoin } from './joins.ts';
import {
  ambiguousRelationships,
  type AmbiguousRelationship,
  backReferenceMismatches,
  type BackReferenceMismatch,
  overlaps,
  type Overlap,
} from './relationships.ts';
import { cartesianProducts, type CartesianProduct } from './cartesian.ts';
import { evaluatedTwice, type EvaluatedTwice } from './evaluations.ts';
import { notInNullables, type NotInNullable } from './nulls.ts';
import { unorderedPages, type UnorderedPages } from './pages.ts';
import { legacyApis, type LegacyApi } from './legacyApi.ts';
import {
  concurrentSessions,
  type ConcurrentSession,
  openSessions,
  type OpenSession,
  sharedSessions,
  type SharedSession,
} from './sessionLifetimes.ts';
import {
  earlyTasks,
  type EarlyTask,
  locksOutside,
  type LockOutside,
  separateWrites,
  type SeparateWrites,
} from './transactions.ts';
import {
  forgottenSaves,
  type ForgottenSave,
  missingOnDeletes,
  type MissingOnDelete,
  nullStrings,
  type NullString,
  relatedNameClashes,
  type RelatedNameClash,
} from './djangoModels.ts';
import { partialSaves, type PartialSave } from './partialSaves.ts';
import { unindexedKeys, type UnindexedKey } from './unindexedKeys.ts';

/** What a piece of code does with queries, in ORM-neutral words. Each is found when it is asked for. */
export interface Uses {
  missingUniques(): readonly MissingUnique[];
  joinedWithLimits(): readonly JoinedWithLimit[];
  eagerDynamics(): readonly EagerDynamic[];
  invalidPaths(): readonly InvalidPath[];
  serializedReads(): readonly SerializedRead[];
  brokenTransactions(): readonly BrokenTransaction[];
  unusedLoads(): readonly UnusedLoad[];
  templateReads(): readonly TemplateRead[];
  detachedReads(): readonly DetachedRead[];
  asyncReads(): readonly AsyncRead[];
  callbackReads(): readonly CallbackRead[];
  queriesInLoops(): readonly QueryInLoop[];
  discardedQueries(): readonly DiscardedQuery[];
  misusedOperators(): readonly MisusedOperator[];
  interpolatedSql(): readonly InterpolatedSql[];
  existenceChecks(): readonly ExistenceCheck[];
  loadedToCount(): readonly LoadedToCount[];
  changedSlices(): readonly ChangedSlice[];
  lostWrites(): readonly LostWrites[];
  plainSql(): readonly PlainSql[];
  unmappedClasses(): readonly UnmappedClass[];
  unexpandedIns(): readonly UnexpandedIn[];
  rowsAsMappings(): readonly RowAsMapping[];
  sharedDefaults(): readonly SharedDefault[];
  readModifyWrites(): readonly ReadModifyWrite[];
  savesInLoops(): readonly SaveInLoop[];
  failedFlushes(): readonly FailedFlush[];
  ambiguousJoins(): readonly AmbiguousJoin[];
  ambiguousRelationships(): readonly AmbiguousRelationship[];
  backReferenceMismatches(): readonly BackReferenceMismatch[];
  overlaps(): readonly Overlap[];
  cartesianProducts(): readonly CartesianProduct[];
  evaluatedTwice(): readonly EvaluatedTwice[];
  notInNullables(): readonly NotInNullable[];
  unorderedPages(): readonly UnorderedPages[];
  legacyApis(): readonly LegacyApi[];
  concurrentSessions(): readonly ConcurrentSession[];
  openSessions(): readonly OpenSession[];
  sharedSessions(): readonly SharedSession[];
  earlyTasks(): readonly EarlyTask[];
  locksOutside(): readonly LockOutside[];
  separateWrites(): readonly SeparateWrites[];
  forgottenSaves(): readonly ForgottenSave[];
  missingOnDeletes(): readonly MissingOnDelete[];
  nullStrings(): readonly NullString[];
  relatedNameClashes(): readonly RelatedNameClash[];
  partialSaves(): readonly PartialSave[];
  unindexedKeys(): readonly UnindexedKey[];
}

/** Cost: one walk over the trees of the unit. */
export function createUses(file: SourceFile, unit: Unit, inference: Inference): Uses {
  const code = lazily(() => readCode(unit.parts));
  return {
    missingUniques: lazily(() => missingUniques(code(), unit, file, inference)),
    joinedWithLimits: lazily(() => joinedWithLimits(code(), file, inference)),
    eagerDynamics: lazily(() => eagerDynamics(code(), file, inference)),
    invalidPaths: lazily(() => invalidPaths(code(), file, inference)),
    callbackReads: lazily(() => callbackReads(unit, file, inference)),
    asyncReads: lazily(() => asyncReads(code(), file, inference)),
    detachedReads: lazily(() => detachedReads(code(), file, inference)),
    templateReads: lazily(() => templateReads(code(), unit, file, inference)),
    unusedLoads: lazily(() => unusedLoads(code(), file, inference)),
    brokenTransactions: lazily(() => brokenTransactions(code(), file, inference)),
    serializedReads: lazily(() => serializedReads(code(), unit, file, inference)),
    queriesInLoops: lazily(() => queriesInLoops(code(), file, inference)),
    discardedQueries: lazily(() => discardedQueries(code(), file, inference)),
    misusedOperators: lazily(() => misusedOperators(code(), file, inference)),
    interpolatedSql: lazily(() => interpolatedSql(code(), file, inference)),
    existenceChecks: lazily(() => existenceChecks(code(), file, inference)),
    loadedToCount: lazily(() => loadedToCount(code(), file, inference)),
    changedSlices: lazily(() => changedSlices(code(), file, inference)),
    lostWrites: lazily(() => lostWrites(code(), file, inference)),
    plainSql: lazily(() => plainSql(code(), file, inference)),
    unmappedClasses: lazily(() => unmappedClasses(unit, file, inference)),
    unexpandedIns: lazily(() => unexpandedIns(code(), unit, file, inference)),
    rowsAsMappings: lazily(() => rowsAsMappings(code(), file, inference)),
    sharedDefaults: lazily(() => sharedDefaults(code(), file, inference)),
    readModifyWrites: lazily(() => readModifyWrites(code(), file, inference)),
    savesInLoops: lazily(() => savesInLoops(code(), file, inference)),
    failedFlushes: lazily(() => failedFlushes(code(), file, inference)),
    ambiguousJoins: lazily(() => ambiguousJoins(code(), file, inference)),
    ambiguousRelationships: lazily(() => ambiguousRelationships(unit, file, inference)),
    backReferenceMismatches: lazily(() => backReferenceMismatches(unit, file, inference)),
    overlaps: lazily(() => overlaps(unit, file, inference)),
    cartesianProducts: lazily(() => cartesianProducts(code(), file, inference)),
    evaluatedTwice: lazily(() => evaluatedTwice(code(), file, inference)),
    notInNullables: lazily(() => notInNullables(code(), file, inference)),
    unorderedPages: lazily(() => unorderedPages(code(), file, inference)),
    legacyApis: lazily(() => legacyApis(code(), file, inference)),
    concurrentSessions: lazily(() => concurrentSessions(code(), file, inference)),
    openSessions: lazily(() => openSessions(code(), file, inference)),
    sharedSessions: lazily(() => sharedSessions(code(), unit, file, inference)),
    earlyTasks: lazily(() => earlyTasks(code(), file, inference)),
    locksOutside: lazily(() => locksOutside(code(), file, inference)),
    separateWrites: lazily(() => separateWrites(code(), file, inference)),
    forgottenSaves: lazily(() => forgottenSaves(unit, file, inference)),
    missingOnDeletes: lazily(() => missingOnDeletes(code(), file, inference)),
    nullStrings: lazily(() => nullStrings(code(), file, inference)),
    relatedNameClashes: lazily(() => relatedNameClashes(unit, file, inference)),
    partialSaves: lazily(() => partialSaves(code(), file, inference)),
    unindexedKeys: lazily(() => unindexedKeys(unit, file, inference)),
  };
}

function lazily<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}
