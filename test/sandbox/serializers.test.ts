/** Serializers of the REST framework whose data is not known: what checking it sends, and what is not known of it. */
import { expect, test } from 'vitest';
import { lineOf, useAsking } from './engine.ts';
import { press } from './models.ts';

const asking = useAsking();

const site = {
  ...press,
  'press/serializers.py': `
from rest_framework import serializers
from press.models import Article, Author, Booking

class NameSerializer(serializers.ModelSerializer):
    class Meta:
        model = Author
        fields = ["name"]

class AuthorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Author
        fields = ["name", "email"]

class ArticleSerializer(serializers.ModelSerializer):
    class Meta:
        model = Article
        fields = ["title", "author", "tags"]

class BookingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Booking
        fields = ["seat", "day"]
`,
};

async function sent(view: string): Promise<unknown> {
  const text = `
from press.models import Article, Author
from press.serializers import ArticleSerializer, AuthorSerializer, BookingSerializer, NameSerializer
${view}`;
  const shown = await asking.viewAtEnd(text, 'press/views.py', site);
  return shown && [shown.reason, ...shown.statements.map(lineOf)];
}

test('what a check looks for depends on which fields are valid', async () => {
  expect(
    await sent(`
def add(request):
    serializer = BookingSerializer(data=request.data)
    serializer.is_valid()
`),
  ).toEqual([
    'Which fields of `serializer` are valid.',
    ' | SELECT %s AS "a" FROM "press_booking" WHERE ("press_booking"."day" = %s AND "press_booking"."seat" = %s) LIMIT 1 | 1 | serializer.validated_data["day"] | serializer.validated_data["seat"]',
  ]);
});

test('a check that looks for nothing is worth no word', async () => {
  expect(
    await sent(`
def add(request):
    serializer = NameSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
`),
  ).toBeNull();
});

test('rows that are linked, where the data names any', async () => {
  const given = '"tags" in serializer.initial_data';
  const article =
    'INSERT INTO "press_article" ("title", "author_id") VALUES (%s, %s) RETURNING "press_article"."id" | serializer.validated_data["title"] | serializer.validated_data["author"].id';
  expect(
    await sent(`
def add(request):
    serializer = ArticleSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    serializer.save()
`),
  ).toEqual([
    'How many values `serializer.initial_data["tags"]` has; the order of the rows, whose keys Django keeps in a set.',
    `${given} | ${article}`,
    `${given} | BEGIN`,
    `${given} | SELECT "press_tag"."id" AS "id" FROM "press_tag" INNER JOIN "press_article_tags" ON ("press_tag"."id" = "press_article_tags"."tag_id") WHERE "press_article_tags"."article_id" = %s | serializer.instance.id`,
    `${given} | INSERT INTO "press_article_tags" ("article_id", "tag_id") SELECT * FROM UNNEST((%s)::integer[], (%s)::integer[]) ON CONFLICT DO NOTHING | [serializer.instance.id, serializer.instance.id] | [serializer.validated_data["tags"][0].id, serializer.validated_data["tags"][1].id]`,
    `${given} | COMMIT`,
    `not (${given}) | ${article}`,
  ]);
});

test('several objects at once', async () => {
  expect(
    await sent(`
def add(request):
    serializer = NameSerializer(data=request.data, many=True)
    serializer.is_valid(raise_exception=True)
    serializer.save()
`),
  ).toEqual([
    'How many values `serializer.initial_data` has.',
    ' | INSERT INTO "press_author" ("name", "email") VALUES (%s, %s) RETURNING "press_author"."id" | serializer.validated_data[0]["name"] | ',
    ' | INSERT INTO "press_author" ("name", "email") VALUES (%s, %s) RETURNING "press_author"."id" | serializer.validated_data[1]["name"] | ',
  ]);
});
