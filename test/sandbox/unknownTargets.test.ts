import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** A key to a model that was not found has a column all the same: what only reads that column depends on nothing unknown. */

const asking = useAsking();

const models = `
from django.db import models
from elsewhere.models import Kind

class Order(models.Model):
    title = models.CharField(max_length=20)
    kind = models.ForeignKey(Kind, on_delete=models.CASCADE, null=True)

class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
`;

async function answer(body: string): Promise<readonly [string | undefined, string]> {
  const view = await asking.viewAtEnd(`${models}\ndef find(order: Order, kind):\n    return ${body}\n`);
  expect(view?.statements).not.toEqual([]);
  return [view?.status, view?.reason ?? ''];
}

test.each([
  'Order.objects.all()',
  'Order.objects.filter(title="a").order_by("-title").first()',
  'Order.objects.filter(title="a").update(title="b")',
  'Order.objects.count()',
  'Line.objects.select_related("order").filter(order__title="a")',
  'Line.objects.values("order_id").distinct()',
])('%s', async (body) => {
  expect(await answer(body)).toEqual(['exact', '']);
});

test.each([
  'Order.objects.filter(kind=kind)',
  'Order.objects.order_by("kind_id")',
  'Order.objects.select_related("kind")',
  'Order.objects.prefetch_related("kind")',
  'Order.objects.create(title="a", kind_id=3)',
  'Order.objects.filter(title="a").delete()',
])('%s', async (body) => {
  const [status, reason] = await answer(body);
  expect([status, reason]).toEqual([
    'partial',
    expect.stringContaining('arget `elsewhere.models.Kind` of `Order.kind` was not found'),
  ]);
});
