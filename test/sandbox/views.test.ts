import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Views whose base is not at hand. */

const asking = useAsking();

test('the filters of a view of the REST framework', async () => {
  const view = await asking.viewAtEnd(
    `
from django.db import models
from rest_framework import generics
from shop.filters import OrderFilter

class Order(models.Model):
    title = models.CharField(max_length=20)

class Orders(generics.ListAPIView):
    queryset = Order.objects.order_by("title")
    filter_backends = [OrderFilter]

    def list(self, request):
        return self.filter_queryset(self.get_queryset()).exclude(title="")
`,
    'shop/models.py',
  );
  expect(view?.reason).toBe('What the filters of `Orders` do.');
  expect(view?.statements.map(({ sql }) => sql)).toEqual([
    'SELECT "shop_order"."id", "shop_order"."title" FROM "shop_order" WHERE NOT ("shop_order"."title" = %s) ORDER BY "shop_order"."title" ASC',
  ]);
});

const library = {
  'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
  'settings.py': 'INSTALLED_APPS = ["library"]\n',
  'library/__init__.py': '',
  'library/models.py': `
from django.db import models

class Shelf(models.Model):
    room = models.CharField(max_length=20)

class Book(models.Model):
    title = models.CharField(max_length=20)
    slug = models.SlugField()
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, related_name="books")
`,
};

async function whereOf(base: string, body: string, settings = ''): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(
    `
from django.views.generic import DetailView, UpdateView
from rest_framework import generics, viewsets
from library.models import Book, Shelf

class Page(${base}):
${body
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`,
    'library/views.py',
    { ...library, 'settings.py': `${library['settings.py']}${settings}` },
  );
  return [view?.reason, ...(view?.statements ?? []).map(({ when, sql }) => `${when} | ${sql.split('WHERE ')[1]}`)];
}

test.each([
  ['viewsets.ModelViewSet', 'queryset = Book.objects.all()', ['null | "library_book"."id" = %s LIMIT 21']],
  [
    'generics.RetrieveAPIView',
    'queryset = Book.objects.all()\nlookup_field = "slug"',
    ['null | "library_book"."slug" = %s LIMIT 21'],
  ],
  ['DetailView', 'model = Shelf', ['null | "library_shelf"."id" = %s LIMIT 21']],
  [
    'UpdateView',
    'model = Book',
    [
      '"pk" in self.kwargs | "library_book"."id" = %s LIMIT 21',
      'not ("pk" in self.kwargs) | "library_book"."slug" = %s LIMIT 21',
    ],
  ],
])('the object of a %s with %s', async (base, said, expected) => {
  expect(await whereOf(base, `${said}\ndef show(self):\n    return self.get_object()`)).toEqual([null, ...expected]);
});

test('what reads from that object', async () => {
  const rows = 'def get_queryset(self):\n    return Shelf.objects.filter(room="a")\ndef show(self):\n';
  expect(
    await whereOf('viewsets.ModelViewSet', `${rows}    shelf = self.get_object()\n    return shelf.books.all()`),
  ).toEqual([null, 'null | "library_book"."shelf_id" = %s']);
  expect(await whereOf('UpdateView', `${rows}    return self.object.books.all()`)).toEqual([
    null,
    'null | "library_book"."shelf_id" = %s',
  ]);
});

test.each([
  ['filter_backends = [search]\n', ''],
  ['', 'REST_FRAMEWORK = {"DEFAULT_FILTER_BACKENDS": ["search.Backend"]}'],
])('filters of the view or of the project are named', async (own, settings) => {
  const body = `${own}queryset = Book.objects.all()\ndef show(self):\n    return self.get_object()`;
  const [reason] = await whereOf('viewsets.ModelViewSet', body, settings);
  expect(reason).toBe('What the filters of `Page` do.');
});

test('a form view leaves what becomes of its form to the project', async () => {
  const view = await asking.viewAtEnd(
    `
from django import forms
from django.views.generic import FormView
from library.models import Shelf

class ShelfForm(forms.ModelForm):
    class Meta:
        model = Shelf
        fields = ["room"]

class Page(FormView):
    form_class = ShelfForm

    def form_valid(self, form):
        return super().form_valid(form)
`,
    'library/views.py',
    library,
  );
  expect(view).toBeNull();
});

test('a form of which nobody says whether its object is new', async () => {
  const view = await asking.viewAtEnd(
    `
from django import forms
from library.models import Shelf

class ShelfForm(forms.ModelForm):
    class Meta:
        model = Shelf
        fields = ["room"]

def keep(form: ShelfForm):
    form.save()
`,
    'library/forms.py',
    library,
  );
  expect(view?.reason).toBeNull();
  expect(view?.statements.map(({ when, sql }) => `${when} | ${sql.split(' ')[0]}`)).toEqual([
    'form.instance.pk | UPDATE',
    'not (form.instance.pk) | INSERT',
  ]);
});

test('a view that chooses its form for each request', async () => {
  const view = await asking.viewAtEnd(
    `
from django import forms
from django.views.generic import CreateView
from library.models import Shelf

class ShelfForm(forms.ModelForm):
    class Meta:
        model = Shelf
        fields = ["room"]

class Page(CreateView):
    form_class = ShelfForm

    def get_form_class(self):
        return self.request.shelf_form

    def form_valid(self, form):
        return super().form_valid(form)
`,
    'library/views.py',
    library,
  );
  expect(view?.status).toBe('unsupported');
  expect(view?.reason).toBe('It depends on what `form` saves.');
});
