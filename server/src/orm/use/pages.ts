/** Pages of rows without an order: the database may give a row twice, and another one never. */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import { querySetMethod } from '../django/methods.ts';
import { nameInFile } from '../eagerLoadFix.ts';
import type { Inference } from '../infer.ts';
import type { Model } from '../model.ts';
import { callsOf, isBuiltWith, type Query } from '../values.ts';
import { classOf } from './classes.ts';
import type { Code, CodeSite } from './code.ts';
import { functionOf } from './places.ts';

export interface UnorderedPages {
  readonly expr: Expr;
  /** What makes the pages: `Paginator`, `offset`. */
  readonly by: string;
  /** Where an order can be added, and the words; null when the query stands elsewhere. */
  readonly order: { readonly at: number; readonly text: string } | null;
}

export function unorderedPages(code: Code, file: SourceFile, inference: Inference): readonly UnorderedPages[] {
  return code.calls.flatMap((site) => {
    // It may be ordered in a way that is not read here.
    const around = functionOf(site) ?? site.around.at(-1) ?? site.node;
    if (/order_by|ordering/.test(file.text.slice(around.start, around.end))) return [];
    return paginator(site.node, file, inference) ?? limited(site, file, inference) ?? [];
  });
}

/** `Paginator(Entry.objects.all(), 20)` */
function paginator(call: Call, file: SourceFile, inference: Inference): UnorderedPages | null {
  const [rows] = call.args;
  if (!rows) return null;
  const callee = inference.valueOf(file, call.func);
  if (callee.kind !== 'external' || !/^django\.core\.paginator\.(Async)?Paginator$/.test(callee.name)) return null;
  const value = inference.valueOf(file, rows);
  if (value.kind !== 'query' || value.query.orm !== 'django' || value.query.via) return null;
  const { query } = value;
  const model = modelOf(query, inference);
  if (!model || isOrdered(model, file, inference) || !isPlain(query)) return null;
  const isHere = rows.kind === 'Call' && query.tip === rows;
  return { expr: rows, by: 'Paginator', order: isHere ? { at: rows.end, text: '.order_by("pk")' } : null };
}

/** Only methods of Django that keep rows in the order they have. */
function isPlain(query: Query): boolean {
  for (const { func } of callsOf(query)) {
    const method = func.kind === 'Attribute' ? func.attr.text : '';
    if (querySetMethod(method)?.gives !== 'queryset' || /^(raw|union|extra|get_queryset|complex_filter)$/.test(method))
      return false;
  }
  return true;
}

function isOrdered(model: Model, file: SourceFile, inference: Inference): boolean {
  const { graph } = inference;
  const family = [model, ...model.bases.flatMap((id) => graph.model(id) ?? [])];
  return family.some((each) => {
    if (each.ordering.length > 0 || each.unknown.length > 0) return true;
    // Managers of the project's own may order, and so may expressions in `Meta`.
    if (each.managers.some(({ classId, queryset }) => classId !== null || queryset !== null)) return true;
    return mayOrderByExpression(each, file, inference) ?? (each.declared.path !== '' || each.id === model.id);
  });
}

/** `Meta.ordering` of a class, of expressions that the graph does not hold; null for a model of a library. */
function mayOrderByExpression(model: Model, file: SourceFile, inference: Inference): boolean | null {
  const { program } = inference;
  const cls = classOf(model, file, inference);
  if (!cls) return null;
  const { symbol } = program.member(cls.file, cls.node, 'Meta');
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'class') return symbol.kind === 'binding';
  const { file: where, binding } = symbol;
  return ['ordering', 'order_with_respect_to'].some((name) => {
    const { symbol: option, complete } = program.member(where, binding.node, name);
    return option.kind === 'binding' || !complete;
  });
}

/** `select(User).limit(20).offset(40)`: at the second of the two. */
function limited(
  { node: call, around }: CodeSite<Call>,
  file: SourceFile,
  inference: Inference,
): UnorderedPages | null {
  const { func } = call;
  if (func.kind !== 'Attribute' || !/^(limit|offset)$/.test(func.attr.text)) return null;
  const value = inference.valueOf(file, call);
  if (value.kind !== 'query' || value.query.orm !== 'sqlalchemy' || value.query.via) return null;
  const { query } = value;
  const calls = [...callsOf(query)];
  const named = (name: string): Call | undefined =>
    calls.find((each) => each.func.kind === 'Attribute' && each.func.attr.text === name);
  const [limit, offset] = [named('limit'), named('offset')];
  if (!limit || !offset || call !== calls[0] || isFirstPage(offset)) return null;
  if (isBuiltWith(query, /order_by|from_statement|from_self|union|paginate|text/)) return null;
  // What is called on it next is part of it.
  if (around.some((node) => node.kind === 'Attribute' && /^(order_by|limit|offset)$/.test(node.attr.text))) return null;
  const model = modelOf(query, inference);
  const key = model?.fields.find((field) => field.primaryKey);
  const name = model && nameInFile(file, model, inference);
  const first = limit.end < offset.end ? limit : offset;
  const isHere = query.rootFile === file && query.root.start >= call.start && first.func.kind === 'Attribute';
  const order =
    isHere && key && name && first.func.kind === 'Attribute'
      ? { at: first.func.value.end, text: `.order_by(${name}.${key.name})` }
      : null;
  return { expr: call, by: 'offset', order };
}

function isFirstPage({ args }: Call): boolean {
  const [offset] = args;
  return offset?.kind === 'Constant' && offset.value === '0';
}

function modelOf({ row }: Query, { graph }: Inference): Model | null {
  const [only, ...more] = row;
  return only?.kind === 'instance' && more.length === 0 ? (graph.model(only.model) ?? null) : null;
}
