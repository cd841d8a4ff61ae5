/**
 * Programs that try to get past the allowlist of the real renderer. Each one, when it comes through, gets hold of the
 * module `os` and ends the process with it: so an answer of any other kind than `cutOff` says that it did not.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LibraryName, Step } from '../../server/src/query/program.ts';
import type { RenderResult } from '../../server/src/render/protocol.ts';
import { emptyRequest, openSandbox, type Sandbox } from './sandbox.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox({ rendererDir: join(import.meta.dirname, '../../server/renderer'), timeLimit: 5_000 });
});
afterAll(() => sandbox.close());

/** A program whose first lines are imports; its last line is the expression. */
function run(program: string, library: LibraryName = 'sqlalchemy', steps: readonly Step[] = []): Promise<RenderResult> {
  const lines = program.trim().split('\n');
  const imports = lines.filter((line) => /^from \S+ import/.test(line)).map(importStep);
  const rest = lines.filter((line) => !/^from \S+ import/.test(line));
  const version = library === 'sqlalchemy' ? '2.0' : '5.2';
  return sandbox.request({
    target: { library, version, dialect: 'postgresql', driver: null },
    models: {
      ...emptyRequest.models,
      key: library,
      django:
        library === 'django'
          ? {
              apps: [],
              settings: {},
              receivers: [],
              databases: {},
              routers: [],
              overrides: { save: [], delete: [], clean: [] },
            }
          : null,
    },
    slice: {
      module: 'app',
      steps: [...steps, ...imports],
      holes: [],
      body: rest.slice(0, -1).join('\n'),
      expression: rest.at(-1) ?? 'None',
      unknown: [],
    },
  });
}

function importStep(line: string): Step {
  const [, from, name] = /^from (\S+) import (\w+)$/.exec(line)!;
  return { op: 'import', module: 'app', as: name!, from: from!, name: name! };
}

/** From the class `object` to `os`, for whoever has got that far. */
const fromObject = (object: string) =>
  `[c for c in ${object}.__subclasses__() if c.__name__ == "_wrap_close"][0].__init__.__globals__["abort"]()`;

/** The same with a function in place of the attribute operator. */
const abortOf = (subclasses: string, get: string) =>
  `${get}(${get}([c for c in ${subclasses} if c.__name__ == "_wrap_close"][0], "init"), "globals")["abort"]()`;

const everyday = {
  sqlalchemy: 'from sqlalchemy import select\nfrom sqlalchemy import column\nselect(column("a"))',
  django: 'from django.contrib.contenttypes.models import ContentType\nContentType.objects.filter(model="a")',
} as const;

describe('an everyday query', () => {
  test.each(Object.entries(everyday))('%s is rendered', async (library, program) => {
    expect(await run(program, library as LibraryName)).toMatchObject({ kind: 'rendered' });
  });
});

const escapes = {
  sqlalchemy: {
    'import statement': 'import os\nos.abort()',
    'import function': '__import__("os").abort()',
    'import function by its parts': '__builtins__["__imp" + "ort__"]("os").abort()',
    'import step of a module that is not for programs': 'from os import abort\nabort()',
    'import step of a function that imports': 'from importlib import import_module\nimport_module("os").abort()',
    'import step of a module that a library holds':
      'from sqlalchemy.util.langhelpers import sys\nsys.modules["os"].abort()',
    eval: 'eval("__import__(\'os\').abort()")',
    'exec, compile': 'exec(compile("import os; os.abort()", "x", "exec"))',
    vars: 'vars()["__builtins__"]["__import__"]("os").abort()',
    'subclasses of object': fromObject('().__class__.__base__'),
    'subclasses of object by type': fromObject('type(()).mro()[1]'),
    'subclasses of object by a class that is made by its name': fromObject(
      'type("A", (), {"__subclasshook__": classmethod(lambda cls, other: True)}).__mro__[1]',
    ),
    'a class by its name, made to be unpickled': `
A = type("A", (), {"__redu" + "ce__": lambda self: (__import__, ("os",))})
__import__("copy").deepcopy(A()).abort()`,
    'a class by its name, of a text of a class of its own': `
class Name(str):
    def __eq__(self, other): return other == "__redu" + "ce__"
    def __hash__(self): return hash("__redu" + "ce__")
A = type("A", (), {Name("x"): lambda self: (__import__, ("os",))})
__import__("copy").deepcopy(A()).abort()`,
    'subclasses of object by the names of attributes': fromObject('getattr(getattr((), "__class__"), "__base__")'),
    'subclasses of object by getattr': `
def get(value, name): return getattr(value, "__" + name + "__")
subclasses = get(get(get((), "class"), "base"), "subclasses")()
${abortOf('subclasses', 'get')}`,
    'subclasses of object by reduce': `
from functools import reduce
def get(value, name): return reduce(getattr, ["__" + name + "__"], value)
subclasses = get(get(get((), "class"), "base"), "subclasses")()
${abortOf('subclasses', 'get')}`,
    'subclasses of object by operator.attrgetter': `
from operator import attrgetter
def get(value, name): return attrgetter("__" + name + "__")(value)
subclasses = get((), "class__.__base__.__subclasses")()
${abortOf('subclasses', 'get')}`,
    'subclasses of object by object.__getattribute__': `
def get(value, name): return object.__getattribute__(value, "__" + name + "__")
subclasses = type.__subclasses__(object)
${abortOf('subclasses', 'get')}`,
    'subclasses of object by super': `
class A:
    def get(self): return super().__getattribute__("__class__").__base__.__subclasses__()
subclasses = A().get()
${abortOf('subclasses', '(lambda value, name: getattr(value, "__" + name + "__"))')}`,
    'a metaclass': `
class Meta(type):
    def find(cls): return type.__subclasses__(object)
class A(metaclass=Meta): pass
[c for c in A.find() if c.__name__ == "_wrap_close"][0].__init__.__globals__["abort"]()`,
    'a descriptor': `
class Find:
    def __get__(self, instance, owner): return owner.__base__.__subclasses__()
class A:
    found = Find()
[c for c in A.found if c.__name__ == "_wrap_close"][0].__init__.__globals__["abort"]()`,
    'a descriptor of a built-in class': `
base = type.__dict__["__base__"].__get__(int)
${fromObject('base')}`,
    'a class pattern': `
match ():
    case object(__class__=found):
        pass
${fromObject('found.__base__')}`,
    'a class pattern of a function': `
def f(): pass
match f:
    case object(__globals__=found):
        pass
found["__builtins__"]["__import__"]("os").abort()`,
    'the globals of a function': 'def f(): pass\nf.__globals__["__builtins__"]["__import__"]("os").abort()',
    'the globals of a library function': `
from sqlalchemy import select
select.__globals__["__builtins__"]["__import__"]("os").abort()`,
    'the builtins of a function': 'def f(): pass\nf.__builtins__["__import__"]("os").abort()',
    'the frame of a generator': `
def f(): yield
f().gi_frame.f_builtins["__import__"]("os").abort()`,
    'the frame of a coroutine': `
async def f(): pass
f().cr_frame.f_builtins["__import__"]("os").abort()`,
    'the frame of a traceback': `
try:
    1 / 0
except ZeroDivisionError as error:
    caught = error
caught.__traceback__.tb_frame.f_builtins["__import__"]("os").abort()`,
    'a reference that is evaluated':
      'from typing import ForwardRef\nForwardRef("__import__(\'os\').abort()").evaluate()',
    'type hints that are evaluated': `
from typing import get_type_hints
def f(a: "__import__('os').abort()"): pass
get_type_hints(f)`,
    'the bound of a type variable': `
from typing import TypeVar
TypeVar("T", bound="__import__('o' + 's').abort()").__bound__.evaluate()`,
    'annotations in functools.singledispatch': `
from functools import singledispatch
def f(a): pass
dispatched = singledispatch(f)
def g(a: "__import__('o" + "s').abort()"): pass
dispatched.register(g)`,
    'the name of a field in a dataclass': `
from dataclasses import dataclass
class A:
    __annotations__ = {"x if 0 else __import__(chr(111) + chr(115)).abort()": int}
repr(dataclass(init=False, eq=False)(A)())`,
    'the name of a field in a dataclass made by type': `
from dataclasses import dataclass
A = type("A", (), {"__annotations__": {"x if 0 else __import__(chr(111) + chr(115)).abort()": int}})
repr(dataclass(init=False, eq=False)(A)())`,
    'pickle in a column type': `
from sqlalchemy import PickleType
from sqlalchemy.dialects.sqlite import dialect
PickleType().result_processor(dialect(), None)(b"cos\\nabort\\n(tR.")`,
    'the registry of dialects': `
from sqlalchemy.dialects import registry
registry.register("abort", "os", "abort")
registry.load("abort")()`,
    'a dialect that an engine loads': `
from sqlalchemy.dialects import registry
from sqlalchemy import create_engine
registry.register("abort", "antigravity", "abort")
registry.impls["abort"] = __import__("os").abort
create_engine("abort://")`,
    'a module that a library module holds': `
from sqlalchemy.orm import decl_base
decl_base.collections.abc.sys.modules["os"].abort()`,
    'a module that a library module holds under another name': `
from sqlalchemy.sql import compiler
compiler.collections._sys.modules["os"].abort()`,
    'copying with reduce': `
from copy import copy
A = type("A", (), {"__reduce_ex__": lambda self, protocol: (__import__, ("os",))})
copy(A()).abort()`,
    'what an error holds': `
from sqlalchemy import select
try:
    select.nothing
except AttributeError as error:
    caught = error
caught.obj.__globals__["__builtins__"]["__import__"]("os").abort()`,
    'what a partial function holds': `
from functools import partial
from sqlalchemy import select
partial(select).func.__globals__["__builtins__"]["__import__"]("os").abort()`,
    'a listener of an event': `
from sqlalchemy import event
from sqlalchemy.orm import Session
def found(state): type(state).__init__.__globals__["__builtins__"]["__import__"]("os").abort()
event.listen(Session, "do_orm_execute", found)
from sqlalchemy import text
Session().execute(text("SELECT 1"))`,
  },
  django: {
    'the module of an app': 'from django.apps import AppConfig\nAppConfig.create("os").module.abort()',
    'a text that is imported': 'from django.utils.module_loading import import_string\nimport_string("os.abort")()',
    'a router': 'from django.db.utils import ConnectionRouter\nConnectionRouter(["os.abort"]).routers',
    'a router that gives names of a module': `
from django.db.utils import ConnectionRouter
ConnectionRouter(["builtins.globals"]).routers[0]["import_string"]("os.abort")()`,
    'the library of a password hasher': `
from django.contrib.auth.hashers import BasePasswordHasher
class Hasher(BasePasswordHasher):
    algorithm = "x"
    library = "os"
Hasher()._load_library().abort()`,
    'password hashers in the settings': `
from django.conf import settings
from django.contrib.auth.hashers import make_password
settings.PASSWORD_HASHERS = ["os.abort"]
make_password("a")`,
    'authentication backends in the settings': `
from django.conf import settings
from django.contrib.auth import authenticate
settings.AUTHENTICATION_BACKENDS = ["os.abort"]
authenticate(username="a")`,
    'a backend that is loaded': 'from django.contrib.auth import load_backend\nload_backend("os.abort")',
    'a module that a library module holds': 'from django.db.models import base\nbase.inspect.sys.modules["os"].abort()',
    'names of a module through a lazy object': `
from django.utils.functional import SimpleLazyObject
SimpleLazyObject(lambda: ())._setupfunc.__globals__["__builtins__"]["__import__"]("os").abort()`,
    'how an object is copied': `
from django.db.models import Q
Q(a=1).__reduce_ex__(2)[0].__globals__["__builtins__"]["__import__"]("os").abort()`,
  },
} as const;

/** Texts that a format string finds; what it found is in the SQL. */
const evidence = {
  'a format string by its parts': '("{0.__cla" + "ss__.__base__}").format(())',
  'a format string of a name': 'str.format("{0.__cla" + "ss__.__base__}", ())',
  'a format string with a mapping': '("{a.__cla" + "ss__.__base__}").format_map({"a": ()})',
  'a format string through map': 'list(map(("{0.__cla" + "ss__.__base__}").format, [()]))[0]',
  'a format string through a partial function': `partial(str.format, "{0.__cla" + "ss__.__base__}")(())`,
  'a format string of a class of its own': 'type("S", (str,), {})("{0.__cla" + "ss__.__base__}").format(())',
} as const;

describe.each(Object.entries(escapes))('%s: no way out', (library, programs) => {
  test.each(Object.entries(programs))('%s', async (_, program) => {
    expect(await run(program, library as LibraryName)).not.toMatchObject({ kind: 'cutOff' });
    await expectToGoOn(library as LibraryName);
  });
});

describe('what a format string must not find', () => {
  test.each(Object.entries(evidence))('%s', async (_, expression) => {
    const names = ['from sqlalchemy import literal', 'from sqlalchemy import select', 'from functools import partial'];
    const result = await run([...names, `select(literal(${expression}))`].join('\n'));
    expect(JSON.stringify(result)).not.toContain("<class 'object'>");
    await expectToGoOn('sqlalchemy');
  });
});

/** A program that cannot get out anyway would prove nothing. Here `os.abort` says so instead of ending the process. */
describe('without the allowlist, the same programs come through', () => {
  let open: Sandbox;
  const escaped = `
class Escaped(BaseException): pass
def abort(): raise Escaped
import os
os.abort = abort
`;
  const configured = `
from django.conf import settings
settings.configure(USE_I18N=False, INSTALLED_APPS=["django.contrib.contenttypes"])
import django
django.setup()
`;
  const target = { library: 'django', version: '5.2', dialect: 'sqlite', driver: null } as const;
  const run = (library: string, body: string) => {
    const slice = { ...emptyRequest.slice, body };
    return open.request(library === 'django' ? { target, slice } : { slice });
  };
  beforeAll(async () => {
    open = await openSandbox({ timeLimit: 60_000 });
    const ready = { kind: 'refused', message: '' };
    expect(await run('sqlalchemy', escaped)).toEqual(ready);
    expect(await run('django', escaped + configured)).toEqual(ready);
  });
  afterAll(() => open.close());

  describe.each(Object.entries(escapes))('%s', (library, programs) => {
    test.each(Object.entries(programs))('%s', async (_, program) => {
      expect(await run(library, program)).toEqual({ kind: 'failed', where: 'slice', message: 'Escaped: ' });
    });
  });
  test.each(Object.entries(evidence))('%s', async (_, expression) => {
    expect(await open.run(`from functools import partial\nprint(${expression})`)).toBe("<class 'object'>");
  });
});

async function expectToGoOn(library: LibraryName): Promise<void> {
  const program = `${everyday[library]}  # ${Math.random()}`;
  expect(await run(program, library)).toMatchObject({ kind: 'rendered' });
}

/** Strings that SQLAlchemy itself evaluates when it sets up the mappers. */
describe('texts that a library evaluates', () => {
  const relation = (attribute: string) => `
class User(Base):
    __tablename__ = "users"
    id = mapped_column(Integer, primary_key=True)
    team_id = mapped_column(ForeignKey("users.id"))
    ${attribute}
`;
  const cases = {
    'the target of a relation': relation("team = relationship(\"__import__('o' + 's').abort()\")"),
    primaryjoin: relation('team = relationship("User", primaryjoin="__import__(\'o\' + \'s\').abort()")'),
    foreign_keys: relation('team = relationship("User", foreign_keys="[__import__(\'o\' + \'s\').abort()]")'),
    order_by: relation('team = relationship("User", order_by="__import__(\'o\' + \'s\').abort()")'),
    secondary: relation('team = relationship("User", secondary="__import__(\'o\' + \'s\').abort()")'),
    'subclasses in remote_side': relation(
      'team = relationship("User", remote_side="[().__class__.__base__.__subclasses__()]")',
    ),
    'an annotation': relation("team: Mapped[\"__import__('o' + 's').abort()\"] = relationship()"),
    'an annotation inside another': relation("team: Mapped[list[\"__import__('o' + 's').abort()\"]] = relationship()"),
    'an annotation as a whole': relation("team: \"Mapped[__import__('o' + 's').abort()]\" = relationship()"),
    'a text by its parts': relation('team = relationship("__imp" + "ort__(\'os\').abo" + "rt()")'),
  };
  test.each(Object.entries(cases))('%s', async (_, source) => {
    const imported = (from: string, name: string): Step => ({ op: 'import', module: 'app', as: name, from, name });
    const steps: Step[] = [
      ...['ForeignKey', 'Integer', 'select'].map((name) => imported('sqlalchemy', name)),
      ...['DeclarativeBase', 'Mapped', 'mapped_column', 'relationship'].map((name) => imported('sqlalchemy.orm', name)),
      { op: 'define', module: 'app', name: 'Base', source: 'class Base(DeclarativeBase):\n    pass\n' },
      { op: 'define', module: 'app', name: 'User', source },
    ];
    expect(await run('select(User)', 'sqlalchemy', steps)).not.toMatchObject({ kind: 'cutOff' });
    await expectToGoOn('sqlalchemy');
  });
});

describe('programs that hang or take everything', () => {
  const cases = {
    'an endless loop': ['while True:\n    pass\n1', /time/],
    'an endless loop that catches everything': [
      'while True:\n    try:\n        while True:\n            pass\n    except:\n        pass\n1',
      /time/,
    ],
    'an endless comprehension': ['from itertools import count\nsum(count())', /time/],
    'an endless regular expression': ['from re import match\nmatch("(a+)+$", "a" * 40 + "b")', /time/],
    'a gigabyte list': ['[0] * 10 ** 9', /memory/],
    'a gigabyte of text': ['"a" * 2 ** 30', /memory/],
    'runaway recursion': ['def f():\n    f()\nf()', /recursion/],
    'runaway recursion in repr': ['x = []\nfor _ in range(100_000):\n    x = [x]\nrepr(x)', /recursion|crash/],
    'thousands of variants': [
      `from random import random\n${'if random() > 0.5:\n    x = 1\n'.repeat(40)}1`,
      /time|memory/,
    ],
  } as const;
  test.each(Object.entries(cases))('%s', async (_, [program, reason]) => {
    const result = await run(program);
    // A library's error or a refusal is as good as an end by force.
    if (result.kind === 'cutOff') expect(result.reason).toMatch(reason);
    await expectToGoOn('sqlalchemy');
  });
});

describe('one program does not change what the next one gets', () => {
  const changes = {
    'an attribute of a library class':
      'from sqlalchemy.sql import Select\nSelect.where = lambda self, *criteria: self\n1',
    'an attribute of a library class by setattr':
      'from sqlalchemy.sql import Select\nsetattr(Select, "where", lambda self, *criteria: self)',
    'a compilation hook': `
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import Select
def changed(element, compiler, **keywords): return "CHANGED"
compiles(Select)(changed)`,
    'an event of all sessions': `
from sqlalchemy import event
from sqlalchemy.orm import Session
def changed(state): state.statement = None
event.listen(Session, "do_orm_execute", changed)`,
    'a name of the module': 'from sqlalchemy import select\nselect = None\nselect',
    'a constant container of a library': 'from sqlalchemy.sql.compiler import OPERATORS\nOPERATORS.clear()',
  };
  const question =
    'from sqlalchemy import select\nfrom sqlalchemy import column\nselect(column("a")).where(column("b") == 1)';
  test.each(Object.entries(changes))('%s', async (_, program) => {
    await run(program);
    const result = await run(`${question}  # ${Math.random()}`);
    expect(result).toMatchObject({
      kind: 'rendered',
      variants: [{ statements: [{ sql: expect.stringMatching(/^SELECT a \nWHERE b = /) }] }],
    });
  });
});
