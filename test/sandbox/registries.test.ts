import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/**
 * Lists and dicts that decorators and the like fill in many files: a query has of them what is in its reach, so whatever
 * else they hold is named.
 */

const asking = useAsking();

const registry = `
from collections import defaultdict

names = []
numbers = {"first": 1}
features = defaultdict(list)
known = {"first": 1}
titles = ["first"]

def register(name):
    def decorate(function):
        names.append(name)
        numbers[name] = len(numbers)
        return function
    return decorate
`;

const more = `
from shop import registry

registry.titles.append("second")
`;

const models = `
from django.db import models
from shop.registry import features

def feature(name):
    def decorate(model):
        features[name].append(model.__name__.lower())
        return model
    return decorate

class Kind:
    kinds = []

    def __init_subclass__(cls):
        cls.kinds.append(cls.__name__)

class Small(Kind):
    pass

class Gathered:
    def __init__(self):
        self.titles = []

    def add(self, model):
        self.titles.append(model.__name__)
        return model

gathered = Gathered()

class SharedBase(models.base.ModelBase):
    def _prepare(cls):
        cls.shared = {}
        cls.words = {"first": 1}
        super()._prepare()

class SharedManager(models.Manager):
    def get(self, *args, **kwargs):
        found = self.model.shared.get(kwargs["id"])
        return super().get(*args, **kwargs) if found is None else found

class Shared(models.Model, metaclass=SharedBase):
    objects = SharedManager()

@gathered.add
@feature("title")
class Order(models.Model):
    title = models.CharField(max_length=20)
    kind = Small
`;

async function answer(body: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(
    `from shop.models import Order, Kind, Shared, Small, gathered\nfrom shop.registry import *\n\ndef find(title):\n${body}`,
    'shop/views.py',
    { 'shop/registry.py': registry, 'shop/models.py': models, 'shop/more.py': more },
  );
  return [view?.status, view?.reason];
}

test.each([
  ['a list in an IN', 'names', '    return Order.objects.filter(title__in=[*names, title])'],
  ['what `__init_subclass__` gathers', 'Kind.kinds', '    return Order.objects.filter(title__in=Kind.kinds)'],
  ['what an object gathers', 'gathered', '    return Order.objects.exclude(title__in=[title, *gathered.titles])'],
  [
    'a list that a loop goes over',
    'names',
    '    for name in names:\n        Order.objects.count()\n    return Order.objects.exclude(title__in=[one for one in names])',
  ],
  ['what another module puts in', 'titles', '    return Order.objects.filter(title__in=titles)'],
  ['the values of a dict', 'numbers', '    return Order.objects.filter(id__in=list(numbers.values()))'],
  ['a key that is not there', 'numbers', '    return Order.objects.filter(id=numbers.get("second", 1) or 2)'],
  [
    'whether there are any',
    'names',
    '    orders = Order.objects.filter(id=1)\n    if names:\n        orders = orders.exclude(id=2)\n    return orders.all()',
  ],
  [
    'whether one is among them',
    'names',
    '    orders = Order.objects.filter(id=1)\n    if "first" in names:\n        orders = orders.exclude(id=2)\n    return orders.all()',
  ],
  ['a dict that a metaclass gives', 'Shared.shared', '    return Shared.objects.get(id=1)'],
  [
    'a list in a dict that a decorator of models fills',
    'features',
    '    return Order.objects.filter(title__in=features["title"])',
  ],
])('%s', async (_, name, body) => {
  expect(await answer(body)).toEqual(['partial', expect.stringContaining(`hat \`${name}\` holds from before`)]);
});

test.each([
  ['a key that is there', '    return Order.objects.filter(id=numbers["first"])'],
  ['what is in a dict that a metaclass gives', '    return Order.objects.filter(id=Shared.words.get("second", 2))'],
  ['one that nobody fills', '    return Order.objects.filter(id__in=list(known.values()))'],
])('%s', async (_, body) => {
  expect(await answer(body)).toEqual(['exact', null]);
});

test('the models that `get_models` gives', async () => {
  const body = '    from django.apps import apps\n    names = [one.__name__ for one in apps.get_models()]\n';
  expect(await answer(`${body}    return Order.objects.filter(title__in=names)`)).toEqual([
    'partial',
    expect.stringContaining('hich models the project has besides'),
  ]);
});
