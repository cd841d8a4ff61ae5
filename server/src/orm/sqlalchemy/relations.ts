/** `relationship(...)`: one attribute that leads to other rows. */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import { keyword, type Classes } from '../classes.ts';
import type { Loading } from '../model.ts';
import { inside, pieceText, unquoted, type Piece } from '../pieces.ts';
import { staticBoolean, staticString, staticValue, type StaticContext } from '../statics.ts';
import type { Annotation } from './annotations.ts';
import { libraryName } from './names.ts';

export interface RawRelation {
  readonly attribute: string;
  /** A name in a string (looked up in the registry), or an expression that names the class. */
  readonly target: { readonly name: string | null; readonly piece: Piece | null };
  /** What the annotation or `uselist` says; null: what the foreign keys say. */
  readonly many: boolean | null;
  readonly loading: Loading;
  readonly backPopulates: string | null;
  readonly backref: RawBackref | null;
  readonly secondary: { readonly name: string | null; readonly piece: Piece | null } | null;
  /** Names of columns on this side that `foreign_keys` or `primaryjoin` speak of, without their class. */
  readonly foreignKeys: readonly JoinColumn[];
  readonly remoteSide: readonly string[];
  /** All columns that `primaryjoin` speaks of. */
  readonly joinColumns: readonly JoinColumn[];
  /** Everything else in strings that names classes: `primaryjoin`, `order_by`. */
  readonly strings: readonly string[];
}

export interface RawBackref {
  readonly name: string;
  readonly loading: Loading;
  readonly many: boolean | null;
}

const LOADING: Record<string, Loading> = {
  select: 'select',
  joined: 'joined',
  selectin: 'selectin',
  subquery: 'subquery',
  immediate: 'immediate',
  dynamic: 'dynamic',
  write_only: 'write_only',
  raise: 'raise',
  raise_on_sql: 'raise_on_sql',
  noload: 'noload',
};

export function isRelationship(classes: Classes, piece: Piece): piece is Piece & { readonly expr: Call } {
  if (piece.expr.kind !== 'Call') return false;
  const name = libraryName(classes, piece.file, piece.expr.func, piece.scope);
  return name !== null && /^(relationship|relation|dynamic_loader|Relationship)$/.test(name);
}

export function readRelation(
  attribute: string,
  piece: Piece & { readonly expr: Call },
  annotation: Annotation | null,
  context: StaticContext,
): RawRelation {
  const call = piece.expr;
  const option = (name: string): Expr | null => keyword(call, name);
  const argument = call.args[0] ?? option('argument');
  const secondary = call.args[1] ?? option('secondary');
  const useList = staticBoolean(context, option('uselist'));
  const loading = loadingOf(context, option('lazy'), annotation);
  const foreign = columnsIn(piece, option('foreign_keys'));
  const join = option('primaryjoin');
  return {
    attribute,
    target: argument ? named(context, inside(piece, argument)) : annotationTarget(annotation),
    many: useList ?? manyOf(annotation, loading),
    loading,
    backPopulates: staticString(context, option('back_populates')) ?? null,
    backref: readBackref(context, piece, option('backref')),
    secondary: secondary ? named(context, inside(piece, secondary)) : null,
    foreignKeys: [...foreign, ...foreignIn(piece, join)],
    remoteSide: columnsIn(piece, option('remote_side')).map((each) => each.column),
    joinColumns: joinColumnsIn(piece, join),
    strings: ['primaryjoin', 'secondaryjoin', 'order_by', 'foreign_keys', 'remote_side'].flatMap((name) => {
      const text = staticString(context, option(name));
      return text === undefined ? [] : [text];
    }),
  };
}

/** What an annotation says; what is loaded by a query of its own is always a collection. */
function manyOf(annotation: Annotation | null, loading: Loading): boolean | null {
  if (loading === 'dynamic' || loading === 'write_only') return true;
  return annotation?.container ? annotation.collection : null;
}

function annotationTarget(annotation: Annotation | null): RawRelation['target'] {
  if (!annotation) return { name: null, piece: null };
  const { target } = annotation;
  // `"Post"` may only be known to the registry: the import stands under `if TYPE_CHECKING` or nowhere.
  const text = pieceText(target);
  return { name: /^[\w.]+$/.test(text) ? text : null, piece: target };
}

/** A string, a class, or a lambda that gives either. */
function named(context: StaticContext, piece: Piece): { readonly name: string | null; readonly piece: Piece | null } {
  const { expr } = piece;
  if (expr.kind === 'Lambda') return named(context, inside(piece, expr.body));
  const text = staticString(context, expr);
  if (text !== undefined) return { name: text.trim(), piece: null };
  return { name: null, piece };
}

function loadingOf(context: StaticContext, expr: Expr | null, annotation: Annotation | null): Loading {
  if (annotation?.container === 'WriteOnlyMapped') return 'write_only';
  if (annotation?.container === 'DynamicMapped') return 'dynamic';
  if (!expr) return 'select';
  const value = staticValue(context, expr);
  if (value === true) return 'select';
  if (value === false) return 'joined';
  if (value === null) return 'noload';
  return typeof value === 'string' ? (LOADING[value] ?? 'unknown') : 'unknown';
}

function readBackref(context: StaticContext, piece: Piece, expr: Expr | null): RawBackref | null {
  if (!expr) return null;
  if (expr.kind !== 'Call') {
    const name = staticString(context, expr);
    return name === undefined ? null : { name, loading: 'select', many: null };
  }
  const name = staticString(context, expr.args[0] ?? null);
  if (name === undefined) return null;
  const useList = staticBoolean(context, keyword(expr, 'uselist'));
  return {
    name,
    loading: loadingOf(context, keyword(inside(piece, expr).expr as Call, 'lazy'), null),
    many: useList ?? null,
  };
}

/** `[author_id]`, `"Post.author_id"`, `lambda: [Post.author_id]`, `"[Post.a_id, Post.b_id]"`. */
function columnsIn(piece: Piece, expr: Expr | null): readonly JoinColumn[] {
  if (!expr) return [];
  switch (expr.kind) {
    case 'Lambda':
      return columnsIn(piece, expr.body);
    case 'List':
    case 'Tuple':
    case 'Set':
      return expr.elts.flatMap((each) => columnsIn(piece, each));
    case 'Name':
      return [{ owner: null, column: expr.id }];
    case 'Attribute': {
      const owner =
        expr.value.kind === 'Attribute' ? expr.value.attr.text : expr.value.kind === 'Name' ? expr.value.id : null;
      return [
        {
          owner:
            owner === 'c' && expr.value.kind === 'Attribute' && expr.value.value.kind === 'Name'
              ? expr.value.value.id
              : owner,
          column: expr.attr.text,
        },
      ];
    }
    default: {
      const text = unquoted(inside(piece, expr));
      return text.expr === expr ? [] : columnsIn(text, text.expr);
    }
  }
}

/** The columns that stand in `foreign(...)` of a `primaryjoin`. */
function foreignIn(piece: Piece, expr: Expr | null): readonly JoinColumn[] {
  return columnsOfJoin(piece, expr, (part) => {
    if (part.kind !== 'Call' || part.func.kind !== 'Name' || part.func.id !== 'foreign') return null;
    return part.args[0] ? stripCalls(part.args[0]) : null;
  });
}

/** `User.id == Post.author_id`, `and_(…)`: the columns that are compared. */
function joinColumnsIn(piece: Piece, expr: Expr | null): readonly JoinColumn[] {
  return columnsOfJoin(piece, expr, (part) => (part.kind === 'Attribute' || part.kind === 'Name' ? part : null));
}

interface JoinColumn {
  readonly owner: string | null;
  readonly column: string;
}

/** The columns in those parts of a condition that `wanted` picks. */
function columnsOfJoin(piece: Piece, expr: Expr | null, wanted: (part: Expr) => Expr | null): readonly JoinColumn[] {
  if (!expr) return [];
  const text = unquoted(inside(piece, expr.kind === 'Lambda' ? expr.body : expr));
  const found: JoinColumn[] = [];
  const pending: Expr[] = [text.expr];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const column = wanted(next);
    if (column) found.push(...columnsIn(text, column));
    else if (next.kind === 'Compare') pending.push(next.left, ...next.comparators);
    else if (next.kind === 'BoolOp') pending.push(...next.values);
    else if (next.kind === 'BinOp') pending.push(next.left, next.right);
    else if (next.kind === 'Call') pending.push(...next.args);
  }
  return found;
}

/** `remote(X.id)` inside `foreign(...)`. */
function stripCalls(expr: Expr): Expr {
  return expr.kind === 'Call' && expr.args[0] ? stripCalls(expr.args[0]) : expr;
}
