import { expect, test } from 'vitest';
import { databaseTarget } from '../../../server/src/orm/project/databaseTarget.ts';
import { djangoSettings } from '../../../server/src/orm/project/djangoSettings.ts';
import { visibleScopes } from '../../../server/src/python/scopes.ts';
import type { Node } from '../../../server/src/python/syntax/nodes.ts';
import { children } from '../../../server/src/python/syntax/visit.ts';
import { Project, root } from '../../harness/project.ts';

const code = `from __future__ import annotations
import os, sqlalchemy as sa
from .b import *
from b import Base as B, helper
try:
    from fast import loads
except ImportError as error:
    loads = None
engine = sa.create_engine(os.environ.get("DATABASE_URL", f"postgresql+asyncpg://{helper()}@h"))
INSTALLED_APPS = ["a"] + [x for x in os.listdir() if (y := x)]
DATABASES = {"default": {"ENGINE": "django.db.backends." + "sqlite3", **{}}}
class User(B, metaclass=type):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    @property
    def name(self, *args, key=lambda z: z, **kw) -> str:
        nonlocal_ = {k: v for k, (v, *w) in args}
        global engine
        engine = None
        match args:
            case [a, {"k": c, **rest}] | User(id=d) as e if a: return f"{a!r:>{c}}"
            case _: pass
        async with self as s, (yield): del s
        return [i async for i in self] + [*args, *kw]
type Alias[T: int = str] = list[T]
def generic[T, *Ts, **P](x: T) -> Alias[T]: return User.name.fget(x)
`;

/** Asks everything there is to ask about a project, whatever state its files are in. */
function askEverything(project: Project): number {
  let answers = 0;
  for (const path of project.program.paths) {
    const file = project.program.file(path)!;
    project.program.importsAnyOf(path, ['sqlalchemy', 'django']);
    databaseTarget(project.snapshot, project.program, path);
    djangoSettings(project.snapshot, project.program, path)?.apps.map(({ label }) => label);
    const open: Node[] = [file.module];
    for (let node = open.pop(); node; node = open.pop()) {
      if (node.kind === 'Name' || node.kind === 'Attribute') {
        project.program.resolve(file, node);
        answers++;
      } else if (node.kind === 'ClassDef') {
        project.program.bases(file, node);
        project.program.member(file, node, 'name');
      }
      for (const child of children(node)) open.push(child);
    }
    for (const scope of [file.scope, ...file.scope.children]) {
      for (const bindings of scope.bindings.values())
        for (const binding of bindings) project.program.follow(file, binding);
    }
  }
  return answers;
}

const other =
  'from a import *\nfrom a import User\nclass Base(User): name = 1\ndef helper(): return engine\n__all__ = ["Base"]\n';

test('the sample itself says something', () => {
  expect(askEverything(new Project({ 'a.py': code, 'b.py': other }))).toBeGreaterThan(50);
});

test('nothing throws on a file cut short at any offset', () => {
  const project = new Project({ 'a.py': code, 'b.py': other });
  let answers = 0;
  for (let end = 0; end <= code.length; end++) {
    project.type('a.py', code.slice(0, end));
    answers += askEverything(project);
  }
  expect(answers).toBeGreaterThan(code.length);
});

test('nothing throws on a file with a piece missing anywhere', () => {
  const project = new Project({ 'a.py': code, 'b.py': other });
  let answers = 0;
  for (let start = 0; start < code.length; start += 3) {
    project.type('a.py', code.slice(0, start) + code.slice(start + 11));
    answers += askEverything(project);
  }
  expect(answers).toBeGreaterThan(code.length);
});

test('every offset has a scope, and every scope leads to the module', () => {
  const project = new Project({ 'a.py': code });
  const file = project.file('a.py');
  for (let offset = 0; offset <= code.length; offset++) {
    const scopes = [...visibleScopes(project.program.scopeAt(file, offset))];
    expect(scopes.at(-1)).toBe(file.scope);
  }
});

test('binary, missing and vanished files are no files', () => {
  const project = new Project({ 'a.py': 'import b\nfrom c import x\nb.y', 'b.py': 'y = 1\0', 'c.py': 'x = 1' });
  expect(project.program.file(`${root}/b.py`)).toBeUndefined();
  expect(project.program.file(`${root}/nothing.py`)).toBeUndefined();
  expect(project.meaning('a.py', 'b.y')).toBe('unknown');
  project.delete('c.py');
  expect(project.meaning('a.py', 'x')).toBe('external c.x');
});
