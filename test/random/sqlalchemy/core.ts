/** Statements of tables instead of classes, on a connection, with bound parameters and text. */
import { assemble, type Step } from '../assemble.ts';
import { sample } from '../vocabulary.ts';
import { type Context, end } from './context.ts';
import type { Model } from './models.ts';

export function coreStatements(context: Context): void {
  const { fn, random, graph, session } = context;
  const model = random.pick(graph.models.filter(({ base }) => base === null));
  const table = fn.name(model.plural);
  fn.line(`${table} = ${model.name}.__table__`);
  fn.import('sqlalchemy', 'select');
  switch (random.between(0, 6)) {
    case 0: {
      fn.import('sqlalchemy', 'bindparam');
      const statement = `select(${table}).where(${table}.c.id == bindparam("wanted"))`;
      return end(
        context,
        `${session}.execute(${statement}, {"wanted": ${fn.parameter('wanted_id', 'int', `${model.id}`)}}).all()`,
      );
    }
    case 1: {
      fn.import('sqlalchemy', 'text');
      const statement = `text("SELECT id FROM ${model.plural} WHERE id = :wanted")`;
      return end(
        context,
        `${session}.execute(${statement}, {"wanted": ${fn.parameter('wanted_id', 'int', `${model.id}`)}}).all()`,
      );
    }
    case 2: {
      fn.import('sqlalchemy', 'update');
      const statement = `update(${table}).where(${table}.c.id == ${model.id}).values(${random.pick(['id=1', `id=${table}.c.id + 1`])})`;
      return end(context, `${session}.execute(${statement})`);
    }
    case 3: {
      fn.import('sqlalchemy', 'tuple_');
      const statement = `select(${table}.c.id).where(tuple_(${table}.c.id, ${columnOf(model)}).in_([(${model.id}, "a"), (2, "b")]))`;
      return end(context, `${session}.execute(${statement}).scalars().all()`);
    }
    case 4: {
      fn.import('sqlalchemy', 'func');
      const statement = assemble(fn, `select(func.count()).select_from(${table})`, wheres(context, table, model), {
        name: 'stmt',
      });
      return end(context, `${session}.${random.pick(['scalar', 'execute'])}(${statement})`);
    }
    default: {
      const columns = random.pick([table, `${table}.c.id`, `${table}.c.id, ${columnOf(model)}`]);
      const steps = [
        ...wheres(context, table, model),
        ...(random.chance(0.5) ? [`.order_by(${table}.c.id.desc())`] : []),
      ];
      const statement = assemble(fn, `select(${columns})`, steps, { name: 'stmt' });
      return end(
        context,
        `${session}.execute(${statement}).${random.pick(['all()', 'first()', 'mappings().all()', 'fetchmany(5)'])}`,
      );
    }
  }
}

/** By its attribute: the column may be called otherwise. */
function columnOf(model: Model): string {
  return `${model.name}.${model.attributes[0]!.name}`;
}

function wheres({ fn, random }: Context, table: string, model: Model): Step[] {
  return Array.from({ length: random.between(1, 2) }, () =>
    random.pick([
      `.where(${table}.c.id >= ${fn.parameter('least', 'int', '0')})`,
      `.where(${table}.c.id.in_([${model.id}, 2]))`,
      `.where(${columnOf(model)} == ${fn.parameter('name', 'str', sample.str)})`,
    ]),
  );
}
