/** Objects that are made, changed, linked and deleted, until a flush, a commit or a query sends it all. */
import { CURSOR } from '../program.ts';
import { variable } from '../vocabulary.ts';
import { type Context, end } from './context.ts';
import { type Model, ofOwnClass } from './models.ts';
import { newValue, newValues } from './writes.ts';

interface Held {
  readonly name: string;
  readonly model: Model;
  /** It stands in the database already. */
  readonly isRow: boolean;
  readonly isGiven?: true;
  /** The attributes of a new object that say by a key to which row it belongs: there is but one. */
  readonly keys: readonly string[];
}

export function unitsOfWork(context: Context): void {
  const { fn, random, session } = context;
  const held: Held[] = [];
  const make = random.pick([create, create, fetched, given]);
  held.push(make(context, held));
  for (let i = random.between(1, 3); i > 0; i--) step(context, held);
  if (random.chance(0.15)) fn.line(`${session}.flush()`);
  if (random.chance(0.2)) step(context, held);
  const last = random.pick(['commit', 'commit', 'flush', 'query']);
  if (last !== 'query') return fn.line(`${session}.${last}()${CURSOR}`);
  fn.import('sqlalchemy', 'select');
  const { model } = random.pick(held);
  return end(context, `${session}.scalars(select(${model.name}.name)).all()`);
}

function step(context: Context, held: Held[]): void {
  const { random } = context;
  const rows = held.filter((one) => one.isRow && isRemovable(one.model) && !held.some((other) => refersTo(other, one)));
  switch (random.between(0, 5)) {
    case 0:
      held.push(create(context, held));
      return;
    case 1:
      if (rows.length > 0 && held.length < 3) return remove(context, random.pick(rows), held);
      return change(context, random.pick(held));
    case 2:
      return link(context, held);
    default:
      return change(context, random.pick(held));
  }
}

/** A new object, added by itself or through one that is there. */
function create(context: Context, held: readonly Held[]): Held {
  const { fn, random, graph, session } = context;
  const parents = held.flatMap((one) =>
    one.model.relations.filter(({ many, secondary }) => many && !secondary).map((relation) => ({ one, relation })),
  );
  const parent = parents.length > 0 && random.chance(0.6) ? random.pick(parents) : null;
  const model = parent?.relation.target ?? random.pick(graph.models);
  const name = fn.name(`new_${variable(model.name)}`);
  let values = newValues(context, model);
  const isAppended = parent !== null && random.chance(0.5);
  if (parent) values = values.filter(([key]) => key !== `${parent.relation.back}_id`);
  if (parent && !isAppended) values.push([parent.relation.back, parent.one.name]);
  const keys = values.map(([key]) => key).filter((key) => model.keys.some(({ name }) => name === key));
  const made = `${model.name}(${values.map(([key, value]) => `${key}=${value}`).join(', ')})`;
  if (!parent && random.chance(0.15)) {
    fn.line(`${name} = ${made}`);
    fn.line(`${session}.add_all([${name}])`);
    return { name, model, isRow: false, keys };
  }
  fn.line(`${name} = ${made}`);
  if (isAppended) fn.line(`${parent.one.name}.${parent.relation.name}.append(${name})`);
  if (!parent || !isAppended || random.chance(0.3)) fn.line(`${session}.add(${name})`);
  return { name, model, isRow: false, keys };
}

/** A row that the function looks for. */
function fetched({ fn, random, graph, session }: Context): Held {
  const model = random.pick(ofOwnClass(graph.models));
  const name = fn.name(variable(model.name));
  const id = fn.parameter(`${name}_id`, 'int', `${model.id}`);
  switch (random.between(0, 2)) {
    case 0:
      fn.import('sqlalchemy', 'select');
      fn.line(
        `${name} = ${session}.scalars(select(${model.name}).where(${model.name}.id == ${id}))${hasCollection(model) ? '.unique()' : ''}.one()`,
      );
      break;
    case 1:
      fn.line(`${name} = ${session}.query(${model.name}).filter_by(id=${id}).one()`);
      break;
    default:
      fn.line(`${name} = ${session}.get_one(${model.name}, ${id})`);
  }
  return { name, model, isRow: true, keys: [] };
}

function hasCollection({ relations }: Model): boolean {
  return relations.some(({ eager, many }) => eager && many);
}

/** A row that the function is given. */
function given({ fn, random, graph, session }: Context): Held {
  const model = random.pick(ofOwnClass(graph.models));
  const name = fn.parameter(variable(model.name), model.name, `${session}.get(${model.name}, ${model.id})`);
  return { name, model, isRow: true, isGiven: true, keys: [] };
}

function change({ fn, random }: Context, { name, model, isGiven }: Held): void {
  // Of truth values, a second change may be none.
  const attribute = random.pick(model.attributes.filter(({ type }) => type !== 'bool'));
  // Of other objects, what the attribute was before cannot be asked for any more.
  if (isGiven && attribute.type === 'int' && random.chance(0.3)) return fn.line(`${name}.${attribute.name} += 1`);
  if (attribute.nullable && random.chance(0.2)) return fn.line(`${name}.${attribute.name} = None`);
  return fn.line(`${name}.${attribute.name} = ${newValue(fn, attribute.name, attribute.type)}`);
}

/** Whether a new object has the key of a row. */
function refersTo({ model, keys }: Held, row: Held): boolean {
  const isOfRow = (target: Model): boolean => target === row.model || target === row.model.base;
  return row.isRow && model.keys.some(({ name, target }) => isOfRow(target) && keys.includes(name));
}

function remove(context: Context, one: Held, held: Held[]): void {
  const { fn, random, session } = context;
  if (random.chance(0.9)) {
    fn.line(`${session}.delete(${one.name})`);
    held.splice(held.indexOf(one), 1);
    if (held.length === 0) held.push(create(context, held));
  } else fn.line(`${session}.expunge(${one.name})`);
}

/** Whether the rows that refer to it can do without, or go with it. */
function isRemovable(model: Model): boolean {
  return (
    model.relations.every(({ target, back, secondary, ownsRows }) => {
      const key = target.keys.find((one) => one.name === `${back}_id` && one.target === model);
      if (secondary !== null) return target.relations.every(({ eager }) => !eager);
      if (!key) return true;
      // What is deleted with it must not be found on other ways too: here all rows are related.
      const isLeaf =
        target.relations.every(({ name, eager }) => !eager && target.keys.some((one) => one.name === `${name}_id`)) &&
        !target.tree;
      return isLeaf && (ownsRows || key.nullable);
    }) && model.tree === null
  );
}

/** Puts one object into a relation of another. */
function link(context: Context, held: Held[]): void {
  const { fn, random } = context;
  const pairs = held.flatMap((one) =>
    one.model.relations.flatMap((relation) =>
      held
        .filter((other) => other !== one && other.model === relation.target)
        // A relation to the row it has the key of changes nothing, unless it is flushed before.
        .filter((other) => !refersTo(one, other) && !refersTo(other, one))
        .map((other) => ({ one, relation, other })),
    ),
  );
  if (pairs.length === 0) {
    held.push(create(context, held));
    return;
  }
  const { one, relation, other } = random.pick(pairs);
  if (!relation.many) fn.line(`${one.name}.${relation.name} = ${other.name}`);
  else fn.line(`${one.name}.${relation.name}.${random.chance(0.8) ? 'append' : 'append'}(${other.name})`);
}
