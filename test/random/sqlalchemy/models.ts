/** A random graph of SQLAlchemy models, and the file that declares it. */
import type { Random } from '../../harness/random.ts';
import type { World } from '../program.ts';
import { type Attribute, attributes, things, variable } from '../vocabulary.ts';

export interface Model {
  readonly name: string;
  readonly plural: string;
  readonly attributes: readonly Attribute[];
  /** Also those of its base; relations to itself are not among them. */
  readonly relations: Relation[];
  /** Foreign keys and what they refer to. */
  readonly keys: { readonly name: string; readonly target: Model; readonly nullable: boolean }[];
  /** Hybrid properties that are conditions which hold. */
  readonly hybrids: string[];
  /** The name of its relation to its own parent, and of the children's. */
  readonly tree: { readonly parent: string; readonly children: string } | null;
  readonly base: Model | null;
  /** The primary key of its row. */
  readonly id: number;
}

export interface Relation {
  readonly name: string;
  readonly from: Model;
  readonly target: Model;
  readonly many: boolean;
  readonly secondary: string | null;
  /** Of the other side. */
  readonly back: string;
  /** `lazy=` of the model loads it with every row. */
  readonly eager: boolean;
  readonly ownsRows: boolean;
}

export interface Graph {
  readonly models: readonly Model[];
  /** Tables between two models. */
  readonly secondaries: readonly { readonly name: string; readonly left: Model; readonly right: Model }[];
  readonly world: World;
}

type Style = 'mapped' | 'columns';

export function modelGraph(random: Random, name: string): Graph {
  const style: Style = random.chance(0.7) ? 'mapped' : 'columns';
  const models: Model[] = random.some(things, random.between(3, 5)).map(([name, plural], index) => ({
    name,
    plural,
    attributes: attributes(random, random.between(2, 4)),
    relations: [],
    keys: [],
    hybrids: [],
    tree: random.chance(0.2) ? { parent: 'parent', children: 'children' } : null,
    base: null,
    id: 10 * (index + 1) + 1,
  }));
  for (const [index, model] of models.entries()) if (index > 0) relate(random, model, models.slice(0, index));
  const [left, right] = random.some(models, 2) as [Model, Model];
  const secondaries = random.chance(0.6) ? [between(random, left, right)] : [];
  const root = random.pick(models);
  if (random.chance(0.5)) models.push(subclass(random, root));
  for (const model of models) if (random.chance(0.4)) model.hybrids.push(hybridName(model));
  const text = [
    header(style),
    ...secondaries.map(table),
    ...models.map((model) => declare(random, model, models, style)),
  ];
  return {
    models,
    secondaries,
    world: {
      orm: 'sqlalchemy',
      package: name,
      files: { [`${name}/__init__.py`]: '', [`${name}/models.py`]: text.join('\n\n') },
      rows: rowsOf(models, secondaries),
    },
  };
}

function relate(random: Random, model: Model, others: readonly Model[]): void {
  for (const target of random.some(others, random.between(1, 2))) {
    const name = variable(target.name);
    const back = random.chance(0.85) ? model.plural : variable(model.name);
    const isOne = back !== model.plural;
    const nullable = random.chance(0.4);
    model.keys.push({ name: `${name}_id`, target, nullable });
    model.relations.push(relation(model, name, target, false, back, random.chance(0.08)));
    const ownsRows = random.chance(0.3);
    target.relations.push({ ...relation(target, back, model, !isOne, name, random.chance(0.08)), ownsRows });
  }
}

function relation(from: Model, name: string, target: Model, many: boolean, back: string, eager: boolean): Relation {
  return { name, from, target, many, secondary: null, back, eager, ownsRows: false };
}

function between(random: Random, left: Model, right: Model): Graph['secondaries'][number] {
  const name = `${variable(left.name)}_${right.plural}`;
  const [here, there] = [`linked_${right.plural}`, `linked_${left.plural}`];
  left.relations.push({ ...relation(left, here, right, true, there, random.chance(0.05)), secondary: name });
  right.relations.push({ ...relation(right, there, left, true, here, false), secondary: name });
  return { name, left, right };
}

function subclass(random: Random, base: Model): Model {
  const own = random.pick<Attribute>([
    { name: 'motto', type: 'str', nullable: true },
    { name: 'level', type: 'int', nullable: false },
  ]);
  return {
    ...base,
    name: `Special${base.name}`,
    plural: `special_${base.plural}`,
    attributes: [...base.attributes, own],
    hybrids: [],
    base,
  };
}

function hybridName(model: Model): string {
  return `has_${model.attributes[0]!.name}`;
}

// ---------------------------------------------------------------- the file

function header(style: Style): string {
  const base =
    style === 'mapped'
      ? 'DeclarativeBase, Mapped, column_property, mapped_column, relationship'
      : 'column_property, declarative_base, relationship';
  const made = style === 'mapped' ? 'class Base(DeclarativeBase):\n    pass\n' : 'Base = declarative_base()\n';
  return `from datetime import date, datetime
from decimal import Decimal
from typing import Optional

from sqlalchemy import Boolean, Column, Date, DateTime, Float, ForeignKey, Integer, Numeric, String, Table
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import ${base}


${made}`;
}

function table({ name, left, right }: Graph['secondaries'][number]): string {
  const key = (model: Model): string =>
    `    Column("${variable(model.name)}_id", ForeignKey("${model.plural}.id"), primary_key=True),\n`;
  return `${name} = Table(\n    "${name}",\n    Base.metadata,\n${key(left)}${key(right)})\n`;
}

const columnTypes = {
  str: 'String(100)',
  int: 'Integer',
  bool: 'Boolean',
  float: 'Float',
  Decimal: 'Numeric(10, 2)',
  date: 'Date',
  datetime: 'DateTime',
} as const;

function declare(random: Random, model: Model, all: readonly Model[], style: Style): string {
  const { base } = model;
  const derived = all.find((other) => other.base === model);
  const isJoined = base !== null && isJoinedBase(base);
  const lines: string[] = [];
  if (!base) lines.push(`__tablename__ = "${model.plural}"`, '', idColumn(style));
  else if (isJoined) {
    lines.push(`__tablename__ = "${model.plural}"`, '');
    const key = `ForeignKey("${base.plural}.id"), primary_key=True`;
    lines.push(style === 'mapped' ? `id: Mapped[int] = mapped_column(${key})` : `id = Column(${key})`);
  }
  const own = base ? model.attributes.slice(base.attributes.length) : model.attributes;
  // Rows of the other classes have no value in the one table.
  for (const one of own) lines.push(column(random, base && !isJoined ? { ...one, nullable: true } : one, style));
  if (derived)
    lines.push(style === 'mapped' ? 'kind: Mapped[str] = mapped_column(String(20))' : 'kind = Column(String(20))');
  if (!base) {
    for (const key of model.keys) lines.push(keyColumn(key.name, key.target, key.nullable, style));
    if (model.tree) lines.push(...treeLines(model, style));
    if (model.relations.length > 0) lines.push('');
    for (const one of model.relations) lines.push(relationship(one, style));
  }
  if (derived)
    lines.push('', `__mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "${variable(model.name)}"}`);
  if (base) lines.push('', `__mapper_args__ = {"polymorphic_identity": "${variable(model.name)}"}`);
  if (!base && style === 'columns' && random.chance(0.3)) lines.push('', 'loud_name = column_property(name + "!")');
  else if (!base && random.chance(0.15)) lines.push('', 'loud_name = column_property(name + "!")');
  for (const name of model.hybrids) lines.push('', ...hybrid(model, name));
  return `class ${model.name}(${base?.name ?? 'Base'}):\n${lines.map((line) => (line ? `    ${line}\n` : '\n')).join('')}`;
}

/** Whether classes below have tables of their own; the other way is one table for all. */
export function isJoinedBase(base: Model): boolean {
  return base.attributes.length % 2 === 0;
}

/** Whether its table has a row of it: one table for several classes has only one of the base. */
export function hasRow({ base }: Model): boolean {
  return base === null || isJoinedBase(base);
}

/** Models of which the row is of that very class, and not of one below. */
export function ofOwnClass(models: readonly Model[]): readonly Model[] {
  return models.filter((model) => hasRow(model) && !models.some(({ base }) => base === model && isJoinedBase(base)));
}

function idColumn(style: Style): string {
  return style === 'mapped'
    ? 'id: Mapped[int] = mapped_column(primary_key=True)'
    : 'id = Column(Integer, primary_key=True)';
}

function column(random: Random, { name, type, nullable }: Attribute, style: Style): string {
  // The column may be called otherwise than the attribute.
  const named = random.chance(0.1) ? `"${name}_", ` : '';
  if (style === 'columns') return `${name} = Column(${named}${columnTypes[type]}${nullable ? '' : ', nullable=False'})`;
  const annotation = nullable ? `Mapped[Optional[${type}]]` : `Mapped[${type}]`;
  const isDefault = named === '' && type !== 'str' && type !== 'Decimal' && random.chance(0.5);
  if (isDefault) return `${name}: ${annotation}`;
  return `${name}: ${annotation} = mapped_column(${named}${columnTypes[type]})`;
}

function keyColumn(name: string, target: Model, nullable: boolean, style: Style): string {
  const key = `ForeignKey("${target.plural}.id")`;
  if (style === 'columns') return `${name} = Column(${key}${nullable ? '' : ', nullable=False'})`;
  return `${name}: Mapped[${nullable ? 'Optional[int]' : 'int'}] = mapped_column(${key})`;
}

function treeLines({ name, plural }: Model, style: Style): string[] {
  const typed = (attribute: string, annotation: string): string =>
    style === 'mapped' ? `${attribute}: Mapped[${annotation}]` : attribute;
  return [
    keyColumn('parent_id', { plural } as Model, true, style),
    `${typed('parent', `Optional["${name}"]`)} = relationship("${name}", remote_side=[id], back_populates="children")`,
    `${typed('children', `list["${name}"]`)} = relationship("${name}", back_populates="parent")`,
  ];
}

function relationship({ from, name, target, many, secondary, back, eager, ownsRows }: Relation, style: Style): string {
  const options = [`back_populates="${back}"`];
  if (secondary) options.unshift(`secondary=${secondary}`);
  if (eager) options.push(`lazy="${many ? 'selectin' : 'joined'}"`);
  if (ownsRows) options.push('cascade="all, delete-orphan"');
  const isOtherSide = !many && !from.keys.some((key) => key.name === `${name}_id`);
  if (style === 'columns') {
    if (isOtherSide) options.push('uselist=False');
    return `${name} = relationship("${target.name}", ${options.join(', ')})`;
  }
  const isOptional = isOtherSide || from.keys.some((key) => key.name === `${name}_id` && key.nullable);
  const annotation = many ? `list["${target.name}"]` : isOptional ? `Optional["${target.name}"]` : `"${target.name}"`;
  return `${name}: Mapped[${annotation}] = relationship(${options.join(', ')})`;
}

function hybrid(model: Model, name: string): string[] {
  const [first] = model.attributes;
  return ['@hybrid_property', `def ${name}(self):`, `    return self.${first!.name} != ""`];
}

// ---------------------------------------------------------------- rows

function rowsOf(models: readonly Model[], secondaries: Graph['secondaries']): World['rows'] {
  const rows: Record<string, Record<string, unknown>> = {};
  for (const model of models) {
    if (model.base) {
      if (isJoinedBase(model.base)) rows[model.plural] = { id: model.id };
      continue;
    }
    const derived = models.find((other) => other.base === model);
    const kind = derived ? { kind: variable(isJoinedBase(model) ? derived.name : model.name) } : {};
    const keys = Object.fromEntries(model.keys.map(({ name, target }) => [name, target.id]));
    rows[model.plural] = { id: model.id, ...keys, ...(model.tree ? { parent_id: null } : {}), ...kind };
  }
  for (const { name, left, right } of secondaries)
    rows[name] = { [`${variable(left.name)}_id`]: left.id, [`${variable(right.name)}_id`]: right.id };
  return rows;
}
