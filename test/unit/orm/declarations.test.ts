import { describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { adapters } from '../../../server/src/orm/index.ts';
import { buildModelGraph } from '../../../server/src/orm/graph.ts';
import type { ModelGraph } from '../../../server/src/orm/model.ts';
import { createProgram, parseCount } from '../../../server/src/python/program.ts';
import type { Program } from '../../../server/src/python/types.ts';
import { Workspace } from '../../../server/src/workspace/workspace.ts';
import { Project, root as projectRoot } from '../../harness/project.ts';
import { root } from '../../../scripts/root.ts';

/** The same program, but every file counts as one that may declare something. */
function readingEverything(program: Program): Program {
  return new Proxy(program, {
    get(target, name) {
      if (name === 'pathsDeclaring') return () => target.paths;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}

function ids({ models, tables }: ModelGraph): string[] {
  return [...models, ...tables].map(({ id }) => id);
}

describe('no model is lost by reading only headers', () => {
  test.each(['fastapi-shop', 'django-shop'])('%s', (name) => {
    const snapshot = new Workspace({ roots: [join(root, 'examples', name)] }).snapshot();
    const narrowed = buildModelGraph(createProgram(snapshot), snapshot);
    const whole = buildModelGraph(readingEverything(createProgram(snapshot)), snapshot);
    expect(narrowed.models.length).toBeGreaterThan(5);
    expect(narrowed.key).toBe(whole.key);
  });

  const columns = 'from sqlalchemy import Column, Integer\n';
  const body = '\n    __tablename__ = "t"\n    id = Column(Integer, primary_key=True)\n';
  test.each<[string, Record<string, string>, string[]]>([
    [
      'a base that is made from a class of its name',
      {
        'a.py': 'from sqlalchemy.orm import declarative_base\nclass Base: pass\nBase = declarative_base(cls=Base)\n',
        'b.py': `${columns}from a import Base\nclass User(Base):${body}class Admin(User): pass\n`,
      },
      ['b.User', 'b.Admin'],
    ],
    [
      'a base behind re-exports, an alias and a star',
      {
        'db/__init__.py': 'from .base import *\n',
        'db/base.py': 'from db.core import Base as Model\n',
        'db/core.py': 'from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n',
        'm.py': `${columns}import db\nclass User(db.Model):${body}`,
        'n.py': `from db import Model as M\n${columns}class Other(M):${body}`,
      },
      ['m.User', 'n.Other'],
    ],
    [
      'an attribute of an object in another module',
      {
        'ext.py': 'from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n',
        'm.py': 'import ext\nclass User(ext.db.Model):\n    id = ext.db.Column(ext.db.Integer, primary_key=True)\n',
        'n.py': 'from ext import db\nt = db.Table("t", db.Column("id", db.Integer))\n',
      },
      ['m.User', 'n.t'],
    ],
    [
      'a base that cannot be found, with columns in a mixin',
      {
        'mixins.py': `${columns}class Keyed:${body}`,
        'm.py':
          'import sqlalchemy\nfrom acme.db import Base\nfrom mixins import Keyed\nclass User(Keyed, Base): pass\n',
      },
      ['m.User'],
    ],
    [
      'a decorated class, and one with a metaclass function',
      {
        'm.py': `${columns}from sqlalchemy.orm import registry\nreg = registry()\n@reg.mapped\nclass User:${body}`,
        'n.py': `${columns}from six import with_metaclass\nfrom m2 import Base\nclass Other(with_metaclass(type, Base)):${body}`,
        'm2.py': 'from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n',
      },
      ['m.User', 'n.Other'],
    ],
    [
      'an abstract base of Django in another file, and a library base with fields',
      {
        'base.py':
          'from django.db import models as dm\nclass Stamped(dm.Model):\n    class Meta:\n        abstract = True\n',
        'shop/models.py':
          'from django.db import models\nimport base\nfrom mptt.models import MPTTModel\nclass Item(base.Stamped): pass\nclass Tree(MPTTModel):\n    name = models.CharField(max_length=9)\n',
        'shop/user.py': 'from django.contrib.auth.models import AbstractUser\nclass User(AbstractUser): pass\n',
      },
      ['shop.models.Item', 'shop.models.Tree', 'shop.user.User'],
    ],
    [
      'branches of a condition',
      {
        'm.py': `${columns}try:\n    from acme import Base\nexcept ImportError:\n    from sqlalchemy.orm import declarative_base\n    Base = declarative_base()\nif True:\n    class User(Base):${body.replaceAll('\n    ', '\n        ')}`,
      },
      ['m.User'],
    ],
  ])('%s', (_, files, expected) => {
    const { program, snapshot } = new Project(files);
    const narrowed = buildModelGraph(program, snapshot);
    const whole = buildModelGraph(readingEverything(createProgram(snapshot)), snapshot);
    expect(ids(narrowed)).toEqual(expect.arrayContaining(expected));
    expect(ids(narrowed)).toEqual(ids(whole));
    expect(narrowed.key).toBe(whole.key);
  });
});

test('views, forms and tests are not parsed for the graph', () => {
  const { program, snapshot } = new Project({
    'shop/models.py': 'from django.db import models\nclass Item(models.Model): pass\n',
    'shop/views.py': 'from django.views import View\nfrom shop.models import Item\nclass Page(View): pass\n',
    'shop/forms.py':
      'from django import forms\nfrom shop.models import Item\nclass F(forms.Form):\n    x = forms.CharField()\n',
    'shop/tests.py': 'from django.test import TestCase\nfrom shop.models import Item\nclass T(TestCase): pass\n',
    'shop/tools.py': 'from shop.models import Item\nclass Tool: pass\nclass Hammer(Tool, Exception): pass\n',
  });
  buildModelGraph(program, snapshot);
  expect(adapters.flatMap(({ declarations }) => program.pathsDeclaring(declarations))).toEqual([
    `${projectRoot}/shop/models.py`,
  ]);
  expect(parseCount(program)).toBe(1);
});
