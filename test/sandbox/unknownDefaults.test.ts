import { expect, test } from 'vitest';
import { useAsking, valueOf } from './engine.ts';

/** A dict that is known, asked with a default that is not: `options.pop("slugify", slugify)`. */

const asking = useAsking();

const models = `
from django.db import models
from celery import states
from elsewhere import slugify

class NameField(models.CharField):
    def __init__(self, *args, **options):
        self.slugify = options.pop("slugify", slugify)
        self.words = options.pop("words", slugify)
        super().__init__(*args, **options)

def own(text):
    return text

class Order(models.Model):
    title = NameField(max_length=20, slugify=own)
    state = models.CharField(max_length=20, default=states.PENDING)

LIMITS = {"small": 1}
`;

async function holes(condition: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(
    `${models}\ndef find(title, number):\n    return Order.objects.filter(${condition})\n`,
  );
  return [view?.status, view?.statements.flatMap(({ params }) => params.map(valueOf))];
}

test('a field takes what its class knows, and leaves the rest to Django', async () => {
  expect(await holes('title=title')).toEqual(['exact', ['title']]);
});

test('a default that a library has a name for', async () => {
  expect(await holes('state=states.SUCCESS, title=states.PRECEDENCE')).toEqual([
    'exact',
    ['SUCCESS', 'states.PRECEDENCE'],
  ]);
});

test.each([
  ['id=LIMITS.get("small", number)', 1],
  ['id=LIMITS.get("large", number)', 'number'],
  ['id=dict(LIMITS).pop("small", number)', 1],
])('%s', async (condition, value) => {
  expect(await holes(condition)).toEqual(['exact', [value]]);
});
