import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** What is looked for in `none()` is not there, whatever the database holds: nothing is sent, and the code ends. */

const asking = useAsking();

const models = `
from django.db import models
from django.shortcuts import get_object_or_404

class OrderQuerySet(models.QuerySet):
    def allowed(self, user):
        if user.may:
            return self.all()
        return self.none()

class Order(models.Model):
    title = models.CharField(max_length=20)
    objects = OrderQuerySet.as_manager()

class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
`;

async function answer(body: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(`${models}\ndef find(user, key):\n${body}\n`);
  return [
    view?.reason ?? view?.status,
    ...(view?.statements ?? []).map(({ when, sql }) => `${when} | ${/FROM "(\w+)"/.exec(sql)?.[1]}`),
    ...(view?.sendsNothingWhen ?? []),
  ];
}

test.each(['Order.objects.allowed(user).get(pk=key)', 'get_object_or_404(Order.objects.allowed(user), pk=key)'])(
  '%s',
  async (expression) => {
    expect(await answer(`    return ${expression}`)).toEqual(['exact', 'user.may | models_order', 'not (user.may)']);
  },
);

test('the code that comes after it', async () => {
  const body = '    order = Order.objects.allowed(user).get(pk=key)\n    return Line.objects.filter(order=order)';
  expect(await answer(body)).toEqual(['exact', 'null | models_line']);
});
