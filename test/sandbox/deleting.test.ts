/** What goes with a deleted object: each kind of rows that refer to it is there or not, whatever the others are. */
import { expect, test } from 'vitest';
import type { QueryView } from '../../server/src/ide/views.ts';
import { useAsking } from './engine.ts';

const asking = useAsking();

/** The models `Blog` and one that refers to it for each name, whose own rows are referred to. */
function modelsReferredToBy(...names: readonly string[]): string {
  const referring = names.map(
    (name) => `
class ${name}(models.Model):
    blog = models.ForeignKey(Blog, on_delete=models.CASCADE)

class ${name}Note(models.Model):
    subject = models.ForeignKey(${name}, on_delete=models.CASCADE)
`,
  );
  return `
from django.db import models

class Blog(models.Model):
    name = models.CharField(max_length=100)
${referring.join('')}
`;
}

async function deletion(models: string): Promise<QueryView> {
  const view = await asking.viewAtEnd(`${models}\ndef remove(blog: Blog):\n    blog.delete()\n`, 'blog/models.py');
  return view!;
}

function tablesDeletedFrom({ statements }: QueryView): Record<string, readonly string[]> {
  const found: Record<string, string[]> = {};
  for (const { sql, when } of statements) {
    const tables = (found[when ?? ''] ??= []);
    const table = /^DELETE FROM "blog_(\w+)"/.exec(sql)?.[1];
    if (table) tables.push(table);
  }
  return found;
}

test('of two kinds, each may be there alone', async () => {
  const view = await deletion(modelsReferredToBy('Entry', 'Link'));
  expect(view.status).toBe('exact');
  expect(tablesDeletedFrom(view)).toEqual({
    'rows of Entry refer to the Blog and rows of Link refer to the Blog': [
      'entrynote',
      'linknote',
      'entry',
      'link',
      'blog',
    ],
    'rows of Entry refer to the Blog and no row of Link refers to the Blog': ['entrynote', 'entry', 'blog'],
    'no row of Entry refers to the Blog and rows of Link refer to the Blog': ['linknote', 'link', 'blog'],
    'no row of Entry refers to the Blog and no row of Link refers to the Blog': ['blog'],
  });
});

test('two keys of one model are told apart', async () => {
  const models = modelsReferredToBy('Entry').replace(
    'blog = ',
    'origin = models.ForeignKey(Blog, on_delete=models.CASCADE, related_name="copies")\n    blog = ',
  );
  expect(Object.keys(tablesDeletedFrom(await deletion(models)))).toContain(
    'no row of Entry refers to the Blog by `origin` and rows of Entry refer to the Blog by `blog`',
  );
});

test('of more kinds than can be shown, the answer says that the rest is not known', async () => {
  const view = await deletion(modelsReferredToBy('Entry', 'Link', 'Photo', 'Video'));
  expect(view.status).toBe('partial');
  expect(view.reason).toBe('Which kinds of rows refer to the Blog.');
});

test('a generic key is a kind of its own', async () => {
  const view = await deletion(`
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models

class Mark(models.Model):
    kind = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    number = models.IntegerField()
    of = GenericForeignKey("kind", "number")

class MarkNote(models.Model):
    mark = models.ForeignKey(Mark, on_delete=models.CASCADE)

class Blog(models.Model):
    marks = GenericRelation(Mark, "number", "kind")
`);
  const ways = (read: string): object => ({
    [`${read} and rows of Mark refer to the Blog`]: ['marknote', 'blog', 'mark'],
    [`${read} and no row of Mark refers to the Blog`]: ['blog'],
  });
  expect(tablesDeletedFrom(view)).toEqual({
    ...ways('no ContentType was read before'),
    ...ways('the ContentType was read before'),
  });
});
