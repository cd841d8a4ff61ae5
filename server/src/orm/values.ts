/**
 * What a Python expression is worth to an ORM: just enough of a type. `unknown` is not `false`: whoever needs a fact
 * that is not here stays silent.
 */
import type { TextRange } from '../base/text.ts';
import type { Call, ClassDef, Expr, FunctionDef } from '../python/syntax/nodes.ts';
import type { SourceFile } from '../python/types.ts';
import type { ScalarType } from '../query/program.ts';
import type { OrmId } from './model.ts';

export type Value =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'none' }
  | { readonly kind: 'scalar'; readonly python: ScalarType | null }
  /** The class of a model, or an alias of it. */
  | { readonly kind: 'model'; readonly model: string }
  /** A mapped attribute of the class: `User.name`, `User.posts`. */
  | { readonly kind: 'attribute'; readonly model: string; readonly name: string }
  | { readonly kind: 'instance'; readonly model: string; readonly origin: Origin | null }
  /** List, tuple of any length, set, generator, result that was read. */
  | { readonly kind: 'collection'; readonly of: Value }
  /** A dict, by its values. */
  | { readonly kind: 'mapping'; readonly of: Value }
  /** `isRow`: a `Row` of SQLAlchemy, which is read like a named tuple. */
  | { readonly kind: 'tuple'; readonly items: readonly Value[]; readonly isRow?: true }
  /** `expires`: whether a commit expires what its objects have (`expire_on_commit`); absent when that is not known. */
  | { readonly kind: 'session'; readonly isAsync: boolean; readonly expires?: boolean }
  /** `isScoped`: each thread, request or task has its own session of it. */
  | {
      readonly kind: 'sessionFactory';
      readonly isAsync: boolean;
      readonly isScoped?: true;
      readonly expires?: boolean;
    }
  | { readonly kind: 'engine'; readonly isAsync: boolean }
  | { readonly kind: 'connection'; readonly isAsync: boolean }
  /** A `Database` of the library `databases`, or a connection of one. */
  | { readonly kind: 'database' }
  /** Something that can be sent but was not: `select(…)`, a legacy `Query`, a Django manager or queryset. */
  | { readonly kind: 'query'; readonly query: Query }
  /** What `session.execute` gave; `scalars` after `.scalars()`. */
  | {
      readonly kind: 'result';
      readonly query: Query;
      readonly scalars: boolean;
      /** After `unique()`. */
      readonly isUnique?: true;
    }
  /** An object of a class of the workspace that is no model. */
  | { readonly kind: 'object'; readonly file: SourceFile; readonly cls: ClassDef }
  | { readonly kind: 'function'; readonly file: SourceFile; readonly node: FunctionDef; readonly self: Value | null }
  /** A class or function of a library, by its dotted name. */
  | { readonly kind: 'external'; readonly name: string }
  /** A method of one of the values above that is not called yet. */
  | { readonly kind: 'method'; readonly on: Value; readonly name: string };

/** A query as far as it is built. */
export interface Query {
  readonly orm: OrmId;
  /** `statement`: SQLAlchemy 2.0 `select` and the like; `query`: the 1.x API; `manager` and `queryset`: Django. */
  readonly form: 'statement' | 'query' | 'manager' | 'queryset';
  /** One row: the entities and columns selected. A single entity is what `scalars` and a queryset give. */
  readonly row: readonly Value[];
  /** Dotted relation paths that are loaded with it, `posts.author`; `posts.*` where anything may be loaded with them. */
  readonly loads: readonly string[];
  /**
   * Loader options that could not be read: then nothing is known to be missing. `serializer` when at most the one that
   * writes the rows of a view out adds some.
   */
  readonly loadsUnknown: boolean | 'serializer';
  /** An asynchronous session sent it: what its rows have to load when it is read, they cannot. */
  readonly isAsync?: true;
  /** Rows are model instances, not dicts, tuples or plain values. */
  readonly instances: boolean;
  /** The object whose related manager or dynamic relationship this query goes through: `chat.messages`. */
  readonly via: { readonly instance: Value; readonly relation: string } | null;
  /** Where the query begins. */
  readonly root: Expr;
  readonly rootFile: SourceFile;
  /** Where it was last extended, maybe in another file: where a fix edits it. */
  readonly tip: Expr;
  readonly file: SourceFile;
  /** The query that `tip` was called on; null where it begins. */
  readonly before: Query | null;
}

/** A query that begins at `root`, with nothing loaded beside its rows. */
export function newQuery(orm: OrmId, form: Query['form'], row: readonly Value[], file: SourceFile, root: Expr): Query {
  const instances = row.some(({ kind }) => kind === 'instance');
  const place = { root, rootFile: file, tip: root, file };
  return { orm, form, row, loads: [], loadsUnknown: false, instances, via: null, ...place, before: null };
}

/** The query that gave an instance, and the relation path from its rows to it. */
export interface Origin {
  readonly query: Query;
  readonly path: readonly string[];
  /** One object (`.first()`, `.get()`, `[0]`), not a row of many. */
  readonly single: boolean;
  /** It was made, or may have been: it has the relations that it was given. */
  readonly isNew?: true;
}

/** The query that a value is, as far as it is built. */
export function queryOf(value: Value): Query | null {
  return value.kind === 'query' ? value.query : null;
}

export const UNKNOWN: Value = { kind: 'unknown' };

/** The last step of a path in `loads` where what is loaded below it is not known. */
export const ANYTHING = '*';

/** Whether all that the query was built with stands in one file. */
export function isInOneFile(query: Query): boolean {
  for (let at: Query | null = query; at; at = at.before) if (at.file !== query.rootFile) return false;
  return true;
}

/** Where the query is written; only the end of it where it begins in another file. */
export function placeOf({ root, rootFile, tip, file }: Query): { readonly path: string; readonly range: TextRange } {
  const start = rootFile === file && root.start < tip.end ? root.start : tip.start;
  return { path: file.path, range: { start, end: tip.end } };
}

/** The calls a query was built with, the last one first, also those of other statements and functions. */
export function* callsOf(query: Query): Generator<Call> {
  for (let at: Query | null = query; at; at = at.before) if (at.tip.kind === 'Call') yield at.tip;
}

/** Whether a query was built with a method of one of these names. */
export function isBuiltWith(query: Query, names: RegExp): boolean {
  for (const { func } of callsOf(query)) if (func.kind === 'Attribute' && names.test(func.attr.text)) return true;
  return false;
}

/** What iterating over a value gives. */
export function elementOf(value: Value): Value {
  switch (value.kind) {
    case 'collection':
      return value.of;
    case 'tuple':
      return value.items.length > 0 && value.items.every((item) => sameValue(item, value.items[0]!))
        ? value.items[0]!
        : UNKNOWN;
    case 'query':
      return value.query.form === 'statement'
        ? UNKNOWN
        : rowOf(value.query, value.query.row.length === 1 && value.query.instances, false);
    case 'result':
      return rowOf(value.query, value.scalars, false);
    default:
      return UNKNOWN;
  }
}

/** What all of some values are; of tuples, item by item. Unknown where they differ, but for what was loaded with them. */
export function commonValue(values: readonly Value[]): Value {
  return values.length === 0 ? UNKNOWN : values.reduce(common);
}

function common(left: Value, right: Value): Value {
  if (left.kind === 'tuple' && right.kind === 'tuple' && left.items.length === right.items.length)
    return { ...left, items: left.items.map((item, i) => common(item, right.items[i]!)) };
  const isOfOne = left.kind === 'model' || left.kind === 'instance' || left.kind === 'scalar';
  if (isOfOne ? sameValue(left, right) : left.kind === right.kind) return joinValues(left, right);
  return UNKNOWN;
}

/** One row of a query: the entity itself for `scalars`, else a tuple. */
export function rowOf(query: Query, scalars: boolean, single: boolean): Value {
  const items = query.row.map((item) => withOrigin(item, { query, path: [], single }));
  if (scalars) return items[0] ?? UNKNOWN;
  if (query.orm === 'sqlalchemy') return { kind: 'tuple', items, isRow: true };
  return query.instances ? { kind: 'tuple', items } : UNKNOWN;
}

function withOrigin(value: Value, origin: Origin): Value {
  switch (value.kind) {
    case 'model':
      return { kind: 'instance', model: value.model, origin };
    case 'instance':
      return { ...value, origin };
    default:
      return value;
  }
}

/**
 * The value of two ways through the code; `None` beside something else says nothing. What one of them loads counts as
 * loaded, so that nothing is said to be missing that is there on one of the ways.
 */
export function joinValues(left: Value, right: Value): Value {
  if (left.kind === 'none' || left.kind === 'unknown') return right.kind === 'unknown' ? left : right;
  if (right.kind === 'none' || right.kind === 'unknown') return left;
  if (left === right) return left;
  return left.kind === right.kind ? withLoadsOf(left, right) : UNKNOWN;
}

function withLoadsOf(left: Value, right: Value): Value {
  switch (left.kind) {
    case 'query':
    case 'result':
      return right.kind === left.kind ? { ...left, query: joinQueries(left.query, right.query) } : left;
    case 'collection':
    case 'mapping':
      return right.kind === left.kind ? { ...left, of: joinValues(left.of, right.of) } : left;
    case 'tuple':
      return right.kind === 'tuple' && right.items.length === left.items.length
        ? { ...left, items: left.items.map((item, i) => joinValues(item, right.items[i]!)) }
        : left;
    case 'instance':
      return right.kind === 'instance' ? { ...left, origin: joinOrigins(left, right) } : left;
    default:
      return left;
  }
}

function joinQueries(left: Query, right: Query): Query {
  if (left === right) return left;
  return {
    ...left,
    loads: [...new Set([...left.loads, ...right.loads])],
    loadsUnknown:
      left.loadsUnknown === true || !haveSameRows(left, right) ? true : right.loadsUnknown || left.loadsUnknown,
  };
}

function haveSameRows(left: Query, right: Query): boolean {
  const [a, b] = [left.row[0], right.row[0]];
  return a?.kind !== 'instance' || b?.kind !== 'instance' || a.model === b.model;
}

function joinOrigins(left: Value & { kind: 'instance' }, right: Value & { kind: 'instance' }): Origin | null {
  const [a, b] = [left.origin, right.origin];
  if (!a || !b || left.model !== right.model || a.path.join('.') !== b.path.join('.')) return null;
  return {
    query: joinQueries(a.query, b.query),
    path: a.path,
    single: a.single || b.single,
    ...(a.isNew || b.isNew ? { isNew: true } : {}),
  };
}

function sameValue(left: Value, right: Value): boolean {
  if (left.kind === 'instance' && right.kind === 'instance') return left.model === right.model;
  if (left.kind === 'model' && right.kind === 'model') return left.model === right.model;
  if (left.kind === 'scalar' && right.kind === 'scalar') return left.python === right.python;
  return left === right;
}

/** An object that was taken out of many. */
export function asOne(value: Value): Value {
  return value.kind === 'instance' && value.origin ? { ...value, origin: { ...value.origin, single: true } } : value;
}

/** A session of a declared type, as the one that is given for it was made. */
export function withExpiry(session: Value & { readonly kind: 'session' }, given: Value): Value {
  return given.kind === 'session' && given.isAsync === session.isAsync ? given : session;
}
