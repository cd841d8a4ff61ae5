/** Lookups that hold for the one row of each table: of its fields, across relations, with F() and Q(). */
import type { FunctionBuilder } from '../function.ts';
import { type Attribute, sample, type ScalarType } from '../vocabulary.ts';
import type { Model, Relation } from './models.ts';

/** A value that the row has: a literal, or a parameter. */
export function value(fn: FunctionBuilder, { name, type }: Pick<Attribute, 'name' | 'type'>): string {
  const literal = literalOf(fn, type);
  return fn.random.chance(0.4) ? literal : fn.parameter(name, type, literal);
}

export function literalOf(fn: FunctionBuilder, type: ScalarType, text: string = sample[type]): string {
  if (type === 'Decimal') fn.import('decimal', 'Decimal');
  if (type === 'date') fn.import('datetime', 'date');
  if (type !== 'datetime') return text;
  fn.import('datetime', 'datetime', 'timezone');
  return text.replace(/\)$/, ', tzinfo=timezone.utc)');
}

/** Keyword arguments of `filter()`. */
export function lookups(fn: FunctionBuilder, model: Model, most = 2): string {
  return Array.from({ length: fn.random.between(1, most) }, () => lookup(fn, model))
    .filter(isNew())
    .join(', ');
}

function isNew(): (argument: string) => boolean {
  const seen = new Set<string>();
  return (argument) => {
    const name = argument.slice(0, argument.indexOf('='));
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  };
}

/** One keyword argument: `author__name__icontains="a"`. */
export function lookup(fn: FunctionBuilder, model: Model, path = '', depth = 0): string {
  const { random } = fn;
  if (depth < 2 && model.relations.length > 0 && random.chance(0.3)) {
    const relation = random.pick(model.relations);
    return lookup(fn, relation.target, `${path}${relation.name}__`, depth + 1);
  }
  if (random.chance(0.1)) return `${path}${random.pick(['id', 'pk'])}=${key(fn, model)}`;
  if (random.chance(0.06)) return `${path}pk__in=[${model.id}, 2, 3]`;
  const attribute = random.pick(model.attributes);
  const name = `${path}${attribute.name}`;
  const { suffix, worth } = random.pick(byType[attribute.type])(fn, attribute, path);
  return `${name}${suffix}=${worth}`;
}

export function key(fn: FunctionBuilder, model: Model): string {
  return fn.random.chance(0.2) ? `${model.id}` : fn.parameter(`${model.name.toLowerCase()}_id`, 'int', `${model.id}`);
}

/** A condition as an object: `Q(name="a") & ~Q(rank__gt=999)`. */
export function q(fn: FunctionBuilder, model: Model, depth = 0): string {
  const { random } = fn;
  fn.import('django.db.models', 'Q');
  if (depth < 2 && random.chance(0.5)) {
    const first = q(fn, model, depth + 1);
    return random.pick([
      `(${first} | ${q(fn, model, depth + 1)})`,
      `(${first} & ${q(fn, model, depth + 1)})`,
      `(${first} | ${fails(fn, model)})`,
    ]);
  }
  return random.chance(0.25) ? `~${fails(fn, model)}` : `Q(${lookups(fn, model)})`;
}

/** A condition that does not hold. */
function fails(fn: FunctionBuilder, model: Model): string {
  const relation: Relation | undefined = fn.random.chance(0.4) ? fn.random.pick(model.relations) : undefined;
  return `Q(${relation ? `${relation.name}__` : ''}name="z")`;
}

type Lookup = (
  fn: FunctionBuilder,
  one: Attribute,
  path: string,
) => { readonly suffix: string; readonly worth: string };

const equals: Lookup = (fn, one) => ({ suffix: fn.random.pick(['', '', '__exact']), worth: value(fn, one) });
const ordered: Lookup = (fn, one) => ({ suffix: fn.random.pick(['__gte', '__lte']), worth: value(fn, one) });
const given: Lookup = () => ({ suffix: '__isnull', worth: 'False' });

function with_(suffix: string, worth: string): Lookup {
  return () => ({ suffix, worth });
}

const byType: Readonly<Record<ScalarType, readonly Lookup[]>> = {
  str: [
    equals,
    equals,
    ordered,
    given,
    with_('__contains', '"a"'),
    (fn) => ({ suffix: '__icontains', worth: fn.parameter('search', 'str', "'a'") }),
    with_('__iexact', '"A"'),
    (fn) => ({
      suffix: fn.random.pick(['__startswith', '__istartswith', '__endswith']),
      worth: fn.parameter('part', 'str', "'a'"),
    }),
    with_('__in', '["a", "b"]'),
    with_('__regex', '"^a"'),
    (fn) => ({ suffix: '__icontains', worth: `f"{${fn.parameter('term', 'str', "'a'")}}"` }),
  ],
  int: [
    equals,
    ordered,
    given,
    with_('__gt', '0'),
    with_('__lt', '100'),
    with_('__in', '(1, 2)'),
    with_('__range', '(0, 9)'),
    (fn, one, path) => {
      fn.import('django.db.models', 'F');
      return {
        suffix: '__lt',
        worth: `F("${path}${one.name}") + ${fn.random.pick(['1', fn.parameter('step', 'int', '1')])}`,
      };
    },
  ],
  bool: [equals, with_('', 'True'), given],
  float: [equals, ordered, with_('__gt', '0.5')],
  Decimal: [equals, ordered, given],
  date: [
    equals,
    ordered,
    with_('__year', '2024'),
    with_('__month', '1'),
    (fn) => ({ suffix: '__year__gte', worth: fn.parameter('year', 'int', '2020') }),
  ],
  // Lookups of parts are made in the project's time zone, in which the row's day is another.
  datetime: [
    equals,
    ordered,
    with_('__year__gte', '2023'),
    with_('__date__gte', '"2023-01-01"'),
    with_('__hour__gte', '0'),
  ],
};
