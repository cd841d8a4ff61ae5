/** Receivers of Django's signals are named where they are called, and nowhere else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asking, openAsking } from './engine.ts';

const project = {
  'shop/__init__.py': '',
  'shop/models.py': `
from django.db import models

class Customer(models.Model):
    name = models.CharField(max_length=20)

class Tag(models.Model):
    name = models.CharField(max_length=20)

class Order(models.Model):
    note = models.CharField(max_length=20)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    tags = models.ManyToManyField(Tag)
`,
  'shop/signals.py': `
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.dispatch import receiver
from shop.models import Order, Tag

@receiver([pre_save, post_save], sender=Order)
def number(sender, instance, **options):
    instance.note = next_number()

@receiver(post_delete, sender="shop.Tag")
def forget(sender, instance, **options):
    cache.delete(instance.pk)

m2m_changed.connect(count, sender=Order.tags.through)
`,
};

let asking: Asking;
beforeAll(async () => {
  asking = await openAsking();
});
afterAll(() => asking.dispose());

/** What is not known of the last line of a function, and the first words of what it sends. */
async function sent(line: string, others: Readonly<Record<string, string>> = project): Promise<readonly unknown[]> {
  const text = `from shop.models import Customer, Order, Tag\n\ndef view(order: Order, tag: Tag):\n    ${line}\n`;
  const view = await asking.viewAtEnd(text, 'shop/views.py', others);
  return [view?.reason, ...(view?.statements ?? []).map(({ sql }) => sql.split(/\s/, 1)[0])];
}

test('a save', async () => {
  const saved = 'What `number` does, which receives `pre_save`; what `number` does, which receives `post_save`.';
  expect(await sent('Order.objects.create(note="a", customer_id=1)')).toEqual([saved, 'INSERT']);
  expect(await sent('Customer.objects.create(name="a")')).toEqual([null, 'INSERT']);
});

test('a reading behind a save: only what may have changed the object matters', async () => {
  const after = (lines: string): Promise<readonly unknown[]> => sent(lines.replaceAll('; ', '\n    '));
  expect(await after('tag = Tag.objects.create(name="a"); return list(Order.objects.filter(tags=tag))')).toEqual([
    null,
    'SELECT',
  ]);
  expect(await after('order.save(); return list(Customer.objects.filter(order=order))')).toEqual([null, 'SELECT']);
  expect(
    await after('new = Order(note="a", customer_id=1); new.save(); return Order.objects.filter(note=new.note).first()'),
  ).toEqual(['What `number` does, which receives `pre_save`.', 'SELECT']);
});

test('a reading and an update', async () => {
  expect(await sent('return list(Order.objects.all())')).toEqual([null, 'SELECT']);
  expect(await sent('Order.objects.update(note="b")')).toEqual([null, 'UPDATE']);
});

test('a deletion: the rows are read before', async () => {
  const view = await sent('Tag.objects.filter(name="a").delete()');
  expect(view[0]).toBe('What `forget` does, which receives `post_delete`.');
  expect(view.slice(1, 3)).toEqual(['SELECT', 'BEGIN']);
});

test('a link', async () => {
  expect((await sent('order.tags.add(tag)'))[0]).toBe('What `count` does, which receives `m2m_changed`.');
});

test('a signal of any model', async () => {
  const others = {
    ...project,
    'shop/signals.py': `
from django.db.models.signals import post_save

for sender in tracked():
    post_save.connect(track, sender=sender)
`,
  };
  expect(await sent('Customer.objects.create(name="a")', others)).toEqual([
    'What `track` does, which receives `post_save`.',
    'INSERT',
  ]);
});

test('a receiver in tests', async () => {
  const { 'shop/signals.py': text, ...rest } = project;
  const line = 'Order.objects.create(note="a", customer_id=1)';
  expect(await sent(line, { ...rest, 'shop/tests/test_orders.py': text })).toEqual([null, 'INSERT']);
});
