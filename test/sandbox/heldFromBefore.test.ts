import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/**
 * Attributes of classes and names of modules that functions give values to: they hold them for as long as the process
 * lives, so an earlier call may have done what this one would do.
 */

const asking = useAsking();

const models = `
from django.db import models

_latest = None
_number = 3

class Order(models.Model):
    title = models.CharField(max_length=20)
    by_title = None
    counted = {}

    @classmethod
    def titled(cls, title):
        if cls.by_title is None:
            cls.by_title = {order.title: order for order in cls.objects.all()}
        return cls.by_title.get(title)

    @classmethod
    def forget(cls):
        cls.by_title = None
        return cls.objects.count()

class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    number = models.IntegerField()

class Finder:
    @classmethod
    def first(cls):
        if not hasattr(cls, "_first"):
            cls._first = Order.objects.first()
        return cls._first

def latest():
    global _latest
    if _latest is None:
        _latest = Order.objects.order_by("-id").first()
    return _latest

def numbered():
    global _number
    _number += 1
    return Line.objects.filter(number=_number)

def last():
    return _latest
`;

/** The reason, and for each condition what is read, with its parameters. */
async function sent(body: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(`${models}\ndef find(title):\n    return ${body}\n`, 'shop/models.py');
  const variants: Record<string, string[]> = {};
  for (const { when, sql, params } of view?.statements ?? []) {
    const table = / FROM "shop_(\w+)"/.exec(sql)?.[1] ?? sql;
    const given = params.map((one) => ('hole' in one ? one.hole : String(one.value)));
    (variants[when ?? ''] ??= []).push([table, ...given].join(' '));
  }
  return [view?.reason ?? null, variants];
}

test('an attribute of a class', async () => {
  expect(await sent('Line.objects.filter(order_id=Order.titled(title).id)')).toEqual([
    null,
    {
      'Order.by_title is None': ['order', 'line order.id'],
      'Order.by_title is not None': ['line Order.by_title.get(title).id'],
    },
  ]);
});

test('one that the class has not at first', async () => {
  expect(await sent('Line.objects.filter(order_id=Finder.first().id)')).toEqual([
    null,
    {
      '`Finder._first` was not set before': ['order', 'line Order.id'],
      '`Finder._first` was set before': ['line Finder._first.id'],
    },
  ]);
});

test('one that is only written', async () => {
  expect(await sent('Line.objects.filter(number=Order.forget())')).toEqual([
    null,
    { '': ['order', 'line Order.forget()'] },
  ]);
});

test('what one query leaves behind, the next does not find', async () => {
  const both = await Promise.all([1, 2].map(() => sent('Line.objects.filter(order_id=Order.titled(title).id)')));
  expect(both[0]).toEqual(both[1]);
});

test('a name of a module', async () => {
  expect(await sent('Line.objects.filter(order_id=latest().id)')).toEqual([
    null,
    { '_latest is None': ['order', 'line _latest.id'], '_latest is not None': ['line _latest.id'] },
  ]);
});

test('a name that another function reads', async () => {
  expect(await sent('Line.objects.filter(order_id=last().id)')).toEqual([null, { '': ['line _latest.id'] }]);
});

test('a number that each call changes', async () => {
  expect(await sent('numbered()')).toEqual([
    null,
    { '_number == 3': ['line 4'], '_number != 3': ['line _number + 1'] },
  ]);
});

test('what a manager leaves in a module, the next query does not find', async () => {
  const local = `
from django.db import models

class Local:
    pass

local = Local()
seen = []

class OrderManager(models.Manager):
    def get_queryset(self):
        queryset = super().get_queryset().filter(title=getattr(local, "title", "first"))
        if not seen:
            queryset = queryset.exclude(id=3)
        seen.append(1)
        local.title = "second"
        return queryset

class Order(models.Model):
    title = models.CharField(max_length=20)
    objects = OrderManager()

def find():
    Order.objects.count()
    return Order.objects.all()
`;
  const ask = () => asking.viewAtEnd(local, 'shop/models.py');
  const first = await ask();
  expect(await ask()).toEqual(first);
});

test('what the definitions of a query put into a registry, the next query does not find', async () => {
  const registry = `
from django.db import models

names = {}

def register(name):
    def decorate(function):
        names[name] = len(names)
        return function
    return decorate

class OrderManager(models.Manager):
    def named(self):
        return self.filter(id__in=sorted(names.values()))

class Order(models.Model):
    objects = OrderManager()
`;
  const helper =
    '\n@register("helper")\ndef helper():\n    return 3\n\ndef find():\n    return Order.objects.named().exclude(id=helper())\n';
  const views = 'from shop.models import Order, register\n';
  const plain = `${views}\ndef find():\n    return Order.objects.named()\n`;
  const ask = (text: string) => asking.viewAtEnd(text, 'shop/views.py', { 'shop/models.py': registry });
  const first = await ask(plain);
  await ask(views + helper);
  expect(await ask(plain)).toEqual(first);
});
