/** Statements inside of statements: subqueries, CTEs, EXISTS, unions, correlated columns. */
import { assemble, type Step } from '../assemble.ts';
import { bare, condition, entity } from './conditions.ts';
import { type Context, sendEntities, sendRows } from './context.ts';
import { relatedPair } from './joins.ts';
import type { Model, Relation } from './models.ts';
import { arrangement, hasJoinedCollection } from './selects.ts';

export function subqueries(context: Context): void {
  const { fn, random } = context;
  fn.import('sqlalchemy', 'func', 'select');
  random.pick([inSubquery, fromSubquery, correlated, existsWhere, unions, recursive])(context);
}

/** A collection of a model, whose table has the key. */
function collection(context: Context): (Relation & { readonly keyOfTarget: string }) | null {
  const found = relatedPair(context, ({ many, secondary }) => many && !secondary);
  return found && { ...found, keyOfTarget: `${found.target.name}.${found.back}_id` };
}

function inSubquery(context: Context): void {
  const { fn, random } = context;
  const pair = collection(context);
  if (!pair) return existsWhere(context);
  const from = entity(pair.from);
  const chosen = `select(${pair.keyOfTarget}).where(${bare(condition(fn, entity(pair.target)))})`;
  let inner = chosen;
  if (random.chance(0.5)) {
    inner = fn.name('chosen');
    fn.line(`${inner} = ${chosen}${random.pick(['', '.subquery()', '.scalar_subquery()'])}`);
    // A subquery is a table: its column has to be selected.
  }
  const steps = [
    `.where(${from.text}.id.${random.pick(['in_', 'in_', 'not_in'])}(${inner}))`,
    ...arrangement(context, from),
  ];
  sendRows(context, assemble(fn, `select(${from.text}.id, ${from.text}.name)`, steps, { name: 'stmt' }));
}

function fromSubquery(context: Context): void {
  const { fn, random } = context;
  const pair = collection(context);
  if (!pair) return existsWhere(context);
  const counts = fn.name('counts');
  const kind = random.pick(['subquery', 'subquery', 'cte']);
  const named = random.pick(['', '"counts"']);
  const inner = `select(${pair.keyOfTarget}.label("owner_id"), func.count().label("total"))`;
  const steps = [`.where(${bare(condition(fn, entity(pair.target)))})`, `.group_by(${pair.keyOfTarget})`];
  fn.line(`${counts} = ${inner}${steps.join('')}.${kind}(${named})`);
  const on = `${counts}.c.owner_id == ${pair.from.name}.id`;
  const outer: Step[] = [`.${random.pick(['join', 'outerjoin'])}(${counts}, ${on})`];
  if (random.chance(0.6)) outer.push(`.where(${counts}.c.total >= ${fn.parameter('least', 'int', '0')})`);
  if (random.chance(0.5))
    outer.push(`.order_by(${random.pick([`${counts}.c.total.desc()`, `func.coalesce(${counts}.c.total, 0)`])})`);
  const isOptional = (step: Step): boolean => !/^\.(outer)?join/.test(step);
  const columns = random.pick([
    `${pair.from.name}, ${counts}.c.total`,
    `${pair.from.name}.name, func.coalesce(${counts}.c.total, 0)`,
  ]);
  sendRows(
    context,
    assemble(fn, `select(${columns})`, outer, { name: 'stmt', isOptional }) +
      (hasJoinedCollection(entity(pair.from)) ? '' : ''),
  );
}

function correlated(context: Context): void {
  const { fn, random } = context;
  const pair = collection(context);
  if (!pair) return existsWhere(context);
  const total = fn.name('total');
  const inner = `select(func.${random.pick(['count', 'max', 'min'])}(${pair.target.name}.id)).where(${pair.keyOfTarget} == ${pair.from.name}.id)`;
  const correlate = random.chance(0.3) ? `.correlate(${pair.from.name})` : '';
  fn.line(`${total} = ${inner}${correlate}.${random.pick(['scalar_subquery()', 'label("total")'])}`);
  const steps = [
    ...(random.chance(0.5) ? [`.where(${bare(condition(fn, entity(pair.from)))})`] : []),
    `.order_by(${random.pick([total, `${pair.from.name}.name`])})`,
  ];
  sendRows(context, assemble(fn, `select(${pair.from.name}.name, ${total})`, steps, { name: 'stmt' }));
}

function existsWhere(context: Context): void {
  const { fn, random } = context;
  const pair = relatedPair(context, ({ secondary, many }) => many && !secondary) ?? relatedPair(context)!;
  const from = entity(pair.from);
  const key = `${pair.target.name}.${pair.back}_id == ${from.text}.id`;
  const isKeyed = pair.many && !pair.secondary;
  let test = `${from.text}.${pair.name}.${pair.many ? 'any' : 'has'}(${bare(condition(fn, entity(pair.target)))})`;
  if (isKeyed) {
    if (random.chance(0.5)) {
      fn.import('sqlalchemy', 'exists');
      test = `exists().where(${key}, ${bare(condition(fn, entity(pair.target)))})`;
    } else test = `select(${pair.target.name}.id).where(${key}).exists()`;
  }
  const steps = [`.where(${random.chance(0.3) ? '~' : ''}${test})`, ...arrangement(context, from)];
  if (random.chance(0.3)) return sendRows(context, assemble(fn, `select(${from.text}.id)`, steps, { name: 'stmt' }));
  return sendRows(context, assemble(fn, `select(${from.text}.name, ${from.text}.id)`, steps, { name: 'stmt' }));
}

function unions(context: Context): void {
  const { fn, random, graph } = context;
  const [first, second] = random.some(graph.models, 2) as [Model, Model];
  const operation = random.pick(['union', 'union_all', 'intersect', 'except_']);
  const part = (model: Model): string => {
    const name = fn.name(random.pick(['first', 'second', 'part']));
    fn.line(`${name} = select(${model.name}.id, ${model.name}.name).where(${bare(condition(fn, entity(model)))})`);
    return name;
  };
  const [one, other] = [part(first), part(second)];
  let both = `${one}.${operation}(${other})`;
  if (random.chance(0.5)) {
    fn.import('sqlalchemy', operation);
    both = `${operation}(${one}, ${other})`;
  }
  if (random.chance(0.4)) {
    const name = fn.name('both');
    fn.line(`${name} = ${both}.subquery()`);
    return sendRows(context, `select(${name}.c.name).order_by(${name}.c.id)`);
  }
  return sendRows(context, `${both}${random.pick(['', '.order_by("name")', '.limit(5)'])}`);
}

function recursive(context: Context): void {
  const { fn, random, graph } = context;
  const trees = graph.models.filter(({ tree, base }) => tree && !base);
  if (trees.length === 0) return inSubquery(context);
  const model = random.pick(trees);
  const on = entity(model);
  const name = fn.name('below');
  fn.line(
    `${name} = select(${on.text}.id, ${on.text}.parent_id).where(${on.text}.id == ${fn.parameter('root_id', 'int', `${model.id}`)}).cte("below", recursive=True)`,
  );
  const joined = `select(${on.text}.id, ${on.text}.parent_id).join(${name}, ${on.text}.parent_id == ${name}.c.id)`;
  fn.line(`${name} = ${name}.${random.pick(['union', 'union_all'])}(${joined})`);
  if (random.chance(0.5)) return sendRows(context, `select(${name}.c.id)`);
  return sendEntities(
    context,
    `select(${on.text}).where(${on.text}.id.in_(select(${name}.c.id)))`,
    hasJoinedCollection(on),
  );
}
