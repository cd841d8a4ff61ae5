import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Calls that are given a mapping of which nothing is known: `create(**values)`. */

const asking = useAsking();

async function sent(body: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(`
from django.db import models

class Order(models.Model):
    title = models.CharField(max_length=20)

class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    text = models.CharField(max_length=20)

    def save(self, *args, **options):
        self.text = self.order.title
        super().save(*args, **options)

class Note(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)

    def save(self, *args, **options):
        super().save(*args, **options)
        Order.objects.filter(title=self.order.title).exists()

def named(title, number, *, state, note=None):
    return Order.objects.filter(title=title, id=number, title__gt=state)

${body}
`);
  return [
    view?.reason,
    ...(view?.statements ?? []).flatMap(({ params }) => params.map((one) => ('hole' in one ? one.hole : null))),
  ];
}

test('has what the new object is asked for', async () => {
  expect(await sent('def make(values):\n    return Line.objects.create(**values)')).toEqual([
    'What `**values` holds.',
    'values["order"].id',
    'values["order"].title',
  ]);
});

test('has what the object is asked for once it is written', async () => {
  const [reason, ...params] = await sent('def make(values):\n    return Note.objects.create(**values)');
  expect([reason, params.at(-1)]).toEqual(['What `**values` holds.', 'values["order"].title']);
});

test('has what a function cannot do without', async () => {
  expect(await sent('def find(first, values):\n    return named(first, **values).order_by("id")')).toEqual([
    'What `**values` holds.',
    'values["number"]',
    'first',
    'values["state"]',
  ]);
});

test('has what is written where no row is found', async () => {
  expect(await sent('def make(values):\n    Order.objects.get_or_create(title="a", defaults=values)')).toEqual([
    'What `values` holds.',
    ...[null, null, null],
  ]);
});

test('beside another one', async () => {
  expect(await sent('def find(values, more):\n    return Order.objects.filter(**values, **more)')).toEqual([
    'What `**values` holds; what `**more` holds.',
  ]);
});
