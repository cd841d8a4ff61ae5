/** Rows that are made, changed and deleted: one by one, in bulk, through relations. */
import { changed, type ScalarType } from '../vocabulary.ts';
import { type Context, end, given, relatedPair } from './context.ts';
import { key, literalOf, lookups } from './lookups.ts';
import type { Model } from './models.ts';

/** A value that no row has. */
function newValue(fn: Context['fn'], name: string, type: ScalarType): string {
  const literal = literalOf(fn, type, changed(type, fn.count()));
  return fn.random.chance(0.5) ? literal : fn.parameter(`new_${name}`, type, literal);
}

/** What a new row needs, by field. */
function newValues({ fn, random }: Context, model: Model): [string, string][] {
  const values = model.attributes
    .filter(({ nullable }) => !nullable || random.chance(0.4))
    .map(({ name, type }): [string, string] => [name, newValue(fn, name, type)]);
  for (const { name, target, nullable } of model.keys)
    if (!nullable || random.chance(0.4)) values.push([`${name}_id`, key(fn, target)]);
  return values;
}

function keywords(values: readonly (readonly [string, string])[]): string {
  return values.map(([name, value]) => `${name}=${value}`).join(', ');
}

function assignments({ fn, random }: Context, model: Model): string {
  const some = random.some(model.attributes, random.between(1, 2));
  return some
    .map(({ name, type }) => {
      if (type !== 'int' || random.chance(0.6)) return `${name}=${newValue(fn, name, type)}`;
      fn.import('django.db.models', 'F');
      return `${name}=F("${name}") + 1`;
    })
    .join(', ');
}

export function written(context: Context): void {
  const { fn, random, graph } = context;
  // Every row of a one-to-one relation is taken.
  const model = random.pick(graph.models.filter(({ keys }) => !keys.some(({ isOne }) => isOne)));
  const manager = `${model.name}.objects`;
  switch (random.between(0, 8)) {
    case 0:
      return end(context, `${manager}.create(${keywords(newValues(context, model))})`);
    case 1:
      if (model.base) return end(context, `${manager}.create(${keywords(newValues(context, model))})`);
      return end(
        context,
        `${manager}.bulk_create([${model.name}(${keywords(newValues(context, model))}), ${model.name}(${keywords(newValues(context, model))})]${conflicts(context)})`,
      );
    case 2:
      return end(context, `${manager}.filter(${lookups(fn, model)}).update(${assignments(context, model)})`);
    case 3: {
      // A parent that is None is written as NULL.
      if (model.hasParent) return end(context, `${manager}.create(${keywords(newValues(context, model))})`);
      const one = given(context, model);
      for (const { name, type } of random.some(model.attributes, 2))
        fn.line(`${one}.${name} = ${newValue(fn, name, type)}`);
      const names = random.some(model.attributes, 1).map(({ name }) => `"${name}"`);
      return end(context, `${one}.save(${random.chance(0.4) ? `update_fields=[${names.join(', ')}]` : ''})`);
    }
    case 4: {
      const one = fn.name(`new_${model.name.toLowerCase()}`);
      fn.line(`${one} = ${model.name}(${keywords(newValues(context, model))})`);
      if (random.chance(0.4)) fn.line(`${one}.name = ${newValue(fn, 'name', 'str')}`);
      return end(context, `${one}.save(${random.pick(['', '', 'force_insert=True'])})`);
    }
    case 5:
      return end(
        context,
        `${manager}.get_or_create(name=${newValue(fn, 'name', 'str')}, defaults={${defaults(context, model)}})`,
      );
    case 6:
      return end(
        context,
        `${manager}.update_or_create(name=${random.pick(["'a'", newValue(fn, 'name', 'str')])}, defaults={${defaults(context, model)}})`,
      );
    case 7: {
      if (model.base)
        return end(context, `${manager}.filter(${lookups(fn, model)}).update(${assignments(context, model)})`);
      const one = given(context, model);
      const { name, type } = random.pick(model.attributes);
      fn.line(`${one}.${name} = ${newValue(fn, name, type)}`);
      return end(context, `${manager}.bulk_update([${one}], ["${name}"])`);
    }
    default: {
      const removable = random.pick(graph.models.filter((one) => isRemovable(one, graph)));
      return random.chance(0.5)
        ? end(context, `${given(context, removable)}.delete()`)
        : end(context, `${removable.name}.objects.filter(${lookups(fn, removable)}).delete()`);
    }
  }
}

/** What is done where a new row has a key that is there. */
function conflicts({ random }: Context): string {
  return random.pick([
    '',
    '',
    ', ignore_conflicts=True',
    ', update_conflicts=True, update_fields=["name"], unique_fields=["id"]',
  ]);
}

function defaults(context: Context, model: Model): string {
  const values = newValues(context, model).filter(([name]) => name !== 'name');
  return values.map(([name, value]) => `"${name}": ${value}`).join(', ');
}

/** Whether no row is reached in two ways when one of it is deleted: all rows are related, so it would be the same one. */
function isRemovable(model: Model, { models }: Context['graph']): boolean {
  const reached = new Set<Model>();
  const visit = (one: Model): boolean => {
    const own = one.base ?? one;
    if (reached.has(own)) return false;
    reached.add(own);
    const below = models.flatMap(({ base, keys }, index) =>
      base ? [] : keys.filter(({ target }) => (target.base ?? target) === own).map(() => models[index]!),
    );
    return below.every(visit);
  };
  return visit(model);
}

/** What managers of related objects write. */
export function linked(context: Context): void {
  const { fn, random } = context;
  const pair = relatedPair(
    context,
    ({ kind }, from) => (kind === 'many-to-many' || kind === 'reverse') && from.base === null,
  );
  if (!pair || pair.relation.target.base || pair.relation.target.keys.some(({ isOne }) => isOne))
    return written(context);
  const { from, relation } = pair;
  const owner = given(context, from);
  const manager = `${owner}.${relation.accessor}`;
  const isMany = relation.kind === 'many-to-many';
  const canBeEmpty = isMany || relation.target.keys.some((one) => one.name === relation.back && one.nullable);
  const other = (): string =>
    isMany && random.chance(0.3) ? `${relation.target.id}` : given(context, relation.target);
  switch (random.between(0, 5)) {
    case 0:
      return end(context, `${manager}.add(${other()})`);
    case 1:
      return end(context, canBeEmpty ? `${manager}.remove(${other()})` : `${manager}.add(${other()})`);
    case 2:
      return end(
        context,
        canBeEmpty ? `${manager}.clear()` : `${manager}.update(${assignments(context, relation.target)})`,
      );
    case 3:
      if (canBeEmpty) return end(context, `${manager}.set([${random.chance(0.5) ? other() : ''}])`);
      return end(context, `${manager}.all().${isRemovable(relation.target, context.graph) ? 'delete' : 'count'}()`);
    case 4: {
      const values = newValues(context, relation.target).filter(([name]) => name !== `${relation.back}_id`);
      return end(context, `${manager}.create(${keywords(values)})`);
    }
    default:
      return end(
        context,
        `${manager}.filter(${lookups(fn, relation.target)}).update(${assignments(context, relation.target)})`,
      );
  }
}
