import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Lazy objects of a project, which set themselves up when they are asked for anything. */

const asking = useAsking();

const models = `
from django.conf import settings
from django.db import models
from django.utils.functional import LazyObject

class Backend(LazyObject):
    def _setup(self):
        self._wrapped = self.chosen()

    def chosen(self):
        return settings.BACKENDS[settings.BACKEND]

backend = Backend()

def first_state():
    return backend.first

class Order(models.Model):
    title = models.CharField(max_length=20)
    state = models.CharField(max_length=20, default=first_state)
`;

test('one that asks itself while it does so', async () => {
  const view = await asking.viewAtEnd(`${models}\nOrder.objects.filter(title="a")\n`, 'shop/models.py');
  expect(view?.reason).toBeNull();
  expect(view?.statements).toHaveLength(1);
});
