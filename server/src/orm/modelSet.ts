/** The models that a query can reach, written as the steps with which the renderer makes them again. */
import { createHash } from 'node:crypto';
import type { Program, SourceFile } from '../python/types.ts';
import type { ModelSet } from '../query/program.ts';
import { djangoProject, writeDjango } from './django/source.ts';
import { djangoFactsOf, snapshotOf } from './graph.ts';
import type { MappedTable, Model, ModelGraph } from './model.ts';
import { reachOf } from './reach.ts';
import { writeSqlalchemy } from './sqlalchemy/source.ts';

const EMPTY: Omit<ModelSet, 'key'> = { steps: [], models: [], django: null, unknown: [] };

interface Known {
  readonly set: ModelSet;
  /** Every file the steps were read from: as long as they are the same, so are the steps. */
  readonly files: readonly SourceFile[];
}

/** Keyed by the graph and by the ids in reach; an entry is wrong when one of its files has another text. */
const known = new WeakMap<ModelGraph, Map<string, Known>>();

/**
 * The models in reach of `seeds` (ids; unknown ones are passed over): relations both ways, inheritance, foreign keys,
 * association tables. Two sets of seeds with the same reach give the same set, and the same content the same key.
 * O(models in reach); remembered until one of their files changes.
 */
export function modelSetFor(program: Program, graph: ModelGraph, seeds: readonly string[]): ModelSet {
  const reach = reachOf(graph, seeds.length > 0 ? seeds : usualSeeds(graph));
  const key = [...reach.models.map((model) => model.id), ...reach.tables.map((table) => table.id)].join(' ');
  const sets = known.get(graph) ?? new Map<string, Known>();
  known.set(graph, sets);
  const found = sets.get(key);
  if (found && found.files.every((file) => program.file(file.path) === file)) return found.set;
  const written = write(program, graph, reach.models, reach.tables);
  sets.set(key, written);
  return written.set;
}

/**
 * A query of a Django project that names no model, such as one on what `get_user_model()` gives, still needs the project:
 * its apps, its settings and its user model.
 */
function usualSeeds(graph: ModelGraph): readonly string[] {
  if (graph.models.some((model) => model.orm !== 'django')) return [];
  const first = graph.models.find((model) => model.declared.path !== '' && !model.isAbstract);
  if (!first) return [];
  const user = graph.labelled(djangoFactsOf(graph, first.declared.path).authUserModel);
  return [(user ?? first).id];
}

function write(program: Program, graph: ModelGraph, models: readonly Model[], tables: readonly MappedTable[]): Known {
  const own = models.filter((model) => model.declared.path !== '');
  const django = models.filter((model) => model.orm === 'django');
  const sqlalchemy = own.filter((model) => model.orm === 'sqlalchemy');
  const files = new Set<SourceFile>();
  const isModel = (id: string): boolean => graph.model(id)?.isAbstract === false;
  const unknown = new Map<string, ReadonlySet<string> | null>();
  const steps: ModelSet['steps'][number][] = [];
  if (sqlalchemy.length > 0 || tables.some((table) => table.orm === 'sqlalchemy')) {
    const writer = writeSqlalchemy(
      program,
      graph,
      sqlalchemy,
      tables.filter((table) => table.orm === 'sqlalchemy').map((table) => table.id),
    );
    steps.push(...writer.steps);
    for (const file of writer.files) files.add(file);
    for (const [reason, about] of writer.unknown.byModel(isModel)) unknown.set(reason, about);
  }
  let project: ModelSet['django'] = null;
  if (django.length > 0) {
    const facts = djangoFactsOf(graph, django.find((model) => model.declared.path !== '')?.declared.path ?? '');
    const written = writeDjango(program, graph, django, facts);
    project = djangoProject(django, written, facts, snapshotOf(graph), program);
    steps.push(...written.writer.steps);
    for (const file of written.writer.files) files.add(file);
    for (const [reason, about] of written.writer.unknown.byModel(isModel)) unknown.set(reason, about);
  }
  const content: Omit<ModelSet, 'key'> = {
    ...EMPTY,
    steps,
    django: project,
    unknown: [...unknown.keys()],
    models: own.filter((model) => !model.isAbstract).map(({ module, name }) => ({ module, name })),
  };
  const set = { key: createHash('sha256').update(JSON.stringify(content)).digest('hex'), ...content };
  reasons.set(set, {
    graph,
    reasons: [...unknown].map(([reason, about]) => ({ reason, tables: about && tablesOf(graph, about) })),
  });
  return { set, files: [...files] };
}

interface Reason {
  readonly reason: string;
  /** Names of the tables it is about; null for any. */
  readonly tables: ReadonlySet<string> | null;
}

const reasons = new WeakMap<ModelSet, { readonly graph: ModelGraph; readonly reasons: readonly Reason[] }>();

/** What is sent, as far as it tells whether something unknown matters to it. */
export interface SentStatement {
  readonly sql: string;
  /** Sent by a unit of work, which follows relations that may be unknown. */
  readonly isFlush: boolean;
}

/**
 * The entries of `unknown` that concern statements: those about a table that one of them names. What is not known of a
 * model that a statement leaves alone does not change it. Where rows are deleted or a unit of work is written, all
 * entries hold, since what is not known may be a cascade. `further` are such reasons by the id of a model or table.
 */
export function unknownFor(
  set: ModelSet,
  statements: readonly SentStatement[],
  further: readonly { readonly id: string; readonly why: string }[] = [],
): readonly string[] {
  const known = reasons.get(set);
  if (!known) return [...set.unknown, ...further.map(({ why }) => why)];
  const { graph } = known;
  const all = [
    ...known.reasons,
    ...further
      .filter(({ id }) => graph.model(id) ?? graph.table(id))
      .map(({ id, why }): Reason => ({ reason: why, tables: tablesAbout(graph, id) })),
  ];
  const mayCascade = statements.length === 0 || statements.some((one) => one.isFlush || /^\s*DELETE\b/i.test(one.sql));
  const words = new Set(statements.flatMap(({ sql }) => sql.match(/[\p{L}\p{N}_$]+/gu) ?? []));
  return all.flatMap(({ reason, tables }) =>
    tables === null || mayCascade || [...tables].some((table) => words.has(table)) ? reason : [],
  );
}

/** The tables of a model, of what inherits from it, and of its own bases, which miss a part when it could not be made. */
function tablesAbout(graph: ModelGraph, id: string): ReadonlySet<string> {
  const bases = (graph.model(id)?.bases ?? []).flatMap((base) => {
    const model = graph.model(base);
    return model?.table && !model.isAbstract ? model.table.name : [];
  });
  return new Set([...tablesOf(graph, new Set([id])), ...bases]);
}

/** Tables of models, also of those that inherit from an abstract one. */
function tablesOf(graph: ModelGraph, ids: ReadonlySet<string>): ReadonlySet<string> {
  const tables = [...graph.models, ...graph.tables].flatMap((each) => {
    const bases = 'bases' in each ? each.bases : [];
    return each.table && (ids.has(each.id) || bases.some((base) => ids.has(base))) ? each.table.name : [];
  });
  return new Set(tables);
}
