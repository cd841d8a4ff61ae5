import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Fields that are added to a model of Django itself, or with values that are not at hand. */

const asking = useAsking();

test.each([
  ['User.objects.all()', 'What `add_to_class` adds to `User`.'],
  ['Order.objects.all()', 'What `add_to_class` adds to `Order`.'],
  ['Line.objects.all()', null],
])('%s', async (query, reason) => {
  const view = await asking.viewAtEnd(
    `
from django.contrib.auth.models import User
from django.db import models
from elsewhere import SomeField

class Order(models.Model):
    title = models.CharField(max_length=20)

class Line(models.Model):
    text = models.CharField(max_length=20)
    user = models.ForeignKey(User, on_delete=models.CASCADE)

User.add_to_class("nickname", models.CharField(max_length=5, default=""))
Order.add_to_class("rank", SomeField())
${query}
`,
    'shop/models.py',
  );
  expect(view?.reason).toBe(reason);
});
