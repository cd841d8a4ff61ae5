/** The models that a query can reach, written as the steps with which the renderer makes them again. */
import { createHash } from 'node:crypto';
import type { Program, SourceFile } from '../python/types.ts';
import type { ModelSet } from '../query/program.ts';
import { receiversOf, type Receiver } from './django/receivers.ts';
import { modelsNamedBy } from './django/receiverSteps.ts';
import { djangoProject } from './django/appsAndSettings.ts';
import { djangoClasses, writeDjango } from './django/source.ts';
import { startupPaths } from './django/startup.ts';
import { listenersToDeletions, strangersTo } from './django/strangers.ts';
import { djangoFactsOf, snapshotOf } from './graph.ts';
import type { DjangoFacts } from './adapter.ts';
import type { Model, ModelGraph, OrmId } from './model.ts';
import { reachOf, type Reach } from './reach.ts';
import { listeningPaths } from './sqlalchemy/afterClasses.ts';
import { modelsHeardBySessions, writeSqlalchemy } from './sqlalchemy/source.ts';
import { unloadedModels } from './unloaded.ts';

const EMPTY: Omit<ModelSet, 'key'> = { steps: [], models: [], django: null, unknown: [] };

interface Known {
  readonly set: ModelSet;
  /** Every file the steps were read from: as long as they are the same, so are the steps. */
  readonly files: readonly SourceFile[];
  /** Paths of the files in which a project says what it does when it starts, and what it listens to. */
  readonly startup: string;
}

/** Keyed by the graph and by the ids in reach; an entry is wrong when one of its files has another text. */
const known = new WeakMap<ModelGraph, Map<string, Known>>();

/**
 * The models in reach of `seeds` (ids; unknown ones are passed over): relations both ways, inheritance, foreign keys,
 * association tables. Two sets of seeds with the same reach give the same set, and the same content the same key.
 * Models and tables that are `leftOut` are not in it, nor those that the project never loads. O(models in reach); remembered until one of their files changes.
 */
export function modelSetFor(
  program: Program,
  graph: ModelGraph,
  seeds: readonly string[],
  leftOut?: ReadonlySet<string>,
): ModelSet {
  const unloaded = [...unloadedModels(program, graph)].filter((id) => !seeds.includes(id));
  const without = unloaded.length > 0 ? new Set([...(leftOut ?? []), ...unloaded]) : leftOut;
  const reach = reachOf(graph, seeds.length > 0 ? seeds : usualSeeds(graph), without);
  const key = [...reach.models.map((model) => model.id), ...reach.tables.map((table) => table.id)].join(' ');
  const sets = known.get(graph) ?? new Map<string, Known>();
  known.set(graph, sets);
  const found = sets.get(key);
  const isSame = found?.files.every((file) => program.file(file.path) === file);
  if (found && isSame && found.startup === startupFiles(program, reach.models).join(' ')) return found.set;
  const written = write(
    program,
    graph,
    [...reach.models, ...reach.tables].map(({ id }) => id),
    without,
  );
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

function startupFiles(program: Program, models: readonly Model[]): readonly string[] {
  const isOf = (orm: OrmId): boolean => models.some((model) => model.orm === orm);
  return [...(isOf('django') ? startupPaths(program) : []), ...(isOf('sqlalchemy') ? listeningPaths(program) : [])];
}

function write(program: Program, graph: ModelGraph, ids: readonly string[], without?: ReadonlySet<string>): Known {
  const receivers = receiversNear(program, graph, ids);
  const heard = ids.some((id) => (graph.model(id) ?? graph.table(id))?.orm === 'sqlalchemy')
    ? modelsHeardBySessions(program, graph)
    : [];
  const { models, tables } = withReceivers(program, graph, [...ids, ...heard], receivers, without);
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
  let deletions: readonly Reason[] = [];
  if (django.length > 0) {
    const facts = djangoFactsOf(graph, django.find((model) => model.declared.path !== '')?.declared.path ?? '');
    const written = writeDjango(program, graph, django, facts, receivers);
    project = djangoProject(django, written, facts, snapshotOf(graph), program);
    deletions = [...deletionOfUsers(program, graph, facts), ...deletionOfAny(program, graph, facts)];
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
  const keys = new Map(django.flatMap(keysToUnknown));
  const set = { key: createHash('sha256').update(JSON.stringify(content)).digest('hex'), ...content };
  reasons.set(set, {
    graph,
    deletions,
    reasons: [...unknown].map(([reason, about]) => {
      const key = keys.get(reason);
      return { reason, about: about && aboutModels(graph, about), ...(key ? { key } : {}) };
    }),
  });
  const startup = startupFiles(program, models);
  for (const path of startup) {
    const file = program.file(path);
    if (file) files.add(file);
  }
  return { set, files: [...files], startup: startup.join(' ') };
}

/** The keys of a Django model that lead to one which was not found, by the reason that says so. */
function keysToUnknown({ name, relations, unknown }: Model): (readonly [string, Key])[] {
  return relations.flatMap((relation) => {
    const [column, ...others] = relation.columns;
    if (relation.target !== null || relation.direction !== 'forward' || !column || others.length > 0) return [];
    const of = `\` of \`${name}.${relation.name}\` was not found`;
    return unknown.flatMap((reason) => {
      const target = reason.startsWith('target `') && reason.endsWith(of) ? reason.slice(8, -of.length) : '';
      const model = /\w+$/.exec(target)?.[0].toLowerCase();
      return model ? [[reason, { column, table: `_${model}` }] as const] : [];
    });
  });
}

/** The receivers of signals in the project of a Django model; none when there is no such model. */
function receiversNear(program: Program, graph: ModelGraph, ids: readonly string[]): readonly Receiver[] {
  const model = ids.map((id) => graph.model(id)).find((each) => each?.orm === 'django' && each.declared.path !== '');
  if (!model) return [];
  return receiversOf(program, djangoClasses(program), graph, djangoFactsOf(graph, model.declared.path));
}

/** Models and tables in reach of some, and of what is called when objects of those are saved or deleted. */
function withReceivers(
  program: Program,
  graph: ModelGraph,
  ids: readonly string[],
  receivers: readonly Receiver[],
  without?: ReadonlySet<string>,
): Reach {
  const named = new Map(receivers.map((each) => [each, modelsNamedBy(each, program, graph)]));
  let reach = reachOf(graph, ids, without);
  for (;;) {
    const labels = new Set(reach.models.map((model) => `${model.appLabel}.${model.name}`.toLowerCase()));
    const called = receivers.filter(({ sender }) => sender === null || labels.has(sender.toLowerCase()));
    const all = [...ids, ...called.flatMap((each) => [...(named.get(each) ?? [])])];
    const next = reachOf(graph, all, without);
    if (next.models.length === reach.models.length && next.tables.length === reach.tables.length) return next;
    reach = next;
  }
}

interface Reason {
  readonly reason: string;
  /** null: any statement. */
  readonly about: About | null;
  /** It is only about where this key of the tables leads. */
  readonly key?: Key;
}

/** A column that refers to a model which was not found: that it is among those that are read changes nothing. */
interface Key {
  readonly column: string;
  /** Ends the name of the table that stands in for the one of the model. */
  readonly table: string;
}

interface About {
  /** Names of the tables. */
  readonly tables: ReadonlySet<string>;
  /** Ids of proxies that nothing points to: they read the table of another model, so only a query on them is concerned. */
  readonly proxies: ReadonlySet<string>;
}

interface Reasons {
  readonly graph: ModelGraph;
  readonly reasons: readonly Reason[];
  /** They concern only what deletes rows of their tables. */
  readonly deletions: readonly Reason[];
}

const reasons = new WeakMap<ModelSet, Reasons>();

/** What apps do that are not among the models, when a user is deleted; none where no app may refer to users. */
function deletionOfUsers(program: Program, graph: ModelGraph, facts: DjangoFacts): readonly Reason[] {
  const table = graph.labelled(facts.authUserModel)?.table?.name;
  const strangers = table ? strangersTo(program, snapshotOf(graph), facts) : [];
  if (!table || strangers.length === 0) return [];
  const reason = `what models of ${inWords(strangers)} that refer to users do`;
  return [{ reason, about: { tables: new Set([table]), proxies: new Set() } }];
}

/** What apps do that listen to the deletion of whatever is deleted. */
function deletionOfAny(program: Program, graph: ModelGraph, facts: DjangoFacts): readonly Reason[] {
  const listeners = listenersToDeletions(program, snapshotOf(graph), facts);
  return listeners.length > 0
    ? [{ reason: `what ${inWords(listeners)} does before rows are deleted`, about: null }]
    : [];
}

function inWords(apps: readonly string[]): string {
  const named = apps.slice(0, 2).map((name) => `\`${name}\``);
  return `${named.join(', ')}${apps.length > named.length ? ` and ${apps.length - named.length} more` : ''}`;
}

/** What is not known of a model or table. */
export interface Doubt {
  readonly id: string;
  readonly why: string;
  readonly isMissing: boolean;
}

/** What is sent, as far as it tells whether something unknown matters to it. */
export interface SentStatement {
  readonly sql: string;
  /** Sent by a unit of work, which follows relations that may be unknown. */
  readonly isFlush: boolean;
}

/**
 * The entries of `unknown` that concern statements: those about a table that one of them names. What is not known of a
 * model that a statement leaves alone does not change it. Where rows are deleted or a unit of work is written, all
 * entries hold, since what is not known may be a cascade. `further` are such reasons by the id of a model or table, `named`
 * the models that the query names.
 */
export function unknownFor(
  set: ModelSet,
  statements: readonly SentStatement[],
  further: readonly Doubt[] = [],
  named: readonly string[] = [],
): readonly string[] {
  const known = reasons.get(set);
  if (!known) return [...set.unknown, ...further.map(({ why }) => why)];
  const { graph } = known;
  const all = [
    ...known.reasons,
    ...further
      .filter(({ id }) => graph.model(id) ?? graph.table(id))
      .map(({ id, why, isMissing }): Reason => ({
        reason: why,
        about: isMissing ? aboutMissing(graph, id) : aboutDefinition(graph, id),
      })),
  ];
  const mayCascade = statements.length === 0 || statements.some((one) => one.isFlush || /^\s*DELETE\b/i.test(one.sql));
  const words = new Set(statements.flatMap(({ sql }) => sql.match(/[\p{L}\p{N}_$]+/gu) ?? []));
  const concerns = ({ tables, proxies }: About): boolean =>
    [...tables].some((table) => words.has(table)) || named.some((id) => proxies.has(id));
  const isLed = ({ column, table }: Key): boolean =>
    statements.some(({ sql }) => {
      const [...used] = sql.replaceAll(COLUMNS_READ, ' ').match(/[\p{L}\p{N}_$]+/gu) ?? [];
      return used.some((word) => word === column || word.toLowerCase().endsWith(table));
    });
  const deleted = statements.flatMap(({ sql }) => {
    const table = /^\s*DELETE FROM ["`]?([\p{L}\p{N}_$]+)/iu.exec(sql)?.[1];
    return table === undefined ? [] : [table];
  });
  const isOfDeleted = ({ about }: Reason): boolean =>
    about === null ? deleted.length > 0 : deleted.some((table) => about.tables.has(table));
  return [
    ...all.flatMap(({ reason, about, key }) => {
      const matters = about === null || mayCascade || (concerns(about) && (!key || isLed(key)));
      return matters ? reason : [];
    }),
    ...known.deletions.filter(isOfDeleted).map(({ reason }) => reason),
  ];
}

/** Columns that a SELECT reads as they are: `"shop_order"."id", "shop_order"."kind_id"`. */
const COLUMNS_READ =
  /(?<=\bSELECT (DISTINCT )?|, )(["`])[\p{L}\p{N}_$]+\2\.(["`])[\p{L}\p{N}_$]+\3(?=,| FROM )(?! (ASC|DESC))/gu;

/** A model that could not be made: what inherits from it, and its own bases, which miss a part. */
function aboutMissing(graph: ModelGraph, id: string): About {
  const about = aboutModels(graph, new Set([id]));
  if (about.proxies.has(id)) return about;
  const bases = (graph.model(id)?.bases ?? []).flatMap((base) => {
    const model = graph.model(base);
    return model?.table && !model.isAbstract ? model.table.name : [];
  });
  return { ...about, tables: new Set([...about.tables, ...bases]) };
}

/** A model of which something is not known, and what inherits from it: a metaclass may have made a proxy of it. */
function aboutDefinition(graph: ModelGraph, id: string): About {
  const about = aboutModels(graph, new Set([id]));
  return { ...about, proxies: new Set([...about.proxies, id]) };
}

/** Models and tables, also what inherits from an abstract one. */
function aboutModels(graph: ModelGraph, ids: ReadonlySet<string>): About {
  const about = { tables: new Set<string>(), proxies: new Set<string>() };
  for (const each of [...graph.models, ...graph.tables]) {
    const bases = 'bases' in each ? each.bases : [];
    if (!each.table || !(ids.has(each.id) || bases.some((base) => ids.has(base)))) continue;
    if (each.orm === 'django' && 'sharesTable' in each && each.sharesTable && !targetsOf(graph).has(each.id))
      about.proxies.add(each.id);
    else about.tables.add(each.table.name);
  }
  return about;
}

const targets = new WeakMap<ModelGraph, ReadonlySet<string>>();

/** Ids of the models that relations lead to. */
function targetsOf(graph: ModelGraph): ReadonlySet<string> {
  let found = targets.get(graph);
  if (!found) {
    found = new Set(graph.models.flatMap(({ relations }) => relations.flatMap(({ target }) => target ?? [])));
    targets.set(graph, found);
  }
  return found;
}
