import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Methods that read what the sandbox does not let in. */

const asking = useAsking();

const models = `
from django.db import models
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.query import Query

class KindField(models.CharField):
    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        return name, self.__class__.__mro__[1].__name__, args, options

class KindQuery(Query):
    def get_compiler(self, *args, **kwargs):
        compiler = super().get_compiler(*args, **kwargs)
        compiler.__class__ = KindCompiler
        return compiler

class KindCompiler(SQLCompiler):
    def as_sql(self, *args, **kwargs):
        sql, params = super().as_sql(*args, **kwargs)
        return f"{sql} -- {self.query.__dict__.get('kind')}", params

class KindQuerySet(models.QuerySet):
    def noted(self):
        self.query.__class__ = KindQuery
        return self

class OrderManager(models.Manager.from_queryset(KindQuerySet)):
    def family(self):
        return self.filter(kind__in=[each for each in self._kinds()])

    def _kinds(self):
        return [each.__name__ for each in self.model.__subclasses__()]

class Order(models.Model):
    kind = KindField(max_length=8)
    title = models.CharField(max_length=20)

    objects = OrderManager()
`;

test.each([
  ['Order.objects.filter(kind="a")', null],
  ['Order.objects.noted().filter(kind="a")', 'What `KindCompiler.as_sql` does.'],
  ['Order.objects.family()', 'How often the loop over `OrderManager._kinds()` runs.'],
])('%s', async (query, reason) => {
  const view = await asking.viewAtEnd(`${models}\n${query}\n`, 'shop/models.py');
  expect(view?.reason).toBe(reason);
  expect(view?.statements).toHaveLength(1);
});
