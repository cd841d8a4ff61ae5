import { describe, expect, test } from 'vitest';
import { buildModelGraph } from '../../../server/src/orm/graph.ts';
import { createInference } from '../../../server/src/orm/infer.ts';
import { querySites } from '../../../server/src/orm/sites.ts';
import { createSliceResolver } from '../../../server/src/orm/sliceResolver.ts';
import type { MemberStep, Slice } from '../../../server/src/query/program.ts';
import { sliceOf } from '../../../server/src/query/slice.ts';
import { Project } from '../../harness/project.ts';

const models = `
from django.db import models

class Order(models.Model):
    number = models.CharField(max_length=10)
    open = models.BooleanField(default=True)

    def lines_left(self):
        from .rules import MOST
        return MOST
`;

/** The slice of the last query of \`app/views.py\`. */
function sliceOfLast(view: string): Slice {
  const project = new Project({
    'app/__init__.py': '',
    'app/models.py': models,
    'app/rules.py': 'MOST = 12\n',
    'app/views.py': `from .models import Order\n${view}`,
  });
  const { program } = project;
  const inference = createInference(program, buildModelGraph(program, project.snapshot));
  const file = project.file('app/views.py');
  const site = querySites(file, inference).at(-1)!;
  return sliceOf(program, file, site.expr, createSliceResolver(inference)).slice;
}

function members(slice: Slice): readonly MemberStep[] {
  return slice.steps.filter((step) => step.op === 'member');
}

describe('members of classes', () => {
  test('a method that is called on self comes along, with the class attributes that it reads', () => {
    const slice = sliceOfLast(`
class Orders:
    only_open = True

    def get_queryset(self):
        return Order.objects.filter(open=self.only_open)

    def first(self):
        return self.get_queryset().first()
`);
    expect(members(slice).map(({ name }) => name)).toEqual(['get_queryset', 'only_open']);
    expect(members(slice)[0]!.lineage).toEqual([{ module: 'app.views', name: 'Orders' }]);
  });

  test('`super()` leads to the base that has the method', () => {
    const slice = sliceOfLast(`
class Open:
    def get_queryset(self):
        return Order.objects.filter(open=True)

class Mine(Open):
    def get_queryset(self):
        return super().get_queryset().filter(number=self.number)

    def last(self):
        return self.get_queryset().last()
`);
    expect(members(slice).map(({ cls, name }) => `${cls}.${name}`)).toEqual(['Mine.get_queryset', 'Open.get_queryset']);
    expect(members(slice)[0]!.lineage.map(({ name }) => name)).toEqual(['Mine', 'Open']);
  });

  test('a method of a model brings what it imports for itself', () => {
    const slice = sliceOfLast(`
def left(order: Order):
    return Order.objects.filter(number=order.lines_left())
`);
    expect(members(slice).map(({ name }) => name)).toEqual(['lines_left']);
    expect(members(slice)[0]!.source).not.toContain('import');
    expect(slice.steps).toContainEqual(expect.objectContaining({ op: 'link', module: 'app.models', as: 'MOST' }));
  });
});

describe('names', () => {
  test('what a comprehension or a lambda binds for itself is not looked for outside', () => {
    const slice = sliceOfLast(`
def some(numbers):
    return Order.objects.filter(number__in=[n for n in numbers if n], open=(lambda m: m)(True))
`);
    expect(slice.unknown).toEqual([]);
    expect(slice.holes.map(({ name }) => name)).toEqual(['numbers']);
  });

  test('a list that grows comes along, what is written to other rows does not', () => {
    const slice = sliceOfLast(`
def some(number):
    numbers = []
    numbers.append(number)
    Order.objects.update(open=False)
    return Order.objects.filter(number__in=numbers)
`);
    expect(slice.body).toContain('numbers.append(number)');
    expect(slice.body).not.toContain('update');
  });

  test('a list that is put in order comes along so', () => {
    const slice = sliceOfLast(`
def some(*numbers):
    known = list(numbers)
    known.sort()
    return Order.objects.filter(number__in=known)
`);
    expect(slice.body).toContain('known.sort()');
  });
});

describe('objects that calls change', () => {
  const saved = (...before: readonly string[]): string =>
    sliceOfLast(
      `
def label(order):
    order.number = "1"

def twice(order):
    label(order)

def shown(order):
    return str(order.number)

def view(user):
    order = Order(number="0")
${before.map((line) => `    ${line}\n`).join('')}    order.save()
`,
    ).body;

  test('what a function of the workspace sets, and what it calls', () => {
    expect(saved('label(order)', 'twice(order)')).toContain('label(order)\ntwice(order)\n');
  });

  test('what only reads stays out', () => {
    expect(saved('shown(order)', 'print(order)', 'user.save()')).not.toMatch(/shown|print|user/);
  });

  test('a name that is set by its text', () => {
    expect(saved('setattr(order, "number", "2")')).toContain('setattr(order, "number", "2")');
  });

  test('a password, by the method that models inherit from those of users', () => {
    expect(saved('order.set_password("x")')).toContain('order.set_password("x")\n');
  });
});

describe('loops around a query', () => {
  const unknown = (body: string): readonly string[] => sliceOfLast(`\ndef view(numbers):\n${body}`).unknown;

  test('what the next pass finds changed is not known', () => {
    expect(
      unknown(`
    orders = Order.objects.all()
    for number in numbers:
        orders = orders.exclude(number=number)
        print(orders.count())
`),
    ).toEqual(['what `orders` is after the first pass of the loop']);
  });

  test('a plain value that the next pass finds changed is any value', () => {
    const slice = sliceOfLast(`
def view():
    last = None
    start = 0
    while start < 100:
        orders = Order.objects.all()
        if last is not None:
            orders = orders.filter(pk__gt=last)
        page = list(orders[start : start + 10])
        last = page[-1].pk
        start += 10
`);
    expect(slice.unknown).toEqual([]);
    expect(slice.holes).toEqual([
      { name: 'last', hole: { text: 'last', type: { kind: 'unknown' }, optional: true } },
      { name: 'start', hole: { text: 'start', type: { kind: 'scalar', python: 'int' }, optional: false } },
    ]);
  });

  test('what is made anew in each pass is known', () => {
    expect(
      unknown(`
    total = 0
    for number in numbers:
        orders = Order.objects.filter(number=number)
        orders = orders.filter(open=True)
        total += orders.count()
`),
    ).toEqual([]);
    expect(
      unknown(`
    for number in numbers:
        print(Order.objects.filter(number=number).count())
        number = str(number)
`),
    ).toEqual([]);
  });
});
