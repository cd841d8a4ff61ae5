/** What the class body of one model says. */
import type { Call, Expr, FunctionDef, Node } from '../../python/syntax/nodes.ts';
import { children } from '../../python/syntax/visit.ts';
import type { Scope, SourceFile } from '../../python/types.ts';
import { hasHiddenArguments, keyword, members, textOf, type Classes, type ClassRef } from '../classes.ts';
import { staticBoolean, staticString, type StaticContext } from '../statics.ts';
import { externalName, fieldClass, type FieldKind } from './names.ts';

export interface RawField {
  readonly name: string;
  readonly kind: FieldKind;
  /** As the project names it, and Django's class behind it. */
  readonly type: string;
  readonly of: string;
  /** The class whose body it stands in. */
  readonly ref: ClassRef;
  readonly to: RawTarget | null;
  readonly through: RawTarget | null;
  readonly relatedName: string | null;
  readonly relatedQueryName: string | null;
  /** null: not said. */
  readonly symmetrical: boolean | null;
  readonly parentLink: boolean;
  readonly null: boolean;
  readonly unique: boolean;
  readonly index: boolean;
  readonly primaryKey: boolean;
  readonly column: string | null;
  readonly table: string | null;
  readonly toField: string | null;
  readonly default: string | null;
  readonly databaseDefault: string | null;
  readonly onDelete: string | null;
  /** `CompositePrimaryKey("a", "b")`: the fields it is made of. */
  readonly parts: readonly string[];
  /** `**options` stands among the arguments. */
  readonly isHidden: boolean;
  readonly unknown: readonly string[];
}

/** What a relation says of its target. */
export type RawTarget =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'class'; readonly id: string }
  | { readonly kind: 'user' }
  | { readonly kind: 'unknown'; readonly text: string };

/** The fields of a class body in text order; the last of a name wins. */
export function readFields(classes: Classes, ref: ClassRef): readonly RawField[] {
  return classes.once('fields', ref, () => fieldsIn(classes, ref));
}

function fieldsIn(classes: Classes, ref: ClassRef): readonly RawField[] {
  const fields = new Map<string, RawField>();
  for (const member of members(ref.node)) {
    if (member.value?.kind !== 'Call') continue;
    const scope = classes.program.scopeAt(ref.file, member.value.start);
    const field = readField(classes, ref, scope, member.name, member.value);
    if (field) fields.set(member.name, field);
  }
  return [...fields.values()];
}

/**
 * Names of a class body that are no fields: `note = None`, or a property. They take away the field that an abstract base
 * has under the name.
 */
export function removedNames(classes: Classes, ref: ClassRef): readonly string[] {
  const fields = new Set(readFields(classes, ref).map((field) => field.name));
  return [...members(ref.node)].flatMap(({ name, stmt, value }) =>
    (stmt.kind === 'AnnAssign' && value === null) || fields.has(name) ? [] : name,
  );
}

function readField(classes: Classes, ref: ClassRef, scope: Scope, name: string, call: Call): RawField | null {
  const found = fieldClass(classes, ref.file, call.func, scope);
  if (!found) return null;
  const context: StaticContext = { program: classes.program, file: ref.file, scope, given: new Map() };
  const flag = (option: string): boolean | undefined => staticBoolean(context, keyword(call, option));
  const text = (option: string): string | null => staticString(context, keyword(call, option)) ?? null;
  const source = (option: string): string | null => {
    const expr = keyword(call, option);
    return expr ? textOf(ref.file, expr) : null;
  };
  const isRelation =
    found.kind !== 'field' &&
    found.kind !== 'genericForeignKey' &&
    found.kind !== 'compositeKey' &&
    found.kind !== 'tags';
  const first = isRelation ? (call.args[0] ?? keyword(call, 'to')) : null;
  const unknown: string[] = [];
  if (found.foreign !== null)
    unknown.push(`field class \`${found.of}\` of \`${found.foreign.replace(/\.[^.]*$/, '')}\` was not found`);
  if (hasHiddenArguments(call)) unknown.push(`arguments of \`${name}\` could not be read`);
  const onDelete = keyword(call, 'on_delete') ?? (isRelation ? call.args[1] : null) ?? null;
  const isKey = found.kind === 'foreignKey' || found.kind === 'oneToOne';
  return {
    name,
    kind: found.kind,
    type: found.name,
    of: found.of,
    ref,
    to: first
      ? readTarget(classes, ref.file, scope, first)
      : isRelation
        ? impliedTarget(classes, ref, scope, call)
        : null,
    through: keyword(call, 'through') ? readTarget(classes, ref.file, scope, keyword(call, 'through')!) : null,
    relatedName: text('related_name'),
    relatedQueryName: text('related_query_name'),
    symmetrical: flag('symmetrical') ?? null,
    parentLink: flag('parent_link') ?? false,
    null: flag('null') ?? found.of === 'NullBooleanField',
    unique: flag('unique') ?? found.kind === 'oneToOne',
    index: flag('db_index') ?? (isKey || found.of === 'SlugField'),
    primaryKey: flag('primary_key') ?? false,
    column: text('db_column'),
    table: text('db_table'),
    toField: text('to_field'),
    default: source('default'),
    databaseDefault: source('db_default'),
    onDelete: onDelete ? (textOf(ref.file, onDelete).split('.').at(-1) ?? null) : null,
    parts: found.kind === 'compositeKey' ? call.args.map((arg) => staticString(context, arg) ?? '?') : [],
    isHidden: hasHiddenArguments(call),
    unknown,
  };
}

/** The target that a field class of the project gives itself: `kwargs.setdefault("to", Status)` in its `__init__`. */
function impliedTarget(classes: Classes, ref: ClassRef, scope: Scope, call: Call): RawTarget | null {
  const base = classes.base(ref.file, call.func, scope);
  for (const each of base.kind === 'class' ? classes.order(base.ref) : []) {
    if (each.kind !== 'class') continue;
    const init = [...members(each.ref.node)].findLast((member) => member.name === '__init__')?.stmt;
    const given = init?.kind === 'FunctionDef' ? givenTarget(init) : null;
    if (given) return readTarget(classes, each.ref.file, classes.program.scopeAt(each.ref.file, given.start), given);
  }
  return null;
}

function givenTarget(init: FunctionDef): Expr | null {
  const pending: Node[] = [...init.body];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Assign' && node.targets.some(isTargetOption)) return node.value;
    if (node.kind === 'Call' && node.func.kind === 'Attribute') {
      const [name, value] = node.args;
      if (node.func.attr.text === 'setdefault' && name && value && isText(name, 'to')) return value;
      if (node.func.attr.text === '__init__' && keyword(node, 'to')) return keyword(node, 'to');
    }
    pending.push(...children(node));
  }
  return null;
}

/** `kwargs["to"]` */
function isTargetOption(expr: Expr): boolean {
  return expr.kind === 'Subscript' && isText(expr.slice, 'to');
}

function isText(expr: Expr, text: string): boolean {
  return expr.kind === 'Constant' && expr.type === 'str' && expr.value === text;
}

export function readTarget(classes: Classes, file: SourceFile, scope: Scope, expr: Expr, depth = 0): RawTarget {
  const context: StaticContext = { program: classes.program, file, scope, given: new Map() };
  const text = staticString(context, expr);
  if (text !== undefined) return { kind: 'name', name: text };
  if (isUserModel(externalName(classes, file, expr.kind === 'Call' ? expr.func : expr, scope))) return { kind: 'user' };
  const base = classes.base(file, expr, scope);
  if (base.kind === 'class' || base.kind === 'external') return { kind: 'class', id: base.id };
  // `User = get_user_model()`, `AUTH_USER = settings.AUTH_USER_MODEL`
  if (base.kind === 'value' && depth < 4) return readTarget(classes, base.file, base.file.scope, base.value, depth + 1);
  if (expr.kind === 'Call' && expr.func.kind === 'Name' && expr.func.id === 'getattr') {
    // `getattr(settings, "AUTH_USER_MODEL", "auth.User")`
    const [owner, attribute] = expr.args;
    if (
      owner &&
      attribute &&
      externalName(classes, file, owner, scope) === 'django.conf.settings' &&
      staticString(context, attribute) === 'AUTH_USER_MODEL'
    ) {
      return { kind: 'user' };
    }
  }
  return { kind: 'unknown', text: textOf(file, expr) };
}

function isUserModel(dotted: string | null): boolean {
  return dotted === 'django.conf.settings.AUTH_USER_MODEL' || dotted === 'django.contrib.auth.get_user_model';
}
