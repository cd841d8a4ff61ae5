/** What a user reads about values and columns that nobody knows: they are named by their text. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const models = `
from django.db import models
from acme.expressions import Rank

class Post(models.Model):
    title = models.CharField(max_length=20)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE)

    class Meta:
        app_label = "blog"

`;

const asking = useAsking();

test('an unknown expression', async () => {
  const view = await asking.viewAtEnd(`${models}Post.objects.annotate(rank=Rank("title"))\n`);
  expect(view?.reason).toBe('TypeError: QuerySet.annotate() received non-expression(s): {Rank("title")}.');
});

const subquery = 'from django.db.models import OuterRef\nchildren = Post.objects.filter(parent=OuterRef("pk"))';

test('a subquery that is looked at by itself', async () => {
  const view = await asking.viewAtEnd(`${models}${subquery}\n`);
  expect(view?.reason).toBe('Which column of the query around it `OuterRef("pk")` is.');
  expect(view?.statements[0]?.sql).toMatch(/WHERE "blog_post"."parent_id" = \(%s\)$/);
});

test('a subquery that is sent by itself', async () => {
  const view = await asking.viewAtEnd(`${models}${subquery}.count()\n`);
  expect(view?.reason).toBe(
    'ValueError: This queryset contains a reference to an outer query and may only be used in a subquery.',
  );
});
