import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Models whose own `save` and `delete` call what is not at hand. */

const asking = useAsking();

const models = `
import logging

from django.db import models
from django.dispatch import Signal
from elsewhere import tell

logger = logging.getLogger(__name__)

class Order(models.Model):
    note = models.TextField()
    total = models.IntegerField(default=0)

    def save(self, *args, **kwargs):
        tell(self)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        self.forget()
        return super().delete(*args, **kwargs)

    def forget(self):
        return [tell(each) for each in (self, self)]

order_paid = Signal()

class Payment(models.Model):
    amount = models.IntegerField()

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        order_paid.send(sender=Payment, payment=self)

class Ticket(models.Model):
    code = models.CharField(max_length=8)

    def save(self, *args, **kwargs):
        logger.info("saving %s", self.code)
        self.code = self.code.upper()
        super().save(*args, **kwargs)
`;

/** The reason, and the first word of each statement, without those of transactions. */
async function sent(line: string): Promise<readonly (string | null)[]> {
  const view = await asking.viewAtEnd(`${models}\n${line}\n`);
  const statements = (view?.statements ?? []).filter(({ role }) => role !== 'transaction');
  return [view?.reason ?? null, ...statements.map(({ sql }) => sql.slice(0, sql.indexOf(' ')))];
}

const saves = 'What `tell` does, which `Order.save` calls.';

test.each([
  ['Order(note="a").save()', [saves, 'INSERT']],
  ['Order.objects.create(note="a")', [saves, 'INSERT']],
  ['def change(order: Order):\n    order.total = 1\n    order.save(update_fields=["total"])', [saves, 'UPDATE']],
  ['def remove(order: Order):\n    order.delete()', ['What `tell` does, which `Order.delete` calls.', 'DELETE']],
  // No method of the model is called for many rows at once.
  ['Order.objects.bulk_create([Order(note="a")])', [null, 'INSERT']],
  ['Order.objects.filter(note="a").update(total=1)', [null, 'UPDATE']],
  ['Order.objects.filter(note="a").delete()', [null, 'DELETE']],
  ['Payment(amount=1).save()', ['What `Signal().send` does, which `Payment.save` calls.', 'INSERT']],
  // What logs sends nothing.
  ['Ticket(code="a").save()', [null, 'INSERT']],
])('%s', async (line, expected) => {
  expect(await sent(line)).toEqual(expected);
});

test('only a save that is asked about matters', async () => {
  expect(await sent('def find(order: Order):\n    order.save()\n    return Order.objects.filter(note="a")')).toEqual([
    null,
    'SELECT',
  ]);
});
