/** Joins in all their forms, with conditions on both sides; aggregates over them. */
import { assemble, type Step } from '../assemble.ts';
import { bare, condition, type Entity, entity } from './conditions.ts';
import { aliasOf, type Context, sendEntities, sendRows } from './context.ts';
import { hasRow, type Model, type Relation } from './models.ts';
import { arrangement, filters, hasJoinedCollection } from './selects.ts';

/** A model that has relations, with one of them. */
export function relatedPair(
  { random, graph }: Context,
  fits: (one: Relation) => boolean = () => true,
): Relation | null {
  const fitting = graph.models
    .filter(hasRow)
    .flatMap((model) => model.relations.map((one) => ({ ...one, from: model })).filter(fits));
  return fitting.length > 0 ? random.pick(fitting) : null;
}

/** The step that joins along a relation, and what it joins. */
export function joinStep(context: Context, from: Entity, relation: Relation): { step: Step; to: Entity } {
  const { fn, random } = context;
  const { name, target, secondary } = relation;
  const attribute = `${from.text}.${name}`;
  const outer = random.chance(0.25);
  const method = outer && random.chance(0.5) ? 'outerjoin' : 'join';
  const options = outer && method === 'join' ? ', isouter=True' : '';
  const to = entity(target);
  switch (random.between(0, 5)) {
    case 0: {
      const alias = aliasOf(fn, target);
      const form = random.pick([`${attribute}.of_type(${alias.text})`, `${alias.text}, ${attribute}`]);
      return { step: `.${method}(${form}${options})`, to: alias };
    }
    case 1:
      return { step: `.${method}(${attribute}.and_(${bare(condition(fn, to, 2))})${options})`, to };
    case 2:
      return { step: `.${method}(${target.name}, ${attribute}${options})`, to };
    case 3:
      if (!secondary) return { step: `.${method}(${target.name}, ${onClause(from, relation)}${options})`, to };
      return { step: `.${method}(${attribute}${options})`, to };
    default:
      return { step: `.${method}(${attribute}${options})`, to };
  }
}

function onClause(from: Entity, { name, target, back }: Relation): string {
  const own = from.model.keys.find((key) => key.name === `${name}_id` && key.target === target);
  return own ? `${from.text}.${own.name} == ${target.name}.id` : `${target.name}.${back}_id == ${from.text}.id`;
}

export function selectJoined(context: Context): void {
  const { fn, random } = context;
  const relation = relatedPair(context);
  if (!relation) return;
  fn.import('sqlalchemy', 'select');
  const from = entity(relation.from);
  const { step, to } = joinStep(context, from, relation);
  const steps = [step, ...secondJoin(context, to, [relation.from])];
  if (random.chance(0.7)) steps.push(`.where(${bare(condition(fn, to))})`);
  steps.push(...filters(context, from, 1), ...arrangement(context, random.pick([from, to])));
  const required = (one: Step): boolean => !/^\.(outer)?join/.test(one) && !reads(one, to);
  if (random.chance(0.5)) {
    const statement = assemble(fn, `select(${from.text})`, steps, { name: 'stmt', isOptional: required });
    return sendEntities(context, statement, hasJoinedCollection(from));
  }
  const columns = random.pick([
    `${from.text}.name, ${to.text}.name`,
    `${from.text}.id, ${to.text}.id.label("other_id")`,
  ]);
  sendRows(context, assemble(fn, `select(${columns})`, steps, { name: 'stmt', isOptional: required }));
}

function reads(step: Step, { text }: Entity): boolean {
  return new RegExp(`\\b${text}\\b`).test(step);
}

/** One more join, away from the models that are joined. */
function secondJoin(context: Context, from: Entity, joined: readonly Model[]): Step[] {
  const { random } = context;
  if (!random.chance(0.3)) return [];
  const isNew = ({ target }: Relation): boolean => ![...joined, from.model].some((one) => related(one, target));
  const further = from.model.relations.filter(isNew);
  return further.length > 0 ? [`.join(${from.text}.${random.pick(further).name})`] : [];
}

function related(one: Model, other: Model): boolean {
  return one === other || one.base === other || other.base === one;
}

const AGGREGATES = ['count', 'sum', 'min', 'max', 'avg'];

export function aggregates(context: Context): void {
  const { fn, random, graph } = context;
  fn.import('sqlalchemy', 'func', 'select');
  const relation = random.chance(0.6) ? relatedPair(context) : null;
  const from = entity(relation?.from ?? random.pick(graph.models));
  const number = from.model.attributes.find(({ type }) => type === 'int')!.name;
  const joined = relation ? joinStep(context, from, relation) : null;
  const counted = joined ? `${joined.to.text}.id` : `${from.text}.${number}`;
  const aggregate = random.pick(AGGREGATES);
  const measured = random.pick([
    `func.${aggregate}(${counted})`,
    `func.${aggregate}(${counted}).label("total")`,
    'func.count()',
    `func.count(${counted}.distinct())`,
    `func.coalesce(func.sum(${counted}), 0).label("total")`,
    `func.count(${counted}).filter(${from.text}.${number} >= 0).label("some_of_them")`,
  ]);
  const grouped = random.chance(0.75)
    ? random.pick([`${from.text}.name`, `${from.text}.id`, `${from.text}.id, ${from.text}.name`])
    : null;
  const steps: Step[] = [];
  if (joined) steps.push(joined.step);
  else if (!grouped && measured === 'func.count()') steps.push(`.select_from(${from.text})`);
  if (joined && !grouped) steps.unshift(`.select_from(${from.text})`);
  steps.push(...filters(context, from, 2));
  if (grouped) {
    steps.push(`.group_by(${grouped})`);
    if (random.chance(0.5)) steps.push(`.having(func.count(${counted}) >= ${fn.parameter('least', 'int', '0')})`);
    if (random.chance(0.4))
      steps.push(`.order_by(${random.pick([`func.count(${counted}).desc()`, `${from.text}.name`])})`);
  }
  const columns = grouped ? `${grouped}, ${measured}` : measured;
  const isOptional = (step: Step): boolean => /^\.(where|filter|having|order_by)/.test(step);
  sendRows(context, assemble(fn, `select(${columns})`, steps, { name: 'stmt', isOptional }));
}
