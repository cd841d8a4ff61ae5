/** What a session knows of its objects: savepoints, refreshes, expiry, merges, and what is read or written after them. */
import { CURSOR } from '../program.ts';
import { variable } from '../vocabulary.ts';
import { type Context, end } from './context.ts';
import { type Model, ofOwnClass } from './models.ts';
import { newValue, newValues } from './writes.ts';

interface Held {
  readonly name: string;
  readonly model: Model;
}

export function sessionStates(context: Context): void {
  const { fn, random, session } = context;
  const one = random.pick([fetched, added])(context);
  for (let i = random.between(1, 3); i > 0; i--) step(context, one);
  switch (random.between(0, 4)) {
    case 0:
      return fn.line(`${session}.flush()${CURSOR}`);
    case 1:
      return end(context, `${one.name}.${random.pick(one.model.attributes).name}`);
    case 2:
      return end(context, merged(context, one.model));
    default:
      return fn.line(`${session}.commit()${CURSOR}`);
  }
}

/** A row that the session has read. */
function fetched({ fn, random, graph, session }: Context): Held {
  const model = random.pick(ofOwnClass(graph.models));
  const name = fn.name(variable(model.name));
  const id = fn.parameter(`${name}_id`, 'int', `${model.id}`);
  fn.line(`${name} = ${session}.get_one(${model.name}, ${id})`);
  return { name, model };
}

/** A new object. */
function added(context: Context): Held {
  const { fn, random, graph, session } = context;
  const model = random.pick(graph.models);
  const name = fn.name(`new_${variable(model.name)}`);
  fn.line(`${name} = ${made(context, model)}`);
  fn.line(`${session}.add(${name})`);
  return { name, model };
}

function made(context: Context, model: Model): string {
  const values = newValues(context, model).map(([key, value]) => `${key}=${value}`);
  return `${model.name}(${values.join(', ')})`;
}

function step(context: Context, one: Held): void {
  const { fn, random, session } = context;
  switch (random.between(0, 6)) {
    case 0:
      return fn.block(`with ${session}.begin_nested():`, () => change(context, one));
    case 1:
      fn.line(`${session}.flush()`);
      return fn.line(`${session}.refresh(${one.name})`);
    case 2:
      fn.line(`${session}.flush()`);
      return fn.line(
        random.chance(0.5)
          ? `${session}.expire(${one.name})`
          : `${session}.expire(${one.name}, ["${random.pick(one.model.attributes).name}"])`,
      );
    case 3:
      return fn.line(`${session}.commit()`);
    case 4:
      return fn.block(`with ${session}.no_autoflush:`, () => change(context, one));
    case 5:
      return fn.block(`with ${session}.begin_nested():`, () => void added(context));
    default:
      return change(context, one);
  }
}

function change({ fn, random }: Context, { name, model }: Held): void {
  // Of truth values, a second change may be none.
  const attribute = random.pick(model.attributes.filter(({ type }) => type !== 'bool'));
  fn.line(`${name}.${attribute.name} = ${newValue(fn, attribute.name, attribute.type)}`);
}

/** An object of the program's own, put over the row with its key or a new one. */
function merged(context: Context, model: Model): string {
  const { fn, random, session } = context;
  const values = newValues(context, model).map(([key, value]) => `${key}=${value}`);
  const id = fn.parameter('wanted_id', 'int', `${random.pick([model.id, 7777])}`);
  return `${session}.merge(${model.name}(${[`id=${id}`, ...values].join(', ')}))`;
}
