/**
 * What Django's managers, querysets and model instances give.
 * Source: https://docs.djangoproject.com/en/5.2/ref/models/querysets/
 */
import { encloses } from '../../base/text.ts';
import type { Call, Expr, FunctionDef } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import { djangoFactsOf } from '../graph.ts';
import type { Model } from '../model.ts';
import type { Inference, OrmSemantics } from '../infer.ts';
import { keyword } from '../classes.ts';
import { calledOnForm, objectOfForm } from './forms.ts';
import { calledOnView, objectOfView } from './genericViews.ts';
import { querySetMethod } from './methods.ts';
import { manager, query } from './queries.ts';
import { ANYTHING, elementOf, type Query, rowOf, UNKNOWN, type Value } from '../values.ts';

export const djangoSemantics: OrmSemantics = { call, method, attribute, annotation };

function call(name: string, node: Call, file: SourceFile, inference: Inference): Value | null {
  if (!name.startsWith('django.')) return null;
  const first = node.args[0] ? inference.valueOf(file, node.args[0]) : UNKNOWN;
  switch (name) {
    case 'django.shortcuts.get_object_or_404':
    case 'django.shortcuts.aget_object_or_404':
    case 'django.shortcuts.get_list_or_404':
    case 'django.shortcuts.aget_list_or_404': {
      const source = first.kind === 'model' ? manager(first.model, file, node) : first;
      if (source.kind !== 'query') return UNKNOWN;
      const row = rowOf(source.query, true, !name.includes('list'));
      return name.includes('list') ? { kind: 'collection', of: row } : row;
    }
    case 'django.core.paginator.Paginator':
      // Pages of rows.
      return { kind: 'collection', of: { kind: 'collection', of: elementOf(first) } };
    case 'django.contrib.auth.get_user_model': {
      const user = userModel(inference, file);
      return user ? { kind: 'model', model: user } : UNKNOWN;
    }
    default:
      return null;
  }
}

function annotation(name: string, args: readonly Value[]): Value | null {
  if (!name.startsWith('django.')) return null;
  const tail = name.split('.').at(-1);
  if ((tail === 'QuerySet' || tail === 'Manager') && args[0]?.kind === 'instance') {
    return null; // the model is known, but not where the query began: a fix could not edit it
  }
  return null;
}

function attribute(on: Value, name: string, file: SourceFile, node: Expr, inference: Inference): Value | null {
  switch (on.kind) {
    case 'model': {
      const model = inference.graph.model(on.model);
      if (model?.orm !== 'django') return null;
      if (
        model.managers.some((one) => one.name === name) ||
        name === '_default_manager' ||
        name === '_base_manager' ||
        (name === 'objects' && model.managers.length === 0)
      ) {
        const found = manager(on.model, file, node);
        const loadsUnknown = managerLoads(model, name, file, inference);
        return { kind: 'query', query: { ...found.query, loadsUnknown } };
      }
      return null;
    }
    case 'instance':
      return instanceAttribute(on, name, file, node, inference);
    case 'collection':
      return name === 'object_list' ? on : null;
    case 'unknown':
    case 'external':
    case 'object': {
      // `request.user`, `self.request.user`: what Django's authentication puts there.
      const user = name === 'user' && isRequest(node) ? userModel(inference, file) : null;
      if (user) return { kind: 'instance', model: user, origin: null };
      if (on.kind !== 'object') return null;
      if (name === 'instance') return objectOfForm(on, node, inference);
      return name === 'object' ? objectOfView(on, node, file, inference) : null;
    }
    case 'query': {
      if (on.query.orm !== 'django') return null;
      if (name === '[]') return on.query.instances ? rowOf(on.query, true, true) : UNKNOWN;
      // A slice ends what can be added to: `tip` stays before it.
      return name === '[:]' ? { kind: 'query', query: { ...on.query, form: 'queryset' } } : null;
    }
    default:
      return null;
  }
}

/** Whether a manager loads relations with all its rows, in `get_queryset`. */
function managerLoads(model: Model, name: string | null, file: SourceFile, inference: Inference): boolean {
  const one = model.managers.find((each) => (name === null ? each.isDefault : each.name === name));
  const method = one?.classId ? methodOf(one.classId, 'get_queryset', file, inference) : null;
  return method !== null && LOADING.test(sourceOf(method, inference));
}

function instanceAttribute(
  on: Value & { kind: 'instance' },
  name: string,
  file: SourceFile,
  node: Expr,
  inference: Inference,
): Value | null {
  const model = inference.graph.model(on.model);
  if (model?.orm !== 'django') return null;
  const relation = inference.graph.relation(model, name);
  if (!relation) return null;
  if (!relation.target) return UNKNOWN;
  const origin = on.origin ? { ...on.origin, path: [...on.origin.path, name] } : null;
  const target: Value = { kind: 'instance', model: relation.target, origin };
  if (relation.cardinality === 'one') return target;
  const of = inference.graph.model(relation.target);
  return {
    kind: 'query',
    query: {
      ...query([target], file, node),
      form: 'manager',
      via: { instance: on, relation: name },
      // A related manager is made of the default one.
      loadsUnknown: of !== undefined && managerLoads(of, null, file, inference),
    },
  };
}

function method(on: Value, name: string, node: Call, file: SourceFile, inference: Inference): Value | null {
  if (on.kind === 'instance') return null;
  if (on.kind === 'object')
    return calledOnForm(on, name, node, inference) ?? calledOnView(on, name, node, file, inference);
  if (on.kind === 'collection' && on.of.kind === 'collection')
    return name === 'page' || name === 'get_page' ? on.of : null;
  if (on.kind !== 'query' || on.query.orm !== 'django') return null;
  const q: Query = { ...on.query, form: 'queryset', tip: node, file, before: on.query };
  const own = querySetMethod(name);
  switch (own?.gives) {
    case 'row':
      return q.instances ? rowOf(on.query, true, true) : UNKNOWN;
    case 'created':
      return asNew(rowOf(on.query, true, true));
    case 'rowAndFlag':
      return { kind: 'tuple', items: [asNew(rowOf(on.query, true, true)), { kind: 'scalar', python: 'bool' }] };
    case 'number':
      return { kind: 'scalar', python: 'int' };
    case 'bool':
      return { kind: 'scalar', python: 'bool' };
    case 'rows':
      return { kind: 'collection', of: rowOf(on.query, true, false) };
    case 'other':
      return UNKNOWN;
    case 'values':
      return { kind: 'query', query: { ...q, instances: false, row: [UNKNOWN] } };
    case 'queryset':
      return { kind: 'query', query: extended(on.query, q, name, node, inference) };
    case undefined:
      return ownMethod(q, name, file, inference);
  }
}

function asNew(row: Value): Value {
  return row.kind === 'instance' && row.origin ? { ...row, origin: { ...row.origin, isNew: true } } : row;
}

function extended(on: Query, q: Query, name: string, node: Call, inference: Inference): Query {
  switch (name) {
    case 'iterator':
    case 'aiterator':
      return { ...on, form: 'queryset' };
    case 'select_related':
      return withSelectRelated(q, node);
    case 'prefetch_related':
      return withPrefetch(q, node, inference);
    case 'none':
      // A stand-in for rows that come from elsewhere.
      return { ...q, loadsUnknown: true };
    default:
      return q;
  }
}

/**
 * A method of the project's own manager or queryset most often narrows; what it loads is known only by reading it. Some
 * give rows of another model, or one object.
 */
function ownMethod(q: Query, name: string, file: SourceFile, inference: Inference): Value {
  const methods = ownMethods(q, name, file, inference);
  for (const method of methods) {
    const returned = inference.returnedBy(method.file, method.node);
    const isOther =
      returned.kind === 'query'
        ? returned.query.orm === 'django' && !hasSameModel(returned.query, q)
        : returned.kind !== 'unknown' && returned.kind !== 'external' && !isItself(returned, method);
    if (isOther) return returned;
    // Made of a class of a library, such as a user model that is not declared here.
    if (returned.kind === 'external') return UNKNOWN;
    const given = methodsReturned(method, inference).map((each) => querySetMethod(each)?.gives);
    if (given[0] === 'row' || given[0] === 'created') return rowOf(q, true, true);
    if (given.includes('values')) return { kind: 'query', query: { ...q, instances: false, row: [UNKNOWN] } };
  }
  const mayLoad = methods.length === 0 || methods.some((method) => LOADING.test(sourceOf(method, inference)));
  return { kind: 'query', query: { ...q, loadsUnknown: mayLoad || q.loadsUnknown } };
}

/** `return self`: the manager or queryset that it was called on, or one like it. */
function isItself(returned: Value, { file, node }: OwnMethod): boolean {
  return returned.kind === 'object' && returned.file === file && encloses(returned.cls, node);
}

/** The methods that what a method returns ends with, the last one first: `get` of `return self.get(…)`. */
function methodsReturned({ file, node }: OwnMethod, inference: Inference): readonly string[] {
  let last: Expr | null = null;
  for (const each of nodesUnder(inference.program.bodyOf(file, node)))
    if (each.kind === 'Return' && each.value) last = each.value;
  const names: string[] = [];
  for (let at = last; at?.kind === 'Call' && at.func.kind === 'Attribute'; at = at.func.value)
    names.push(at.func.attr.text);
  return names;
}

function hasSameModel(a: Query, b: Query): boolean {
  const [left, right] = [a.row[0], b.row[0]];
  return left?.kind !== 'instance' || right?.kind !== 'instance' || left.model === right.model;
}

interface OwnMethod {
  readonly file: SourceFile;
  readonly node: FunctionDef;
}

/** The methods of that name that the project's managers and querysets of a query's model have. */
export function ownMethods(q: Query, name: string, file: SourceFile, inference: Inference): readonly OwnMethod[] {
  const row = q.row[0];
  const model = row?.kind === 'instance' ? inference.graph.model(row.model) : undefined;
  const classes = (model?.managers ?? []).flatMap(({ classId, queryset }) =>
    [classId, queryset].filter((id) => id !== null),
  );
  return classes.flatMap((id) => methodOf(id, name, file, inference) ?? []);
}

const LOADING = /(select_related|prefetch_related|eager\w*)\s*\(/;

/** A method of a workspace class, inherited ones included. */
function methodOf(classId: string, name: string, from: SourceFile, inference: Inference): OwnMethod | null {
  const dot = classId.lastIndexOf('.');
  const file = inference.program.moduleNamed(classId.slice(0, dot), from);
  const binding = file && inference.program.lookup(file.scope, classId.slice(dot + 1)).at(-1);
  if (!file || binding?.kind !== 'class') return null;
  const { symbol } = inference.program.member(file, binding.node, name);
  return symbol.kind === 'binding' && symbol.binding.kind === 'function'
    ? { file: symbol.file, node: symbol.binding.node }
    : null;
}

function sourceOf({ file, node }: OwnMethod, inference: Inference): string {
  inference.program.noteUnit(file, node.start);
  return file.text.slice(node.start, node.end);
}

function withSelectRelated(q: Query, node: Call): Query {
  // Without arguments it follows every foreign key that may not be null; with None it takes all back.
  if (node.args.length === 0) return { ...q, loadsUnknown: true };
  return withPaths(q, node.args);
}

function withPrefetch(q: Query, node: Call, _inference: Inference): Query {
  return withPaths(q, node.args);
}

/** Paths as strings, or `Prefetch("path", …)`. */
function withPaths(q: Query, args: readonly Expr[]): Query {
  const loads: string[] = [];
  let unknown = q.loadsUnknown;
  for (const arg of args) {
    const prefetch = arg.kind === 'Call' ? arg : null;
    const path = prefetch ? argumentOf(prefetch, 0, 'lookup') : arg;
    if (path?.kind !== 'Constant' || path.type !== 'str') {
      unknown = true;
      continue;
    }
    // The rows are put elsewhere.
    if (prefetch && argumentOf(prefetch, 2, 'to_attr')) continue;
    const paths = prefixes(path.value.split('__'));
    loads.push(...paths);
    // What its queryset loads more, only its own reading would tell.
    if (prefetch && argumentOf(prefetch, 1, 'queryset')) loads.push(`${paths.at(-1)!}.${ANYTHING}`);
  }
  return { ...q, loads: [...q.loads, ...loads], loadsUnknown: unknown };
}

function argumentOf(call: Call, index: number, name: string): Expr | null {
  return call.args[index] ?? keyword(call, name);
}

/** `a__b` loads `a` too. */
function prefixes(parts: readonly string[]): string[] {
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
}

function isRequest(node: Expr): boolean {
  if (node.kind !== 'Attribute') return false;
  const { value } = node;
  return (
    (value.kind === 'Name' && value.id === 'request') || (value.kind === 'Attribute' && value.attr.text === 'request')
  );
}

function userModel({ graph }: Inference, file: SourceFile): string | null {
  return graph.labelled(djangoFactsOf(graph, file.path).authUserModel)?.id ?? null;
}
