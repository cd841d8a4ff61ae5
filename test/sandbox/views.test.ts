import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Views whose base is not at hand. */

const asking = useAsking();

test('the filters of a view of the REST framework', async () => {
  const view = await asking.viewAtEnd(
    `
from django.db import models
from rest_framework import generics

class Order(models.Model):
    title = models.CharField(max_length=20)

class Orders(generics.ListAPIView):
    queryset = Order.objects.order_by("title")

    def list(self, request):
        return self.filter_queryset(self.get_queryset()).exclude(title="")
`,
    'shop/models.py',
  );
  expect(view?.reason).toBe('What the filters of `Orders` do.');
  expect(view?.statements.map(({ sql }) => sql)).toEqual([
    'SELECT "shop_order"."id", "shop_order"."title" FROM "shop_order" WHERE NOT ("shop_order"."title" = %s) ORDER BY "shop_order"."title" ASC',
  ]);
});
