import { describe, expect, test } from 'vitest';
import { forgetParsed, parseCount, parsedPaths } from '../../../server/src/python/program.ts';
import type { ClassDef } from '../../../server/src/python/syntax/nodes.ts';
import { parseModule } from '../../../server/src/python/syntax/parser.ts';
import { place, Project, root, show } from '../../harness/project.ts';

const models =
  'from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\nclass User(Base): pass\n';

describe('imports', () => {
  test('libraries keep their dotted name', () => {
    const project = new Project({
      'a.py': 'import sqlalchemy as sa\nimport sqlalchemy.orm\nfrom sqlalchemy import select as s',
    });
    expect(project.meaning('a.py', 'sa.orm.Session')).toBe('external sqlalchemy.orm.Session');
    expect(project.meaning('a.py', 'sqlalchemy.orm.Session')).toBe('external sqlalchemy.orm.Session');
    expect(project.meaning('a.py', 's')).toBe('external sqlalchemy.select');
  });

  test('absolute and relative imports of the workspace', () => {
    const project = new Project({
      'app/__init__.py': '',
      'app/models.py': models,
      'app/api/__init__.py': '',
      'app/api/views.py':
        'from app.models import User\nfrom ..models import User as U\nfrom .. import models\nimport app.models as m\nimport app.models',
    });
    for (const name of ['User', 'U', 'models.User', 'm.User', 'app.models.User']) {
      expect(project.meaning('app/api/views.py', name), name).toBe('class app/models.py:3');
    }
    expect(project.meaning('app/api/views.py', 'app.models')).toBe('module app.models');
  });

  test('a package that has one called `manage` in it is not where a project starts', () => {
    const project = new Project({
      'src/app/__init__.py': '',
      'src/app/manage/__init__.py': '',
      'src/app/models.py': models,
      'src/app/x.py': 'import app.models',
    });
    expect(project.meaning('src/app/x.py', 'app.models')).toBe('module app.models');
  });

  test('re-exports of a package, also under another name', () => {
    const project = new Project({
      'app/__init__.py': '',
      'app/models/__init__.py': 'from .user import User as Account\nfrom . import user\n',
      'app/models/user.py': models,
      'app/x.py': 'from app.models import Account, user\nfrom app import models',
    });
    expect(project.meaning('app/x.py', 'Account')).toBe('class app/models/user.py:3');
    expect(project.meaning('app/x.py', 'user')).toBe('module app.models.user');
    expect(project.meaning('app/x.py', 'models.Account')).toBe('class app/models/user.py:3');
  });

  test('a name of the package hides the submodule of that name', () => {
    const project = new Project({
      'app/__init__.py': 'from .settings import settings',
      'app/settings.py': 'settings = object()',
      'x.py': 'from app import settings',
    });
    expect(project.meaning('x.py', 'settings')).toBe('assign app/settings.py:1');
  });

  test('aliases stand for what they name', () => {
    const project = new Project({ 'a.py': `${models}Account = User\nAgain = Account\ntype T = User\n` });
    for (const name of ['Account', 'Again', 'T']) expect(project.meaning('a.py', name), name).toBe('class a.py:3');
  });

  test('import * follows __all__, else public names', () => {
    const project = new Project({
      'a.py': '__all__ = ["x"] + ["y"]\n__all__ += ["_z"]\n__all__.append("v")\nx = y = _z = v = w = 1',
      'b.py': 'p = _q = 1\nfrom a import *',
      'c.py': 'from b import *',
    });
    const meaning = (name: string): string => project.meaning('c.py', name);
    expect(['x', 'y', 'p', 'v'].map(meaning)).toEqual([
      'assign a.py:4',
      'assign a.py:4',
      'assign b.py:1',
      'assign a.py:4',
    ]);
    // `b` has no `__all__`: what it took with an underscore it does not hand on.
    expect(['_q', '_z', 'w'].map(meaning)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(project.meaning('b.py', '_z')).toBe('assign a.py:4');
  });

  test('__all__ of a package made of those of its modules', () => {
    const project = new Project({
      'm/__init__.py': 'from . import a\nfrom .a import *\n__all__ = [*a.__all__, "c"]\nc = d = 1',
      'm/a.py': '__all__ = ["b"]\nb = 1',
      'x.py': 'from m import *',
    });
    expect(['b', 'c', 'd'].map((name) => project.meaning('x.py', name))).toEqual([
      'assign m/a.py:2',
      'assign m/__init__.py:4',
      'unknown',
    ]);
  });

  test('import * of a library is believed when nothing else can be meant', () => {
    const project = new Project({
      'a.py': 'from sqlalchemy import *\nfrom base import *\nmine = 1',
      'base.py': 'Base = object()',
    });
    const names = ['Column', 'mine', 'Base', 'len'];
    expect(names.map((name) => project.meaning('a.py', name))).toEqual([
      'external sqlalchemy.Column',
      'assign a.py:3',
      'assign base.py:1',
      'builtin len',
    ]);
  });

  test('import * of two libraries, by what they export', () => {
    const project = new Project({ 'a.py': 'from sqlalchemy import *\nfrom sqlalchemy.orm import *' });
    expect(['Column', 'relationship'].map((name) => project.meaning('a.py', name))).toEqual([
      'external sqlalchemy.Column',
      'external sqlalchemy.orm.relationship',
    ]);
  });

  test('a library handed on by import *', () => {
    const project = new Project({ 'a.py': 'from b import *', 'b.py': 'from sqlalchemy.orm import *' });
    expect(project.meaning('a.py', 'Session')).toBe('external sqlalchemy.orm.Session');
  });

  test('the better of conditional imports', () => {
    const project = new Project({
      'a.py': `
from typing import TYPE_CHECKING
try:
    from fast import loads
except ImportError:
    from json import loads
try:
    from nowhere.local import x
except ImportError:
    x = None
if TYPE_CHECKING:
    from models import User
else:
    User = object
import sys
if sys.version_info >= (3, 11):
    from enum import StrEnum
else:
    from compat import StrEnum
`,
      'models.py': models,
      'compat.py': 'class StrEnum: pass',
    });
    const names = ['loads', 'x', 'User', 'StrEnum'];
    expect(names.map((name) => project.meaning('a.py', name))).toEqual([
      'external fast.loads',
      'external nowhere.local.x',
      'class models.py:3',
      'external enum.StrEnum',
    ]);
  });

  test('the fallback when the better one is not there', () => {
    const project = new Project({
      'app/__init__.py': '',
      'app/a.py': 'try:\n    from .local import x\nexcept ImportError:\n    from .base import x',
      'app/base.py': 'x = 1',
    });
    expect(project.meaning('app/a.py', 'x')).toBe('assign app/base.py:1');
  });

  test('circles end', () => {
    const project = new Project({
      'a.py': 'from b import x\nfrom b import *\nfrom b import B\nclass A(B): pass',
      'b.py': 'from a import x\nfrom a import *\nfrom a import A\nclass B(A): pass',
      'c.py': 'd = e\ne = d\nf = f',
    });
    for (const name of ['x', 'nothing']) expect(project.meaning('a.py', name), name).toBe('unknown');
    expect(project.meaning('a.py', 'B')).toBe('class b.py:4');
    expect(
      ['d', 'e', 'f'].map((name) => project.meaning('c.py', name)).every((meaning) => /unknown|assign/.test(meaning)),
    ).toBe(true);
  });
});

describe('import roots', () => {
  test('src layouts, the folder of pyproject.toml, scripts beside their modules', () => {
    const project = new Project({
      'one/pyproject.toml': '',
      'one/src/shop/__init__.py': '',
      'one/src/shop/models.py': models,
      'one/tests/test_shop.py': 'from shop.models import User',
      'two/manage.py': '',
      'two/polls/models.py': models,
      'two/polls/views.py': 'from polls.models import User',
      'three/run.py': 'from helpers import f',
      'three/helpers.py': 'def f(): pass',
    });
    expect(project.meaning('one/tests/test_shop.py', 'User')).toBe('class one/src/shop/models.py:3');
    expect(project.meaning('two/polls/views.py', 'User')).toBe('class two/polls/models.py:3');
    expect(project.meaning('three/run.py', 'f')).toBe('function three/helpers.py:1');
    expect(project.file('one/src/shop/models.py').moduleName).toBe('shop.models');
    expect(project.file('one/src/shop/__init__.py').moduleName).toBe('shop');
    expect(project.file('two/polls/models.py').moduleName).toBe('polls.models');
  });

  test('of two modules of one name the nearest wins, and their names differ', () => {
    const project = new Project({
      'a/app/__init__.py': '',
      'a/app/models.py': 'class User: pass',
      'a/app/x.py': 'from app.models import User',
      'b/app/__init__.py': '',
      'b/app/models.py': 'class User: pass',
      'b/app/x.py': 'from app.models import User',
    });
    expect(project.meaning('a/app/x.py', 'User')).toBe('class a/app/models.py:1');
    expect(project.meaning('b/app/x.py', 'User')).toBe('class b/app/models.py:1');
    expect(project.file('a/app/models.py').moduleName).toBe('app.models');
    expect(project.file('b/app/models.py').moduleName).toBe('b.app.models');
  });

  test('namespace packages', () => {
    const project = new Project({
      'pyproject.toml': '',
      'src/acme/db/models.py': models,
      'src/acme/api/x.py': 'from acme.db.models import User\nimport acme.db.models\nfrom acme.db import models',
    });
    for (const name of ['User', 'acme.db.models.User', 'models.User']) {
      expect(project.meaning('src/acme/api/x.py', name), name).toBe('class src/acme/db/models.py:3');
    }
    expect(project.file('src/acme/db/models.py').moduleName).toBe('acme.db.models');
  });

  test('a folder or file named like a library does not hide it', () => {
    const project = new Project({
      'alembic/env.py': 'from alembic import op, context\nimport alembic',
      'alembic/versions/1.py': 'from alembic import op\nimport sqlalchemy as sa',
      'db/sqlalchemy.py': 'from sqlalchemy import create_engine',
      'db/session.py': 'from sqlalchemy import create_engine',
      'proj/celery.py': 'from celery import Celery',
      'proj/__init__.py': 'from .celery import Celery',
      'proj/tasks.py': 'from celery import shared_task',
    });
    expect(project.meaning('alembic/versions/1.py', 'op')).toBe('external alembic.op');
    expect(project.meaning('alembic/env.py', 'alembic.op')).toBe('external alembic.op');
    expect(project.meaning('db/session.py', 'create_engine')).toBe('external sqlalchemy.create_engine');
    expect(project.meaning('proj/tasks.py', 'shared_task')).toBe('external celery.shared_task');
  });

  test('stubs count only when there is nothing else', () => {
    const project = new Project({
      'a.py': 'from b import x\nfrom c import y',
      'b.py': 'x = 1',
      'b.pyi': 'x: int',
      'c.pyi': 'y: int',
    });
    expect(project.meaning('a.py', 'x')).toBe('assign b.py:1');
    expect(project.meaning('a.py', 'y')).toBe('annAssign c.pyi:1');
    expect(project.program.paths).toEqual([`${root}/a.py`, `${root}/b.py`]);
  });

  test('what is missing in a package of the workspace is no library', () => {
    const project = new Project({ 'app/__init__.py': '', 'x.py': 'from app.nothing import a\nfrom app import b' });
    expect(project.meaning('x.py', 'a')).toBe('unknown');
    expect(project.meaning('x.py', 'b')).toBe('unknown');
  });

  test('untitled texts see the workspace', () => {
    const project = new Project({ 'app/__init__.py': '', 'app/models.py': models });
    project.workspace.change('untitled:Untitled-1', 'from app.models import User\nimport sqlalchemy');
    const file = project.program.file('untitled:Untitled-1')!;
    const { symbol } = { symbol: project.program.exported(file, 'User') };
    expect(show(symbol)).toBe('class app/models.py:3');
    expect(show(project.program.exported(file, 'sqlalchemy'))).toBe('external sqlalchemy');
  });
});

describe('names', () => {
  /** What the name at `$0` means. */
  function at(code: string): string {
    const offset = code.indexOf('$0');
    const project = new Project({ 'a.py': code.replace('$0', '') });
    const file = project.file('a.py');
    const name = /^\w+/.exec(file.text.slice(offset))![0];
    return show(project.program.resolve(file, { kind: 'Name', id: name, start: offset, end: offset + name.length }));
  }

  test.each([
    ['parameters', 'x = 1\ndef f(x):\n    return $0x', 'parameter a.py:2'],
    ['the module from a function', 'def f():\n    return $0x\nx = 1\nx = 2', 'assign a.py:4'],
    ['the binding before in one flow', 'x = 1\ny = $0x\nx = 2', 'assign a.py:1'],
    ['not the one being made', 'x = 1\nx = g($0x)', 'assign a.py:1'],
    ['the class body itself', 'class A:\n    x = 1\n    y = $0x', 'assign a.py:2'],
    ['not the class from its methods', 'class A:\n    x = 1\n    def f(self):\n        return $0x', 'unknown'],
    ['outer names until the class binds its own', 'x = 1\nclass A:\n    y = $0x\n    x = 2', 'assign a.py:1'],
    ['comprehension variables', 'x = 1\ny = [$0x for x in z]', 'comprehension a.py:2'],
    ['the outer name in the first iterable', 'x = 1\ny = [x for x in $0x]', 'assign a.py:1'],
    ['global names', 'x = 1\ndef f():\n    x = 2\n    def g():\n        global x\n        return $0x', 'assign a.py:1'],
    [
      'nonlocal names',
      'x = 1\ndef f():\n    x = 2\n    def g():\n        nonlocal x\n        return $0x',
      'assign a.py:3',
    ],
    ['type parameters from methods', 'class A[T]:\n    def f(self) -> $0T: pass', 'typeParam a.py:1'],
    ['builtins', '$0len', 'builtin len'],
    ['itself, where it is bound', 'x = 1\nclass A:\n    $0x = 2', 'assign a.py:3'],
    ['not a fallback of None', 'x = None\nif y:\n    x = 1\n$0x', 'assign a.py:3'],
    ['the assignment, not what is added', 'x = []\nx += [1]\n$0x', 'assign a.py:1'],
  ])('%s', (_name, code, expected) => {
    expect(at(code)).toBe(expected);
  });

  test('lookup gives all that can be meant', () => {
    const project = new Project({ 'a.py': 'if x:\n    y = 1\nelse:\n    y = 2\ndef f(): pass' });
    const file = project.file('a.py');
    const bindings = project.program.lookup(file.scope.children[0]!, 'y');
    expect(bindings.map((binding) => place(file, binding))).toEqual(['a.py:2', 'a.py:4']);
    expect(project.program.lookup(file.scope, 'nothing')).toEqual([]);
  });
});

describe('classes', () => {
  function classNamed(project: Project, path: string, name: string): ClassDef {
    return project
      .file(path)
      .module.body.find((statement) => statement.kind === 'ClassDef' && statement.name.text === name) as ClassDef;
  }

  test('bases in method resolution order', () => {
    const project = new Project({
      'a.py':
        'from b import Mixin\nfrom lib import Base\nclass D(Base): pass\nclass B(D, Mixin): pass\nclass C(D): pass\nclass A(B, C, Generic[T], db.Model): pass',
      'b.py': 'class Mixin: pass',
    });
    const order = project.program.bases(project.file('a.py'), classNamed(project, 'a.py', 'A')).map(show);
    expect(order).toEqual([
      'class a.py:6',
      'class a.py:4',
      'class a.py:5',
      'class a.py:3',
      'external lib.Base',
      'class b.py:1',
      'unknown',
      'unknown',
    ]);
  });

  test('unknown bases keep their expression', () => {
    const project = new Project({ 'a.py': 'db = SQLAlchemy()\nclass A(db.Model): pass\nclass B(A): pass' });
    const file = project.file('a.py');
    const last = project.program.bases(file, classNamed(project, 'a.py', 'B')).at(-1)!;
    expect(last.kind === 'unknown' && last.expr && file.text.slice(last.expr.start, last.expr.end)).toBe('db.Model');
  });

  test('members through bases, with whether all were seen', () => {
    const project = new Project({
      'a.py':
        'from lib import Base\nclass M:\n    x = 1\n    class Inner: pass\nclass A(M):\n    y = 1\nclass B(Base, M): pass\nclass C(Generic): pass\nfrom typing import Generic',
    });
    const file = project.file('a.py');
    const member = (cls: string, name: string): readonly [string, boolean] => {
      const { symbol, complete } = project.program.member(file, classNamed(project, 'a.py', cls), name);
      return [show(symbol), complete];
    };
    expect(member('A', 'y')).toEqual(['assign a.py:6', true]);
    expect(member('A', 'x')).toEqual(['assign a.py:3', true]);
    expect(member('A', 'z')).toEqual(['unknown', true]);
    expect(member('B', 'x')).toEqual(['assign a.py:3', false]);
    expect(member('B', 'z')).toEqual(['unknown', false]);
    expect(project.meaning('a.py', 'A.Inner')).toBe('class a.py:4');
  });

  test('a class that inherits from itself', () => {
    const project = new Project({ 'a.py': 'class A(B): pass\nclass B(A): pass\nclass C(C): pass' });
    const file = project.file('a.py');
    for (const name of ['A', 'B', 'C'])
      expect(project.program.bases(file, classNamed(project, 'a.py', name)).length).toBeGreaterThan(0);
  });
});

describe('what is shared from one program to the next', () => {
  test('only what changed is parsed again', () => {
    const project = new Project({ 'a.py': 'from b import x', 'b.py': 'x = 1' });
    expect(project.meaning('a.py', 'x')).toBe('assign b.py:1');
    const before = { a: project.file('a.py'), count: parseCount(project.program) };
    project.type('b.py', '\nx = 1');
    expect(project.meaning('a.py', 'x')).toBe('assign b.py:2');
    expect(project.file('a.py')).toBe(before.a);
    expect(parseCount(project.program)).toBe(before.count + 1);
  });

  test('nothing is parsed until it is asked for', () => {
    const project = new Project({ 'a.py': 'import sqlalchemy', 'b.py': 'import a' });
    expect(project.program.mentions(`${root}/a.py`, ['sqlalchemy'])).toBe(true);
    expect(project.program.importsAnyOf(`${root}/b.py`, ['sqlalchemy'])).toBe(true);
    expect(project.program.pathsMentioning(['sqlalchemy', 'django'])).toEqual([`${root}/a.py`]);
    expect(parseCount(project.program)).toBe(0);
  });

  test('a new file is found, a deleted one is gone', () => {
    const project = new Project({ 'a.py': 'from b import x' });
    expect(project.meaning('a.py', 'x')).toBe('external b.x');
    project.write('b.py', 'x = 1');
    expect(project.meaning('a.py', 'x')).toBe('assign b.py:1');
    project.delete('b.py');
    expect(project.meaning('a.py', 'x')).toBe('external b.x');
  });

  test('an older program still answers as it did', () => {
    const project = new Project({ 'a.py': 'from b import x', 'b.py': 'import sqlalchemy\nx = 1' });
    const old = project.program;
    project.type('b.py', 'y = 1');
    const now = project.program;
    expect(now.importsAnyOf(`${root}/a.py`, ['sqlalchemy'])).toBe(false);
    expect(old.importsAnyOf(`${root}/a.py`, ['sqlalchemy'])).toBe(true);
    expect(now.importsAnyOf(`${root}/a.py`, ['sqlalchemy'])).toBe(false);
    expect(show(old.exported(old.file(`${root}/b.py`)!, 'x'))).toBe('assign b.py:2');
  });
});

describe('reaching a library', () => {
  const project = new Project({
    'app/__init__.py': '',
    'app/db.py': 'from sqlalchemy.orm import Session',
    'app/models.py': 'from app import db',
    'app/views.py': 'from .models import User',
    'app/loop1.py': 'from . import loop2',
    'app/loop2.py': 'from . import loop1',
    'app/plain.py': 'import os\nfrom sqlalchemyish import x',
    'app/ns/deep.py': 'from ..views import x',
  });

  test.each([
    ['app/db.py', true],
    ['app/models.py', true],
    ['app/views.py', true],
    ['app/ns/deep.py', true],
    ['app/plain.py', false],
    ['app/loop1.py', false],
    ['app/loop2.py', false],
    ['app/nothing.py', false],
  ])('%s: %s', (path, expected) => {
    expect(project.program.importsAnyOf(`${root}/${path}`, ['sqlalchemy', 'django.db'])).toBe(expected);
  });

  test('follows edits of imports', () => {
    const project = new Project({ 'a.py': 'import b', 'b.py': 'import c', 'c.py': '' });
    const reaches = (): boolean => project.program.importsAnyOf(`${root}/a.py`, ['django']);
    expect(reaches()).toBe(false);
    project.type('c.py', 'x = 1');
    expect(reaches()).toBe(false);
    project.type('c.py', 'from django.db import models');
    expect(reaches()).toBe(true);
    project.type('c.py', null);
    expect(reaches()).toBe(false);
  });

  test('pathsMentioning follows edits', () => {
    const project = new Project({ 'a.py': 'create_engine()', 'b.py': '' });
    const paths = (): readonly string[] => project.program.pathsMentioning(['create_engine']);
    const before = paths();
    expect(before).toEqual([`${root}/a.py`]);
    project.type('b.py', 'y = 1');
    expect(paths()).toBe(before);
    project.type('b.py', 'create_engine()');
    expect(paths()).toEqual([`${root}/a.py`, `${root}/b.py`]);
    project.type('a.py', '');
    expect(paths()).toEqual([`${root}/b.py`]);
  });
});

describe('an edited file', () => {
  const before = 'def f():\n    return 1\n\ndef g():\n    return 2\n';
  const after = before.replace('1', '1 + x');

  test('keeps the trees that the edit did not touch', () => {
    const project = new Project({ 'a.py': before });
    const [f, g] = project.file('a.py').module.body;
    project.type('a.py', after);
    const { module } = project.file('a.py');
    expect(module).toEqual(parseModule(after).module);
    expect(module.body[0]).not.toBe(f);
    expect(module.body[1]).toBe(g);
  });

  test('is still what it was for who holds its older version', () => {
    const project = new Project({ 'a.py': before });
    const old = project.file('a.py');
    expect(old.scope.bindings.size).toBe(2);
    project.type('a.py', after);
    expect(project.file('a.py').text).toBe(after);
    expect(old.module).toEqual(parseModule(before).module);
    expect(old.scope.bindings.get('g')![0]!.range).toMatchObject({ start: before.indexOf('g()') });
  });

  test('is not taken from a newer program by an older one', () => {
    const project = new Project({ 'a.py': before });
    const older = project.program;
    project.type('a.py', after);
    const { module } = project.file('a.py');
    expect(older.file(`${root}/a.py`)!.module).toEqual(parseModule(before).module);
    expect(project.file('a.py').module).toBe(module);
  });
});

test('trees that are let go of are made again when they are asked for', () => {
  const project = new Project({ 'kept.py': 'x = 1', 'borrowed.py': 'y = 2' });
  for (const name of ['kept.py', 'borrowed.py']) project.program.file(`${root}/${name}`);
  forgetParsed(project.program, (path) => path.endsWith('kept.py'));
  expect([...parsedPaths(project.program)]).toEqual([`${root}/kept.py`]);

  project.type('other.py', 'z = 3');
  const before = parseCount(project.program);
  for (const name of ['kept.py', 'borrowed.py']) project.program.file(`${root}/${name}`);
  expect(parseCount(project.program) - before).toBe(1);
});
