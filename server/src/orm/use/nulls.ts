/** Conditions that mean something else in SQL when a value is NULL. */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Field, Model } from '../model.ts';
import type { Query } from '../values.ts';
import type { Code } from './code.ts';
import { isString } from './strings.ts';

/** `NOT IN (SELECT …)` over a column that may be NULL: one NULL among its rows, and no row is found. */
export interface NotInNullable {
  /** The condition: `User.id.not_in(…)`, `exclude(id__in=…)`. */
  readonly expr: Expr;
  readonly subquery: Expr;
  readonly model: Model;
  readonly field: Field;
}

export function notInNullables(code: Code, file: SourceFile, inference: Inference): readonly NotInNullable[] {
  return code.calls.flatMap(({ node, around }) => {
    const { func } = node;
    const parent = around[0];
    if (func.kind === 'Attribute' && inference.valueOf(file, func.value).kind === 'attribute') {
      const isNegated = parent?.kind === 'UnaryOp' && parent.op === '~';
      const isNotIn = /^not_?in_?$/.test(func.attr.text) || (func.attr.text === 'in_' && isNegated);
      const [subquery] = node.args;
      return isNotIn && subquery ? (selectedNull(subquery, isNegated ? parent : node, file, inference) ?? []) : [];
    }
    const isExclude =
      func.kind === 'Attribute' && func.attr.text === 'exclude' && isDjangoQuery(func.value, file, inference);
    const isNegatedQ = parent?.kind === 'UnaryOp' && parent.op === '~' && isQ(node, file, inference);
    if (!isExclude && !isNegatedQ) return [];
    // Of several conditions, the others may keep NULL out.
    const [only, ...more] = node.keywords;
    if (!only?.name?.text.endsWith('__in') || more.length > 0 || node.args.length > 0) return [];
    return valuesNull(only.value, isExclude ? node : (parent as Expr), file, inference) ?? [];
  });
}

/** `select(Post.editor_id)` of a column that may be NULL, and no condition that speaks of it. */
function selectedNull(subquery: Expr, expr: Expr, file: SourceFile, inference: Inference): NotInNullable | null {
  const value = inference.valueOf(file, subquery);
  if (value.kind !== 'query' || value.query.orm !== 'sqlalchemy' || value.query.root.kind !== 'Call') return null;
  const { root, tip, file: from } = value.query;
  const [column, ...more] = root.args;
  if (!column || more.length > 0) return null;
  const attribute = inference.valueOf(from, column);
  if (attribute.kind !== 'attribute') return null;
  return nullable(
    attribute.model,
    attribute.name,
    column,
    value.query,
    from.text.slice(root.end, tip.end),
    expr,
    subquery,
    inference,
  );
}

/** `Post.objects.values("editor")`, `….values_list("editor", flat=True)` */
function valuesNull(subquery: Expr, expr: Expr, file: SourceFile, inference: Inference): NotInNullable | null {
  const value = inference.valueOf(file, subquery);
  if (value.kind !== 'query' || value.query.orm !== 'django' || value.query.tip.kind !== 'Call') return null;
  const { tip, before, file: from, root } = value.query;
  const [name, ...more] = tip.args;
  const isValues = tip.func.kind === 'Attribute' && /^values(_list)?$/.test(tip.func.attr.text);
  const [row] = before?.row ?? [];
  if (!isValues || !isString(name) || more.length > 0 || row?.kind !== 'instance' || tip.func.kind !== 'Attribute')
    return null;
  // A manager of the project may keep them out.
  const manager = root.kind === 'Attribute' ? root.attr.text : '';
  if (
    manager !== 'objects' ||
    inference.graph.model(row.model)?.managers.some((each) => each.name === 'objects' && each.classId !== null)
  )
    return null;
  const conditions = from.text.slice(root.end, tip.func.value.end);
  return nullable(row.model, name.value.replace(/_id$/, ''), name, value.query, conditions, expr, subquery, inference);
}

function nullable(
  id: string,
  name: string,
  column: Expr,
  { file }: Query,
  conditions: string,
  expr: Expr,
  subquery: Expr,
  { graph }: Inference,
): NotInNullable | null {
  const model = graph.model(id);
  const field = model && (graph.field(model, name) ?? graph.field(model, `${name}_id`));
  if (!model || !field?.nullable || field.column === null || field.primaryKey || model.unknown.length > 0) return null;
  const written = file.text.slice(column.start, column.end).replace(/['"]/g, '').split('.').at(-1)!;
  return conditions.includes(written.replace(/_id$/, '')) || /join/.test(conditions)
    ? null
    : { expr, subquery, model, field };
}

function isDjangoQuery(expr: Expr, file: SourceFile, inference: Inference): boolean {
  const value = inference.valueOf(file, expr);
  return value.kind === 'query' && value.query.orm === 'django';
}

function isQ({ func }: Call, file: SourceFile, inference: Inference): boolean {
  const callee = inference.valueOf(file, func);
  return callee.kind === 'external' && /^django\.db\.models\.(query_utils\.)?Q$/.test(callee.name);
}
