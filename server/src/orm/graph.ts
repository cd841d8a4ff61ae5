/** Builds the model graph of a workspace, and keeps it for as long as no declaration changes. */
import { createHash } from 'node:crypto';
import { dirname } from '../base/paths.ts';
import type { Dependency, Recorder } from '../base/recorder.ts';
import type { Program, SourceFile } from '../python/types.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { DEFAULT_DJANGO, type DjangoFacts, type Extracted } from './adapter.ts';
import { inImportance } from './aside.ts';
import { Memory } from '../python/memory.ts';
import { Locator } from './declared.ts';
import { readDjangoProjects, type DjangoProjects } from './djangoFacts.ts';
import { factsKey } from './facts.ts';
import { adapters } from './index.ts';
import { databaseTarget } from './project/databaseTarget.ts';
import { libraryVersion } from './project/libraryVersion.ts';
import type { Field, GraphFact, MappedTable, Model, ModelGraph, OrmId, Relation } from './model.ts';

/**
 * The models of a workspace. Give the previous graph: it is handed back, with the same identity, when nothing that
 * is declared has changed, so typing in a function body costs a hash of one file. Otherwise O(files that can hold models).
 * The program must be one that nobody asked yet: what it is asked for meanwhile is what the graph depends on.
 */
export function buildModelGraph(program: Program, snapshot: Snapshot, previous?: ModelGraph): ModelGraph {
  return finish(modelGraphInSteps(program, snapshot, previous));
}

/** The same in steps of a few milliseconds. The program must not be used for anything else in between. */
export function* modelGraphInSteps(
  program: Program,
  snapshot: Snapshot,
  previous?: ModelGraph,
): Generator<void, ModelGraph, void> {
  const known = previous instanceof BuiltGraph ? previous : undefined;
  const pathsOf = adapters.map((adapter) => program.pathsDeclaring(adapter.declarations));
  const paths = [...new Set(pathsOf.flat())].sort();
  const changes = known && changesSince(known, program, snapshot, pathsOf);
  const django = (changes && keptProjects(known, program, changes)) ?? readDjangoProjects(program, snapshot, paths);
  if (known && changes && django.key === known.django.key && known.isRightAfter(program, changes)) {
    known.refresh(program, snapshot, django);
    return known;
  }
  const locator = known?.made.locator ?? new Locator();
  locator.program = program;
  const memory = known?.made.memory ?? new Memory();
  const session = memory.session(program);
  const extracted: Extracted[] = [];
  for (const [i, adapter] of adapters.entries()) {
    const files: SourceFile[] = [];
    for (const path of pathsOf[i]!) {
      const file = program.file(path);
      if (file) files.push(file);
      yield;
    }
    const djangoOf = (path: string): DjangoFacts => django.of(path);
    extracted.push(yield* adapter.models({ program, files, locator, memory: session, djangoOf }));
    yield;
  }
  const builds = (known?.builds ?? 0) + 1;
  return new BuiltGraph(
    { extracted, django, locator, memory, pathsOf, all: program.paths, snapshot, builds },
    program,
    known,
  );
}

function finish<T>(steps: Generator<void, T, void>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** What changed since a graph was last right; null when that is not known or files came or went. */
function changesSince(
  known: BuiltGraph,
  program: Program,
  snapshot: Snapshot,
  pathsOf: readonly (readonly string[])[],
): readonly string[] | null {
  const sameFiles =
    snapshot.environments === known.snapshot.environments &&
    program.paths === known.made.all &&
    pathsOf.every((paths, i) => paths === known.made.pathsOf[i]);
  return sameFiles ? snapshot.changedSince(known.snapshot) : null;
}

/** The settings as they were read before, if nothing they were read from has changed. */
function keptProjects(known: BuiltGraph, program: Program, changes: readonly string[]): DjangoProjects | undefined {
  return known.django.holdsAfter(program, changes) ? known.django : undefined;
}

/** How often the graph was really built in the line of graphs that led to this one: what tests count. */
export function graphBuilds(graph: ModelGraph): number {
  return graph instanceof BuiltGraph ? graph.builds : 0;
}

/** What the settings say for the models of a file; Django's own defaults for a graph of another make. */
export function djangoFactsOf(graph: ModelGraph, path: string): DjangoFacts {
  return graph instanceof BuiltGraph ? graph.djangoOf(path) : DEFAULT_DJANGO;
}

/** The release of a library that a file is written for, as far as the project says: pinned, installed or the lowest allowed. */
export function libraryVersionOf(graph: ModelGraph, path: string, library: OrmId): string | null {
  return graph instanceof BuiltGraph ? graph.versionOf(path, library) : null;
}

/** Dialect and driver of the database of a file, as far as the project says: `postgresql+asyncpg`, `sqlite`. */
export function databaseOf(graph: ModelGraph, path: string): string | null {
  return graph instanceof BuiltGraph ? graph.databaseOf(path) : null;
}

/** The newest snapshot a graph was asked for. */
export function snapshotOf(graph: ModelGraph): Snapshot | null {
  return graph instanceof BuiltGraph ? graph.snapshot : null;
}

/** What a graph was made of, and when it is right. */
interface Made {
  readonly extracted: readonly Extracted[];
  readonly django: DjangoProjects;
  readonly locator: Locator;
  /** What was read of single classes, for the next graph. */
  readonly memory: Memory;
  /** For each adapter the files that can declare something for it. */
  readonly pathsOf: readonly (readonly string[])[];
  /** All files there are: imports can lead to any of them. */
  readonly all: readonly string[];
  readonly snapshot: Snapshot;
  readonly builds: number;
}

class BuiltGraph implements ModelGraph {
  #key: string | undefined;
  readonly made: Made;
  readonly builds: number;
  /** Path → hash of the declarations of each file that was read for it; null for one that was not there. */
  readonly #facts: Map<string, string | null>;
  django: DjangoProjects;
  snapshot: Snapshot;
  readonly #recorder: Recorder;
  readonly #models: ReadonlyMap<string, Model>;
  readonly #tables: ReadonlyMap<string, MappedTable>;
  readonly #allModels: readonly Model[];
  readonly #allTables: readonly MappedTable[];
  readonly #stamps = new Map<string, string>();
  /** By library and folder, right for one snapshot and for those in which only Python files changed since. */
  readonly #versions = new Map<string, string | null>();
  #versionsOf: Snapshot;
  readonly #byTable = new Map<string, Model>();
  readonly #byVariable = new Map<string, Model>();
  readonly #labelled = new Map<string, Model>();

  constructor(made: Made, program: Program, before: BuiltGraph | undefined) {
    this.#allModels = byId(made.extracted.flatMap((each) => each.models));
    this.#allTables = byId(made.extracted.flatMap((each) => each.tables));
    this.#models = new Map(this.#allModels.map((model) => [model.id, model]));
    this.#tables = new Map(this.#allTables.map((table) => [table.id, table]));
    for (const model of inImportance(program.snapshot.roots, this.#allModels)) {
      // Of proxies and single-table children the model that owns the table is meant.
      const key = model.table && !model.sharesTable ? tableKey(model.table.schema, model.table.name) : null;
      if (key !== null && !this.#byTable.has(key)) this.#byTable.set(key, model);
    }
    for (const model of this.#allModels) {
      if (model.tableVariable !== undefined) this.#byVariable.set(model.tableVariable, model);
      const label = `${model.appLabel}.${model.name}`.toLowerCase();
      if (model.appLabel !== null && !this.#labelled.has(label)) this.#labelled.set(label, model);
    }
    this.#recorder = program.recorder;
    this.made = made;
    this.builds = made.builds;
    this.django = made.django;
    this.snapshot = made.snapshot;
    this.#versionsOf = made.snapshot;
    // What was remembered was not asked for again: of files that did not change, it is as before.
    this.#facts = new Map(before && made.snapshot.changedSince(before.snapshot) ? before.#facts : []);
    for (const path of [...this.#facts.keys(), ...program.asked.keys()])
      this.#facts.set(path, declarationsOf(program, path));
  }

  /** Whether everything the graph was made from says the same after some files changed. */
  isRightAfter(program: Program, changes: readonly string[]): boolean {
    return (
      changes.every((path) => {
        const before = this.#facts.get(path);
        return before === undefined || before === declarationsOf(program, path);
      }) && this.made.memory.holds(program)
    );
  }

  /** Nothing that is declared has changed, but offsets may have. */
  refresh(program: Program, snapshot: Snapshot, django: DjangoProjects): void {
    this.made.locator.program = program;
    this.snapshot = snapshot;
    this.django = django;
  }

  /** Worked out when it is asked for: it costs a look at everything that is declared. */
  get key(): string {
    return (this.#key ??= hashOf([factsOf([this.#allModels, this.#allTables])]));
  }

  get models(): readonly Model[] {
    this.#recorder.note('graph', 'graph', () => this.key);
    return this.#allModels;
  }

  get tables(): readonly MappedTable[] {
    this.#recorder.note('graph', 'graph', () => this.key);
    return this.#allTables;
  }

  model(id: string): Model | undefined {
    this.#recorder.note('model', id, () => this.#stampOf('model', id));
    return this.#models.get(id);
  }

  table(id: string): MappedTable | undefined {
    this.#recorder.note('table', id, () => this.#stampOf('table', id));
    return this.#tables.get(id);
  }

  djangoOf(path: string): DjangoFacts {
    this.#recorder.note('django', 'django', () => this.django.key);
    return this.django.of(path);
  }

  versionOf(path: string, library: OrmId): string | null {
    const key = `${library} ${dirname(path)}`;
    this.#recorder.note('version', key, () => this.#version(key));
    return this.#version(key);
  }

  #version(key: string): string | null {
    const { snapshot } = this;
    if (this.#versionsOf !== snapshot) {
      const changes = snapshot.changedSince(this.#versionsOf);
      const isSame =
        changes?.every((path) => snapshot.isPython(path) && !path.endsWith('setup.py')) &&
        snapshot.environments === this.#versionsOf.environments;
      if (!isSame) this.#versions.clear();
      this.#versionsOf = snapshot;
    }
    let version = this.#versions.get(key);
    if (version === undefined) {
      const [library, folder] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)];
      const { program } = this.made.locator;
      version = (program && libraryVersion(snapshot, program, `${folder}/_.py`, library)?.value) ?? null;
      this.#versions.set(key, version);
    }
    return version;
  }

  databaseOf(path: string): string | null {
    this.#recorder.note('target', path, () => this.#database(path));
    return this.#database(path);
  }

  #database(path: string): string | null {
    const { program } = this.made.locator;
    const found = program && databaseTarget(this.snapshot, program, path)?.value;
    return found ? [found.dialect, found.driver ?? []].flat().join('+') : null;
  }

  holds({ kind, subject, stamp }: Dependency): boolean {
    return this.#stampOf(kind as GraphFact, subject as string) === stamp;
  }

  #stampOf(kind: GraphFact, subject: string): unknown {
    switch (kind) {
      case 'graph':
        return this.key;
      case 'django':
        return this.django.key;
      case 'version':
        return this.#version(subject);
      case 'target':
        return this.#database(subject);
      case 'byTable':
        return this.#byTable.get(subject)?.id;
      case 'byVariable':
        return this.#byVariable.get(subject)?.id;
      case 'labelled':
        return this.#labelled.get(subject)?.id;
      case 'model':
        return this.#stamp(kind, subject, this.#models.get(subject));
      case 'table':
        return this.#stamp(kind, subject, this.#tables.get(subject));
    }
  }

  #stamp(kind: 'model' | 'table', id: string, what: Model | MappedTable | undefined): string {
    const key = `${kind} ${id}`;
    let stamp = this.#stamps.get(key);
    if (stamp === undefined) this.#stamps.set(key, (stamp = what ? factsOf(what) : ''));
    return stamp;
  }

  field(model: Model, name: string): Field | undefined {
    return model.fields.find((field) => field.name === name);
  }

  relation(model: Model, name: string): Relation | undefined {
    return model.relations.find((relation) => relation.name === name);
  }

  byTable(schema: string | null, name: string): Model | undefined {
    const key = tableKey(schema, name);
    this.#recorder.note('byTable', key, () => this.#stampOf('byTable', key));
    return this.#byTable.get(key);
  }

  mappedTo(variable: string): Model | undefined {
    this.#recorder.note('byVariable', variable, () => this.#stampOf('byVariable', variable));
    return this.#byVariable.get(variable);
  }

  labelled(label: string): Model | undefined {
    const key = label.toLowerCase();
    this.#recorder.note('labelled', key, () => this.#stampOf('labelled', key));
    return this.#labelled.get(key);
  }
}

/** What a file says to the graph; null for one that is not there. */
function declarationsOf(program: Program, path: string): string | null {
  const file = program.file(path);
  return file ? factsKey(file) : null;
}

/** All that is declared, without where. */
function factsOf(what: unknown): string {
  return JSON.stringify(what, (name, value: unknown) => (name === 'declared' ? undefined : value));
}

function byId<T extends { readonly id: string }>(items: readonly T[]): readonly T[] {
  const unique = new Map<string, T>();
  // Files come in path order: of two modules with one dotted name the first is the one imports find.
  for (const item of items) if (!unique.has(item.id)) unique.set(item.id, item);
  return [...unique.values()].toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function tableKey(schema: string | null, name: string): string {
  return `${schema ?? ''}.${name}`;
}

function hashOf(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(part);
    hash.update('\0');
  }
  return hash.digest('hex');
}
