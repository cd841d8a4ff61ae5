import { throwIfCancelled, type CancellationToken } from '../base/cancellation.ts';
import { type Dependency, notedIn, type Trace, TraceCheck } from '../base/recorder.ts';
import { isTest, pathInWorkspace } from '../orm/aside.ts';
import { createLoops } from '../orm/loops/loops.ts';
import { summariesOf } from '../orm/summaries/summaries.ts';
import { createUses } from '../orm/use/uses.ts';
import type { Inference } from '../orm/infer.ts';
import { isGraphFact, type ModelGraph } from '../orm/model.ts';
import type { TextRange } from '../base/text.ts';
import type { Stmt } from '../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../python/types.ts';
import { type Unit, unitsOf } from '../python/units.ts';
import { type AnchoredFinding, anchorFinding, placedFinding } from './anchors.ts';
import { allowsRelation, chosenSeverity, enabledRules, type RuleSettings } from './levels.ts';
import type { Finding, Rule, Severity } from './rule.ts';
import { readSuppressions } from './suppressions.ts';

export interface RuleRun {
  readonly file: SourceFile;
  readonly program: Program;
  readonly graph: ModelGraph;
  readonly inference: Inference;
  readonly settings: RuleSettings;
  readonly cancellation?: CancellationToken;
  /** Called when a rule throws: it loses its own answer, the others are kept. */
  readonly onFailure?: (rule: string, error: unknown) => void;
}

export interface RuleFinding extends Finding {
  readonly path: string;
  readonly rule: string;
  readonly severity: Severity;
}

/**
 * Runs the rules, and remembers for each unit of a file what they found in it and what that was made from. A keystroke
 * in a function checks that function and what depends on it; everything else costs a look at what it depends on.
 */
export class RuleRunner {
  /** How many units were checked: what tests count. */
  checked = 0;
  readonly #kept = new WeakMap<Stmt, Kept>();
  /** By path: the facts that all findings of a file were made from when it was last checked, by what they are about. */
  readonly #facts = new Map<string, Facts>();

  /** Findings of all rules in one file, in text order, without suppressed ones. */
  run(run: RuleRun): RuleFinding[] {
    const { file } = run;
    // An Alembic revision is known by what it must define, wherever its folder is.
    const isOfTests =
      isTestFile(pathInWorkspace(run.program.snapshot.roots, file.path)) || file.scope.bindings.has('down_revision');
    const rules = enabledRules(run.settings).filter((rule) => rule.inTests || !isOfTests);
    const key = rules.map((rule) => rule.id).join(' ');
    const suppressions = readSuppressions(file);
    const found: RuleFinding[] = [];
    const before = this.#facts.get(file.path) ?? new Facts();
    const changed = before.changedIn(run);
    const check = new TraceCheck((facts) => !facts.some((each) => changed.has(each)));
    const holds = (trace: Trace): boolean => changed.isEmpty || check.holds(trace);
    const traces = new Set<Trace>();
    const fresh = new Set<Trace>();
    try {
      for (const unit of unitsOf(file.module)) {
        throwIfCancelled(run.cancellation);
        const checked = this.checked;
        const { findings, trace } = this.#findingsIn(unit, run, rules, key, holds);
        traces.add(trace);
        if (this.checked > checked) fresh.add(trace);
        for (const { rule, severity, anchored } of findings) {
          const finding = placedFinding(anchored);
          if (suppressions.covers(rule, finding.range) || isHalfTyped(file, finding.range)) continue;
          if (finding.relation !== undefined && allowsRelation(finding.relation, run.settings)) continue;
          const chosen = chosenSeverity(rule, run.settings);
          found.push({ ...finding, path: file.path, rule, severity: chosen ?? finding.severity ?? severity });
        }
      }
      // A key in a function adds what that function depends on now. What it depended on before does no harm for a while.
      const isSmall = changed.isEmpty && fresh.size <= MAX_FRESH && before.additions < MAX_ADDITIONS;
      if (isSmall) before.addTraces(fresh);
      this.#facts.set(file.path, isSmall ? before : new Facts(traces));
    } catch (error) {
      // The next run must know what all depends on: before, which some were not compared with yet, and now.
      for (const facts of notedIn(traces)) before.addAll(facts.filter((each) => !before.has(each)));
      this.#facts.set(file.path, before);
      throw error;
    }
    return found.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  }

  /** Forgets what was found in other files than these. */
  keepOnly(isKept: (path: string) => boolean): void {
    for (const path of this.#facts.keys()) if (!isKept(path)) this.#facts.delete(path);
  }

  #findingsIn(unit: Unit, run: RuleRun, rules: readonly Rule[], key: string, holds: (trace: Trace) => boolean): Kept {
    const known = this.#kept.get(unit.node);
    if (known?.rules === key && holds(known.trace)) return known;
    this.checked++;
    const { value: findings, trace } = run.program.recorder.record(() => checkUnit(unit, run, rules));
    const kept: Kept = { rules: key, findings, trace };
    this.#kept.set(unit.node, kept);
    return kept;
  }
}

/** More units than these were checked: then the facts of the whole file are gathered anew. */
const MAX_FRESH = 4;
/** After so many keys too, so that what nothing depends on any more is forgotten. */
const MAX_ADDITIONS = 100;

/** A set of facts, told by their kind and what they are about. */
class Facts {
  /** How often traces were added since it was made. */
  additions = 0;
  readonly #byKind = new Map<string, Map<unknown, Dependency>>();

  constructor(traces: Iterable<Trace> = []) {
    for (const facts of notedIn(traces)) this.addAll(facts);
  }

  addTraces(traces: ReadonlySet<Trace>): void {
    if (traces.size === 0) return;
    this.additions++;
    for (const facts of notedIn(traces)) this.addAll(facts);
  }

  get isEmpty(): boolean {
    return this.#byKind.size === 0;
  }

  has({ kind, subject }: Dependency): boolean {
    return this.#byKind.get(kind)?.has(subject) ?? false;
  }

  add(dependency: Dependency): void {
    const known = this.#byKind.get(dependency.kind);
    if (known) known.set(dependency.subject, dependency);
    else this.#byKind.set(dependency.kind, new Map([[dependency.subject, dependency]]));
  }

  addAll(dependencies: readonly Dependency[]): void {
    for (const dependency of dependencies) this.add(dependency);
  }

  /** Those that are not what they were. Each is looked at once. */
  changedIn({ program, graph }: RuleRun): Facts {
    const changed = new Facts();
    for (const [kind, facts] of this.#byKind) {
      const source = isGraphFact(kind) ? graph : program;
      for (const fact of facts.values()) if (!source.holds(fact)) changed.add(fact);
    }
    return changed;
  }
}

interface Kept {
  /** Ids of the rules that looked. */
  readonly rules: string;
  readonly findings: readonly KeptFinding[];
  /** What they were made from; units share what they have in common, so that it is looked at once. */
  readonly trace: Trace;
}

interface KeptFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly anchored: AnchoredFinding;
}

function checkUnit(unit: Unit, run: RuleRun, rules: readonly Rule[]): readonly KeptFinding[] {
  const { file, program, inference } = run;
  const found: KeptFinding[] = [];
  const context = {
    ...run,
    unit,
    cancellation: run.cancellation,
    loops: createLoops(file, unit.parts, inference),
    uses: createUses(file, unit, inference),
    summaries: summariesOf(inference),
  };
  for (const rule of rules) {
    throwIfCancelled(run.cancellation);
    try {
      rule.check(context, (finding) => {
        found.push({ rule: rule.id, severity: rule.severity, anchored: anchorFinding(finding, file.path, program) });
      });
    } catch (error) {
      run.onFailure?.(rule.id, error);
    }
  }
  return found;
}

/** On a line that is not complete nothing is certain, and whoever types it knows that it is not. */
function isHalfTyped({ parsed, lines }: SourceFile, { start, end }: TextRange): boolean {
  if (parsed.problems.length === 0) return false;
  const first = lines.lineStart(lines.position(start).line);
  const last = lines.lineStart(lines.position(end).line + 1);
  return parsed.problems.some((problem) => first <= problem.start && problem.start <= last);
}

/** Tests, migrations, fixtures and factories, by the names that frameworks look for. */
function isTestFile(path: string): boolean {
  return isTest(path) || /(^|\/)((migrations|alembic|fixtures|factories)\/|(factories|factory)\.py$)/.test(path);
}
