import { expect, test } from 'vitest';
import { useAsking, valueOf } from './engine.ts';

/** What a model has under a name and the sandbox cannot make: an unknown value, and not nothing. */

const asking = useAsking();

async function given(value: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(`
import logging
from django.db import models
from elsewhere import Extra, made

class Order(models.Model):
    title = models.CharField(max_length=20)
    extra = made(Extra(3))
    LIMIT = made("limit")
    FIRST, SECOND = made("first"), made("second")
    CHOICES = [(FIRST, "First")]
    log = logging.getLogger(__name__)

    def save(self, *args, **options):
        self.log.info("saved")
        super().save(*args, **options)

def find(order: Order):
    ${value}
`);
  const params = (view?.statements ?? []).flatMap(({ params }) => params);
  return [view?.reason ?? null, ...params.map(valueOf)];
}

test.each([
  ['order.extra', 'Order.extra'],
  ['Order.LIMIT', 'Order.LIMIT'],
  ['order.SECOND', 'Order.SECOND'],
  ['order.extra.label', 'Order.extra.label'],
])('%s', async (value, hole) => {
  expect(await given(`Order.objects.filter(title=${value})`)).toEqual([null, hole]);
});

test('a logger is one', async () => {
  expect(await given('order.save(update_fields=["title"])')).toEqual([null, 'order.title', 'order.id']);
});
