/** Conditions that hold for the one row of each table, and values to compare with. */
import type { FunctionBuilder } from '../function.ts';
import { type Attribute, sample, type ScalarType } from '../vocabulary.ts';
import type { Model, Relation } from './models.ts';

/** Of which class or alias rows are. */
export interface Entity {
  /** `Book`, or the name of an alias. */
  readonly text: string;
  readonly model: Model;
}

export function entity(model: Model): Entity {
  return { text: model.name, model };
}

export function of(type: ScalarType, model: Model): Attribute | undefined {
  return model.attributes.find((one) => one.type === type);
}

/** A value that the row has: a literal, or a parameter of the function. */
export function value(fn: FunctionBuilder, { name, type }: Pick<Attribute, 'name' | 'type'>): string {
  const literal = sample[type];
  if (fn.random.chance(0.35)) {
    importType(fn, type);
    return literal;
  }
  importType(fn, type);
  return fn.parameter(name, type, literal);
}

export function importType(fn: FunctionBuilder, type: ScalarType): void {
  if (type === 'Decimal') fn.import('decimal', 'Decimal');
  if (type === 'date' || type === 'datetime') fn.import('datetime', type);
}

/** The key of the model's row. */
export function key(fn: FunctionBuilder, model: Model): string {
  return fn.random.chance(0.2) ? `${model.id}` : fn.parameter(`${model.name.toLowerCase()}_id`, 'int', `${model.id}`);
}

/** A condition that holds, as an operand of `&` and `|`. */
export function condition(fn: FunctionBuilder, on: Entity, depth = 0): string {
  const { random } = fn;
  if (depth < 2 && random.chance(0.22)) return combined(fn, on, depth);
  if (depth < 2 && on.model.relations.length > 0 && random.chance(0.1))
    return related(fn, on, random.pick(on.model.relations), depth);
  if (on.model.hybrids.length > 0 && random.chance(0.1)) return `${on.text}.${random.pick(on.model.hybrids)}`;
  if (random.chance(0.12)) return `(${on.text}.id ${random.pick(['==', '>=', '<='])} ${key(fn, on.model)})`;
  return random.pick(comparisons[random.chance(0.3) ? 'str' : random.pick(on.model.attributes).type])(fn, on);
}

function combined(fn: FunctionBuilder, on: Entity, depth: number): string {
  const first = condition(fn, on, depth + 1);
  const second = condition(fn, on, depth + 1);
  switch (fn.random.between(0, 5)) {
    case 0:
      fn.import('sqlalchemy', 'and_');
      return `and_(${bare(first)}, ${bare(second)})`;
    case 1:
      fn.import('sqlalchemy', 'or_');
      return `or_(${bare(first)}, ${bare(second)})`;
    case 2:
      fn.import('sqlalchemy', 'not_');
      return `not_(${bare(fails(fn, on))})`;
    case 3:
      return `~${fails(fn, on)}`;
    case 4:
      return `(${first} & ${second})`;
    default:
      return `(${first} | ${fails(fn, on)})`;
  }
}

/** A condition that does not hold. */
function fails(fn: FunctionBuilder, on: Entity): string {
  const attribute = fn.random.pick(on.model.attributes);
  return fn.random.chance(0.5) && attribute.type === 'int'
    ? `(${on.text}.${attribute.name} > 999)`
    : `(${on.text}.name == "z")`;
}

function related(fn: FunctionBuilder, on: Entity, { name, target, many }: Relation, depth: number): string {
  const test = many ? 'any' : 'has';
  return `${on.text}.${name}.${test}(${fn.random.chance(0.3) ? '' : bare(condition(fn, entity(target), depth + 1))})`;
}

/** Without the parentheses that an operand needs. */
export function bare(condition: string): string {
  let depth = 0;
  for (let i = 0; i < condition.length - 1; i++) {
    if (condition[i] === '(') depth++;
    if (condition[i] === ')') depth--;
    if (depth === 0) return condition;
  }
  return condition.startsWith('(') ? condition.slice(1, -1) : condition;
}

type Comparison = (fn: FunctionBuilder, on: Entity) => string;

/** An attribute of the wanted type, `name` and `id` if there is none. */
function column(
  on: Entity,
  type: ScalarType,
  random: FunctionBuilder['random'],
): Attribute & { readonly text: string } {
  const fitting = on.model.attributes.filter((one) => one.type === type);
  const one = fitting.length > 0 ? random.pick(fitting) : on.model.attributes[0]!;
  return { ...one, text: `${on.text}.${one.name}` };
}

function compared(type: ScalarType, operators: readonly string[]): Comparison {
  return (fn, on) => {
    const one = column(on, type, fn.random);
    return `(${one.text} ${fn.random.pick(operators)} ${value(fn, one)})`;
  };
}

const ordered = ['==', '>=', '<='];

const comparisons: Readonly<Record<ScalarType, readonly Comparison[]>> = {
  str: [
    compared('str', ['==', '==', '>=']),
    (fn, on) => `(${column(on, 'str', fn.random).text} != "z")`,
    (fn, on) => `${column(on, 'str', fn.random).text}.like("%a%")`,
    (fn, on) => `${column(on, 'str', fn.random).text}.ilike(f"%{${fn.parameter('search', 'str', "'a'")}}%")`,
    (fn, on) => `${column(on, 'str', fn.random).text}.in_(["a", "b", "c"])`,
    (fn, on) => `${column(on, 'str', fn.random).text}.not_in(["x", "y"])`,
    (fn, on) => `${column(on, 'str', fn.random).text}.startswith("a")`,
    (fn, on) => `${column(on, 'str', fn.random).text}.contains(${fn.parameter('part', 'str', "'a'")})`,
    (fn, on) => `${column(on, 'str', fn.random).text}.endswith("a", autoescape=True)`,
    (fn, on) => `${column(on, 'str', fn.random).text}.is_not(None)`,
    (fn, on) => {
      fn.import('sqlalchemy', 'func');
      return `(func.lower(${column(on, 'str', fn.random).text}) == ${fn.parameter('wanted', 'str', "'A'")}.lower())`;
    },
    (fn, on) => {
      fn.import('sqlalchemy', 'func');
      return `(func.coalesce(${column(on, 'str', fn.random).text}, "") != "")`;
    },
    (fn, on) => `((${column(on, 'str', fn.random).text} + "!") == "a!")`,
  ],
  int: [
    compared('int', ordered),
    (fn, on) => `(${number(on, fn)} > 0)`,
    (fn, on) => `${number(on, fn)}.between(0, ${fn.parameter('most', 'int', '9')})`,
    (fn, on) => `(${number(on, fn)} + 1 == 2)`,
    (fn, on) => `(${number(on, fn)} % 2 == 1)`,
    (fn, on) => `(${number(on, fn)} * 2 < ${fn.parameter('limit_of', 'int', '10')} - 1)`,
    (fn, on) => `${number(on, fn)}.in_((1, 2, 3))`,
    (fn, on) => `(${number(on, fn)} != None)`,
    (fn, on) => {
      fn.import('sqlalchemy', 'case');
      return `(case((${number(on, fn)} > 5, "many"), else_="few") == "few")`;
    },
    (fn, on) => {
      fn.import('sqlalchemy', 'cast', 'String');
      return `(cast(${number(on, fn)}, String) == "1")`;
    },
  ],
  bool: [
    (fn, on) => truth(on, fn),
    (fn, on) => `${truth(on, fn)}.is_(True)`,
    (fn, on) => `(${truth(on, fn)} == True)`,
    compared('bool', ['==']),
  ],
  float: [compared('float', ordered)],
  Decimal: [compared('Decimal', ordered)],
  date: [
    compared('date', ordered),
    (fn, on) => {
      fn.import('sqlalchemy', 'extract');
      const one = column(on, 'date', fn.random);
      return one.type === 'date' ? `(extract("year", ${one.text}) == 2024)` : `(${one.text} == "a")`;
    },
  ],
  datetime: [compared('datetime', ordered)],
};

function number(on: Entity, fn: FunctionBuilder): string {
  const one = column(on, 'int', fn.random);
  return `${on.text}.${one.type === 'int' ? one.name : 'id'}`;
}

function truth(on: Entity, fn: FunctionBuilder): string {
  const one = column(on, 'bool', fn.random);
  return one.type === 'bool' ? one.text : `${on.text}.id.is_not(None)`;
}
