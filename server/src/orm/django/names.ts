/** What names of Django in a file mean. */
import type { Expr } from '../../python/syntax/nodes.ts';
import type { Scope, SourceFile } from '../../python/types.ts';
import { dottedName, type Base, type Classes, type ClassRef } from '../classes.ts';
import { knownModel } from './known.ts';

export function externalName(classes: Classes, file: SourceFile, expr: Expr, scope: Scope = file.scope): string | null {
  if (expr.kind !== 'Name' && expr.kind !== 'Attribute') return null;
  const symbol = classes.program.resolve(file, expr, scope);
  return symbol.kind === 'external' ? symbol.name : null;
}

/** `Model` of `django.db.models`, wherever Django lets it be imported from. */
export function isDjangoModel(dotted: string): boolean {
  return /^django\.(contrib\.gis\.)?db\.models\.(base\.)?Model$/.test(dotted);
}

/** Libraries with fields and classes of their own that are called like those of models: forms, serializers, schemas. */
export const FORM_LIBRARIES =
  /^(django|rest_framework|django_filters|wtforms|marshmallow|graphene|dataclasses|pydantic|factory|import_export|django_tables2|crispy_forms|ninja|attr|attrs|typing|builtins)\b/;

/** A base class of Django by which a class becomes a model. */
export function isModelName(dotted: string): boolean {
  return isDjangoModel(dotted) || knownModel(dotted) !== null;
}

export function isModelBase(base: Base): boolean {
  return base.kind === 'external' && isModelName(base.id);
}

/** Libraries of which base classes are known to add nothing to a model. */
export const HARMLESS_BASES = /^(builtins|typing|typing_extensions|abc|enum|dataclasses|collections|django)\./;

/** `tags`: a relation of another library that has no column and leads through its tables. */
export type FieldKind =
  | 'field'
  | 'foreignKey'
  | 'oneToOne'
  | 'manyToMany'
  | 'genericForeignKey'
  | 'genericRelation'
  | 'compositeKey'
  | 'tags';

const RELATIONS: Readonly<Record<string, FieldKind>> = {
  ForeignKey: 'foreignKey',
  OneToOneField: 'oneToOne',
  ManyToManyField: 'manyToMany',
  GenericForeignKey: 'genericForeignKey',
  GenericRelation: 'genericRelation',
  CompositePrimaryKey: 'compositeKey',
  TaggableManager: 'tags',
  ParentalKey: 'foreignKey',
  ParentalManyToManyField: 'manyToMany',
  TreeForeignKey: 'foreignKey',
  TreeOneToOneField: 'oneToOne',
  TreeManyToManyField: 'manyToMany',
};

export interface FieldClass {
  readonly kind: FieldKind;
  /** The Django class that decides what the column is like: `CharField`. */
  readonly of: string;
  /** The class as the project names it. */
  readonly name: string;
  /** Where a field class of neither Django nor the workspace comes from: its dotted name; else null. */
  readonly foreign: string | null;
}

/** The field class a call names: Django's own, one of the workspace that inherits from it, or one of another library. */
export function fieldClass(classes: Classes, file: SourceFile, func: Expr, scope: Scope): FieldClass | null {
  const base = classes.base(file, func, scope);
  const name = dottedName(func)?.split('.').at(-1) ?? '';
  if (base.kind === 'class') return workspaceField(classes, base.ref, name);
  if (base.kind !== 'external') return null;
  return libraryField(base.id, name);
}

function libraryField(dotted: string, name: string): FieldClass | null {
  const last = dotted.split('.').at(-1)!;
  if (/^django\.(db\.models|contrib\.(postgres|gis\.db\.models|contenttypes))\b/.test(dotted)) {
    if (!/(Field|ForeignKey|GenericRelation|ForeignObject|CompositePrimaryKey)$/.test(last)) return null;
    return { kind: RELATIONS[last] ?? 'field', of: last, name: last, foreign: null };
  }
  if (FORM_LIBRARIES.test(dotted)) return null;
  if (!/(Field|Key)$/.test(last) && !/^(TaggableManager|AutoSlugField)$/.test(last)) return null;
  return { kind: RELATIONS[last] ?? 'field', of: last, name, foreign: dotted };
}

function workspaceField(classes: Classes, ref: ClassRef, name: string): FieldClass | null {
  for (const base of classes.order(ref)) {
    if (base.kind !== 'external') continue;
    const found = libraryField(base.id, name);
    if (found) return { ...found, name };
  }
  return null;
}

const PYTHON: Readonly<Record<string, string>> = {
  AutoField: 'int',
  BigAutoField: 'int',
  SmallAutoField: 'int',
  IntegerField: 'int',
  BigIntegerField: 'int',
  SmallIntegerField: 'int',
  PositiveIntegerField: 'int',
  PositiveBigIntegerField: 'int',
  PositiveSmallIntegerField: 'int',
  CharField: 'str',
  TextField: 'str',
  SlugField: 'str',
  EmailField: 'str',
  URLField: 'str',
  FilePathField: 'str',
  GenericIPAddressField: 'str',
  IPAddressField: 'str',
  CICharField: 'str',
  CITextField: 'str',
  CIEmailField: 'str',
  BooleanField: 'bool',
  NullBooleanField: 'bool',
  FloatField: 'float',
  DecimalField: 'Decimal',
  DateTimeField: 'datetime',
  DateField: 'date',
  TimeField: 'time',
  DurationField: 'timedelta',
  BinaryField: 'bytes',
  UUIDField: 'UUID',
};

/** Every class of `django.db.models` that makes a column or a relation. */
export const fieldNames: readonly string[] = [
  ...Object.keys(PYTHON),
  ...Object.keys(RELATIONS),
  'JSONField',
  'FileField',
  'ImageField',
  'GeneratedField',
  'CommaSeparatedIntegerField',
];

export function pythonOfField(fieldClassName: string): string | null {
  return PYTHON[fieldClassName] ?? null;
}
