/** `Column(...)`, `mapped_column(...)` and bare `Mapped[int]`: one column each. */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import { assignedValue, dottedName, hasHiddenArguments, keyword, type Classes } from '../classes.ts';
import type { Field } from '../model.ts';
import { inside, pieceOf, pieceText, type Piece } from '../pieces.ts';
import { staticBoolean, staticString, type Static, type StaticContext } from '../statics.ts';
import type { Annotation } from './annotations.ts';
import { libraryName } from './names.ts';

export interface RawForeignKey {
  /** As written: `users.id`, `public.users.id`; null when it could not be read. */
  readonly target: string | null;
  /** `User.id` or `users.c.id`: what owns the column, and its name. */
  readonly owner: { readonly piece: Piece; readonly column: string } | null;
  readonly onDelete: string | null;
}

type OfField = 'python' | 'primaryKey' | 'nullable' | 'unique' | 'index' | 'default' | 'serverDefault';

export interface RawColumn extends Pick<Field, OfField> {
  readonly attribute: string;
  readonly column: string;
  /** null: none is written; a foreign key takes that of its target. */
  readonly type: string | null;
  readonly foreignKey: RawForeignKey | null;
  readonly deferred: boolean;
  readonly sortOrder: number;
  readonly unknown: readonly string[];
}

const COLUMN = /^(Column|mapped_column)$/;

/** The call that makes a column, through `functools.partial(Column, …)` and helper functions of the workspace; else null. */
export function columnCall(
  classes: Classes,
  piece: Piece,
  depth = 0,
): { readonly piece: Piece; readonly calls: readonly Call[] } | null {
  const call = piece.expr;
  if (call.kind !== 'Call' || depth > 4) return null;
  const name = libraryName(classes, piece.file, call.func, piece.scope);
  if (name !== null && COLUMN.test(name)) return { piece, calls: [call] };
  if (name === 'deferred' || name === 'column_property') {
    const first = call.args[0];
    const inner = first && columnCall(classes, inside(piece, first), depth + 1);
    return inner && name === 'deferred' ? { piece: inner.piece, calls: [call, ...inner.calls] } : (inner ?? null);
  }
  const symbol = classes.program.resolve(piece.file, call.func, piece.scope);
  if (symbol.kind !== 'binding') return null;
  const { binding, file } = symbol;
  if (binding.kind === 'function') {
    const returned = classes.program.bodyOf(file, binding.node).findLast((stmt) => stmt.kind === 'Return');
    if (returned?.kind !== 'Return' || !returned.value) return null;
    const scope = classes.program.scopeAt(file, returned.value.start);
    return columnCall(classes, pieceOf(file, scope, returned.value), depth + 1);
  }
  const value = assignedValue(binding);
  if (value?.kind !== 'Call' || !/(^|\.)partial$/.test(dottedName(value.func) ?? '')) return null;
  const made = value.args[0];
  if (!made || !COLUMN.test(libraryName(classes, file, made) ?? '')) return null;
  return { piece, calls: [call, value] };
}

export function readColumn(
  classes: Classes,
  attribute: string,
  value: Piece | null,
  annotation: Annotation | null,
  given: ReadonlyMap<string, Static>,
): RawColumn {
  const found = value && columnCall(classes, value);
  const sources: Source[] = (found?.calls ?? []).map((call) => ({ piece: found!.piece, call }));
  for (const column of annotation?.columns ?? []) sources.push(column);
  const contextOf = (source: Source): StaticContext => ({
    program: classes.program,
    file: source.piece.file,
    scope: source.piece.scope,
    given,
  });
  const option = (name: string): (Source & { readonly value: Expr }) | null => {
    for (const source of sources) {
      const expr = keyword(source.call, name);
      if (expr) return { ...source, value: expr };
    }
    return null;
  };
  const flag = (name: string): boolean | undefined => {
    const at = option(name);
    return at ? staticBoolean(contextOf(at), at.value) : undefined;
  };
  const text = (name: string): string | null => {
    const at = option(name);
    return at && !(at.value.kind === 'Constant' && at.value.type === 'None')
      ? pieceText(inside(at.piece, at.value))
      : null;
  };

  let column: string | undefined;
  let type: Piece | null = null;
  let foreignKey: RawForeignKey | null = null;
  let isIdentity = false;
  for (const source of sources) {
    const isWrapper = libraryName(classes, source.piece.file, source.call.func, source.piece.scope) === 'deferred';
    if (isWrapper) continue;
    const context = contextOf(source);
    const named = option('name');
    column ??= staticString(context, named && named.call === source.call ? named.value : null);
    const typed = keyword(source.call, 'type_');
    if (typed) type ??= inside(source.piece, typed);
    for (const [i, arg] of source.call.args.entries()) {
      const at = inside(source.piece, arg);
      const name = arg.kind === 'Call' ? libraryName(classes, at.file, arg.func, at.scope) : null;
      if (arg.kind === 'Starred') continue;
      if (name === 'ForeignKey') foreignKey ??= readForeignKey(arg as Call, at, context);
      else if (name === 'Identity' || name === 'Sequence' || name === 'Computed') isIdentity ||= name === 'Identity';
      else if (name !== null && /^(CheckConstraint|FetchedValue|DefaultClause|ColumnDefault)$/.test(name)) continue;
      else {
        const literal = i === 0 ? staticString(context, arg) : undefined;
        if (literal !== undefined) column ??= literal;
        else if (!COLUMN.test(libraryName(classes, at.file, arg, at.scope) ?? '')) type ??= at;
      }
    }
  }

  const primaryKey = flag('primary_key') ?? false;
  const isMapped = annotation?.container !== null && annotation !== null;
  const typeText = type ? typeName(pieceText(type)) : null;
  const hidden = sources.some((source) => hasHiddenArguments(source.call));
  return {
    attribute,
    column: column ?? attribute,
    type: typeText ?? (isMapped ? annotation.text : null),
    python: (isMapped ? pythonOfAnnotation(annotation) : null) ?? (typeText ? pythonOf(typeText) : null),
    primaryKey,
    nullable: flag('nullable') ?? (isMapped ? annotation.optional && !primaryKey : !primaryKey && !isIdentity),
    unique: flag('unique') ?? false,
    index: flag('index') ?? false,
    default: text('default') ?? text('insert_default') ?? text('default_factory'),
    serverDefault: text('server_default'),
    foreignKey,
    deferred:
      (flag('deferred') ?? false) ||
      sources.some((s) => libraryName(classes, s.piece.file, s.call.func, s.piece.scope) === 'deferred'),
    sortOrder: Number(text('sort_order') ?? 0) || 0,
    unknown: hidden ? [`arguments of \`${attribute}\` could not be read`] : [],
  };
}

interface Source {
  readonly piece: Piece;
  readonly call: Call;
}

export function readForeignKey(call: Call, piece: Piece, context: StaticContext): RawForeignKey {
  const first = call.args[0] ?? keyword(call, 'column');
  const onDelete = staticString(context, keyword(call, 'ondelete')) ?? null;
  const target = staticString(context, first);
  if (target !== undefined) return { target, owner: null, onDelete };
  if (first?.kind !== 'Attribute') return { target: null, owner: null, onDelete };
  const owner =
    first.value.kind === 'Attribute' && /^(c|columns)$/.test(first.value.attr.text) ? first.value.value : first.value;
  return { target: null, owner: { piece: inside(piece, owner), column: first.attr.text }, onDelete };
}

/** `String(30)` for `sa.String(30)`, `db.String(30)`; `postgresql.JSONB` loses its module, too. */
export function typeName(text: string): string {
  return text.replace(/^(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_])/, '');
}

const PYTHON: readonly (readonly [RegExp, string])[] = [
  [/^(Integer|INTEGER|INT|BigInteger|BIGINT|SmallInteger|SMALLINT|int)\b/, 'int'],
  [/^(String|VARCHAR|CHAR|Text|TEXT|Unicode|UnicodeText|CLOB|NVARCHAR|NCHAR|CITEXT|str)\b/, 'str'],
  [/^(Boolean|BOOLEAN|BOOL|bool)\b/, 'bool'],
  [/^(Float|FLOAT|REAL|Double|DOUBLE|DOUBLE_PRECISION|float)\b/, 'float'],
  [/^(Numeric|NUMERIC|DECIMAL|Decimal|decimal\.Decimal)\b/, 'Decimal'],
  [/^(DateTime|DATETIME|TIMESTAMP|datetime|datetime\.datetime)\b/, 'datetime'],
  [/^(Date|DATE|date|datetime\.date)\b/, 'date'],
  [/^(Time|TIME|time|datetime\.time)\b/, 'time'],
  [/^(Interval|INTERVAL|timedelta|datetime\.timedelta)\b/, 'timedelta'],
  [/^(LargeBinary|BLOB|BYTEA|BINARY|VARBINARY|bytes)\b/, 'bytes'],
  [/^(Uuid|UUID|uuid\.UUID)\b/, 'UUID'],
];

/** The Python type of a column type, as far as it is one of the plain ones. */
export function pythonOf(type: string): string | null {
  return PYTHON.find(([pattern]) => pattern.test(type))?.[1] ?? null;
}

function pythonOfAnnotation(annotation: Annotation): string | null {
  const text = annotation.collection ? '' : pieceText(annotation.target);
  const name = text.replace(/^(datetime|dt|uuid|decimal)\.(?=\w)/, '');
  return /^(int|str|bool|float|bytes|datetime|date|time|timedelta|Decimal|UUID)$/.test(name) ? name : null;
}
