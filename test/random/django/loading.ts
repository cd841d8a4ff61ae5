/** `select_related()`, `prefetch_related()` with Prefetch and nested query sets, `only()`. */
import { assemble, type Step } from '../assemble.ts';
import { type Context, end, relatedPair } from './context.ts';
import { start, steps } from './filters.ts';
import { lookups } from './lookups.ts';
import type { Model, Relation } from './models.ts';

export function loading(context: Context): void {
  const { fn, random } = context;
  const { from, relation } = relatedPair(context)!;
  const made: Step[] = [];
  if (relation.many) made.push(`.prefetch_related(${prefetched(context, from, relation)})`);
  else if (random.chance(0.3)) made.push(`.prefetch_related(${prefetched(context, from, relation)})`);
  else made.push(`.select_related("${path(context, from, relation)}")`);
  const single = from.relations.find((one) => !one.many && one !== relation);
  if (single && random.chance(0.3)) made.push(`.select_related("${single.name}")`);
  if (random.chance(0.15)) made.push(`.only("name")`);
  const query = assemble(fn, start(context, from), [...steps(context, from, 1), ...made], { name: 'rows' });
  end(
    context,
    random.pick([query, `list(${query})`, `${query}.first()`, `${query}[:5]`, `${query}.get(pk=${from.id})`]),
  );
}

/** One relation, or two of which the second leads away from the first. */
function path({ random }: Context, from: Model, relation: Relation): string {
  const further = relation.target.relations.filter(
    (one) => !one.many && !isSame(one.target, from) && !isSame(one.target, relation.target),
  );
  return further.length > 0 && random.chance(0.4) ? `${relation.name}__${random.pick(further).name}` : relation.name;
}

function isSame(one: Model, other: Model): boolean {
  return one === other || one.base === other || other.base === one;
}

function prefetched({ fn, random }: Context, from: Model, relation: Relation): string {
  const { target } = relation;
  const further = target.relations.filter((one) => !isSame(one.target, from) && !isSame(one.target, target));
  const nested = further.length > 0 && random.chance(0.4) ? random.pick(further) : null;
  if (random.chance(0.5)) return `"${relation.accessor}${nested ? `__${nested.accessor}` : ''}"`;
  fn.import('django.db.models', 'Prefetch');
  const inner = `${target.name}.objects${random.pick([`.filter(${lookups(fn, target, 1)})`, '.order_by("name")', '.all()', '.only("name")'])}${nested ? (nested.many ? `.prefetch_related("${nested.accessor}")` : `.select_related("${nested.name}")`) : ''}`;
  const stored = random.chance(0.4) ? `, to_attr="${fn.global('found_ones')}"` : '';
  return `Prefetch("${relation.accessor}", queryset=${inner}${stored})`;
}
