/** `filter()` and `exclude()` across relations, with Q() and F(), order, distinct, slices, and what is asked of them. */
import { assemble, type Step } from '../assemble.ts';
import { type Context, end, relatedPair, sendRows } from './context.ts';
import { key, lookup, lookups, q } from './lookups.ts';
import type { Model } from './models.ts';

export function steps({ fn, random }: Context, model: Model, most = 3): Step[] {
  return Array.from({ length: random.between(1, most) }, () => {
    switch (random.between(0, 7)) {
      case 0:
        return `.exclude(name="z")`;
      case 1: {
        const relation = random.pick(model.relations);
        return `.exclude(${relation.name}__${random.pick(['name="z"', 'rank__gt=999'].filter((one) => one.startsWith('name') || relation.target.attributes.some(({ name }) => name === 'rank')))})`;
      }
      case 2:
      case 3:
        return `.filter(${q(fn, model)})`;
      case 4:
        return `.filter(${q(fn, model)}, ${lookup(fn, model)})`;
      case 5: {
        const filters = fn.name('filters');
        const [first, second] = [lookup(fn, model), lookup(fn, model)].map(
          (one) => one.split(/=(.*)/s) as [string, string],
        );
        fn.line(`${filters} = {"${first![0]}": ${first![1]}}`);
        if (random.chance(0.5)) fn.line(`${filters}["${second![0]}"] = ${second![1]}`);
        return `.filter(**${filters})`;
      }
      default:
        return `.filter(${lookups(fn, model)})`;
    }
  });
}

export function arrangement({ random }: Context, model: Model): Step[] {
  const found: Step[] = [];
  if (random.chance(0.5)) {
    const names = random
      .some(model.attributes, random.between(1, 2))
      .map(({ name }) => `"${random.pick(['', '-'])}${name}"`);
    if (random.chance(0.2) && model.relations.length > 0) names.push(`"${random.pick(model.relations).name}__name"`);
    if (random.chance(0.05)) names.push('"?"');
    found.push(`.order_by(${names.join(', ')})`);
  }
  if (random.chance(0.15)) found.push('.distinct()');
  if (random.chance(0.1)) found.push('.reverse()');
  return found;
}

/** `Book.objects`, its own methods included. */
export function start({ random }: Context, model: Model): string {
  const scope = model.scopes.length > 0 && random.chance(0.5) ? `.${random.pick(model.scopes)}()` : '';
  return `${model.name}.objects${scope || '.all()'}`;
}

export function filtered(context: Context): void {
  const { fn, random, graph } = context;
  const model = random.pick(graph.models);
  const query = assemble(fn, start(context, model), [...steps(context, model), ...arrangement(context, model)], {
    name: 'books',
  });
  switch (random.between(0, 9)) {
    case 0:
      return end(context, `${query}.count()`);
    case 1:
      return end(context, `${query}.exists()`);
    case 2:
      return end(context, `${query}.get(${lookup(fn, model)})`);
    case 3:
      return end(context, random.pick([`len(${query})`, `bool(${query})`]));
    case 4:
      return end(context, `${query}.${random.pick(['earliest', 'latest'])}("${random.pick(model.attributes).name}")`);
    default:
      return sendRows(context, query);
  }
}

/** What is asked of managers and of query sets without many filters. */
export function lookedUp(context: Context): void {
  const { fn, random, graph } = context;
  const model = random.pick(graph.models);
  const manager = `${model.name}.objects`;
  switch (random.between(0, 7)) {
    case 0:
      return end(context, `${manager}.in_bulk([${key(fn, model)}, 2])`);
    case 1:
      return end(context, `${manager}.get(pk=${key(fn, model)})`);
    case 2:
      fn.import('django.shortcuts', 'get_object_or_404');
      return end(
        context,
        `get_object_or_404(${random.pick([model.name, `${manager}.filter(${lookup(fn, model)})`])}, pk=${key(fn, model)})`,
      );
    case 3: {
      const date = model.attributes.find(({ type }) => type === 'date');
      return end(
        context,
        date ? `${manager}.dates("${date.name}", "${random.pick(['year', 'month', 'day'])}")` : `${manager}.none()`,
      );
    }
    case 4: {
      const pair = relatedPair(context, ({ many }) => many)!;
      return relatedManager(context, pair.from, pair.relation.accessor, pair.relation.target);
    }
    case 5: {
      const others = [`.filter(${lookups(fn, model)})`, `.filter(${lookups(fn, model)})`, `.exclude(name="z")`];
      const [one, other] = random.some(others, 2);
      return end(
        context,
        `${manager}${one}.${random.pick(['union', 'intersection', 'difference'])}(${manager}${other})${random.pick(['', '.order_by("name")', '.count()', '[:5]'])}`,
      );
    }
    case 6:
      return end(
        context,
        `${manager}.${random.pick(['only', 'defer'])}("name")${random.pick(['', '.first()', `.filter(${lookups(fn, model)})`])}`,
      );
    default:
      return end(
        context,
        `${manager}.order_by("${model.attributes[0]!.name}")[${random.pick(['2:7', ':3', fn.parameter('start', 'int', '0') + ':'])}]`,
      );
  }
}

/** `author.books.filter(…)` */
function relatedManager(context: Context, from: Model, accessor: string, target: Model): void {
  const { fn, random } = context;
  const owner = fn.parameter(from.name.toLowerCase(), from.name, `${from.name}.objects.get(pk=${from.id})`);
  const more = random.pick([
    '.all()',
    `.filter(${lookups(fn, target)})`,
    '.count()',
    '.first()',
    '.exists()',
    `.exclude(name="z")`,
    `.values_list("name", flat=True)`,
  ]);
  end(context, `${owner}.${accessor}${more}`);
}
