import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Loops that run as often as something unknown says. */

const asking = useAsking();

/** What is said of a query for what a file holds, when a loop reads it. */
async function reading(loop: string): Promise<string | null | undefined> {
  const view = await asking.viewAtEnd(`
import hashlib

from django.db import models

class Picture(models.Model):
    digest = models.CharField(max_length=64)

def content_of(path):
    seen = hashlib.sha256()
    with open(path, "rb") as file:
        ${loop.replaceAll('\n', '\n        ')}
    return seen.hexdigest()

def find(path):
    value = content_of(path)
    return Picture.objects.filter(digest=value).exists()
`);
  expect(view?.statements.map(({ sql }) => sql)).toContain(
    'SELECT %s AS "a" FROM "models_picture" WHERE "models_picture"."digest" = %s LIMIT 1',
  );
  return view?.reason;
}

test.each([
  ['for part in iter(lambda: file.read(512), b""):\n    seen.update(part)'],
  ['for part in iter(file.read, b""):\n    seen.update(part)'],
  ['while part := file.read(512):\n    seen.update(part)'],
  ['part = file.read(512)\nwhile part:\n    seen.update(part)\n    part = file.read(512)'],
])('without anything the query needs: %s', async (loop) => {
  expect(await reading(loop)).toBeNull();
});

test.each([
  ['while True:\n    part = file.read(512)\n    if not part:\n        break\n    seen.update(part)'],
  ['while True:\n    try:\n        seen.update(file.read(512))\n    except EOFError:\n        break'],
])('%s', async (loop) => {
  expect(await reading(loop)).toContain('How often');
});

/** What is said of a query that needs what a loop over unknown values made. */
async function after(loop: string, query: string): Promise<string | null | undefined> {
  const view = await asking.viewAtEnd(`
from django.db import models

class Picture(models.Model):
    digest = models.CharField(max_length=64)
    size = models.IntegerField()

def find(parts):
    size, kept, is_large = 0, [], False
    for part in parts:
        ${loop}
    return Picture.objects.filter(${query})
`);
  return view?.reason;
}

test.each([
  ['size += part.size', 'size=size'],
  ['size = part.size', 'size=size'],
  ['is_large = True', '**({"size": 1} if is_large else {})'],
  ['kept = [part]', 'size=len(kept)'],
])('with something the query needs: %s', async (loop, query) => {
  expect(await after(loop, query)).toContain('How often the loop over `parts` runs');
});

test('as often as an unknown number says', async () => {
  const view = await asking.viewAtEnd(`
from django.db import models

class Picture(models.Model):
    digest = models.CharField(max_length=64)

def make(count):
    Picture.objects.bulk_create([Picture(digest=str(number)) for number in range(count)])
`);
  expect(view?.reason).toBe('How often the loop over `range(count)` runs.');
  expect(view?.statements.map(({ sql }) => sql)).toContain(
    'INSERT INTO "models_picture" ("digest") VALUES (%s) RETURNING "models_picture"."id"',
  );
});

test('with the values of a list', async () => {
  expect(await after('kept.append(part.id)', 'id__in=kept')).toBeNull();
});

test('with something else', async () => {
  expect(await after('kept.append(part.id)', 'size=3')).toBeNull();
});
