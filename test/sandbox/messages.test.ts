/** What the library says about a value that nobody knows names it by its text. */
import { expect, test } from 'vitest';
import { openAsking } from './engine.ts';

const models = `
from django.db import models
from acme.expressions import Rank

class Post(models.Model):
    title = models.CharField(max_length=20)

    class Meta:
        app_label = "blog"

`;

test('an unknown expression', async () => {
  const asking = await openAsking();
  try {
    const view = await asking.viewAtEnd(`${models}Post.objects.annotate(rank=Rank("title"))\n`);
    expect(view?.reason).toBe('TypeError: QuerySet.annotate() received non-expression(s): {Rank("title")}.');
  } finally {
    await asking.dispose();
  }
});
