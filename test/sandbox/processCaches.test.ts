import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** What is kept for as long as the process lives: the first that asks for it sends a query, whoever comes later does not. */

const asking = useAsking();

const project = {
  'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
  'settings.py': `
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.sites", "shop"]
SITE_ID = 7
`,
  'shop/__init__.py': '',
};

const models = `
from functools import cache, lru_cache

from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.db import models

class Order(models.Model):
    title = models.CharField(max_length=20)
    number = models.IntegerField()

@cache
def first():
    return Order.objects.order_by("number").first()

_known = {}

def known(number):
    if number not in _known:
        _known[number] = Order.objects.get(number=number)
    return _known[number]

class Shelf:
    _orders = {}

    @classmethod
    def first(cls):
        found = cls._orders.get("first")
        if found is None:
            found = cls._orders["first"] = Order.objects.order_by("number").first()
        return found

_numbers = []

def numbered(number):
    _numbers.append(number)
    return _numbers

def counted(number):
    _numbers.append(number)
    return number

def own_numbers(number):
    numbers = []
    numbers.append(number)
    return numbers

def own(number):
    known = {}
    if number not in known:
        known[number] = Order.objects.get(number=number)
    return known[number]

@lru_cache(maxsize=10)
def doubled(number):
    return number * 2
`;

/** The reason, and of each variant its conditions and the table that each statement reads. */
async function sent(line: string): Promise<readonly [string | null, Readonly<Record<string, readonly string[]>>]> {
  const view = await asking.viewAtEnd(`${models}\n${line}\n`, 'shop/models.py', project);
  const variants: Record<string, string[]> = {};
  for (const { when, sql } of view?.statements ?? [])
    (variants[when ?? ''] ??= []).push(/ FROM "(\w+)"/.exec(sql)?.[1] ?? sql);
  return [view?.reason ?? null, variants];
}

test('the type of a model', async () => {
  expect(await sent('Order.objects.filter(number=ContentType.objects.get_for_model(Order).id)')).toEqual([
    null,
    {
      'no ContentType was read before': ['django_content_type', 'shop_order'],
      'the ContentType was read before': ['shop_order'],
    },
  ]);
});

test('the site of the project', async () => {
  expect(await sent('Order.objects.filter(number=Site.objects.get_current().id)')).toEqual([
    null,
    { 'no Site was read before': ['django_site', 'shop_order'], 'the Site was read before': ['shop_order'] },
  ]);
});

test('the answer of a function', async () => {
  expect(await sent('Order.objects.filter(number=first().number)')).toEqual([
    null,
    { 'first() is not cached': ['shop_order', 'shop_order'], 'first() is cached': ['shop_order'] },
  ]);
});

test('what was asked for before', async () => {
  const both =
    'def find():\n    number = first().number\n    return Order.objects.filter(number=number + first().number)';
  expect(await sent(both)).toEqual([null, { '': ['shop_order'] }]);
});

test('the answer of a function that sends nothing', async () => {
  expect(await sent('Order.objects.filter(number=doubled(2))')).toEqual([null, { '': ['shop_order'] }]);
});

test.each([
  ['known(3)', 'What `_known` holds from before.'],
  ['Shelf.first()', 'What `Shelf._orders` holds from before.'],
  ['own(3)', null],
])('what %s puts into a dict', async (call, reason) => {
  expect(await sent(`Order.objects.filter(title=${call}.title)`)).toEqual([
    reason,
    { '': ['shop_order', 'shop_order'] },
  ]);
});

test('what is asked for with something unknown is there or not', async () => {
  expect(await sent('def find(number):\n    return Order.objects.filter(title=known(number).title)')).toEqual([
    null,
    { 'number not in _known': ['shop_order', 'shop_order'], 'not (number not in _known)': ['shop_order'] },
  ]);
});

test.each([
  ['number__in=numbered(3)', 'What `_numbers` holds from before.'],
  ['number__in=[each + 1 for each in numbered(3)]', 'What `_numbers` holds from before.'],
  ['number=counted(3)', null],
  ['number__in=own_numbers(3)', null],
])('what is put into a list: %s', async (condition, reason) => {
  expect(await sent(`Order.objects.filter(${condition})`)).toEqual([reason, { '': ['shop_order'] }]);
});
