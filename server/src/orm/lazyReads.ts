/** Whether reading a relation of a row sends a query, and which query could have loaded it. */
import type { Inference } from './infer.ts';
import type { Model, Relation } from './model.ts';
import { ANYTHING, callsOf, type Origin, type Query, type Value } from './values.ts';

export type Instance = Value & { readonly kind: 'instance' };

/** One of many rows, and a relation of it that its query did not load. */
export interface LazyRelation {
  readonly relation: Relation;
  /** The model whose rows are read: one query is sent for each. */
  readonly owner: Model;
  /** The query that could have loaded it, and the relations from its rows to here, this one last. */
  readonly query: Query;
  readonly steps: readonly string[];
  /** The relation is declared to raise instead of loading. */
  readonly raises: boolean;
}

/**
 * `calls` are the methods that are called on the relation: a related manager of Django is nothing but a name until
 * something is asked of it. null when it is loaded, when it is one object only, and when anything is unknown.
 */
export function lazyRelation(
  on: Instance,
  name: string,
  calls: readonly string[],
  inference: Inference,
): LazyRelation | null {
  return on.origin?.single === false ? unloadedRelation(on, name, calls, inference) : null;
}

/** The same of one object: what matters where nothing can be loaded any more. */
export function unloadedRelation(
  on: Instance,
  name: string,
  calls: readonly string[],
  inference: Inference,
): LazyRelation | null {
  if (!on.origin || on.origin.isNew) return null;
  const owner = inference.graph.model(on.model);
  const relation = owner && inference.graph.relation(owner, name);
  if (!owner || !relation?.target || owner.unknown.length > 0) return null;
  if (!loadsWhenRead(relation, owner, calls)) return null;
  const root = rootOf(on.origin);
  const own = [...on.origin.path, relation.name];
  if (isLoaded(on.origin.query, own) || !root || isLoadedAbove(on.origin, relation.name)) return null;
  if (isParentAgain(on.origin, relation, inference) || isSameForAll(root, relation, owner)) return null;
  if (isNullForAll(root.query, [...root.path, relation.name][0]!)) return null;
  return {
    relation,
    owner,
    query: root.query,
    steps: [...root.path, relation.name],
    raises: relation.loading === 'raise' || relation.loading === 'raise_on_sql',
  };
}

function loadsWhenRead(relation: Relation, owner: Model, calls: readonly string[]): boolean {
  if (relation.direction === 'generic') return false;
  if (owner.orm === 'django' && relation.cardinality === 'many') return usesPrefetchCache(calls);
  return relation.loading === 'select' || relation.loading === 'raise' || relation.loading === 'raise_on_sql';
}

/** `.all()`, `.count()` and `.exists()` of a related manager are answered from prefetched rows; `.filter()` never is. */
function usesPrefetchCache(calls: readonly string[]): boolean {
  return calls.length === 1 && /^(all|count|exists)$/.test(calls[0]!);
}

/**
 * The rows of `where(Post.author_id == …)` have one author, which SQLAlchemy loads once and then finds in the session
 * (https://docs.sqlalchemy.org/en/20/glossary.html#term-identity-map).
 */
function isSameForAll(
  { query: { file, root, tip }, path }: { readonly query: Query; readonly path: readonly string[] },
  relation: Relation,
  owner: Model,
): boolean {
  if (owner.orm !== 'sqlalchemy' || relation.direction !== 'forward' || path.length > 0) return false;
  const names = [relation.name, ...relation.columns].map((name) => name.replace(/\W/g, ''));
  return new RegExp(`\\b(${names.join('|')})\\s*==?[^=]`).test(file.text.slice(root.start, tip.end));
}

/** `filter(manager__isnull=True)`: no row has one. */
function isNullForAll(query: Query, name: string): boolean {
  if (query.orm !== 'django') return false;
  return [...callsOf(query)].some(
    ({ func, keywords }) =>
      func.kind === 'Attribute' &&
      func.attr.text === 'filter' &&
      keywords.some(
        ({ name: lookup, value }) =>
          value.kind === 'Constant' &&
          ((lookup?.text === `${name}__isnull` && value.value === true) ||
            (lookup?.text === name && value.type === 'None')),
      ),
  );
}

/** The query whose rows these are reached from, through related managers that were iterated plainly. */
function rootOf(origin: Origin): { readonly query: Query; readonly path: readonly string[] } | null {
  let { query } = origin;
  let path = origin.path;
  for (let i = 0; i < 8; i++) {
    const parent = query.via?.instance;
    if (query.loadsUnknown) return null;
    if (!query.via || parent?.kind !== 'instance' || !parent.origin || parent.origin.single) return { query, path };
    // Its own conditions make it a query of its own, that only it can load with.
    if (!isPlain(query)) return { query, path };
    path = [...parent.origin.path, query.via.relation, ...path];
    query = parent.origin.query;
  }
  return null;
}

/** `chat.messages` or `chat.messages.all()`, without anything that narrows it. */
export function isPlain(query: Query): boolean {
  const { tip, root } = query;
  return (
    tip === root ||
    (tip.kind === 'Call' && tip.func.kind === 'Attribute' && tip.func.attr.text === 'all' && tip.func.value === root)
  );
}

/** The query that loaded a relation of one of many rows, also further up; null when none surely did. */
export function loadedWith(
  { origin }: Instance,
  name: string,
): { readonly query: Query; readonly steps: readonly string[] } | null {
  if (!origin || origin.single) return null;
  let steps = [...origin.path, name];
  let { query } = origin;
  for (let i = 0; i < 8; i++) {
    if (query.loads.includes(steps.join('.'))) return { query, steps };
    const parent = query.via?.instance;
    if (!query.via || !isPlain(query) || parent?.kind !== 'instance' || !parent.origin || parent.origin.single)
      return null;
    steps = [...parent.origin.path, query.via.relation, ...steps];
    query = parent.origin.query;
  }
  return null;
}

/** Whether a query further up, of rows or of one object, loaded it through related managers on the way here. */
function isLoadedAbove(origin: Origin, name: string): boolean {
  let path = [...origin.path, name];
  let { query } = origin;
  for (let i = 0; i < 8; i++) {
    if (isLoaded(query, path)) return true;
    const parent = query.via?.instance;
    if (!query.via || parent?.kind !== 'instance' || !parent.origin) return false;
    path = [...parent.origin.path, query.via.relation, ...path];
    query = parent.origin.query;
  }
  return true;
}

function isLoaded({ loads, loadsUnknown }: Query, steps: readonly string[]): boolean {
  if (loadsUnknown || loads.includes(steps.join('.'))) return true;
  return steps.some((_, i) => i > 0 && loads.includes([...steps.slice(0, i), ANYTHING].join('.')));
}

/** The rows of `author.posts` know their author already. */
function isParentAgain(origin: Origin, relation: Relation, inference: Inference): boolean {
  const { graph } = inference;
  const { via } = origin.query;
  const row = origin.query.row.find((item) => item.kind === 'instance');
  let parent = via?.instance.kind === 'instance' ? graph.model(via.instance.model) : undefined;
  let step = via?.relation;
  let model = row?.kind === 'instance' ? graph.model(row.model) : undefined;
  for (const name of origin.path) {
    parent = model;
    step = name;
    const target = model && graph.relation(model, name)?.target;
    model = target ? graph.model(target) : undefined;
  }
  return parent !== undefined && step !== undefined && graph.relation(parent, step)?.backReference === relation.name;
}
