/** What the attributes of one class body mean to the mapper. */
import type { Expr, FunctionDef } from '../../python/syntax/nodes.ts';
import { dottedName, flatBody, members, type Classes, type ClassRef, type Member } from '../classes.ts';
import { inside, pieceOf, pieceText, type Piece } from '../pieces.ts';
import type { Static } from '../statics.ts';
import { readAnnotation, type Annotation } from './annotations.ts';
import { columnCall, readColumn, type RawColumn } from './columns.ts';
import { libraryName } from './names.ts';
import { isRelationship, readRelation, type RawRelation } from './relations.ts';
import { readSqlModelField } from './sqlmodel.ts';
import { contextOf } from './tables.ts';

export interface Attributes {
  readonly columns: readonly RawColumn[];
  readonly relations: readonly RawRelation[];
  /** Mapped attributes without a column of their own: hybrids, `column_property`, synonyms. */
  readonly others: readonly { readonly name: string; readonly type: string; readonly python: string | null }[];
  /** `__tablename__`, `__table_args__` and the like, by name; a `declared_attr` gives what it returns. */
  readonly special: ReadonlyMap<string, { readonly piece: Piece; readonly isComputed: boolean }>;
}

/** Reads a class body for the class `given` as `cls`: mixins with methods are read once for each class that uses them. */
export function readAttributes(classes: Classes, ref: ClassRef, className: string, isSqlModel: boolean): Attributes {
  const hasMethods = classes.once('methods', ref, () =>
    [...members(ref.node)].some(({ stmt }) => stmt.kind === 'FunctionDef'),
  );
  const given = hasMethods ? className : ref.node.name.text;
  return classes.once(`attributes ${given} ${isSqlModel}`, ref, () => read(classes, ref, given, isSqlModel));
}

function read(classes: Classes, ref: ClassRef, className: string, isSqlModel: boolean): Attributes {
  const given = new Map<string, Static>([
    ['cls', { className }],
    ['self', { className }],
  ]);
  const columns: { readonly raw: RawColumn; readonly late: boolean }[] = [];
  const relations: RawRelation[] = [];
  const others: Attributes['others'][number][] = [];
  const special = new Map<string, { piece: Piece; isComputed: boolean }>();
  for (const member of inMapperOrder([...members(ref.node)])) {
    const attribute = declared(classes, ref, member) ?? plain(classes, ref, member);
    if (!attribute) continue;
    const { name, value, annotation, isComputed } = attribute;
    if (/^__\w+__$/.test(name)) {
      if (value) special.set(name, { piece: value, isComputed });
      continue;
    }
    if (value && isRelationship(classes, value)) {
      relations.push(readRelation(name, value, annotation, contextOf(classes, value.file, value.scope, given)));
      continue;
    }
    if (isSqlModel && annotation && annotation.container === null) {
      const field = readSqlModelField(classes, name, value, annotation, given);
      if (field) columns.push({ raw: field, late: false });
      continue;
    }
    const kind = value?.expr.kind === 'Call' ? libraryName(classes, value.file, value.expr.func, value.scope) : null;
    if (kind !== null && OTHERS.has(kind) && !(kind === 'column_property' && columnCall(classes, value!))) {
      if (kind === 'composite' && value?.expr.kind === 'Call')
        columns.push(...compositeColumns(classes, value, value.expr.args, given));
      others.push({ name, type: kind, python: null });
    } else if ((value && columnCall(classes, value)) || annotation?.container) {
      columns.push({ raw: readColumn(classes, name, value, annotation, given), late: isComputed });
    }
  }
  for (const hybrid of hybrids(classes, ref)) others.push(hybrid);
  // The mapper copies the columns of a mixin before it calls its `declared_attr`s.
  return {
    columns: [...columns.filter((c) => !c.late), ...columns.filter((c) => c.late)].map((c) => c.raw),
    relations,
    others,
    special,
  };
}

const OTHERS = new Set([
  'column_property',
  'synonym',
  'composite',
  'association_proxy',
  'query_expression',
  'hybrid_property',
]);

interface Attribute {
  readonly name: string;
  readonly value: Piece | null;
  readonly annotation: Annotation | null;
  readonly isComputed: boolean;
}

function plain(classes: Classes, ref: ClassRef, member: Member): Attribute | null {
  if (member.stmt.kind === 'FunctionDef' || member.stmt.kind === 'ClassDef') return null;
  const scope = classes.program.scopeAt(ref.file, member.at.start);
  const value = member.value && pieceOf(ref.file, scope, member.value);
  const annotation = member.annotation && readAnnotation(classes, pieceOf(ref.file, scope, member.annotation));
  return { name: member.name, value, annotation, isComputed: false };
}

/** What a `declared_attr` function returns; null for other members. */
function declared(classes: Classes, ref: ClassRef, member: Member): Attribute | null {
  if (member.stmt.kind !== 'FunctionDef' || !isDeclaredAttr(classes, ref, member.stmt)) return null;
  const node = member.stmt;
  const returned = [...flatBody(node.body)].findLast((stmt) => stmt.kind === 'Return');
  const expr = returned?.kind === 'Return' ? returned.value : null;
  const scope = classes.program.scopeAt(ref.file, expr?.start ?? node.start);
  const value = expr && pieceOf(ref.file, scope, expr);
  const annotation = node.returns && readAnnotation(classes, pieceOf(ref.file, scope, node.returns));
  return { name: member.name, value, annotation: annotation?.container ? annotation : null, isComputed: true };
}

export function isDeclaredAttr(classes: Classes, ref: ClassRef, node: FunctionDef): boolean {
  return node.decorators.some((decorator) => {
    const name = decoratorName(classes, ref, decorator);
    return name !== null && /(^|\.)declared_attr(\.\w+)?$/.test(name);
  });
}

/** `hybrid_property`, `declared_attr.directive`, `full_name.expression`: a decorator's name, of a library or as written. */
export function decoratorName(classes: Classes, ref: ClassRef, decorator: Expr): string | null {
  const expr = decorator.kind === 'Call' ? decorator.func : decorator;
  const library = libraryName(classes, ref.file, expr);
  const written = dottedName(expr);
  if (library !== null && written?.includes(`.${library}`)) return written;
  return library ?? written;
}

function* hybrids(classes: Classes, ref: ClassRef): Generator<Attributes['others'][number]> {
  const seen = new Set<string>();
  for (const { name, stmt } of members(ref.node)) {
    if (stmt.kind !== 'FunctionDef' || seen.has(name)) continue;
    if (
      !stmt.decorators.some((decorator) =>
        /^(hybrid_property|hybrid_method)$/.test(decoratorName(classes, ref, decorator) ?? ''),
      )
    )
      continue;
    seen.add(name);
    const returns = stmt.returns && readAnnotation(classes, pieceOf(ref.file, ref.file.scope, stmt.returns));
    const python = returns && !returns.collection ? pieceText(returns.target) : null;
    const kind = stmt.decorators.some((d) => decoratorName(classes, ref, d) === 'hybrid_method')
      ? 'hybrid_method'
      : 'hybrid_property';
    yield {
      name,
      type: kind,
      python: python && /^(int|str|bool|float|Decimal|datetime|date)$/.test(python) ? python : null,
    };
  }
}

function compositeColumns(classes: Classes, piece: Piece, args: readonly Expr[], given: ReadonlyMap<string, Static>) {
  return args.flatMap((arg) => {
    const at = inside(piece, arg);
    if (!columnCall(classes, at)) return [];
    const raw = readColumn(classes, '', at, null, given);
    return raw.column ? [{ raw: { ...raw, attribute: raw.column }, late: false }] : [];
  });
}

/**
 * The order in which SQLAlchemy reads a class: assigned names and annotated names, each in their own order, woven
 * together where they share a name (`merge_lists_w_ordering` in sqlalchemy/util/_collections.py).
 */
function inMapperOrder(all: readonly Member[]): readonly Member[] {
  const byName = new Map<string, Member>();
  for (const member of all) {
    // Of `@property` and its setter, or two assignments, the last is what the class has; its place is the first one's.
    byName.set(member.name, member);
  }
  const assigned = [...byName.values()]
    .filter((member) => member.value || !member.annotation)
    .map((member) => member.name);
  const annotated = [...byName.values()].filter((member) => member.annotation).map((member) => member.name);
  const isAnnotated = new Set(annotated);
  const overlap = new Set(assigned.filter((name) => isAnnotated.has(name)));
  const result: string[] = [];
  let current = assigned[Symbol.iterator]();
  let other = annotated[Symbol.iterator]();
  for (;;) {
    const next = current.next();
    if (next.done) {
      result.push(...other);
      break;
    }
    if (overlap.delete(next.value)) [current, other] = [other, current];
    else result.push(next.value);
  }
  return result.map((name) => byName.get(name)!);
}
