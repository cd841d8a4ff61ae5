/** What the engine answers, in editor words: offsets, strings, edits. The CLI and the language server show the same. */
import type { TextRange } from '../base/text.ts';
import type { DialectName } from '../query/program.ts';
import type { Finding, Fix, RelatedPlace, Severity, TextEdit } from '../rules/rule.ts';
import type {
  LoopPasses,
  ParameterList,
  RenderedParameter,
  StatementDatabase,
  StatementRole,
} from '../render/protocol.ts';

export type QueryStatus = 'exact' | 'partial' | 'unsupported';

export interface StatementView {
  /** The text that would reach the driver's cursor, untouched; lay it out with `layoutSql` to show it. */
  readonly sql: string;
  readonly params: readonly RenderedParameter[];
  readonly role: StatementRole;
  /** The condition under which it is sent, in the code's own words; null when it always is. */
  readonly when: string | null;
  /** Where it goes, when that is not the project's `default` database. */
  readonly database?: StatementDatabase;
  /** The loops it belongs to; absent where it is sent once. */
  readonly passes?: LoopPasses;
  /** What it is one of, where those that follow one another are sent in any order: `the indexes of users`. */
  readonly anyOrder?: string;
  /** The lists of which it has a parameter for each value, where nobody knows how many these are. */
  readonly lists?: readonly ParameterList[];
}

/** All that one query expression sends. */
export interface QueryView {
  readonly path: string;
  readonly range: TextRange;
  /** Qualified name of the enclosing function, `OrderService.recent`; null at module level. */
  readonly function: string | null;
  readonly orm: 'sqlalchemy' | 'django';
  /** Full version of the library that compiled it; null when nothing could be compiled. */
  readonly ormVersion: string | null;
  /** The project pins another feature release than the one that compiled it: its version, else null. */
  readonly pinnedVersion: string | null;
  readonly dialect: DialectName;
  /** `assumed` when nothing in the project names a database. */
  readonly dialectSource: { readonly kind: 'setting' | 'project' | 'assumed'; readonly where: string | null };
  readonly driver: string | null;
  readonly status: QueryStatus;
  /** Why it is partial or unsupported: complete sentences for a user; null for exact. */
  readonly reason: string | null;
  /** Why an attribute that is read sends something here, or nothing: a sentence; null for queries. */
  readonly note: string | null;
  readonly statements: readonly StatementView[];
  /** Conditions under which it is reached and sends nothing, in the code's own words. */
  readonly sendsNothingWhen: readonly string[];
  /** Variants that are not listed. */
  readonly moreVariants: number;
}

export type { Fix, Severity, TextEdit };

export interface Diagnostic {
  readonly path: string;
  readonly range: TextRange;
  /** The rule's id: `lazy-load-in-loop`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly Fix[];
  readonly perRow?: Finding['perRow'];
}
