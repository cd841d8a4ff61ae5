import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Parts of models that listen to what is written without anybody seeing it. */

const asking = useAsking();

const models = `
from django.db import models
from django.db.models.signals import post_delete, post_save
from keeping.models import Records

class History:
    def __init__(self, limit):
        self.limit = limit

    def contribute_to_class(self, cls, name):
        setattr(cls, name, self)
        post_save.connect(self.keep, sender=cls, weak=False)

    def keep(self, instance, **options):
        Note.objects.create(text=str(instance))

class Size:
    def contribute_to_class(self, cls, name):
        setattr(cls, name, 3)

class Note(models.Model):
    text = models.CharField(max_length=20)
    size = Size()

class Order(models.Model):
    title = models.CharField(max_length=20)
    history = History(limit=3)

class Bill(models.Model):
    title = models.CharField(max_length=20)
    records = Records()
`;

async function reason(line: string): Promise<string | null | undefined> {
  const view = await asking.viewAtEnd(`${models}\n${line}\n`, 'shop/models.py');
  return view?.reason;
}

test.each([
  ['Order(title="a").save()', 'What `Order.history` does, which receives `post_save`.'],
  ['Bill.objects.create(title="a")', 'What `Bill.records` does, which receives `post_save`.'],
  ['def remove(bill: Bill):\n    bill.delete()', 'What `Bill.records` does, which receives `post_delete`.'],
])('%s', async (line, expected) => {
  expect(await reason(line)).toBe(expected);
});

test.each([
  'Note(text="a").save()',
  'Order.objects.filter(title="a")',
  'Order.objects.filter(title="a").update(title="b")',
  'Bill.objects.bulk_create([Bill(title="a")])',
  'def remove(order: Order):\n    order.delete()',
])('%s', async (line) => {
  expect(await reason(line)).toBeNull();
});
