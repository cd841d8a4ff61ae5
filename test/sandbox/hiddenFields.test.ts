import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** What a model has under the name of a field of its abstract base: the field is none of the model then. */

const asking = useAsking();

async function selected(model: string, query = 'Order.objects.all()'): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(
    `
from django.contrib.auth.models import AbstractUser
from django.db import models

class Base(models.Model):
    state = models.TextField()
    note = models.TextField()
    class Meta:
        abstract = True

class Noted:
    def note(self):
        return "noted"

${model}

def find(order: Order):
    ${query}
`,
    'shop/models.py',
    {
      'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
      'settings.py': 'INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]\n',
      'shop/__init__.py': '',
    },
  );
  const columns = [...(view?.statements[0]?.sql.matchAll(/"shop_order"\."(\w+)"(?=.* FROM)/g) ?? [])];
  return [view?.status, columns.map(([, name]) => name).join(' ')];
}

test.each([
  ['a property', 'class Order(Base):\n    @property\n    def state(self):\n        return self.note', 'id note'],
  ['a method', 'class Order(Base):\n    def state(self):\n        return "new"', 'id note'],
  ['a constant', 'class Order(Base):\n    state = "new"', 'id note'],
  ['nothing', 'class Order(Base):\n    state = None', 'id note'],
  ['an annotation alone takes nothing away', 'class Order(Base):\n    state: str', 'id state note'],
  ['a base before it', 'class Order(Noted, Base):\n    pass', 'id state'],
  ['a base behind it takes nothing away', 'class Order(Base, Noted):\n    pass', 'id state note'],
])('%s', async (_, model, columns) => {
  expect(await selected(model)).toEqual(['exact', columns]);
});

test('a property of a user', async () => {
  const user =
    'class Order(AbstractUser):\n    username = None\n    @property\n    def last_name(self):\n        return ""';
  expect(await selected(user)).toEqual([
    'exact',
    'id password last_login is_superuser first_name email is_staff is_active date_joined',
  ]);
});

test('what the property gives is what it reads', async () => {
  const order = 'class Order(Base):\n    @property\n    def state(self):\n        return self.note';
  expect(await selected(order, 'Order.objects.filter(note=order.state)')).toEqual(['exact', 'id note']);
});
