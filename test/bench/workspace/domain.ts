import type { Random } from '../../harness/random.ts';
import {
  dayFields,
  divisions,
  flagFields,
  longTextFields,
  moneyFields,
  numberFields,
  statuses,
  textFields,
  things,
} from './words.ts';

export type FieldType = 'string' | 'text' | 'number' | 'money' | 'flag' | 'day' | 'status';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly optional: boolean;
}

/** A foreign key to another entity, and the collection on the other side. */
export interface Parent {
  readonly name: string;
  readonly entity: Entity;
  /** The name of the collection on the parent. Null where the other side knows nothing of it: a parent elsewhere. */
  readonly children: string | null;
  readonly optional: boolean;
}

/** One model, before an ORM is chosen. */
export interface Entity {
  readonly name: string;
  /** As a local variable: `order_line`. */
  readonly variable: string;
  readonly table: string;
  readonly area: Area;
  readonly fields: readonly Field[];
  readonly parents: readonly Parent[];
  /** Entities of the same area that have this one as a parent; filled while the area grows. */
  readonly children: { readonly name: string; readonly entity: Entity; readonly parent: string }[];
  /** A many-to-many relation to another entity of the area. */
  readonly linked: {
    readonly name: string;
    readonly entity: Entity;
    readonly back: string;
    readonly table: string;
  } | null;
}

/** One Python package or Django app. */
export interface Area {
  readonly division: string;
  readonly name: string;
  /** `people.accounts` */
  readonly module: string;
  readonly folder: string;
  readonly entities: Entity[];
  readonly number: number;
}

const divisionNames = Object.keys(divisions);
const perDivision = divisions[divisionNames[0]!]!.length;

/** The area of this number, with its models; parents come from it and from areas before it. */
export function makeArea(number: number, earlier: readonly Area[], random: Random, size: number): Area {
  const division = divisionNames[number % divisionNames.length]!;
  const turn = Math.floor(number / divisionNames.length);
  const again = Math.floor(turn / perDivision);
  const name = divisions[division]![turn % perDivision]! + (again > 0 ? `_${again + 1}` : '');
  const area: Area = {
    division,
    name,
    module: `${division}.${name}`,
    folder: `${division}/${name}`,
    entities: [],
    number,
  };
  for (const thing of random.some(things, size)) area.entities.push(makeEntity(area, thing, earlier, random));
  return area;
}

function makeEntity(area: Area, thing: string, earlier: readonly Area[], random: Random): Entity {
  const name = pascal(area.name) + thing;
  const table = `${area.name}_${plural(thing.toLowerCase())}`;
  const parents: Parent[] = [];
  for (const entity of random.some(area.entities, random.between(0, 2))) {
    const children = plural(thing.toLowerCase());
    parents.push({ name: relationName(entity), entity, children, optional: random.chance(0.25) });
  }
  const elsewhere = earlier.length > 0 && random.chance(0.35) ? random.pick(random.pick(earlier).entities) : null;
  if (elsewhere) {
    parents.push({ name: elsewhere.variable, entity: elsewhere, children: null, optional: random.chance(0.5) });
  }
  const other = area.entities.length > 1 && random.chance(0.2) ? random.pick(area.entities) : null;
  const linked = other && !parents.some(({ entity }) => entity === other) ? other : null;
  const entity: Entity = {
    name,
    variable: `${singular(area.name)}_${thing.toLowerCase()}`,
    table,
    area,
    fields: makeFields(random),
    parents,
    children: [],
    linked: linked && {
      name: `linked_${plural(relationName(linked))}`,
      entity: linked,
      back: `linked_${plural(thing.toLowerCase())}`,
      table: `${table}_${plural(relationName(linked))}`,
    },
  };
  for (const parent of parents) {
    if (parent.children) parent.entity.children.push({ name: parent.children, entity, parent: parent.name });
  }
  return entity;
}

function makeFields(random: Random): Field[] {
  const field = (name: string, type: FieldType, optional = false): Field => ({ name, type, optional });
  return [
    ...random.some(textFields, random.between(1, 3)).map((name) => field(name, 'string')),
    ...random.some(longTextFields, random.between(0, 1)).map((name) => field(name, 'text', true)),
    ...random.some(numberFields, random.between(1, 2)).map((name) => field(name, 'number')),
    ...random.some(moneyFields, random.between(0, 2)).map((name) => field(name, 'money')),
    ...random.some(flagFields, random.between(1, 2)).map((name) => field(name, 'flag')),
    ...random.some(dayFields, random.between(0, 2)).map((name) => field(name, 'day', random.chance(0.5))),
    field('status', 'status'),
  ];
}

/** The first field of a type; every entity has a string, a number, a flag and a status. */
export function fieldOf(entity: Entity, type: 'string' | 'number' | 'flag' | 'status'): Field {
  return entity.fields.find((field) => field.type === type)!;
}

export function someStatus(random: Random): string {
  return random.pick(statuses);
}

/** `purchase_orders` → `PurchaseOrders` */
export function pascal(name: string): string {
  return name.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `entry` → `entries`, as far as our words need it. */
export function plural(word: string): string {
  if (word.endsWith('y')) return `${word.slice(0, -1)}ies`;
  return /(s|ch)$/.test(word) ? `${word}es` : `${word}s`;
}

function relationName(entity: Entity): string {
  return entity.name.slice(pascal(entity.area.name).length).toLowerCase();
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/([^s])s(_\d+)?$/, '$1$2');
}
