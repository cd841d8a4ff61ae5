/** Attributes of objects that may have to be loaded when they are read: relations, and columns that were left out. */
import type { Attribute, Expr } from '../python/syntax/nodes.ts';
import type { SourceFile } from '../python/types.ts';
import { dottedPath } from '../query/reads.ts';
import type { Inference } from './infer.ts';
import type { OrmId, Relation } from './model.ts';
import type { Origin } from './values.ts';
import { gatheredBefore } from './sqlalchemy/unitOfWork.ts';

export interface AttributeRead {
  readonly orm: OrmId;
  /** A relation is worth a word even where it sends nothing; a column only where it does. */
  readonly of: 'relation' | 'column';
}

/** What reading `user.posts` may load; null for anything else, and for a column that certainly is there. */
export function attributeRead(file: SourceFile, expr: Expr, inference: Inference): AttributeRead | null {
  if (expr.kind !== 'Attribute' || !isOfOneObject(expr.value)) return null;
  const on = inference.valueOf(file, expr.value);
  const model = on.kind === 'instance' ? inference.graph.model(on.model) : undefined;
  if (on.kind !== 'instance' || !model) return null;
  const name = expr.attr.text;
  const relation = inference.graph.relation(model, name);
  if (relation) return isManager(relation, model.orm) ? null : { orm: model.orm, of: 'relation' };
  const field = inference.graph.field(model, name);
  if (!field) return null;
  const isLeftOut = field.deferred || leavesOut(on.origin) || gatheredBefore(file, expr, true, inference) !== null;
  return isLeftOut ? { orm: model.orm, of: 'column' } : null;
}

/** `user`, `self.user`, `users[0]` */
function isOfOneObject(expr: Expr): boolean {
  if (expr.kind !== 'Subscript') return dottedPath(expr) !== null;
  return expr.slice.kind === 'Constant' && expr.slice.type === 'int' && dottedPath(expr.value) !== null;
}

/** What only gives queries: `author.books` in Django, dynamic and write-only relations in SQLAlchemy. */
function isManager({ loading, cardinality }: Relation, orm: OrmId): boolean {
  return orm === 'django' ? cardinality === 'many' : loading === 'dynamic' || loading === 'write_only';
}

/**
 * The attribute in a query through which it goes to objects that may be loaded already: `author.books` in
 * `author.books.all()`, where a query gave the author.
 */
export function managerRead(file: SourceFile, expr: Expr, inference: Inference): Attribute | null {
  for (let at: Expr = expr; ;) {
    if (at.kind === 'Call') at = at.func;
    else if (at.kind === 'Subscript') at = at.value;
    else if (at.kind === 'Attribute') {
      const value = inference.valueOf(file, at);
      const via = value.kind === 'query' && value.query.form === 'manager' ? value.query.via : null;
      if (via && value.kind === 'query' && value.query.orm === 'django')
        return via.instance.kind === 'instance' && via.instance.origin && dottedPath(at) ? at : null;
      at = at.value;
    } else return null;
  }
}

/** The attribute whose name stands at an offset, where it is read. */
export function isReadAt(expr: Attribute, offset: number): boolean {
  return expr.attr.start <= offset && offset <= expr.attr.end;
}

/** Whether the query that gave an object has options about columns. */
function leavesOut(origin: Origin | null): boolean {
  if (!origin) return false;
  const { file, tip } = origin.query;
  return /\b(defer|load_only|raiseload|undefer|undefer_group|only)\b/.test(file.text.slice(tip.start, tip.end));
}
