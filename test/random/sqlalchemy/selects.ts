/** `select()` of entities and columns: conditions, order, limits, distinct. */
import { assemble, type Step } from '../assemble.ts';
import { sample } from '../vocabulary.ts';
import { bare, condition, type Entity } from './conditions.ts';
import { type Context, entityOf, sendEntities, sendRows } from './context.ts';
import { hasRow } from './models.ts';

export function selectEntities(context: Context): void {
  const { fn, random, graph } = context;
  const withRows = graph.models.filter((model) => hasRow(model) || !model.relations.some(({ eager }) => eager));
  const on = entityOf(context, random.pick(withRows));
  fn.import('sqlalchemy', 'select');
  const steps = [...filters(context, on), ...arrangement(context, on)];
  sendEntities(context, assemble(fn, `select(${on.text})`, steps, { name: 'stmt' }), hasJoinedCollection(on));
}

export function selectColumns(context: Context): void {
  const { fn, random, graph } = context;
  const on = entityOf(context, random.pick(graph.models));
  fn.import('sqlalchemy', 'select');
  const columns = random.some(on.model.attributes, random.between(1, 3)).map(({ name }) => `${on.text}.${name}`);
  if (random.chance(0.4)) columns.push(expression(context, on));
  const steps = [...filters(context, on), ...(random.chance(0.2) ? ['.distinct()'] : []), ...arrangement(context, on)];
  sendRows(context, assemble(fn, `select(${columns.join(', ')})`, steps, { name: 'query' }));
}

/** Whether rows come several times, joined to a collection that the model loads with them. */
export function hasJoinedCollection(on: Entity): boolean {
  return on.model.relations.some(({ eager, many }) => eager && many);
}

export function filters({ fn, random }: Context, on: Entity, most = 3): Step[] {
  return Array.from({ length: random.between(0, most) }, () => {
    switch (random.between(0, 6)) {
      case 0: {
        const attribute = random.pick(on.model.attributes.filter(({ type }) => type === 'str' || type === 'int'));
        return `.filter_by(${attribute.name}=${fn.parameter(attribute.name, attribute.type, sample[attribute.type])})`;
      }
      case 1:
        return `.where(${bare(condition(fn, on))}, ${bare(condition(fn, on))})`;
      case 2:
        return `.filter(${bare(condition(fn, on))})`;
      case 3: {
        const conditions = fn.name('conditions');
        fn.line(`${conditions} = [${bare(condition(fn, on))}]`);
        if (random.chance(0.5)) fn.line(`${conditions}.append(${bare(condition(fn, on))})`);
        return `.where(*${conditions})`;
      }
      default:
        return `.where(${bare(condition(fn, on))})`;
    }
  });
}

export function arrangement({ fn, random }: Context, on: Entity): Step[] {
  const steps: Step[] = [];
  if (random.chance(0.5)) {
    const orders = random.some(on.model.attributes, random.between(1, 2)).map(({ name }) => {
      const column = `${on.text}.${name}`;
      switch (random.between(0, 5)) {
        case 0:
          return `${column}.desc()`;
        case 1:
          fn.import('sqlalchemy', 'desc');
          return `desc(${column})`;
        case 2:
          return `${column}.asc().nulls_last()`;
        case 3:
          fn.import('sqlalchemy', 'func');
          return `func.length(${column})`;
        default:
          return column;
      }
    });
    steps.push(`.order_by(${orders.join(', ')})`);
  }
  if (random.chance(0.3)) {
    const limit = random.chance(0.5) ? fn.parameter('limit', 'int', '5') : `${random.between(1, 50)}`;
    steps.push(`.limit(${limit})`);
    if (random.chance(0.5)) {
      const offset = random.pick([
        '0',
        fn.parameter('offset', 'int', '0'),
        `(${fn.parameter('page', 'int', '1')} - 1) * 20`,
      ]);
      steps.push(`.offset(${offset})`);
    }
  }
  return steps;
}

/** A computed column, mostly with a label. */
export function expression({ fn, random }: Context, on: Entity): string {
  const number = on.model.attributes.find(({ type }) => type === 'int')!.name;
  const column = `${on.text}.${number}`;
  switch (random.between(0, 8)) {
    case 0:
      fn.import('sqlalchemy', 'func');
      return `func.upper(${on.text}.name).label("shout")`;
    case 1:
      return `(${column} * ${fn.parameter('factor', 'int', '2')}).label("scaled")`;
    case 2:
      fn.import('sqlalchemy', 'case');
      return `case((${column} > 10, "big"), (${column} > 5, "middle"), else_="small").label("class_")`;
    case 3:
      fn.import('sqlalchemy', 'literal');
      return 'literal("x").label("mark")';
    case 4:
      fn.import('sqlalchemy', 'cast', 'String');
      return `cast(${column}, String)`;
    case 5:
      fn.import('sqlalchemy', 'func');
      return `func.row_number().over(partition_by=${on.text}.name, order_by=${column}.desc()).label("place")`;
    case 6:
      fn.import('sqlalchemy', 'func');
      return `func.coalesce(${column}, 0)`;
    case 7:
      fn.import('sqlalchemy', 'type_coerce', 'Integer');
      return `type_coerce(${column}, Integer)`;
    default:
      return `${on.text}.name.concat("!")`;
  }
}
