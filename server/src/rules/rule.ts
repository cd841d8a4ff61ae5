/** What a rule is. One rule, one file; `index.ts` lists them. */
import type { CancellationToken } from '../base/cancellation.ts';
import type { TextRange } from '../base/text.ts';
import type { Inference } from '../orm/infer.ts';
import type { Loops } from '../orm/loops/loops.ts';
import type { Summaries } from '../orm/summaries/summaries.ts';
import type { Uses } from '../orm/use/uses.ts';
import type { ModelGraph } from '../orm/model.ts';
import type { Program, SourceFile } from '../python/types.ts';
import type { Unit } from '../python/units.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface TextEdit {
  readonly path: string;
  readonly range: TextRange;
  readonly newText: string;
}

export interface Fix {
  /** What to do: `Load posts with the query`. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** The one an expert would take. */
  readonly isPreferred: boolean;
}

export interface RelatedPlace {
  readonly path: string;
  readonly range: TextRange;
  readonly message: string;
}

export interface Finding {
  readonly range: TextRange;
  /** What happens, naming the thing: `` `user.posts` runs one query per User ``. */
  readonly message: string;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly Fix[];
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
  /** For a relation that is loaded row by row: its name, and in how many loops over many rows, one in the other. */
  readonly perRow?: { readonly loads: string; readonly depth: number };
  /** The relation it is about, after the id of its model, when a user may allow it: `shop.models.Order.customer`. */
  readonly relation?: string;
}

/**
 * Facts about one piece of a file, in ORM-neutral words. Whatever is unknown is left out: a rule never guesses.
 *
 * What a rule finds is kept until something it asked changes. So it asks `program`, `graph` and `inference`, which note
 * it, and reads no other trees and texts than those of its unit and those that they gave it.
 */
export interface RuleContext {
  readonly file: SourceFile;
  /** The function or statement to check. */
  readonly unit: Unit;
  readonly program: Program;
  readonly graph: ModelGraph;
  readonly inference: Inference;
  readonly loops: Loops;
  readonly uses: Uses;
  /** What functions do with what they are given, also through those that they call. */
  readonly summaries: Summaries;
  readonly cancellation: CancellationToken | undefined;
}

export interface Rule {
  /** Its name everywhere: settings, suppression comments, documentation. */
  readonly id: string;
  readonly severity: Severity;
  /** One sentence for lists, without a full stop. */
  readonly summary: string;
  /** Only what earned it: `docs/rules/README.md` says how. */
  readonly isOnByDefault: boolean;
  /** Tests, migrations and fixtures send queries in loops on purpose. */
  readonly inTests: boolean;
  check(context: RuleContext, report: (finding: Finding) => void): void;
}

export function defineRule(rule: Rule): Rule {
  return rule;
}
