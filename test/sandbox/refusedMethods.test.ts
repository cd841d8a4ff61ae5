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

class LabelledField(models.CharField):
    def contribute_to_class(self, cls, name, **options):
        super().contribute_to_class(cls, name, **options)
        if f"{name}_label" not in cls.__dict__:
            setattr(cls, f"{name}_label", property(lambda order: "made"))
        if "is_old" not in cls.__dict__ and "own_label" in cls.__dict__:
            setattr(cls, "own_label", property(lambda order: "not made"))

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
    title = LabelledField(max_length=20)

    objects = OrderManager()

    @property
    def own_label(self):
        return "own"

    def is_old(self):
        return self.pk < 100
`;

test.each([
  ['Order.objects.filter(kind="a")', null],
  ['Order.objects.noted().filter(kind="a")', 'What `KindCompiler.as_sql` does.'],
  ['Order.objects.family()', null],
  ['Order.objects.filter(kind=Order(title="a").title_label + Order().own_label)', null],
])('%s', async (query, reason) => {
  const view = await asking.viewAtEnd(`${models}\n${query}\n`, 'shop/models.py');
  expect(view?.reason).toBe(reason);
  expect(view?.statements).toHaveLength(1);
  if (query.includes('label')) expect(view?.statements[0]?.params).toEqual([{ name: null, value: 'madeown' }]);
});

/** A class above another one has a method that is not let in, which is called by the name of the class below. */
const plugins = `
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Modules:
    def __init__(self, *names):
        self.names = names

    def newest(self):
        return __import__(self.names[-1])

class Plugins(Modules):
    def newest(self):
        return super(Plugins, self).newest().plugin

plugins = Plugins("one", "two")

class Plugin(Base):
    __tablename__ = "plugins"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]`;

test.each([
  [' = mapped_column(default=lambda: plugins.newest().slug)', 'Plugin()', 'super().newest().plugin.slug'],
  ['', 'Plugin(slug=plugins.newest().slug)', '__import__(plugins.names[-1]).plugin.slug'],
])('what it gives is unknown%s', async (column, made, hole) => {
  const view = await asking.viewAtEnd(`${plugins}${column}

def install(session: Session):
    session.add(${made})
    session.commit()
`);
  expect(view?.reason).toBeNull();
  expect(view?.statements[1]?.params).toEqual([{ name: 'slug', hole }]);
});
