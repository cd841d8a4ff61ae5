import { describe, expect, test } from 'vitest';
import { buildModelGraph } from '../../../server/src/orm/graph.ts';
import { modelSetFor, type SentStatement, unknownFor } from '../../../server/src/orm/modelSet.ts';
import type { ModelSet, Step } from '../../../server/src/query/program.ts';
import { Project } from '../../harness/project.ts';

const base = `
from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
`;

function setOf(files: Readonly<Record<string, string>>, ...seeds: readonly string[]): ModelSet {
  const project = new Project(files);
  return modelSetFor(project.program, buildModelGraph(project.program, project.snapshot), seeds);
}

function sent(...statements: readonly string[]): readonly SentStatement[] {
  return statements.map((sql) => ({ sql, isFlush: false }));
}

function sourceOf(set: ModelSet, name: string): string {
  const step = set.steps.find((each): each is Step & { op: 'define' } => each.op === 'define' && each.name === name);
  if (!step) throw new Error(`${name} is not defined`);
  return step.source;
}

function names(set: ModelSet): readonly string[] {
  return set.steps.map((step) =>
    step.op === 'define' ? step.name : `${step.op} ${step.op === 'member' ? step.name : step.as}`,
  );
}

describe('reach', () => {
  const files = {
    'models.py': `${base}
links = Table("links", Base.metadata, Column("a_id", ForeignKey("a.id")), Column("b_id", ForeignKey("b.id")))

class A(Base):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)
    bs = relationship("B", secondary=links, backref="many_a")

class B(Base):
    __tablename__ = "b"
    id = Column(Integer, primary_key=True)

class C(Base):
    __tablename__ = "c"
    id = Column(Integer, primary_key=True)
    b_id = Column(ForeignKey("b.id"))

class Child(A):
    id = Column(ForeignKey("a.id"), primary_key=True)
    __tablename__ = "child"

class Alone(Base):
    __tablename__ = "alone"
    id = Column(Integer, primary_key=True)
`,
  };

  test('relations both ways, foreign keys, association tables and inheritance', () => {
    const set = setOf(files, 'models.B');
    expect(set.models.map((model) => model.name)).toEqual(['A', 'B', 'C', 'Child']);
    expect(names(set)).toContain('links');
    expect(names(set)).not.toContain('Alone');
  });

  test('the same reach gives the same steps and the same key, whatever it was asked from', () => {
    expect(setOf(files, 'models.Child', 'models.C')).toEqual(setOf(files, 'models.B'));
  });

  test('another content has another key', () => {
    const changed = { 'models.py': files['models.py'].replace('"many_a"', '"all_a"') };
    expect(setOf(changed, 'models.B').key).not.toBe(setOf(files, 'models.B').key);
  });

  test('classes of a file come as they stand there: those that share a table add columns to it', () => {
    const shared = {
      'models.py': `${base}
class Note(Base):
    __tablename__ = "notes"
    __mapper_args__ = {"polymorphic_on": "kind"}
    id = Column(Integer, primary_key=True)
    kind = Column(String(20))

class Written(Note):
    writer = Column(Integer)

class Addressed(Note):
    addressee = Column(Integer)
`,
    };
    const made = names(setOf(shared, 'models.Note'));
    expect(made.indexOf('Written')).toBeLessThan(made.indexOf('Addressed'));
  });

  test('no seeds and unknown seeds give an empty set', () => {
    expect(setOf(files).steps).toEqual([]);
    expect(setOf(files, 'models.Nobody').steps).toEqual([]);
  });
});

describe('class bodies', () => {
  test('keep what maps and leave out the rest', () => {
    const set = setOf(
      {
        'models.py': `${base}
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import validates

class User(Base):
    """A person."""

    __tablename__ = "users"
    id = Column(Integer, primary_key=True); name = Column(String)
    text = """a
b"""

    @hybrid_property
    def shown(self):
        return self.name

    @shown.expression
    def shown(cls):
        return cls.name

    @validates("name")
    def check(self, key, value):
        return value

    @property
    def initial(self):
        return self.name[0]

    def save(self):
        open("/etc/passwd")
`,
      },
      'models.User',
    );
    expect(sourceOf(set, 'User')).toBe(`class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    text = """a
b"""
    @hybrid_property
    def shown(self):
        return self.name
    @shown.expression
    def shown(cls):
        return cls.name
    @validates("name")
    def check(self, key, value):
        return value`);
    expect(set.unknown).toEqual([]);
  });

  test('import for themselves what they need while they are made', () => {
    const set = setOf(
      {
        'types.py':
          'from sqlalchemy.types import TypeDecorator, String\n\nclass Vector(TypeDecorator):\n    impl = String\n',
        'models.py': `${base}
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    if True:
        from .types import Vector
        place = Column(Vector)
`,
      },
      'models.User',
    );
    const names = set.steps.flatMap((step) =>
      step.module.endsWith('types') || step.module.endsWith('models')
        ? [step.op === 'define' ? step.name : step.op === 'member' ? '' : step.as]
        : [],
    );
    expect(names.lastIndexOf('Vector')).toBeLessThan(names.indexOf('User'));
  });

  test('under a condition they move to the margin', () => {
    const set = setOf(
      {
        'models.py': `${base}
try:
    class User(Base):
        __tablename__ = "users"
        id = Column(Integer, primary_key=True)
except ImportError:
    pass
`,
      },
      'models.User',
    );
    expect(sourceOf(set, 'User')).toBe(
      'class User(Base):\n        __tablename__ = "users"\n        id = Column(Integer, primary_key=True)',
    );
  });

  test('half-typed statements are left out and named', () => {
    const set = setOf(
      {
        'models.py': `${base}
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String(
`,
      },
      'models.User',
    );
    expect(sourceOf(set, 'User')).not.toContain(' name =');
    expect(set.unknown).toEqual(['`name` of `User` is not complete']);
  });
});

describe('what a class needs', () => {
  test('comes before it: enumerations, types, constants, functions, mixins of other modules', () => {
    const set = setOf(
      {
        'kinds.py': `
import enum
from sqlalchemy.types import String, TypeDecorator

LIMIT = 20

class Kind(enum.Enum):
    a = "a"

class Upper(TypeDecorator):
    impl = String

    def process_bind_param(self, value, dialect):
        return shout(value)

def shout(value):
    return value.upper()
`,
        'models.py': `${base}
import kinds
from kinds import Kind, Upper as U
from sqlalchemy import Enum

class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    kind = Column(Enum(Kind))
    name = Column(U(kinds.LIMIT), default=lambda: kinds.shout("x"))
`,
      },
      'models.User',
    );
    const order = names(set);
    for (const needed of ['Kind', 'Upper', 'LIMIT', 'shout', 'link U', 'link Kind', 'link kinds']) {
      expect(order).toContain(needed);
      expect(order.indexOf(needed), needed).toBeLessThan(order.indexOf('User'));
    }
    expect(sourceOf(set, 'Upper')).toContain('return shout(value)');
  });

  test('what opens something or cannot be had is a hole', () => {
    const set = setOf(
      {
        'config.py':
          'import os\nfrom acme import load\nSETTINGS = load()\nNAME = os.environ["NAME"]\n\ndef slug():\n    return load().slug\n',
        'models.py': `${base}
from config import NAME, SETTINGS, slug

class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String(SETTINGS.length), default=NAME)
    slug = Column(String, default=slug)
`,
      },
      'models.User',
    );
    expect(
      set.steps
        .filter((step) => step.op === 'hole')
        .map((step) => step.as)
        .toSorted(),
    ).toEqual(['NAME', 'SETTINGS', 'slug']);
    expect(set.unknown).toEqual([]);
  });

  test('bases and column types that cannot be had are named', () => {
    const set = setOf(
      {
        'models.py': `${base}
from acme.db import Timestamped
from acme.types import Money

class User(Timestamped, Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    balance = Column(Money(10), nullable=False)
`,
      },
      'models.User',
    );
    expect(set.unknown).toEqual(['base class `Timestamped` of `acme.db` was not found']);
    expect(sourceOf(set, 'User')).toContain('class User(Base):');
    expect(sourceOf(set, 'User')).toContain('balance = Column(_Unknown_Money(10), nullable=False)');
    expect(sourceOf(set, '_Unknown_Money')).toContain('missing = "column type `Money` of `acme.types` was not found"');
  });

  test('what is not known of a model only concerns statements that name its table', () => {
    const set = setOf(
      {
        'models.py': `${base}
from acme.db import Audited

class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)

class Account(Audited, Base):
    __tablename__ = "accounts"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("users.id"))
`,
      },
      'models.User',
    );
    const reason = ['base class `Audited` of `acme.db` was not found'];
    expect(set.unknown).toEqual(reason);
    expect(unknownFor(set, sent('SELECT users.id FROM users'))).toEqual([]);
    expect(unknownFor(set, sent('SELECT users.id FROM users', 'SELECT 1 FROM "accounts"'))).toEqual(reason);
    expect(unknownFor(set, sent('UPDATE users SET name = 1'))).toEqual([]);
    expect(unknownFor(set, [{ sql: 'UPDATE users SET name = 1', isFlush: true }])).toEqual(reason);
    expect(unknownFor(set, sent('DELETE FROM users'))).toEqual(reason);
    expect(unknownFor(set, sent())).toEqual(reason);
  });

  test('what is not known of a proxy concerns queries on it, of a relation without a column what is deleted', () => {
    const set = setOf(
      {
        'shop/models.py': `
from django.db import models
from taggit.managers import TaggableManager
from acme.models import Audited

class Order(models.Model):
    tags = TaggableManager()

class OldOrder(Audited, Order):
    class Meta:
        proxy = True
`,
      },
      'shop.models.Order',
      'shop.models.OldOrder',
    );
    const select = sent('SELECT id FROM shop_order');
    const ofProxy = 'base class `Audited` of `acme.models` was not found';
    const ofTags = 'field class `TaggableManager` of `taggit.managers` was not found';
    expect(set.unknown).toEqual(expect.arrayContaining([ofProxy, ofTags]));
    expect(unknownFor(set, select, [], ['shop.models.Order'])).toEqual([]);
    expect(unknownFor(set, select, [], ['shop.models.OldOrder'])).toContain(ofProxy);
    expect(unknownFor(set, sent('DELETE FROM shop_order'), [], ['shop.models.Order'])).toContain(ofTags);
  });

  test('what is not known of a type concerns statements on the models that have it', () => {
    const set = setOf(
      {
        'models.py': `${base}
from acme.types import Money

class Euro(Money, String):
    pass

class A(Base):
    __tablename__ = "a"
    id = Column(Euro, primary_key=True)

class B(Base):
    __tablename__ = "b"
    id = Column(Euro, primary_key=True)
    a_id = Column(ForeignKey("a.id"))

class C(Base):
    __tablename__ = "c"
    id = Column(Integer, primary_key=True)
    a_id = Column(ForeignKey("a.id"))
`,
      },
      'models.A',
    );
    expect(unknownFor(set, sent('SELECT c.id FROM c'))).toEqual([]);
    expect(unknownFor(set, sent('SELECT b.id FROM b'))).toEqual(['base class `Money` of `acme.types` was not found']);
  });

  test('events that rewrite statements are named', () => {
    const set = setOf(
      {
        'models.py': `${base}
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
`,
        'db.py':
          'from sqlalchemy import event\n\n@event.listens_for(Session, "do_orm_execute")\ndef soft_delete(state):\n    pass\n',
      },
      'models.User',
    );
    expect(set.unknown).toEqual(['the event `do_orm_execute` in project/db.py may change statements']);
  });

  test('listeners of an engine are named when what they return is sent', () => {
    const reasons = ['', ', retval=True'].map(
      (more) =>
        setOf(
          {
            'models.py': `${base}
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
`,
            'log.py': `
from sqlalchemy import event
from sqlalchemy.engine import Engine

@event.listens_for(Engine, "before_cursor_execute"${more})
def comment(connection, cursor, statement, parameters, context, executemany):
    return statement + " -- seen", parameters
`,
          },
          'models.User',
        ).unknown,
    );
    expect(reasons).toEqual([[], ['the event `before_cursor_execute` in project/log.py may change statements']]);
  });

  test('a listener under a condition is named, not called', () => {
    const set = setOf(
      {
        'models.py': `${base}
import os
from sqlalchemy import event

class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)

if os.environ.get("STAMP"):
    @event.listens_for(User, "before_update")
    def stamp(mapper, connection, user):
        user.id = 1
`,
      },
      'models.User',
    );
    expect(set.unknown).toEqual(['the event `before_update` in project/models.py may change what is written']);
    expect(set.steps.some((step) => step.op === 'define' && step.name === 'stamp')).toBe(false);
  });

  test('who listens to a base or a mixin is no matter to models of another one', () => {
    const set = setOf(
      {
        'models.py': `${base}
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
`,
        'others.py': `
from sqlalchemy import event
from sqlalchemy.orm import declarative_base

Other = declarative_base()

class Stamped:
    pass

if True:
    event.listen(Other, "init", print, propagate=True)
    event.listen(Stamped, "before_insert", print, propagate=True)
`,
      },
      'models.User',
    );
    expect(set.unknown).toEqual([]);
  });

  test('events of a flush are named where a session writes, and nowhere else', () => {
    const set = setOf(
      {
        'models.py': `${base}
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
`,
        'stamps.py':
          'from sqlalchemy import event\n\n@event.listens_for(User, "before_update")\ndef stamp(mapper, connection, user):\n    pass\n',
        'other.py': 'from sqlalchemy import event\n\nclass Hooks:\n    def before_insert(self): pass\n',
      },
      'models.User',
    );
    const reason = 'the event `before_update` in project/stamps.py may change what is written';
    expect(unknownFor(set, sent('SELECT users.id FROM users'))).toEqual([]);
    expect(unknownFor(set, [{ sql: 'UPDATE users SET id=?', isFlush: true }])).toEqual([reason]);
  });
});

describe('Django', () => {
  const files = {
    'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "conf")\n',
    'conf.py':
      'INSTALLED_APPS = ["django.contrib.auth", "shop"]\nDEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\nUSE_TZ = True\nPAGE = 20\n',
    'shop/__init__.py': '',
    'shop/models.py': `
from django.conf import settings
from django.db import models

class ShopQuerySet(models.QuerySet):
    def big(self):
        """Many pages."""
        return self.filter(size__gt=settings.PAGE)

class Shop(models.Model):
    size = models.IntegerField(default=settings.PAGE)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    objects: models.Manager = ShopQuerySet.as_manager()

    def __str__(self):
        return str(self.size)
`,
  };

  test('brings its apps in the order of INSTALLED_APPS, and the settings it reads', () => {
    const set = setOf(files, 'shop.models.Shop');
    expect(set.django).toEqual({
      apps: [
        { label: 'auth', package: 'django.contrib.auth' },
        { label: 'shop', package: 'shop' },
        { label: 'contenttypes', package: 'django.contrib.contenttypes' },
      ],
      settings: {
        AUTH_USER_MODEL: 'auth.User',
        DEFAULT_AUTO_FIELD: 'django.db.models.BigAutoField',
        USE_TZ: true,
        PAGE: 20,
      },
      receivers: [],
      databases: {},
      routers: [],
      overrides: { save: [], delete: [], clean: [] },
    });
  });

  test('says who receives signals of saves, and which models have a save of their own', () => {
    const { django } = setOf(
      {
        ...files,
        'shop/signals.py': `
from django.conf import settings
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.dispatch import receiver
from .models import Sale

@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def greet(sender, **options): ...

@receiver([pre_save, post_save], sender=Sale)
def count(sender, **options): ...

m2m_changed.connect(note, sender=Sale.shops.through)
pre_save.connect(receiver=stamp)
`,
        'shop/models.py': `${files['shop/models.py']}

class Saving(models.Model):
    class Meta:
        abstract = True

    def save(self, *args, **options):
        super().save(*args, **options)

class Sale(Saving):
    shops = models.ManyToManyField(Shop)
`,
      },
      'shop.models.Sale',
    );
    expect(django?.overrides).toEqual({ save: ['shop.Sale'], delete: [], clean: [] });
    expect(django?.receivers).toEqual([
      { signal: 'post_save', name: 'greet', sender: 'auth.User', through: null, uid: null, runs: null },
      { signal: 'pre_save', name: 'count', sender: 'shop.Sale', through: null, uid: null, runs: null },
      { signal: 'post_save', name: 'count', sender: 'shop.Sale', through: null, uid: null, runs: null },
      { signal: 'm2m_changed', name: 'note', sender: 'shop.Sale', through: 'shops', uid: null, runs: null },
      { signal: 'pre_save', name: 'stamp', sender: null, through: null, uid: null, runs: null },
    ]);
  });

  test('brings `django.contrib.postgres` where it is installed: it has no models, but lookups', () => {
    const conf = 'INSTALLED_APPS = ["django.contrib.postgres", "shop"]\nPAGE = 20\n';
    const { django } = setOf({ ...files, 'conf.py': conf }, 'shop.models.Shop');
    expect(django?.apps).toContainEqual({ label: 'postgres', package: 'django.contrib.postgres' });
    expect(setOf(files, 'shop.models.Shop').django?.apps.map(({ label }) => label)).not.toContain('postgres');
  });

  test('keeps the methods of querysets, not those of models', () => {
    const set = setOf(files, 'shop.models.Shop');
    expect(sourceOf(set, 'ShopQuerySet')).toContain('def big(self):');
    expect(sourceOf(set, 'Shop')).not.toContain('__str__');
    expect(sourceOf(set, 'Shop')).toContain('objects = ShopQuerySet.as_manager()');
  });
});

test('a set is remembered until one of its files changes', () => {
  const project = new Project({
    'models.py': `${base}
def make():
    return 1

class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True, default=make)

    def rest(self):
        return 1
`,
  });
  const first = buildModelGraph(project.program, project.snapshot);
  const set = modelSetFor(project.program, first, ['models.User']);
  expect(modelSetFor(project.program, first, ['models.User'])).toBe(set);
  project.type('models.py', project.file('models.py').text.replace('        return 1', '        return 2'));
  const second = buildModelGraph(project.program, project.snapshot, first);
  expect(modelSetFor(project.program, second, ['models.User']).key).toBe(set.key);
  project.type('models.py', project.file('models.py').text.replace('    return 1', '    return 3'));
  expect(
    modelSetFor(project.program, buildModelGraph(project.program, project.snapshot, second), ['models.User']).key,
  ).not.toBe(set.key);
});

test('a listener that is typed in another file counts from then on', () => {
  const project = new Project({
    'models.py': `
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base
Base = declarative_base()
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
`,
    'hooks.py': 'import models\n',
  });
  const graph = buildModelGraph(project.program, project.snapshot);
  const steps = (): number => modelSetFor(project.program, graph, ['models.User']).steps.length;
  const before = steps();
  project.type(
    'hooks.py',
    'import models\nfrom sqlalchemy import event\nfrom sqlalchemy.orm import Session\n@event.listens_for(Session, "before_flush")\ndef stamp(session, context, instances):\n    session.info["stamp"] = True\n',
  );
  expect(steps()).toBeGreaterThan(before);
});

test('a query that is given to a base comes with its models', () => {
  const set = setOf(
    {
      'database.py': `${base}
from sqlalchemy.orm import scoped_session, sessionmaker

db_session = scoped_session(sessionmaker())
Base.query = db_session.query_property()
`,
      'models.py': `
from sqlalchemy import Column, Integer
from database import Base

class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
`,
    },
    'models.User',
  );
  expect(sourceOf(set, 'Base.query')).toBe('_give_query(Base)');
  expect(names(set)).not.toContain('db_session');
});

test('a model that was left behind is there once its module is imported', () => {
  const project = new Project({
    'app/__init__.py': '',
    'app/main.py': '',
    'app/models.py': `
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base
Base = declarative_base()
class Job(Base):
    __tablename__ = "jobs"
    id = Column(Integer, primary_key=True)
`,
    'app/job_messages.py': `
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship
from app.models import Base
class JobMessage(Base):
    __tablename__ = "job_messages"
    id = Column(Integer, primary_key=True)
    job_id = Column(ForeignKey("jobs.id"))
    job = relationship("Job", back_populates="messages")
`,
  });
  let graph = buildModelGraph(project.program, project.snapshot);
  const names = (): readonly string[] => {
    graph = buildModelGraph(project.program, project.snapshot, graph);
    return modelSetFor(project.program, graph, ['app.models.Job'])
      .models.map(({ name }) => name)
      .toSorted();
  };
  expect(names()).toEqual(['Job']);
  project.type('app/main.py', 'import app.job_messages\n');
  expect(names()).toEqual(['Job', 'JobMessage']);
  project.type('app/main.py', '');
  expect(names()).toEqual(['Job']);
});
