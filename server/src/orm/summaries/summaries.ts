/**
 * What functions of the workspace do with what they are given, also through the functions that they call. A rule asks
 * here instead of walking through bodies. Answers are kept with what they were made from, as all of inference is.
 */
import type { Call, Expr, FunctionDef, Node } from '../../python/syntax/nodes.ts';
import type { Recorded } from '../../base/recorder.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { LIMITS } from '../limits.ts';
import { MAX_STEPS } from './accessPaths.ts';
import { argumentsOf, type OwnUses, ownUses, type Use } from './ownUses.ts';
import { type Callee, calleeOf, type FunctionRef, selfParameter } from './callees.ts';
import { type Lookups, lookupsIn, type ParameterQuery } from './parameterQueries.ts';
import { modelsMadeIn } from './modelsMade.ts';
import { effectsIn, mayCommitAndExpire, type SessionEffects } from './sessionEffects.ts';
import { Solver } from './solve.ts';

export type { SessionEffects } from './sessionEffects.ts';
export type { Use } from './ownUses.ts';
export type { Callee, FunctionRef } from './callees.ts';

export interface Summaries {
  /** Everything that happens to the parameters of a function and what is reached from them, in text order. */
  usesOf(of: FunctionRef): readonly Use[];
  /** The function of the workspace that a call reaches. */
  calleeOf(file: SourceFile, call: Call): Callee | null;
  /** The parameter that gets an expression which is an argument of the call, or what its method is called on. */
  parameterOf(call: Call, callee: Callee, expr: Expr): string | null;
  /**
   * What a call does to a session: one that it is given (`save(session, row)`), that the object has whose method it is
   * (`repo.save(row)` with `self.session` in it), or that both know by its name (`db.session`). null when it is no
   * function of the workspace. What may happen counts as happening.
   */
  sessionEffects(file: SourceFile, call: Call): SessionEffects | null;
  /** Queries that a function surely sends with what it is given, itself or in those that it calls, to give back their rows. */
  queriesOf(of: FunctionRef): readonly ParameterQuery[];
  /** Whether code may commit, so that what the objects of its session have loaded has to be loaded again. */
  mayExpire(code: readonly Node[], file: SourceFile): boolean;
  /** Models that a function may make new rows of, itself or in what it calls. */
  modelsMadeBy(of: FunctionRef): ReadonlySet<string>;
  /** What a function does to all sessions that it does not open itself. */
  sessionEffectsOf(of: FunctionRef): SessionEffects;
}

const known = new WeakMap<Inference, Summaries>();

export function summariesOf(inference: Inference): Summaries {
  let summaries = known.get(inference);
  if (!summaries) known.set(inference, (summaries = createSummaries(inference)));
  return summaries;
}

function createSummaries(inference: Inference): Summaries {
  const { recorder } = inference.program;
  const refs = new WeakMap<FunctionDef, FunctionRef>();
  const own = new WeakMap<FunctionDef, Recorded<OwnUses>>();

  const refOf = (of: FunctionRef): FunctionRef => {
    const ref = refs.get(of.node);
    if (ref) return ref;
    refs.set(of.node, of);
    return of;
  };
  const ownOf = (of: FunctionRef): OwnUses => {
    const recorded = own.get(of.node);
    if (recorded) return recorder.reuse(recorded);
    const fresh = recorder.record(() => ownUses(of, inference));
    own.set(of.node, fresh);
    return fresh.value;
  };

  const uses = new Solver<FunctionRef, readonly Use[]>(
    {
      nothing: [],
      dependenciesOf: (of) => [...new Set(ownOf(of).passes.map(({ callee }) => refOf(callee)))],
      valueOf: (of, usesOf) =>
        closed(
          ownOf(of),
          (callee) => usesOf(refOf(callee)),
          () => inference.onLimit('uses', of.file.path),
        ),
      isSame: (left, right) => left.length === right.length && left.every(({ node }, i) => node === right[i]!.node),
    },
    recorder,
  );
  const effects = new Solver<FunctionRef, SessionEffects>(
    {
      nothing: effectsIn([], inference),
      dependenciesOf: (of) => [...new Set(ownOf(of).callees.map(refOf))],
      valueOf: (of, effectsOf) =>
        ownOf(of)
          .callees.map((callee) => effectsOf(refOf(callee)))
          .reduce(either, effectsIn(ownOf(of).uses, inference)),
      isSame: (left, right) => sum(left) === sum(right),
    },
    recorder,
  );

  const lookups = new Solver<FunctionRef, Lookups>(
    {
      nothing: { queries: [], changes: false },
      dependenciesOf: (of) => [...new Set(ownOf(of).callees.map(refOf))],
      valueOf: (of, lookupsOf) => lookupsIn(of, ownOf(of).callees, inference, (callee) => lookupsOf(refOf(callee))),
      isSame: (left, right) =>
        left.changes === right.changes &&
        left.queries.length === right.queries.length &&
        left.queries.every(({ call }, i) => call === right.queries[i]!.call),
    },
    recorder,
  );

  const made = new Solver<FunctionRef, ReadonlySet<string>>(
    {
      nothing: new Set(),
      dependenciesOf: (of) => [...new Set(ownOf(of).callees.map(refOf))],
      valueOf: (of, madeBy) =>
        new Set([
          ...modelsMadeIn(inference.program.bodyOf(of.file, of.node), of.file, inference),
          ...ownOf(of).callees.flatMap((callee) => [...madeBy(refOf(callee))]),
        ]),
      isSame: (left, right) => left.size === right.size,
    },
    recorder,
  );
  const effectsOfCall = (file: SourceFile, call: Call): SessionEffects | null => {
    const callee = calleeOf(file, call, inference);
    return callee && effects.valueOf(refOf(callee));
  };

  return {
    mayExpire: (code, file) => mayCommitAndExpire(code, file, inference, (call) => effectsOfCall(file, call)),
    modelsMadeBy: (of) => made.valueOf(refOf(of)),
    queriesOf: (of) => lookups.valueOf(refOf(of)).queries,
    usesOf: (of) => uses.valueOf(refOf(of)),
    calleeOf: (file, call) => calleeOf(file, call, inference),
    parameterOf(call, callee, expr) {
      if (callee.receiver === expr) return selfParameter(callee.node)?.name.text ?? null;
      return argumentsOf(call, callee).find(([argument]) => argument === expr)?.[1] ?? null;
    },
    sessionEffects: effectsOfCall,
    sessionEffectsOf: (of) => effects.valueOf(refOf(of)),
  };
}

/** Own uses, and those of the functions that something is handed to, each once. */
function closed(
  { uses, passes }: OwnUses,
  usesOf: (callee: FunctionRef) => readonly Use[],
  onLimit: () => void,
): readonly Use[] {
  const all = new Map<string, Use>();
  const add = (use: Use): void => {
    const key = `${use.root} ${use.steps.join('.')} ${use.calls.join('.')} ${use.kind} ${use.isCertain}`;
    if (all.has(key)) return;
    if (all.size < LIMITS.uses.most) all.set(key, use);
    else onLimit();
  };
  // What belongs to the module is not handed on.
  for (const use of uses) if (!use.root.startsWith('=')) add(use);
  for (const { callee, parameter, root, steps, isCertain } of passes) {
    for (const use of usesOf(callee)) {
      if (use.root !== parameter || steps.length + use.steps.length > MAX_STEPS) continue;
      add({ ...use, root, steps: [...steps, ...use.steps], isCertain: use.isCertain && isCertain });
    }
  }
  return [...all.values()];
}

function either(left: SessionEffects, right: SessionEffects): SessionEffects {
  return {
    writes: left.writes || right.writes,
    commits: left.commits || right.commits,
    expires: left.expires || right.expires,
    rollsBack: left.rollsBack || right.rollsBack,
    closes: left.closes || right.closes,
    escapes: left.escapes || right.escapes,
  };
}

function sum(effects: SessionEffects): number {
  return Object.values(effects).filter(Boolean).length;
}
