import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Whatever a program does to what lives longer than it does, the next query finds everything as it was. */

const asking = useAsking();

const models = `
import random
from collections import Counter, OrderedDict, defaultdict, deque
from types import SimpleNamespace
from django.core.paginator import Paginator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

def known(cls):
    if cls is None:
        return registry, counted, grouped, ordered, queue, plain, slotted, service, reader, space, \\
            every, pages, counter
    return cls

@known
class Order(models.Model):
    title = models.CharField(max_length=20)
    made = models.DateTimeField()

    class Meta:
        ordering = ["title"]

class Registry(dict):
    def __setitem__(self, key, value):
        if key in self:
            raise KeyError(key)
        super().__setitem__(key, value)

    def add(self, key):
        super().setdefault(key, 1)

class Slotted:
    __slots__ = ("number",)

    def __init__(self):
        self.number = 1

class Service:
    @cached_property
    def latest(self):
        return Order.objects.first()

class Reader:
    def __init__(self):
        self.orders = Order.objects.all()

# The models need all of it, so it is loaded with them and kept.
registry = Registry(first=1)
counted = Counter(first=1)
grouped = defaultdict(list, first=[1])
ordered = OrderedDict(first=1)
queue = deque([1])
plain = [1]
slotted = Slotted()
service = Service()
reader = Reader()
space = SimpleNamespace(number=1)
every = Order.objects.all()
pages = Paginator(Order.objects.all(), 10)

def counter():
    pass
`;

/** What a program does, and the query that would show it. */
const ways: Readonly<Record<string, readonly [change: string, query: string]>> = {
  'a dict with methods of its own': ['registry["second"] = 2', 'Order.objects.filter(id__in=list(registry.values()))'],
  'what such a method does with super()': [
    'registry.add("second")',
    'Order.objects.filter(id__in=list(registry.values()))',
  ],
  'a Counter': ['counted["second"] += 2', 'Order.objects.filter(id__in=list(counted.values()))'],
  'a defaultdict': ['grouped["first"].append(2)', 'Order.objects.filter(id__in=grouped["first"])'],
  'a key that a defaultdict makes': ['grouped["second"]', 'Order.objects.filter(title__in=list(grouped))'],
  'an OrderedDict': ['ordered["second"] = 2', 'Order.objects.filter(id__in=list(ordered.values()))'],
  'a deque': ['queue.append(2)', 'Order.objects.filter(id__in=list(queue))'],
  'a list that a function is handed the method of': [
    'list(map(plain.append, [2]))',
    'Order.objects.filter(id__in=plain)',
  ],
  'a list in another order': ['plain.extend([3]); random.shuffle(plain)', 'Order.objects.filter(id__in=plain)'],
  'an object with slots': ['slotted.number = 2', 'Order.objects.filter(id=slotted.number)'],
  'a namespace': ['space.number = 2', 'Order.objects.filter(id=space.number)'],
  'an attribute of a function': ['counter.calls = 2', 'Order.objects.filter(id=getattr(counter, "calls", 0))'],
  'a property that is computed once': ['service.latest', 'Order.objects.filter(id=service.latest.id)'],
  'a queryset': ['len(every)', 'Order.objects.filter(title__in=[order.title for order in every])'],
  'a queryset that an object has': [
    'len(reader.orders)',
    'Order.objects.filter(title__in=[order.title for order in reader.orders])',
  ],
  'a counter of pages': ['pages.count', 'Order.objects.filter(id=pages.count)'],
  'the options of a model': ['Order._meta.ordering = []', 'Order.objects.all()'],
  'an attribute of a manager': [
    'Order.objects.extra_number = 2',
    'Order.objects.filter(id=getattr(Order.objects, "extra_number", 1))',
  ],
  'the time zone': ['timezone.activate("Asia/Tokyo")', 'Order.objects.filter(made__date="2024-01-01")'],
};

for (const [what, [change, query]] of Object.entries(ways)) {
  const ask = (body: string) =>
    asking.viewAtEnd(`from shop.models import *\n\ndef find(again):\n    ${body}\n`, 'shop/views.py', {
      'shop/models.py': models,
    });

  test(`${what}: by the next query`, async () => {
    const first = await ask(`return ${query}`);
    expect(first?.statements.length).toBeGreaterThan(0);
    await ask(`${change}\n    return ${query}`);
    expect(await ask(`return ${query}`)).toEqual(first);
  });

  test(`${what}: in another variant`, async () => {
    const first = await ask(`return ${query}`);
    const both = await ask(
      `if again:\n        ${change}\n    else:\n        Order.objects.count()\n    return ${query}`,
    );
    const without = both?.statements.filter(({ when }) => when !== null && !when.startsWith('again'));
    for (const { sql, params } of first?.statements ?? [])
      expect(without?.length === 0 ? both?.statements : without).toContainEqual(
        expect.objectContaining({ sql, params }),
      );
  });
}
