/**
 * One engine for the editor, the command line and whatever comes next: they call these functions and show what they
 * answer. It holds the workspace and the renderer; every answer is about one immutable snapshot.
 */
import type { CancellationToken } from '../base/cancellation.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { MigrationProject } from '../migrations/project.ts';
import type { ModelGraph } from '../orm/model.ts';
import type { DialectName } from '../query/program.ts';
import type { RuleSettings } from '../rules/levels.ts';
import type { FunctionStatements } from './statementCounts.ts';
import type { Diagnostic, QueryView } from './views.ts';

export interface EngineSettings {
  /** null: found by itself from the project. */
  readonly dialect: DialectName | null;
  readonly driver: string | null;
  /** Without: every rule as it is. */
  readonly rules?: RuleSettings;
}

export interface Engine {
  /**
   * Reads the models before the next answer needs them, in small steps with pauses: at the start and when many files
   * changed. The answers do without it, but would take that time in one piece. Rejects when cancelled.
   */
  prepare(cancellation?: CancellationToken): Promise<void>;
  /** All outermost query expressions of a file, in file order. */
  queriesIn(path: string, cancellation?: CancellationToken): Promise<readonly QueryView[]>;
  /** The query expression at an offset (the innermost when several enclose it), or null outside ORM code. */
  queryAt(path: string, offset: number, cancellation?: CancellationToken): Promise<QueryView | null>;
  /** Cheap: whether a query expression stands at the offset, without rendering. */
  hasQueryAt(path: string, offset: number): boolean;
  /**
   * For a look at files that nobody will ask for soon again: when the returned function is called, trees are let go of
   * that were not there before, and what was found in them.
   */
  borrowTrees(): () => void;
  diagnosticsOf(path: string, cancellation?: CancellationToken): readonly Diagnostic[];
  /** How many statements the functions of a file send, those of which something is known; in steps. No SQL is rendered. */
  statementsIn(path: string, cancellation?: CancellationToken): Promise<readonly FunctionStatements[]>;
  modelGraph(): ModelGraph;
  declaredCatalog(): Catalog;
  /** The projects of the workspace whose database can be upgraded, and how. */
  migrationProjects(): readonly MigrationProject[];
  /** The dialect and driver that a file's queries are shown for, and why. */
  targetOf(path: string): Pick<QueryView, 'dialect' | 'driver' | 'dialectSource'>;
  /** Starts the renderer for the ORM a file uses, if it uses one. */
  warmUp(path: string): void;
}
