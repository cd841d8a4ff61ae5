/** Loader options, nested, with the models' own `lazy=` below them. */
import { assemble, type Step } from '../assemble.ts';
import { bare, condition, type Entity, entity } from './conditions.ts';
import { type Context, sendEntities } from './context.ts';
import { relatedPair } from './joins.ts';
import { type Model, ofOwnClass, type Relation } from './models.ts';
import { arrangement, filters, hasJoinedCollection } from './selects.ts';

export function loaderOptions(context: Context): void {
  const { fn, random, graph } = context;
  fn.import('sqlalchemy', 'select');
  const relation = random.chance(0.85)
    ? relatedPair(context, ({ from }) => ofOwnClass(graph.models).includes(from))
    : null;
  const from = entity(relation?.from ?? random.pick(ofOwnClass(graph.models)));
  const { options, hasCollections } = relation
    ? loaders(context, from, relation)
    : { options: [columnOption(context, from)], hasCollections: false };
  if (random.chance(0.25)) options.push(columnOption(context, from));
  const steps: Step[] = [
    ...filters(context, from, 1),
    `.options(${options.join(', ')})`,
    ...arrangement(context, from),
  ];
  const statement = assemble(fn, `select(${from.text})`, random.chance(0.5) ? steps : steps.toReversed(), {
    name: 'stmt',
  });
  sendEntities(
    context,
    statement,
    hasCollections || hasJoinedCollection(from) || relation?.target.relations.some((one) => one.eager),
  );
}

/** `with_loader_criteria()`: a condition on a class wherever it is selected or loaded. */
export function loaderCriteria(context: Context): void {
  const { fn, random, graph } = context;
  const relation = relatedPair(context, ({ from }) => ofOwnClass(graph.models).includes(from));
  if (!relation) return;
  fn.import('sqlalchemy', 'select');
  fn.import('sqlalchemy.orm', 'with_loader_criteria');
  const from = entity(relation.from);
  const { options, hasCollections } = loaders(context, from, relation);
  const target = random.pick([relation.target, relation.target, relation.from]);
  const criterion = random.pick([
    `${target.name}.name != "z"`,
    `lambda cls: cls.name != "z"`,
    bare(condition(fn, entity(target), 2)),
  ]);
  const more = random.pick(['', '', ', include_aliases=True', ', propagate_to_loaders=False']);
  const option = `with_loader_criteria(${target.name}, ${criterion}${more})`;
  const steps: Step[] = [
    ...filters(context, from, 1),
    `.options(${random.pick([`${options.join(', ')}, ${option}`, option])})`,
  ];
  sendEntities(
    context,
    assemble(fn, `select(${from.text})`, steps, { name: 'stmt' }),
    hasCollections || hasJoinedCollection(from) || relation.target.relations.some((one) => one.eager),
  );
}

export function containsEager(context: Context): void {
  const { fn } = context;
  const relation = relatedPair(context);
  if (!relation) return;
  fn.import('sqlalchemy', 'select');
  fn.import('sqlalchemy.orm', 'contains_eager');
  const from = entity(relation.from);
  const path = `${from.text}.${relation.name}`;
  const steps = [
    `.join(${path})`,
    `.options(contains_eager(${path}))`,
    `.where(${bare(condition(fn, entity(relation.target)))})`,
  ];
  sendEntities(context, assemble(fn, `select(${from.text})`, steps, { name: 'stmt', isOptional: () => false }), true);
}

interface Loaders {
  readonly options: string[];
  /** Rows have to be made unique. */
  readonly hasCollections: boolean;
}

const LOADERS = [
  'joinedload',
  'joinedload',
  'selectinload',
  'selectinload',
  'subqueryload',
  'lazyload',
  'raiseload',
  'noload',
  'immediateload',
  'defaultload',
];

export function loaders(context: Context, from: Entity, relation: Relation): Loaders {
  const { fn, random } = context;
  const { name, target } = relation;
  const loader = random.pick(LOADERS);
  fn.import('sqlalchemy.orm', loader);
  let path = `${from.text}.${name}`;
  if (random.chance(0.15) && /joined|selectin|subquery/.test(loader))
    path = `${path}.and_(${bare(condition(fn, entity(target), 2))})`;
  let option = `${loader}(${path}${loader === 'joinedload' && random.chance(0.2) ? ', innerjoin=True' : ''})`;
  let hasCollections = relation.many && loader === 'joinedload';
  // What was loaded already is not loaded again: away from where we come from.
  const further = target.relations.filter((one) => !related(one.target, relation.from) && !related(one.target, target));
  if (further.length > 0 && random.chance(0.45) && /joined|selectin|subquery|default/.test(loader)) {
    const next = random.pick(further);
    const nested = random.pick(['joinedload', 'selectinload', 'subqueryload', 'lazyload']);
    hasCollections ||= next.many && nested === 'joinedload';
    if (random.chance(0.3)) {
      fn.import('sqlalchemy.orm', nested);
      option = `${option}.options(${nested}(${target.name}.${next.name}))`;
    } else option = `${option}.${nested}(${target.name}.${next.name})`;
  } else if (random.chance(0.3) && /joined|selectin|subquery|default/.test(loader)) {
    const attribute = random.pick(target.attributes).name;
    option = `${option}.${random.pick(['load_only', 'defer'])}(${target.name}.${attribute})`;
  }
  return { options: [option], hasCollections };
}

function related(one: Model, other: Model): boolean {
  return one === other || one.base === other || other.base === one;
}

function columnOption({ fn, random }: Context, on: Entity): string {
  const [first, second] = random.some(on.model.attributes, 2);
  const name = random.pick(['load_only', 'defer', 'undefer', 'raise']);
  if (name === 'raise') {
    fn.import('sqlalchemy.orm', 'load_only');
    return `load_only(${on.text}.${first!.name}, raiseload=True)`;
  }
  fn.import('sqlalchemy.orm', name);
  const others = name === 'load_only' ? `, ${on.text}.${second!.name}` : '';
  return `${name}(${on.text}.${first!.name}${others})`;
}
