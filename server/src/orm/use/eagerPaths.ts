/** Relations that a query is told to load, but that are not there to be loaded. */
import type { TextRange } from '../../base/text.ts';
import { similarName } from '../../base/similar.ts';
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import { djangoFactsOf } from '../graph.ts';
import type { Inference } from '../infer.ts';
import { hasMember } from '../members.ts';
import type { Model } from '../model.ts';
import { type OptionLink, optionLinks } from '../sqlalchemy/options.ts';
import { callsOf, type Query } from '../values.ts';
import type { Code } from './code.ts';
import { isSqlalchemy2 } from './release.ts';

export type InvalidPath = { readonly range: TextRange; readonly call: Call; readonly arg: Expr } & (
  | {
      /** There is nothing of that name. */
      readonly kind: 'unknown';
      readonly name: string;
      readonly model: Model;
      readonly suggestion: string | null;
    }
  /** It is a plain column. */
  | { readonly kind: 'column'; readonly name: string; readonly model: Model }
  /** `select_related` over a relation to many rows: `prefetch_related` takes it. */
  | { readonly kind: 'toMany'; readonly name: string; readonly model: Model }
  /** SQLAlchemy 2.0 takes no strings; `attributes` are what to write instead. */
  | { readonly kind: 'string'; readonly name: string; readonly attributes: string | null }
  /** `joinedload(User.posts).joinedload(User.name)`: the second does not begin where the first leads to. */
  | { readonly kind: 'noLink'; readonly name: string; readonly model: Model; readonly leadsTo: Model }
  /** `select(User).options(joinedload(Post.author))` */
  | { readonly kind: 'notInQuery'; readonly name: string; readonly model: Model; readonly queried: Model }
);

export function invalidPaths(code: Code, file: SourceFile, inference: Inference): readonly InvalidPath[] {
  return code.calls.flatMap(({ node: call }) => {
    if (call.func.kind !== 'Attribute') return [];
    const method = call.func.attr.text;
    if (!/^(select_related|prefetch_related|options)$/.test(method)) return [];
    const on = inference.valueOf(file, call.func.value);
    if (on.kind !== 'query') return [];
    return on.query.orm === 'django'
      ? djangoPaths(call, method, on.query, file, inference)
      : method === 'options'
        ? sqlalchemyPaths(call, on.query, file, inference)
        : [];
  });
}

// ---------------------------------------------------------------- Django

/** Fields that hold a value of their own and lead nowhere. */
const PLAIN_FIELD =
  /^(\w+\.)*(Auto|BigAuto|SmallAuto|BigInteger|Integer|PositiveInteger|PositiveSmallInteger|PositiveBigInteger|SmallInteger|Char|Text|Slug|Email|URL|UUID|Boolean|Date|DateTime|Time|Duration|Decimal|Float|Binary|JSON|File|Image)Field$/;

function djangoPaths(
  call: Call,
  method: string,
  query: Query,
  file: SourceFile,
  inference: Inference,
): readonly InvalidPath[] {
  const [row] = query.row;
  const model = row?.kind === 'instance' && query.instances ? inference.graph.model(row.model) : undefined;
  if (!model || (method !== 'select_related' && method !== 'prefetch_related')) return [];
  const named = namesGiven([...callsOf(query), call]);
  return call.args.flatMap((arg) => {
    const path = method === 'select_related' ? arg : pathArgument(arg);
    if (path?.kind !== 'Constant' || path.type !== 'str') return [];
    const found = djangoPath(path.value.split('__'), method, model, named, file, inference);
    if (!found) return [];
    return [{ ...found.invalid, range: stepRange(path, found.index, file), call, arg }];
  });
}

/** `"authors"` of `Prefetch("authors", …)` */
function pathArgument(arg: Expr): Expr | undefined {
  if (arg.kind !== 'Call') return arg;
  return arg.args[0] ?? arg.keywords.find(({ name }) => name?.text === 'lookup')?.value;
}

/** Names that the query itself gives: annotations, which may be a `FilteredRelation`, and `to_attr`. */
function namesGiven(calls: readonly Call[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { args, keywords } of calls) {
    for (const { name } of keywords) if (name) names.add(name.text);
    for (const arg of args) {
      const toAttr =
        arg.kind === 'Call' ? (arg.keywords.find(({ name }) => name?.text === 'to_attr')?.value ?? arg.args[2]) : null;
      if (toAttr?.kind === 'Constant' && toAttr.type === 'str') names.add(toAttr.value);
    }
  }
  return names;
}

type Bare<T> = T extends InvalidPath ? Omit<T, 'range' | 'call' | 'arg'> : never;

function djangoPath(
  steps: readonly string[],
  method: string,
  start: Model,
  named: ReadonlySet<string>,
  file: SourceFile,
  inference: Inference,
): { readonly invalid: Bare<InvalidPath>; readonly index: number } | null {
  const { graph } = inference;
  let model = start;
  for (const [index, name] of steps.entries()) {
    if (model.unknown.length > 0 || model.declared.path === '' || named.has(name)) return null;
    const isSelect = method === 'select_related';
    const relation = model.relations.find((each) => (isSelect ? each.queryName : each.name) === name);
    if (!relation) {
      // `select_related("entry_set")` is the name of the manager, not of the path.
      const other = model.relations.find((each) => each.name === name || each.queryName === name);
      if (other)
        return isSelect && other.cardinality === 'many' ? { invalid: { kind: 'toMany', name, model }, index } : null;
      const field = graph.field(model, name);
      if (field && !(field.column && !field.foreignKey && PLAIN_FIELD.test(field.type))) return null;
      if (field) return { invalid: { kind: 'column', name, model }, index };
      if (mayHaveMore(model, name, file, inference)) return null;
      const suggestion = similarName(name, namesOf(model, isSelect));
      return { invalid: { kind: 'unknown', name, model, suggestion }, index };
    }
    if (isSelect && relation.cardinality === 'many') return { invalid: { kind: 'toMany', name, model }, index };
    const target =
      relation.target === null || relation.direction === 'generic' ? undefined : graph.model(relation.target);
    if (!target) return null;
    model = target;
  }
  return null;
}

/** Packages relate to the user model and inherit from models, and so add names that are not seen here. */
function mayHaveMore(model: Model, name: string, file: SourceFile, inference: Inference): boolean {
  const user = djangoFactsOf(inference.graph, file.path).authUserModel;
  const isUser = inference.graph.labelled(user)?.id === model.id;
  const hasChild = inference.graph.models.some(
    ({ bases, name: child }) => bases.includes(model.id) && child.toLowerCase() === name,
  );
  return isUser || hasChild || name.endsWith('_ptr') || hasMember(model, name, inference);
}

function namesOf(model: Model, isSelect: boolean): readonly string[] {
  return isSelect
    ? model.relations.filter(({ cardinality }) => cardinality === 'one').map(({ queryName }) => queryName)
    : model.relations.map(({ name }) => name);
}

/** One step of a path in a string; all of it where the string is not written plainly. */
function stepRange(path: Expr & { kind: 'Constant' }, index: number, file: SourceFile): TextRange {
  const value = String(path.value);
  const from = path.start + 1;
  if (file.text.slice(from, path.end - 1) !== value) return { start: path.start, end: path.end };
  const before = value.split('__').slice(0, index).join('__');
  const start = from + before.length + (index > 0 ? 2 : 0);
  return { start, end: start + value.split('__')[index]!.length };
}

// ---------------------------------------------------------------- SQLAlchemy

function sqlalchemyPaths(call: Call, query: Query, file: SourceFile, inference: Inference): readonly InvalidPath[] {
  return call.args.flatMap((option) => {
    const links = optionLinks(option, file, inference);
    const invalid = links.flatMap((link, i) => invalidLink(link, links[i - 1], query, file, inference) ?? []);
    return invalid.slice(0, 1);
  });
}

function invalidLink(
  link: OptionLink,
  before: OptionLink | undefined,
  query: Query,
  file: SourceFile,
  inference: Inference,
): InvalidPath | null {
  const { arg, owner, name, call } = link;
  const { graph } = inference;
  const at = { range: { start: arg.start, end: arg.end }, call, arg };
  if (arg.kind === 'Constant') {
    if (name.endsWith('*') || isSqlalchemy2(file, inference) !== 'yes') return null;
    const from = before ? targetOf(before, inference) : onlyModel(query, inference);
    const relation = from && graph.relation(from, name);
    const attributes = from && relation ? `${from.name}.${name}` : null;
    return { kind: 'string', name, attributes, ...at };
  }
  if (!owner || owner.unknown.length > 0 || arg.kind !== 'Attribute') return null;
  const relation = graph.relation(owner, name);
  if (!relation) {
    const field = graph.field(owner, name);
    if (field) return field.column && !field.foreignKey ? { kind: 'column', name, model: owner, ...at } : null;
    if (hasMember(owner, name, inference)) return null;
    const suggestion = similarName(
      name,
      owner.relations.map((each) => each.name),
    );
    const range = { start: arg.attr.start, end: arg.attr.end };
    return { kind: 'unknown', name, model: owner, suggestion, ...at, range };
  }
  if (before) {
    const leadsTo = before.isNarrowed ? null : targetOf(before, inference);
    return leadsTo && leadsTo.unknown.length === 0 && !areRelated(leadsTo, owner)
      ? { kind: 'noLink', name, model: owner, leadsTo, ...at }
      : null;
  }
  const queried = query.row.map((item) => (item.kind === 'instance' ? graph.model(item.model) : undefined));
  const [first] = queried;
  if (!first || queried.some((model) => !model || model.unknown.length > 0 || areRelated(model, owner))) return null;
  return { kind: 'notInQuery', name, model: owner, queried: first, ...at };
}

function targetOf({ owner, name }: OptionLink, { graph }: Inference): Model | null {
  const target = owner && graph.relation(owner, name)?.target;
  return (target && graph.model(target)) || null;
}

function onlyModel({ row }: Query, { graph }: Inference): Model | null {
  const [only] = row;
  return (row.length === 1 && only?.kind === 'instance' && graph.model(only.model)) || null;
}

function areRelated(a: Model, b: Model): boolean {
  return a.id === b.id || a.bases.includes(b.id) || b.bases.includes(a.id);
}
