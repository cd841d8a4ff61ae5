import { Pace } from '../base/pace.ts';
import { CancelledError, type CancellationToken, orCancelled, throwIfCancelled } from '../base/cancellation.ts';
import { declaredCatalog } from '../orm/declaredCatalog.ts';
import { migrationProjects } from '../migrations/tools/index.ts';
import { buildModelGraph, modelGraphInSteps } from '../orm/graph.ts';
import { adapters } from '../orm/index.ts';
import { createInference, type Inference } from '../orm/infer.ts';
import { type OnLimit, tellingOnce } from '../orm/limits.ts';
import type { ModelGraph, OrmId } from '../orm/model.ts';
import { databaseTarget } from '../orm/project/databaseTarget.ts';
import { libraryVersion } from '../orm/project/libraryVersion.ts';
import { querySiteAt, querySites, type QuerySite } from '../orm/sites.ts';
import type { FactsStore } from '../python/factsStore.ts';
import { createProgram, forgetParsed, parsedPaths } from '../python/program.ts';
import type { Program, SourceFile } from '../python/types.ts';
import type { Renderer } from '../render/renderer.ts';
import { defaultRuleSettings } from '../rules/levels.ts';
import { RuleRunner } from '../rules/run.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Engine, EngineSettings } from './engine.ts';
import { otherCompanions } from './companions.ts';
import { installedLibrary } from './installedLibrary.ts';
import { loopText } from './loopText.ts';
import { type FileTarget, renderSite } from './queries.ts';
import { StatementCounts } from './statementCounts.ts';
import type { QueryView } from './views.ts';

export interface EngineOptions {
  readonly workspace: Workspace;
  /** Filled by whoever scans files in advance. */
  readonly facts?: FactsStore;
  /** null where no SQL is wanted: `ormsight models`, `ormsight check`. */
  readonly renderer: Renderer | null;
  readonly settings: () => EngineSettings;
  /** Whether the user trusts the workspace: then ORMs are read from its environments. Untrusted when absent. */
  readonly isTrusted?: () => boolean;
  /** A rule threw: its answer for the file is lost, the rest goes on. */
  readonly onRuleFailure?: (rule: string, error: unknown) => void;
  /** Something of a file was too much and given up, as `told`. Each once for each file. */
  readonly onGivenUp?: (path: string, told: string) => void;
}

export function createEngine(options: EngineOptions): Engine {
  return new OrmEngine(options);
}

/** Everything that is worked out about one snapshot. */
interface Analysis {
  readonly snapshot: Snapshot;
  readonly program: Program;
  readonly graph: ModelGraph;
  readonly inference: Inference;
  readonly sites: Map<string, readonly QuerySite[]>;
}

class OrmEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #rules = new RuleRunner();
  readonly #statements = new StatementCounts();
  /** Outlives the snapshots: a key tells nothing again. */
  readonly #onLimit: OnLimit;
  #analysis: Analysis | undefined;
  #program: Program | undefined;
  #preparing: Promise<void> | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#onLimit = tellingOnce((path, told) => options.onGivenUp?.(path, told));
  }

  async prepare(cancellation?: CancellationToken): Promise<void> {
    while (!this.#isNearlyRight()) {
      this.#preparing ??= this.#analyseInSteps().finally(() => (this.#preparing = undefined));
      await orCancelled(this.#preparing, cancellation);
    }
  }

  async queriesIn(path: string, cancellation?: CancellationToken): Promise<readonly QueryView[]> {
    const analysis = this.#analyse();
    const file = analysis.program.file(path);
    if (!file) return [];
    const views: QueryView[] = [];
    for (const site of this.#sites(analysis, file)) {
      throwIfCancelled(cancellation);
      // Trees move on to the next text of their file: a site of an older one is gone.
      if (this.#analyse() !== analysis) throw new CancelledError();
      const view = await this.#render(analysis, file, site, cancellation);
      if (view) views.push(view);
    }
    return views;
  }

  async queryAt(path: string, offset: number, cancellation?: CancellationToken): Promise<QueryView | null> {
    const analysis = this.#analyse();
    const file = analysis.program.file(path);
    const site = file && querySiteAt(file, offset, analysis.inference);
    if (!site) return null;
    // Before the wait: what was found stands where the text of now has it.
    const loop = loopText(this.diagnosticsOf(path, cancellation), offset);
    const view = await this.#render(analysis, file, site, cancellation);
    return view && loop ? { ...view, note: view.note ? `${view.note} ${loop}` : loop } : view;
  }

  hasQueryAt(path: string, offset: number): boolean {
    const { program, inference } = this.#analyse();
    const file = program.file(path);
    return file !== undefined && querySiteAt(file, offset, inference) !== null;
  }

  diagnosticsOf(path: string, cancellation?: CancellationToken) {
    const { program, graph, inference } = this.#analyse();
    const file = program.file(path);
    if (!file) return [];
    const found = this.#rules.run({
      file,
      program,
      graph,
      inference,
      settings: this.#options.settings().rules ?? defaultRuleSettings,
      cancellation,
      onFailure: this.#options.onRuleFailure,
    });
    return found.map((finding) => ({ ...finding, related: finding.related ?? [], fixes: finding.fixes ?? [] }));
  }

  async statementsIn(path: string, cancellation?: CancellationToken) {
    const analysis = this.#analyse();
    const file = analysis.program.file(path);
    if (!file) return [];
    // Trees move on to the next text of their file.
    const isOld = (): boolean => this.#analyse() !== analysis;
    return this.#statements.of({ ...analysis, file, isOld, cancellation });
  }

  borrowTrees(): () => void {
    const before = new Set(parsedPaths(this.#analyse().program));
    return () => {
      const { snapshot, program } = this.#analyse();
      const isKept = (path: string): boolean => before.has(path) || snapshot.isOpen(path);
      forgetParsed(program, isKept);
      this.#rules.keepOnly(isKept);
    };
  }

  modelGraph(): ModelGraph {
    return this.#analyse().graph;
  }

  declaredCatalog() {
    return declaredCatalog(this.#analyse().graph);
  }

  migrationProjects() {
    const { snapshot, program } = this.#analyse();
    return migrationProjects(snapshot, program);
  }

  targetOf(path: string) {
    const analysis = this.#analyse();
    const orm = this.#ormOf(analysis, path) ?? 'sqlalchemy';
    const { dialect, driver, dialectSource } = this.#target(analysis, path, orm);
    return { dialect, driver, dialectSource };
  }

  warmUp(path: string): void {
    const analysis = this.#analyse();
    const orm = this.#ormOf(analysis, path);
    if (!orm) return;
    const { version, installed } = this.#target(analysis, path, orm);
    this.#options.renderer?.warmUp(orm, version, installed);
  }

  #analyse(): Analysis {
    const snapshot = this.#options.workspace.snapshot();
    if (this.#analysis?.snapshot === snapshot) return this.#analysis;
    const program = this.#programOf(snapshot);
    return this.#keep(snapshot, program, buildModelGraph(program, snapshot, this.#analysis?.graph));
  }

  /** For the snapshot of now: what is typed meanwhile costs no more than typing does. */
  async #analyseInSteps(): Promise<void> {
    const snapshot = this.#options.workspace.snapshot();
    const program = this.#programOf(snapshot);
    const pace = new Pace();
    const before = this.#analysis;
    for (const path of program.paths) {
      // Remembered: the first step below would do this for all files at once.
      for (const { declarations } of adapters) program.importsAnyOf(path, declarations.libraries);
      await pace.pause();
    }
    if (this.#analysis !== before) return;
    const steps = modelGraphInSteps(program, snapshot, before?.graph);
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) {
        this.#keep(snapshot, program, step.value);
        return;
      }
      await pace.pause();
      // Somebody did not wait and made all of it.
      if (this.#analysis !== before) return;
    }
  }

  #isNearlyRight(): boolean {
    const snapshot = this.#options.workspace.snapshot();
    const changes = this.#analysis && snapshot.changedSince(this.#analysis.snapshot);
    return changes !== undefined && changes !== null && changes.length <= fewChanges;
  }

  #keep(snapshot: Snapshot, program: Program, graph: ModelGraph): Analysis {
    return (this.#analysis = {
      snapshot,
      program,
      graph,
      inference: createInference(program, graph, this.#onLimit),
      sites: new Map(),
    });
  }

  #programOf(snapshot: Snapshot): Program {
    return (this.#program = createProgram(snapshot, this.#program, this.#options.facts));
  }

  #sites(analysis: Analysis, file: SourceFile): readonly QuerySite[] {
    const known = analysis.sites.get(file.path);
    if (known) return known;
    const sites = querySites(file, analysis.inference);
    analysis.sites.set(file.path, sites);
    return sites;
  }

  async #render(
    analysis: Analysis,
    file: SourceFile,
    site: QuerySite,
    cancellation?: CancellationToken,
  ): Promise<QueryView | null> {
    const renderer = this.#options.renderer;
    if (!renderer) throw new CancelledError();
    return renderSite(
      file,
      site,
      analysis.inference,
      this.#target(analysis, file.path, site.orm),
      renderer,
      cancellation,
    );
  }

  /** The ORM a file uses: that of its models or imports. */
  #ormOf(analysis: Analysis, path: string): OrmId | null {
    const file = analysis.program.file(path);
    if (!file) return null;
    return (
      this.#sites(analysis, file)[0]?.orm ??
      analysis.graph.models.find((model) => model.declared.path === path)?.orm ??
      null
    );
  }

  #target(analysis: Analysis, path: string, orm: OrmId): FileTarget {
    const { snapshot, program } = analysis;
    const settings = this.#options.settings();
    const pinned = libraryVersion(snapshot, program, path, orm)?.value ?? null;
    const version = this.#options.renderer?.chooseVersion(orm, pinned);
    const found = databaseTarget(snapshot, program, path);
    const dialect = settings.dialect ?? found?.value.dialect ?? 'postgresql';
    const fromProject = found !== undefined && found.value.dialect === dialect ? found.value.driver : null;
    return {
      dialect,
      driver: settings.driver ?? fromProject,
      dialectSource: settings.dialect
        ? { kind: 'setting', where: null }
        : found
          ? { kind: 'project', where: `${found.source.path}:${found.source.line}` }
          : { kind: 'assumed', where: null },
      version: version?.bundled ?? '',
      installed: this.#options.isTrusted?.() ? installedLibrary(snapshot.environmentOf(path), orm, pinned) : null,
      otherCompanions: version ? otherCompanions(snapshot, path, orm, version) : [],
      pinnedVersion: pinned && version && !version.sameFeatureRelease ? pinned : null,
    };
  }
}

/** After more changes than these, the work is spread over time. */
const fewChanges = 16;
