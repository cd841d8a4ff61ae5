import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asking, openAsking } from './engine.ts';

/** Loops that end when something unknown says so. */

let asking: Asking;
beforeAll(async () => {
  asking = await openAsking();
});
afterAll(() => asking.dispose());

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

test.each(['iter(lambda: file.read(512), b"")', 'iter(file.read, b"")'])('%s', async (parts) => {
  expect(await reading(`for part in ${parts}:\n    seen.update(part)`)).toBe(
    `How often the loop over \`${parts}\` runs.`,
  );
});

test.each([
  ['while True:\n    part = file.read(512)\n    if not part:\n        break\n    seen.update(part)'],
  ['while part := file.read(512):\n    seen.update(part)'],
  ['part = file.read(512)\nwhile part:\n    seen.update(part)\n    part = file.read(512)'],
  ['while True:\n    try:\n        seen.update(file.read(512))\n    except EOFError:\n        break'],
])('%s', async (loop) => {
  expect(await reading(loop)).toContain('How often');
});
