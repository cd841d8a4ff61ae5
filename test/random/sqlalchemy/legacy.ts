/** The `Query` of SQLAlchemy 1.x. */
import { assemble, type Step } from '../assemble.ts';
import { sample } from '../vocabulary.ts';
import { bare, condition, entity } from './conditions.ts';
import { type Context, end, entityOf } from './context.ts';
import { joinStep, relatedPair } from './joins.ts';
import { loaders } from './loading.ts';
import { hasRow } from './models.ts';
import { arrangement, expression } from './selects.ts';

export function legacyQueries(context: Context): void {
  const { fn, random, graph, session } = context;
  const relation = random.chance(0.5) ? relatedPair(context) : null;
  const on = relation ? entity(relation.from) : entityOf(context, random.pick(graph.models.filter(hasRow)));
  const steps: Step[] = [];
  if (relation && random.chance(0.5)) {
    const { step, to } = joinStep(context, on, relation);
    steps.push(step);
    if (random.chance(0.6)) steps.push(`.filter(${bare(condition(fn, to))})`);
  } else if (relation) steps.push(`.options(${loaders(context, on, relation).options.join(', ')})`);
  for (let i = random.between(0, 2); i > 0; i--) {
    const attribute = random.pick(on.model.attributes.filter(({ type }) => type === 'str' || type === 'int'));
    steps.push(
      random.chance(0.3) && !relation
        ? `.filter_by(${attribute.name}=${fn.parameter(attribute.name, attribute.type, sample[attribute.type])})`
        : `.filter(${bare(condition(fn, on))})`,
    );
  }
  const isOptional = (step: Step): boolean =>
    /^\.(filter|order_by|limit|offset|distinct)\(/.test(step) && !(relation && step.includes('other_'));
  const start = `${session}.query(${on.text})`;
  const build = (more: readonly Step[]): string =>
    assemble(fn, start, [...steps, ...more], { name: 'query', isOptional });
  switch (random.between(0, 9)) {
    case 0:
      return end(context, `${build([])}.count()`);
    case 1:
      return end(context, `${build(arrangement(context, on))}.first()`);
    case 2:
      return end(context, `${build([])}.one_or_none()`);
    case 3:
      return end(context, `${build([])}.with_entities(${on.text}.id, ${expression(context, on)}).all()`);
    case 4:
      return end(context, `${session}.query(${build([])}.exists()).scalar()`);
    case 5:
      return end(context, `${build([`.order_by(${on.text}.id)`])}[${random.pick(['0:10', ':5', '0:4'])}]`);
    case 6: {
      const number = on.model.attributes.find(({ type }) => type === 'int')!.name;
      fn.import('sqlalchemy', 'func');
      const grouped = `${session}.query(${on.text}.name, func.sum(${on.text}.${number}))`;
      return end(
        context,
        `${grouped}${steps.filter((one) => /^\.filter\(/.test(one) && !relation).join('')}.group_by(${on.text}.name).all()`,
      );
    }
    case 7:
      return end(context, `${build(['.distinct()'])}.all()`);
    case 8: {
      if (relation || on.text !== on.model.name) return end(context, `${build([])}.all()`);
      const changed = random.pick(on.model.attributes.filter(({ type }) => type === 'str'));
      const synchronize = random.pick(['', ', synchronize_session=False', ', synchronize_session="fetch"']);
      const change = `.update({"${changed.name}": ${fn.parameter('new_value', 'str', "'b'")}}${synchronize})`;
      if (on.model.base) return end(context, `${build([])}.all()`);
      return end(context, `${build([])}${random.chance(0.6) ? change : `.delete(${synchronize.slice(2)})`}`);
    }
    default:
      return end(context, `${build(arrangement(context, on))}.all()`);
  }
}
