/** Classes below others: their own columns, `of_type()`, `with_polymorphic()`, loaders of subclasses. */
import { assemble, type Step } from '../assemble.ts';
import { bare, condition, entity } from './conditions.ts';
import { type Context, sendEntities, sendRows } from './context.ts';
import { hasRow, type Model } from './models.ts';
import { arrangement, selectEntities } from './selects.ts';

export function inheritance(context: Context): void {
  const { fn, random, graph } = context;
  const children = graph.models.filter((model): model is Model & { base: Model } => model.base !== null);
  if (children.length === 0) return selectEntities(context);
  fn.import('sqlalchemy', 'select');
  const child = random.pick(children);
  const own = child.attributes.at(-1)!.name;
  const isEager = child.relations.some(({ eager }) => eager);
  switch (random.between(0, 4)) {
    case 0: {
      const columns = `${child.name}.id, ${child.name}.${own}, ${child.name}.name`;
      const steps: Step[] = [`.where(${bare(condition(fn, entity(child)))})`, ...arrangement(context, entity(child))];
      return sendRows(context, assemble(fn, `select(${columns})`, steps, { name: 'stmt' }));
    }
    case 1: {
      if (isEager) return selectEntities(context);
      fn.import('sqlalchemy.orm', 'with_polymorphic');
      const all = fn.name('every');
      fn.line(`${all} = with_polymorphic(${child.base.name}, ${random.pick(['"*"', `[${child.name}]`])})`);
      const where = random.pick(['', `.where(${all}.name == "a")`, `.where(${all}.${child.name}.${own}.is_(None))`]);
      return sendEntities(context, `select(${all})${where}.order_by(${all}.id)`);
    }
    case 2: {
      if (isEager || !hasRow(child)) return selectEntities(context);
      const [relation] = child.relations;
      if (!relation) return selectEntities(context);
      return sendRows(
        context,
        `select(${child.name}.${own}, ${relation.target.name}.id).join(${child.name}.${relation.name})`,
      );
    }
    case 3: {
      const owner = graph.models
        .flatMap(({ relations }) => relations)
        .find(({ target, from }) => target === child.base && from.base === null);
      if (!owner) return selectEntities(context);
      const path = `${owner.from.name}.${owner.name}.of_type(${child.name})`;
      return sendRows(
        context,
        `select(${owner.from.name}.name).join(${path}).where(${bare(condition(fn, entity(child), 2))})`,
      );
    }
    default: {
      fn.import('sqlalchemy', 'func');
      return sendRows(context, `select(${child.name}.name, func.count()).group_by(${child.name}.name)`);
    }
  }
}
