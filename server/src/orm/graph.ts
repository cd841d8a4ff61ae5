/** Builds the model graph of a workspace, and keeps it for as long as no declaration changes. */
import { createHash } from 'node:crypto';
import type { Program, SourceFile } from '../python/types.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { DEFAULT_DJANGO, type DjangoFacts, type Extracted } from './adapter.ts';
import { byImportance } from './aside.ts';
import { Locator } from './declared.ts';
import { readDjangoProjects, type DjangoProjects } from './djangoFacts.ts';
import { factsKey } from './facts.ts';
import { adapters } from './index.ts';
import type { Field, MappedTable, Model, ModelGraph, Relation } from './model.ts';

/** Models, tables and app configurations all need one of these words. */
const WORDS = ['class ', 'Table('];

/**
 * The models of a workspace. Give the previous graph: it is handed back, with the same identity, when nothing that
 * is declared has changed, so typing in a function body costs a hash of one file. Otherwise O(files that can hold models).
 */
export function buildModelGraph(program: Program, snapshot: Snapshot, previous?: ModelGraph): ModelGraph {
  const known = previous instanceof BuiltGraph ? previous : undefined;
  const filesOf = adapters.map((adapter) => modelFiles(program, adapter.libraries));
  const files = [...new Set(filesOf.flat())].toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const django = readDjangoProjects(
    program,
    snapshot,
    files.map((file) => file.path),
  );
  const facts = hashOf([...files.map((file) => `${file.path} ${factsKey(file)}`), django.key]);
  if (known?.facts === facts) {
    known.refresh(program, snapshot);
    return known;
  }
  const locator = new Locator();
  locator.program = program;
  const extracted = adapters.map((adapter, i) =>
    adapter.models({ program, files: filesOf[i]!, locator, djangoOf: (path) => django.of(path) }),
  );
  return new BuiltGraph(extracted, django, facts, locator, snapshot, (known?.builds ?? 0) + 1);
}

/** How often the graph was really built in the line of graphs that led to this one: what tests count. */
export function graphBuilds(graph: ModelGraph): number {
  return graph instanceof BuiltGraph ? graph.builds : 0;
}

/** What the settings say for the models of a file; Django's own defaults for a graph of another make. */
export function djangoFactsOf(graph: ModelGraph, path: string): DjangoFacts {
  return graph instanceof BuiltGraph ? graph.django.of(path) : DEFAULT_DJANGO;
}

/** The newest snapshot a graph was asked for. */
export function snapshotOf(graph: ModelGraph): Snapshot | null {
  return graph instanceof BuiltGraph ? graph.snapshot : null;
}

/** Files that can declare a model, in path order; the others are not parsed. */
export function modelFiles(program: Program, libraries: readonly string[]): readonly SourceFile[] {
  return program.paths.flatMap((path) => {
    if (!program.mentions(path, WORDS) || !program.importsAnyOf(path, libraries)) return [];
    return program.file(path) ?? [];
  });
}

class BuiltGraph implements ModelGraph {
  readonly models: readonly Model[];
  readonly tables: readonly MappedTable[];
  readonly key: string;
  readonly facts: string;
  readonly locator: Locator;
  readonly builds: number;
  readonly django: DjangoProjects;
  snapshot: Snapshot;
  readonly #models: ReadonlyMap<string, Model>;
  readonly #tables: ReadonlyMap<string, MappedTable>;
  readonly #byTable = new Map<string, Model>();

  constructor(
    extracted: readonly Extracted[],
    django: DjangoProjects,
    facts: string,
    locator: Locator,
    snapshot: Snapshot,
    builds: number,
  ) {
    this.models = byId(extracted.flatMap((each) => each.models));
    this.tables = byId(extracted.flatMap((each) => each.tables));
    this.#models = new Map(this.models.map((model) => [model.id, model]));
    this.#tables = new Map(this.tables.map((table) => [table.id, table]));
    for (const model of this.models.toSorted(byImportance)) {
      // Of proxies and single-table children the model that owns the table is meant.
      const key = model.table && !model.sharesTable ? tableKey(model.table.schema, model.table.name) : null;
      if (key !== null && !this.#byTable.has(key)) this.#byTable.set(key, model);
    }
    this.key = hashOf([
      JSON.stringify([this.models, this.tables], (name, value: unknown) => (name === 'declared' ? undefined : value)),
    ]);
    this.django = django;
    this.facts = facts;
    this.locator = locator;
    this.builds = builds;
    this.snapshot = snapshot;
  }

  /** Nothing that is declared has changed, but offsets may have. */
  refresh(program: Program, snapshot: Snapshot): void {
    this.locator.program = program;
    this.snapshot = snapshot;
  }

  model(id: string): Model | undefined {
    return this.#models.get(id);
  }

  table(id: string): MappedTable | undefined {
    return this.#tables.get(id);
  }

  field(model: Model, name: string): Field | undefined {
    return model.fields.find((field) => field.name === name);
  }

  relation(model: Model, name: string): Relation | undefined {
    return model.relations.find((relation) => relation.name === name);
  }

  byTable(schema: string | null, name: string): Model | undefined {
    return this.#byTable.get(tableKey(schema, name));
  }
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
