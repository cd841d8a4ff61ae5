/** Which classes are mapped, and in which registry. */
import { keyword, members, missingBase, type Base, type ClassRef, type Classes } from '../classes.ts';
import { fromLibrary, HARMLESS_BASES, isFlaskObject, libraryName } from './names.ts';

export interface Registry {
  /** `app.db.Base`, or `app.extensions.db` */
  readonly id: string;
  readonly flavor: 'sqlalchemy' | 'flask' | 'sqlmodel' | 'unknown';
}

/** What stands between a class and its registry. */
export interface Hierarchy {
  readonly registry: Registry;
  /** Classes of the workspace in method resolution order, the class itself first. */
  readonly classes: readonly ClassRef[];
  /** Bases of which nothing is known, in words for a user. */
  readonly unknown: readonly string[];
}

/** The registry and the bases of a mapped class or a declarative base; null for every other class. */
export function hierarchyOf(classes: Classes, ref: ClassRef): Hierarchy | null {
  return classes.once('hierarchy', ref, () => readHierarchy(classes, ref));
}

function readHierarchy(classes: Classes, ref: ClassRef): Hierarchy | null {
  const order = classes.order(ref);
  const own = order.flatMap((base) => (base.kind === 'class' ? base.ref : []));
  const unknown = order.filter((base) => isUnknown(classes, base));
  const registry = registryOf(classes, order) ?? guessedRegistry(classes, own, unknown);
  return registry && { registry, classes: own, unknown: unknown.map(missingBase) };
}

/** The declarative base, the nearest to the class last in its order. */
function registryOf(classes: Classes, order: readonly Base[]): Registry | null {
  let isModelClassOf: Registry | null = null;
  for (const base of order) {
    if (base.kind === 'class') {
      if (isDeclarativeBase(classes, base.ref)) return isModelClassOf ?? { id: base.id, flavor: 'sqlalchemy' };
      continue;
    }
    if (base.kind === 'external' && /^sqlmodel\.(main\.)?SQLModel$/.test(base.id))
      return { id: base.id, flavor: 'sqlmodel' };
    if (base.kind === 'external' && /^flask_sqlalchemy\.(model\.)?Model$/.test(base.id))
      return { id: base.id, flavor: 'flask' };
    const flask = flaskModel(classes, base);
    if (flask) {
      // The class given as `model_class` comes later in the order; the registry stays that of `db`.
      isModelClassOf = { id: flask, flavor: 'flask' };
      continue;
    }
    if (isGeneratedBase(classes, base)) return isModelClassOf ?? { id: base.id, flavor: 'sqlalchemy' };
  }
  return isModelClassOf;
}

/** A class that inherits directly from `DeclarativeBase`, or is decorated with `as_declarative()`. */
export function isDeclarativeBase(classes: Classes, ref: ClassRef): boolean {
  return classes.once('declarative base', ref, () => inheritsDeclarative(classes, ref));
}

function inheritsDeclarative(classes: Classes, ref: ClassRef): boolean {
  const direct = classes.directBases(ref);
  if (
    direct.some(
      (base) =>
        base.kind === 'external' && /^(DeclarativeBase|DeclarativeBaseNoMeta)$/.test(fromLibrary(base.id) ?? ''),
    )
  ) {
    return true;
  }
  return ref.node.decorators.some((decorator) => {
    const func = decorator.kind === 'Call' ? decorator.func : decorator;
    if (libraryName(classes, ref.file, func) === 'as_declarative') return true;
    return (
      func.kind === 'Attribute' &&
      func.attr.text === 'as_declarative_base' &&
      isRegistry(classes, classes.base(ref.file, func.value))
    );
  });
}

/** `Base = declarative_base()`, `Base = registry().generate_base()`, or the same among the bases. */
export function isGeneratedBase(classes: Classes, base: Base): boolean {
  const call =
    base.kind === 'call' ? base.call : base.kind === 'value' && base.value.kind === 'Call' ? base.value : null;
  if (!call || (base.kind !== 'call' && base.kind !== 'value')) return false;
  const { file } = base;
  if (/^(declarative_base|automap_base)$/.test(libraryName(classes, file, call.func) ?? '')) return true;
  if (call.func.kind !== 'Attribute' || call.func.attr.text !== 'generate_base') return false;
  const owner = call.func.value;
  return owner.kind === 'Call'
    ? libraryName(classes, file, owner.func) === 'registry'
    : isRegistry(classes, classes.base(file, owner));
}

function isRegistry(classes: Classes, base: Base): boolean {
  return (
    base.kind === 'value' &&
    base.value.kind === 'Call' &&
    libraryName(classes, base.file, base.value.func) === 'registry'
  );
}

/** `app.extensions.db` for `db.Model`, also when a workspace name stands for it. */
function flaskModel(classes: Classes, base: Base): string | null {
  if (base.kind === 'attribute') {
    const of: Base = { kind: 'value', id: base.id.replace(/\.[^.]*$/, ''), file: base.file, value: base.value };
    return base.name === 'Model' && isFlaskObject(classes, of) ? of.id : null;
  }
  if (base.kind === 'value' && base.value.kind === 'Attribute')
    return flaskModel(classes, classes.base(base.file, base.value));
  return null;
}

/** The class that stands behind a base which is a value: `declarative_base(cls=…)`, `SQLAlchemy(model_class=…)`. */
export function expandBase(classes: () => Classes): (base: Base) => readonly Base[] {
  return (base) => {
    if (base.kind !== 'value' && base.kind !== 'call' && base.kind !== 'attribute') return [];
    const call = base.kind === 'call' ? base.call : base.value.kind === 'Call' ? base.value : null;
    if (call) {
      const cls = keyword(call, 'cls') ?? keyword(call, 'model_class');
      return cls ? [classes().base(base.file, cls)] : [];
    }
    // `Model = db.Model`
    if (base.kind === 'value' && base.value.kind === 'Attribute') return [classes().base(base.file, base.value)];
    return [];
  };
}

function isUnknown(classes: Classes, base: Base): boolean {
  switch (base.kind) {
    case 'class':
      return false;
    case 'external':
      return !HARMLESS_BASES.test(base.id);
    case 'value':
    case 'attribute':
    case 'call':
      return !isGeneratedBase(classes, base) && !flaskModel(classes, base) && !isAlias(base);
    case 'unknown':
      return true;
  }
}

function isAlias(base: Base): boolean {
  return base.kind === 'value' && base.value.kind === 'Attribute';
}

/** A class with a table name and columns is mapped by somebody, even when that base cannot be found. */
function guessedRegistry(classes: Classes, own: readonly ClassRef[], unknown: readonly Base[]): Registry | null {
  const first = unknown.at(-1);
  if (!first || !own.some((ref) => looksMapped(classes, ref))) return null;
  return { id: first.id, flavor: 'unknown' };
}

function looksMapped(classes: Classes, ref: ClassRef): boolean {
  let named = false;
  let columns = false;
  for (const member of members(ref.node)) {
    if (member.name === '__tablename__' || member.name === '__table__') named = true;
    if (member.value?.kind !== 'Call') continue;
    const { func } = member.value;
    const name = libraryName(classes, ref.file, func, classes.program.scopeAt(ref.file, func.start));
    // `db.Column` of a `db` that cannot be found is still a column.
    if (/^(Column|mapped_column)$/.test(name ?? (func.kind === 'Attribute' ? func.attr.text : ''))) {
      columns = true;
      if (keyword(member.value, 'primary_key')) named = true;
    }
  }
  return named && columns;
}
