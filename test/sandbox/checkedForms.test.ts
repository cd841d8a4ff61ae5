/** Forms of Django whose data is not known: what checking it sends, and what they leave to the rest of the program. */
import { expect, test } from 'vitest';
import { lineOf, useAsking } from './engine.ts';
import { press } from './models.ts';

const asking = useAsking();

const forms = `
from django import forms
from press.models import Article, Author, Plan

class AuthorForm(forms.ModelForm):
    class Meta:
        model = Author
        fields = ["name", "email"]

class NameForm(forms.ModelForm):
    class Meta:
        model = Author
        fields = ["name"]

class ArticleForm(forms.ModelForm):
    class Meta:
        model = Article
        fields = "__all__"

class PlanForm(forms.ModelForm):
    class Meta:
        model = Plan
        fields = ["drawing"]

class SearchForm(forms.Form):
    q = forms.CharField(required=False)
    most = forms.IntegerField(required=False)
`;

const site = { ...press, 'press/forms.py': forms };

async function sent(view: string): Promise<unknown> {
  const text = `
from press.forms import ArticleForm, AuthorForm, NameForm, PlanForm, SearchForm
from press.models import Article, Author, Plan
${view}`;
  const shown = await asking.viewAtEnd(text, 'press/views.py', site);
  return shown && [shown.reason, ...shown.statements.map(lineOf)];
}

test('what a check looks for depends on which fields are valid', async () => {
  expect(
    await sent(`
def add(request):
    form = AuthorForm(request.POST)
    form.is_valid()
`),
  ).toEqual([
    'Which fields of `form` are valid.',
    ' | SELECT %s AS "a" FROM "press_author" WHERE "press_author"."email" = %s LIMIT 1 | 1 | form.cleaned_data["email"]',
  ]);
});

test('a check that looks for nothing is worth no word', async () => {
  expect(
    await sent(`
def add(request):
    form = NameForm(request.POST)
    form.is_valid()
`),
  ).toBeNull();
});

test('what is linked by the form', async () => {
  const given = 'form.cleaned_data["tags"]';
  const linked =
    'SELECT "press_tag"."id" AS "id" FROM "press_tag" INNER JOIN "press_article_tags" ON ("press_tag"."id" = "press_article_tags"."tag_id") WHERE "press_article_tags"."article_id" = %s';
  expect(
    await sent(`
def add(request, writer):
    form = ArticleForm(request.POST)
    if form.is_valid():
        article = form.save(commit=False)
        article.author_id = writer
        article.save()
        form.save_m2m()
`),
  ).toEqual([
    'How many values `form.data.getlist("tags")` has.',
    `${given} | BEGIN`,
    `${given} | ${linked} | article.id`,
    `${given} | INSERT INTO "press_article_tags" ("article_id", "tag_id") VALUES (%s, %s) ON CONFLICT DO NOTHING | article.id | Tag.id`,
    `${given} | COMMIT`,
    `not (${given}) | BEGIN`,
    `not (${given}) | ${linked} | article.id`,
    `not (${given}) | COMMIT`,
  ]);
});

test('a form without data is not valid', async () => {
  expect(
    await sent(`
def add(request):
    form = NameForm(request.POST or None)
    if form.is_valid():
        form.save()
`),
  ).toEqual([
    null,
    ' | INSERT INTO "press_author" ("name", "email") VALUES (%s, %s) RETURNING "press_author"."id" | form.cleaned_data["name"] | ',
  ]);
});

test('what follows where the data is not valid', async () => {
  expect(
    await sent(`
def add(request):
    form = AuthorForm(request.POST)
    if form.is_valid():
        form.save()
    else:
        Author.objects.count()
`),
  ).toEqual([null, ' | SELECT COUNT(*) AS "__count" FROM "press_author"']);
});

test('the data of a search', async () => {
  expect(
    await sent(`
def search(request):
    form = SearchForm(request.GET)
    authors = Author.objects.all()
    if form.is_valid():
        if form.cleaned_data["q"]:
            authors = authors.filter(name=form.cleaned_data["q"])
    return authors.count()
`),
  ).toEqual([
    null,
    'form.is_valid() and form.cleaned_data["q"] | SELECT COUNT(*) AS "__count" FROM "press_author" WHERE "press_author"."name" = %s | form.cleaned_data["q"]',
    'form.is_valid() and not (form.cleaned_data["q"]) | SELECT COUNT(*) AS "__count" FROM "press_author"',
    'not (form.is_valid()) | SELECT COUNT(*) AS "__count" FROM "press_author"',
  ]);
});

test('a number that need not be given', async () => {
  expect(
    await sent(`
def search(request):
    form = SearchForm(request.GET)
    if form.is_valid():
        Author.objects.filter(pk=form.cleaned_data["most"]).count()
`),
  ).toEqual([
    null,
    'form.cleaned_data["most"] is not None | SELECT COUNT(*) AS "__count" FROM "press_author" WHERE "press_author"."id" = %s | form.cleaned_data["most"]',
    'form.cleaned_data["most"] is None | SELECT COUNT(*) AS "__count" FROM "press_author" WHERE "press_author"."id" IS NULL',
  ]);
});

test('a file that is not uploaded leaves the one that is there', async () => {
  const update = 'UPDATE "press_plan" SET "drawing" = %s WHERE "press_plan"."id" = %s';
  expect(
    await sent(`
def edit(request, key):
    plan = Plan.objects.get(pk=key)
    form = PlanForm(request.POST, request.FILES, instance=plan)
    if form.is_valid():
        form.save()
`),
  ).toEqual([
    null,
    `"drawing" in form.files | ${update} | form.cleaned_data["drawing"] | plan.id`,
    `not ("drawing" in form.files) | ${update} | plan.drawing | plan.id`,
  ]);
});
