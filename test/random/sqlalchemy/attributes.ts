/** Attributes of objects: read where they are loaded, lazy, deferred or expired. */
import { CURSOR } from '../program.ts';
import { variable } from '../vocabulary.ts';
import type { Context } from './context.ts';
import { loaders } from './loading.ts';
import { entity } from './conditions.ts';
import { relatedPair } from './joins.ts';
import { ofOwnClass, type Relation } from './models.ts';
import { selectEntities } from './selects.ts';

export function attributeReads(context: Context): void {
  const { fn, random, graph, session } = context;
  const own = ofOwnClass(graph.models);
  // What is loaded with its rows must not lead back to where they come from: here it is the same row.
  const leadsBack = ({ from, target }: Relation): boolean =>
    target.relations.some((one) => one.eager && (one.target.base ?? one.target) === (from.base ?? from));
  const relation = relatedPair(context, (one) => own.includes(one.from) && !leadsBack(one));
  if (!relation) return selectEntities(context);
  const { from } = relation;
  const name = fn.name(variable(from.name));
  const id = fn.parameter(`${name}_id`, 'int', `${from.id}`);
  const options = random.chance(0.5) ? loaders(context, entity(from), relation) : null;
  fn.import('sqlalchemy', 'select');
  if (options) {
    const statement = `select(${from.name}).where(${from.name}.id == ${id}).options(${options.options.join(', ')})`;
    fn.line(`${name} = ${session}.scalars(${statement}).unique().one()`);
  } else fn.line(`${name} = ${session}.${random.pick(['get_one', 'get'])}(${from.name}, ${id})`);
  if (random.chance(0.25))
    fn.line(random.pick([`${session}.commit()`, `${session}.expire(${name})`, `${session}.refresh(${name})`]));
  const attribute = random.chance(0.75) ? relation.name : random.pick(from.attributes).name;
  fn.line(`return ${name}.${attribute}${CURSOR}`);
}
