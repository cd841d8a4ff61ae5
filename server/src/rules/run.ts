import { throwIfCancelled, type CancellationToken } from '../base/cancellation.ts';
import type { Inference } from '../orm/infer.ts';
import { createLoops } from '../orm/loops.ts';
import type { ModelGraph } from '../orm/model.ts';
import type { Program, SourceFile } from '../python/types.ts';
import { rules } from './index.ts';
import type { Finding, Severity } from './rule.ts';
import { readSuppressions } from './suppressions.ts';

export interface RuleRun {
  readonly file: SourceFile;
  readonly program: Program;
  readonly graph: ModelGraph;
  readonly inference: Inference;
  readonly cancellation?: CancellationToken;
  /** Called when a rule throws: it loses its own answer, the others are kept. */
  readonly onFailure?: (rule: string, error: unknown) => void;
}

export interface RuleFinding extends Finding {
  readonly path: string;
  readonly rule: string;
  readonly severity: Severity;
}

/** Findings of all rules in one file, in text order, without suppressed ones. */
export function runRules(run: RuleRun): RuleFinding[] {
  const { file } = run;
  const suppressions = readSuppressions(file);
  // An Alembic revision is known by what it must define, wherever its folder is.
  const isTest = isTestFile(file.path) || file.scope.bindings.has('down_revision');
  const found: RuleFinding[] = [];
  const context = { ...run, cancellation: run.cancellation, loops: createLoops(file, run.inference) };
  for (const rule of rules) {
    throwIfCancelled(run.cancellation);
    if (isTest && !rule.inTests) continue;
    try {
      rule.check(context, (finding) => {
        if (suppressions.covers(rule.id, finding.range)) return;
        found.push({ ...finding, path: file.path, rule: rule.id, severity: finding.severity ?? rule.severity });
      });
    } catch (error) {
      run.onFailure?.(rule.id, error);
    }
  }
  return found.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

/** Tests, migrations, fixtures and factories, by the names that frameworks look for. */
function isTestFile(path: string): boolean {
  return (
    /(^|\/)(tests?|testing|migrations|alembic|fixtures|factories)\//.test(path) ||
    /(^|\/)(test_[^/]*|[^/]*_test|conftest|tests|factories|factory)\.py$/.test(path)
  );
}
