/** `insert()`, `update()` and `delete()`, in Core and for mapped classes, with RETURNING. */
import { assemble, type Step } from '../assemble.ts';
import { changed, type ScalarType } from '../vocabulary.ts';
import { bare, condition, entity, importType } from './conditions.ts';
import { type Context, end } from './context.ts';
import type { Model } from './models.ts';

export function writes(context: Context): void {
  context.random.pick([inserts, inserts, updates, updates, deletes])(context);
}

/** Those with one table of their own. */
function plainModel({ random, graph }: Context): Model {
  return random.pick(graph.models.filter(({ base }) => base === null));
}

/** What a new row needs, by attribute: some of it from parameters. */
export function newValues({ fn, random }: Context, model: Model): [string, string][] {
  const values: [string, string][] = [];
  for (const { name, type, nullable } of model.attributes) {
    if (nullable && random.chance(0.6)) continue;
    values.push([name, newValue(fn, name, type)]);
  }
  for (const { name, target, nullable } of model.keys) {
    if (nullable && random.chance(0.5)) continue;
    values.push([name, random.chance(0.5) ? `${target.id}` : fn.parameter(name, 'int', `${target.id}`)]);
  }
  return values;
}

/** A value that no row has. */
export function newValue(fn: Context['fn'], name: string, type: ScalarType): string {
  importType(fn, type);
  const literal = changed(type, fn.count());
  return fn.random.chance(0.5) ? literal : fn.parameter(`new_${name}`, type, literal);
}

function inserts(context: Context): void {
  const { fn, random, session } = context;
  const model = plainModel(context);
  const values = newValues(context, model);
  const keywords = values.map(([name, value]) => `${name}=${value}`).join(', ');
  const dict = `{${values.map(([name, value]) => `"${name}": ${value}`).join(', ')}}`;
  // A row without its discriminator cannot become an object.
  const isBase = context.graph.models.some(({ base }) => base === model);
  const returning = random.pick([
    '',
    '',
    `.returning(${isBase ? `${model.name}.name` : model.name})`,
    `.returning(${model.name}.id, ${model.name}.name)`,
  ]);
  switch (random.between(0, 5)) {
    case 0: {
      fn.import('sqlalchemy', 'insert');
      return end(context, `${session}.execute(insert(${model.name})${returning}, ${dict})${returning && '.all()'}`);
    }
    case 1: {
      fn.import('sqlalchemy', 'insert');
      return end(context, `${session}.execute(insert(${model.name}), [${dict}, ${dict}])`);
    }
    case 2: {
      fn.import('sqlalchemy', 'insert', 'select');
      const attributes = model.attributes.map(({ name }) => name);
      const keys = model.keys.map(({ name }) => name);
      const names = [...attributes, ...keys];
      const selected = `select(${names.map((name) => `${model.name}.${name}`).join(', ')}).where(${bare(condition(fn, entity(model)))})`;
      return end(
        context,
        `${session}.execute(insert(${model.name}).from_select([${names.map((name) => `"${name}"`).join(', ')}], ${selected}))`,
      );
    }
    case 3: {
      fn.import('sqlalchemy.dialects.sqlite', 'insert');
      const stmt = fn.name('stmt');
      fn.line(`${stmt} = insert(${model.name}).values(id=${model.id}, ${keywords})`);
      const action = random.pick([
        '.on_conflict_do_nothing()',
        `.on_conflict_do_update(index_elements=["id"], set_={"name": ${stmt}.excluded.name})`,
        `.on_conflict_do_update(index_elements=[${model.name}.id], set_={"name": "z"}, where=${model.name}.name != "z")`,
      ]);
      const back = random.pick([
        '',
        '',
        `.returning(${model.name}.id)`,
        `.returning(${isBase ? `${model.name}.name` : model.name})`,
      ]);
      return end(context, `${session}.execute(${stmt}${action}${back})${back && '.all()'}`);
    }
    default: {
      fn.import('sqlalchemy', 'insert');
      const target = random.chance(0.3) ? `${model.name}.__table__` : model.name;
      const isTable = target !== model.name;
      const stmt = `insert(${target}).values(${isTable ? `name="b"` : keywords})${isTable ? '' : returning}`;
      return end(
        context,
        `${session}.execute(${isTable ? `insert(${model.name}).values(${keywords})` : stmt})${isTable || !returning ? '' : '.all()'}`,
      );
    }
  }
}

const SYNCHRONIZE = [
  '',
  '',
  '.execution_options(synchronize_session=False)',
  '.execution_options(synchronize_session="fetch")',
  '.execution_options(synchronize_session="evaluate")',
];

function updates(context: Context): void {
  const { fn, random, session } = context;
  const model = plainModel(context);
  fn.import('sqlalchemy', 'update');
  if (random.chance(0.15)) {
    const change = `{"id": ${fn.parameter('wanted_id', 'int', `${model.id}`)}, "name": "b"}`;
    return end(context, `${session}.execute(update(${model.name}), [${change}])`);
  }
  const some = random.some(model.attributes, random.between(1, 2));
  const values = some.map(
    ({ name, type }) =>
      `${name}=${type === 'int' && random.chance(0.5) ? `${model.name}.${name} + 1` : newValue(fn, name, type)}`,
  );
  const isDict = random.chance(0.3);
  const set = isDict
    ? `{${values.map((one) => `${model.name}.${one.replace('=', ': ')}`).join(', ')}}`
    : values.join(', ');
  const returning = random.pick(['', '', '', `.returning(${model.name}.id)`]);
  const steps: Step[] = [...wheres(context, model), `.values(${set})`];
  const statement = assemble(fn, `update(${model.name})`, steps, {
    name: 'stmt',
    isOptional: (step) => step.startsWith('.where'),
  });
  return end(
    context,
    `${session}.execute(${statement}${returning}${returning ? '' : random.pick(SYNCHRONIZE)})${returning && '.all()'}`,
  );
}

function deletes(context: Context): void {
  const { fn, random, session } = context;
  const model = plainModel(context);
  fn.import('sqlalchemy', 'delete');
  const steps = wheres(context, model);
  const returning = random.pick(['', '', '', `.returning(${model.name}.id, ${model.name}.name)`]);
  const statement = assemble(fn, `delete(${model.name})`, steps, { name: 'stmt' });
  return end(
    context,
    `${session}.execute(${statement}${returning}${returning ? '' : random.pick(SYNCHRONIZE)})${returning && '.all()'}`,
  );
}

function wheres({ fn, random }: Context, model: Model): Step[] {
  return Array.from({ length: random.between(1, 2) }, () => `.where(${bare(condition(fn, entity(model)))})`);
}
