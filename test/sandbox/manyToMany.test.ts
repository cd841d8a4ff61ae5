/** Rows that are related in one call: Django keeps their keys in a set. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const project = {
  'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
  'settings.py': 'INSTALLED_APPS = ["shop"]\n',
  'shop/__init__.py': '',
  'shop/models.py': `
from django.db import models

class Tag(models.Model):
    name = models.CharField(max_length=20)

class Item(models.Model):
    tags = models.ManyToManyField(Tag)
`,
};

const asking = useAsking();

async function reasonOf(call: string): Promise<string | null | undefined> {
  const text = `from .models import Item, Tag\n\ndef relate(item: Item, one: Tag, other: Tag):\n    ${call}\n`;
  return (await asking.viewAtEnd(text, 'shop/views.py', project))?.reason;
}

test('the order of two that are not known is up to Python', async () => {
  expect(await reasonOf('item.tags.add(one, other)')).toBe('The order of the rows, whose keys Django keeps in a set.');
});

test('one has no order', async () => {
  expect(await reasonOf('item.tags.add(one)')).toBeNull();
});
