/** `annotate()`, `aggregate()`, `values()`, conditional expressions, subqueries. */
import { assemble, type Step } from '../assemble.ts';
import { type Context, end, relatedPair, sendRows } from './context.ts';
import { arrangement, start, steps } from './filters.ts';
import { key, lookups, q } from './lookups.ts';
import type { Model } from './models.ts';

function number(model: Model): string {
  return model.attributes.find(({ type }) => type === 'int')!.name;
}

export function aggregated(context: Context): void {
  const { fn, random, graph } = context;
  const model = random.pick(graph.models);
  const named = random.pick(['', 'total=']);
  fn.import('django.db.models', 'Sum', 'Count');
  const what = random.pick([
    `Count("id")`,
    `Sum("${number(model)}")`,
    `Count("${random.pick(model.relations).name}", distinct=True)`,
    `Sum("${number(model)}", default=0)`,
  ]);
  const query = assemble(fn, start(context, model), steps(context, model, 2), { name: 'rows' });
  end(context, `${query}.aggregate(${named}${what}${random.chance(0.3) ? ', most=Max("name")' : ''})`);
  fn.import('django.db.models', 'Max');
}

/** Window functions, and aggregates of cases. */
export function windowed(context: Context): void {
  const { fn, random, graph } = context;
  const model = random.pick(graph.models);
  const [first, second] = random.some(model.attributes, 2).map(({ name }) => name);
  fn.import('django.db.models', 'F', 'Window', 'Sum');
  const kind = random.pick(['Rank', 'RowNumber', 'DenseRank', 'Lag', 'FirstValue']);
  fn.import('django.db.models.functions', kind);
  const ranked = /^(Rank|RowNumber|DenseRank)$/.test(kind) ? `${kind}()` : `${kind}("${first}")`;
  const expression = random.pick([ranked, ranked, `Sum("${number(model)}")`]);
  const partition = random.pick(['', `, partition_by=F("${second}")`, `, partition_by=[F("${second}"), F("name")]`]);
  const order = random.pick([
    `, order_by="${first}"`,
    `, order_by=F("${first}").desc()`,
    `, order_by=["-${first}", "id"]`,
  ]);
  const made: Step[] = [`.annotate(place=Window(expression=${expression}${partition}${order}))`];
  if (random.chance(0.4))
    made.push(random.pick(['.order_by("place")', '.filter(place__gte=1)', '.values("name", "place")']));
  const query = assemble(fn, start(context, model), [...steps(context, model, 1), ...made], {
    name: 'rows',
    isOptional: (step) => /^\.(filter\((?!place)|exclude)/.test(step),
  });
  return sendRows(context, query);
}

/** `aggregate()` and `annotate()` with a `Case`, and with a filter of each. */
export function conditionallyAggregated(context: Context): void {
  const { fn, random } = context;
  const { from, relation } = relatedPair(context)!;
  fn.import('django.db.models', 'Case', 'Count', 'IntegerField', 'Q', 'Sum', 'Value', 'When');
  const total = random.pick([
    `Sum(Case(When(${lookups(fn, from, 1)}, then=Value(1)), default=Value(0), output_field=IntegerField()))`,
    `Sum("${number(from)}", filter=${q(fn, from)})`,
    `Count("${relation.name}", filter=Q(${relation.name}__name="z"))`,
    `Count(Case(When(${q(fn, from)}, then="id")), distinct=True)`,
  ]);
  const query = assemble(fn, start(context, from), steps(context, from, 1), { name: 'rows' });
  if (random.chance(0.5)) return end(context, `${query}.aggregate(total=${total})`);
  return sendRows(context, `${query}.annotate(total=${total})${random.pick(['', '.order_by("-total")'])}`);
}

export function annotated(context: Context): void {
  const { fn, random } = context;
  const { from, relation } = relatedPair(context)!;
  fn.import('django.db.models', 'Avg', 'Count', 'Max', 'Min', 'Sum');
  const column = random.pick([`${relation.name}__${number(relation.target)}`, number(from)]);
  const made: Step[] = [];
  switch (random.between(0, 4)) {
    case 0:
      made.push(`.annotate(total=Count("${relation.name}"))`);
      break;
    case 1:
      made.push(`.annotate(total=${random.pick(['Sum', 'Max', 'Min', 'Avg'])}("${column}"))`);
      break;
    case 2:
      made.push(`.annotate(total=Count("${relation.name}", filter=${q(fn, from)}, distinct=True))`);
      break;
    case 3:
      made.push(`.values("name").annotate(total=Count("${random.pick([relation.name, 'id'])}"))`);
      break;
    default:
      fn.import('django.db.models', 'F', 'Value');
      made.push(
        `.annotate(total=F("${number(from)}") ${random.pick(['+', '*'])} ${random.pick(['2', fn.parameter('factor', 'int', '2'), `F("${number(from)}")`])})`,
      );
  }
  if (random.chance(0.5)) made.push(`.filter(total__gte=${random.pick(['0', fn.parameter('least', 'int', '0')])})`);
  if (random.chance(0.4)) made.push(random.pick(['.order_by("-total")', '.order_by("total", "name")']));
  if (random.chance(0.25))
    made.push(
      random.pick(['.values("name", "total")', '.values_list("name", "total")', '.values_list("total", flat=True)']),
    );
  const before = random.chance(0.4) ? steps(context, from, 1) : [];
  const isOptional = (step: Step): boolean => /^\.(filter|exclude|order_by)/.test(step);
  const query = assemble(fn, start(context, from), [...before, ...made], { name: 'rows', isOptional });
  if (random.chance(0.2)) return end(context, `${query}.count()`);
  return sendRows(context, query);
}

export function values(context: Context): void {
  const { fn, random, graph } = context;
  const model = random.pick(graph.models);
  const names = random.some(model.attributes, 2).map(({ name }) => `"${name}"`);
  if (random.chance(0.4)) names.push(`"${random.pick(model.relations).name}__name"`);
  const form = random.pick([
    `.values(${names.join(', ')})`,
    `.values_list(${names.join(', ')})`,
    `.values_list(${names[0]}, flat=True)`,
    `.values_list(${names.join(', ')}, named=True)`,
  ]);
  const query = assemble(
    fn,
    start(context, model),
    [...steps(context, model, 2), form, ...arrangement(context, model)],
    { name: 'rows', isOptional: (step) => !step.startsWith('.values') },
  );
  return sendRows(context, query);
}

export function conditional(context: Context): void {
  const { fn, random, graph } = context;
  const model = random.pick(graph.models);
  fn.import('django.db.models', 'Case', 'CharField', 'Value', 'When');
  const when = random.pick([
    `When(${lookups(fn, model, 1)}, then=Value("yes"))`,
    `When(${q(fn, model)}, then=Value("yes"))`,
  ]);
  const label = random.pick([
    `Case(${when}, default=Value("no"))`,
    `Case(${when}, When(name="z", then=Value("z")), default=Value("no"), output_field=CharField())`,
    database(context, model),
  ]);
  const made: Step[] = [`.${random.pick(['annotate', 'annotate', 'alias'])}(label=${label})`];
  if (random.chance(0.5))
    made.push(random.pick(['.order_by("label")', '.exclude(label="other")', '.filter(label__isnull=False)']));
  return sendRows(
    context,
    assemble(fn, start(context, model), [...steps(context, model, 1), ...made], {
      name: 'rows',
      isOptional: (step) => !/^\.(annotate|alias)/.test(step),
    }),
  );
}

function database({ fn, random }: Context, model: Model): string {
  fn.import('django.db.models.functions', 'Coalesce', 'Concat', 'Length', 'Lower', 'Upper');
  return random.pick([
    'Lower("name")',
    'Upper("name")',
    `Concat("name", Value(${fn.parameter('suffix', 'str', "'!'")}))`,
    'Coalesce("name", Value(""))',
    'Length("name")',
    `Length("${random.pick(model.relations).name}__name")`,
  ]);
}

export function nested(context: Context): void {
  const { fn, random } = context;
  const pair = relatedPair(context, ({ kind }) => kind === 'reverse') ?? relatedPair(context)!;
  const { from, relation } = pair;
  const target = relation.target;
  const inner = `${target.name}.objects.filter(${relation.back}=OuterRef("pk"))`;
  switch (random.between(0, 4)) {
    case 0: {
      fn.import('django.db.models', 'Exists', 'OuterRef');
      const test = `Exists(${inner}${random.chance(0.5) ? `.filter(${lookups(fn, target)})` : ''})`;
      return sendRows(context, `${from.name}.objects.filter(${random.pick(['', '', '~'])}${test})`);
    }
    case 1: {
      fn.import('django.db.models', 'OuterRef', 'Subquery');
      const newest = fn.name('newest');
      fn.line(`${newest} = ${inner}.order_by("-${random.pick(target.attributes).name}")`);
      const query = `${from.name}.objects.annotate(newest=Subquery(${newest}.values("${random.pick(target.attributes).name}")[:1]))`;
      return sendRows(context, `${query}${random.pick(['', '.order_by("newest")', '.filter(newest__isnull=False)'])}`);
    }
    case 2: {
      const chosen = fn.name('chosen');
      fn.line(`${chosen} = ${target.name}.objects.filter(${lookups(fn, target)})`);
      return sendRows(
        context,
        `${from.name}.objects.filter(${relation.name}__in=${chosen}${random.pick(['', '.values("pk")'])})`,
      );
    }
    case 3: {
      fn.import('django.db.models', 'Count', 'OuterRef', 'Subquery');
      const counted = `${inner}.order_by().values("${relation.back}").annotate(n=Count("pk")).values("n")`;
      return sendRows(context, `${from.name}.objects.annotate(n=Subquery(${counted}))`);
    }
    default:
      return sendRows(
        context,
        `${from.name}.objects.exclude(${relation.name}__in=${target.name}.objects.filter(pk=${key(fn, target)}, name="z"))`,
      );
  }
}
