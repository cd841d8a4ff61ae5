import { describe, expect, test } from 'vitest';
import { Project, root, show, type ProjectOptions } from '../../harness/project.ts';

const site = '.venv/lib/python3.12/site-packages';
const model = 'class Model: pass\n';

/** A project with an environment in `.venv`; paths of `packages` are below its `site-packages`. */
function withEnvironment(
  packages: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
  options: ProjectOptions = {},
): Project {
  const installed = Object.entries(packages).map(([path, text]) => [`${site}/${path}`, text] as const);
  return new Project(
    { '.venv/pyvenv.cfg': 'version = 3.12\n', 'app.py': '', ...files, ...Object.fromEntries(installed) },
    options,
  );
}

function installed(project: Project, name: string, from = 'app.py'): string {
  const symbol = project.program.installed(name, { path: `${root}/${from}` });
  return symbol ? show(symbol).replace(`${site}/`, '') : 'nothing';
}

describe('packages of an environment', () => {
  test('a module, a package, a module of a package', () => {
    const project = withEnvironment({
      'one.py': model,
      'two/__init__.py': 'from .inner import Model as Base',
      'two/inner.py': model,
    });
    expect(installed(project, 'one.Model')).toBe('class one.py:1');
    expect(installed(project, 'two.Base')).toBe('class two/inner.py:1');
    expect(installed(project, 'two.inner.Model')).toBe('class two/inner.py:1');
    expect(installed(project, 'two.inner')).toBe('module two.inner');
    expect(installed(project, 'three.Model')).toBe('nothing');
    expect(installed(project, 'one.Other')).toBe('nothing');
  });

  test('an import keeps its name: what is installed is read only when it is asked for', () => {
    const project = withEnvironment({ 'one.py': model }, { 'app.py': 'from one import Model\nimport one' });
    expect(project.meaning('app.py', 'Model')).toBe('external one.Model');
    expect(project.meaning('app.py', 'one.Model')).toBe('external one.Model');
  });

  test('the workspace never answers for an installed module', () => {
    const project = withEnvironment(
      { 'one.py': 'from app import Model\nfrom two import Model as Base' },
      { 'app.py': model },
    );
    expect(installed(project, 'one.Model')).toBe('external app.Model');
    expect(installed(project, 'one.Base')).toBe('external two.Model');
  });

  test('what a package has from elsewhere keeps the name it has there', () => {
    const project = withEnvironment({
      'one/__init__.py': 'from sqlalchemy.orm import *\nfrom .base import *',
      'one/base.py': model,
    });
    expect(installed(project, 'one.Model')).toBe('class one/base.py:1');
    expect(installed(project, 'one.Session')).toBe('external sqlalchemy.orm.Session');
  });

  test('packages that import each other in a circle', () => {
    const project = withEnvironment({
      'one/__init__.py': 'from one.a import X',
      'one/a.py': 'from .b import X',
      'one/b.py': 'from .a import X',
    });
    expect(installed(project, 'one.X')).toBe('external one.a.X');
    expect(installed(project, 'one.a.X')).toBe('nothing');
  });

  test('names that are no modules lead nowhere', () => {
    const project = withEnvironment({ 'one.py': model });
    for (const name of ['', '.', 'one.', '..one', '../../app', 'a/b', `${'x'.repeat(400)}.y`]) {
      expect(installed(project, name), name).toBe('nothing');
    }
  });
});

describe('namespace packages', () => {
  test('one package in several folders', () => {
    const project = withEnvironment(
      { 'acme/core/__init__.py': model, 'more.pth': '../extra\n' },
      { '.venv/lib/python3.12/extra/acme/db.py': model },
    );
    expect(installed(project, 'acme.db.Model')).toBe('class .venv/lib/python3.12/extra/acme/db.py:1');
    expect(installed(project, 'acme.core.Model')).toBe('class acme/core/__init__.py:1');
  });

  test('a part in the workspace, another one installed', () => {
    const project = withEnvironment(
      { 'acme/core/__init__.py': model },
      { 'acme/shop/__init__.py': model, 'app.py': 'from acme.shop import Model\nfrom acme.core import Model as Base' },
    );
    expect(project.meaning('app.py', 'Model')).toBe('class acme/shop/__init__.py:1');
    expect(project.meaning('app.py', 'Base')).toBe('external acme.core.Model');
    expect(installed(project, 'acme.core.Model')).toBe('class acme/core/__init__.py:1');
  });

  test('the older way, with a line in __init__.py', () => {
    const extend = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n";
    const project = withEnvironment(
      { 'acme/__init__.py': extend, 'acme/core.py': model },
      {
        'acme/__init__.py': extend,
        'acme/shop.py': model,
        'app.py': 'from acme.core import Model\nfrom acme import core',
      },
    );
    expect(project.meaning('app.py', 'Model')).toBe('external acme.core.Model');
    expect(project.meaning('app.py', 'core')).toBe('external acme.core');
    expect(installed(project, 'acme.core.Model')).toBe('class acme/core.py:1');
  });
});

describe('stubs', () => {
  test('sources before stubs, stubs where there is no source', () => {
    const project = withEnvironment({
      'one.py': model,
      'one.pyi': '\nclass Model: ...\n',
      'one-stubs/__init__.pyi': '\n\nclass Model: ...\n',
      'fast/__init__.pyi': model,
      'native-stubs/__init__.pyi': model,
      'native-stubs/inner.pyi': model,
    });
    expect(installed(project, 'one.Model')).toBe('class one.py:1');
    expect(installed(project, 'fast.Model')).toBe('class fast/__init__.pyi:1');
    expect(installed(project, 'native.Model')).toBe('class native-stubs/__init__.pyi:1');
    expect(installed(project, 'native.inner')).toBe('module native.inner');
  });
});

describe('editable installs', () => {
  const library = { 'libs/lib/src/lib/__init__.py': '', 'libs/lib/src/lib/models.py': model };

  test('a .pth file that names the folder', () => {
    const project = withEnvironment({ '__editable__.lib-1.0.pth': `${root}/libs/lib/src\n` }, library);
    expect(installed(project, 'lib.models.Model')).toBe('class libs/lib/src/lib/models.py:1');
  });

  test("the table of setuptools' finder, read as data", () => {
    const project = withEnvironment(
      {
        '__editable__.lib-1.0.pth': 'import __editable___lib_1_0_finder; __editable___lib_1_0_finder.install()',
        '__editable___lib_1_0_finder.py': `import sys\nMAPPING: dict[str, str] = {'lib': '${root}/libs/lib/src/lib', 'solo': '/elsewhere/solo'}\nNAMESPACES: dict[str, list[str]] = {'acme': ['/elsewhere/acme']}\n`,
      },
      { ...library, '/elsewhere/solo.py': model, '/elsewhere/acme/core.py': model },
    );
    expect(installed(project, 'lib.models.Model')).toBe('class libs/lib/src/lib/models.py:1');
    expect(installed(project, 'solo')).toBe('module solo');
    expect(installed(project, 'acme.core')).toBe('module acme.core');
  });

  test('direct_url.json, when the import hook is none that can be read', () => {
    const project = withEnvironment(
      {
        'lib-1.0.dist-info/METADATA': '',
        'lib-1.0.dist-info/direct_url.json': `{"url": "file://${root}/libs/lib", "dir_info": {"editable": true}}`,
        'other-1.0.dist-info/direct_url.json': `{"url": "file://${root}/libs/lib", "dir_info": {}}`,
        'broken-1.0.dist-info/direct_url.json': '{',
      },
      library,
    );
    expect(installed(project, 'lib.models.Model')).toBe('class libs/lib/src/lib/models.py:1');
    expect(installed(project, 'other')).toBe('nothing');
    expect(installed(project, 'broken')).toBe('nothing');
  });

  test('a .pth file runs nothing and asks no other machine', () => {
    const asked: string[] = [];
    const project = withEnvironment(
      {
        'bad.pth': '//server/share\n\\\\server\\share\nimport os; os.system("x")\n# comment\n\n/nowhere\n',
        'one.py': model,
      },
      {},
      {
        around: (fs) => ({
          ...fs,
          stat: (path) => {
            asked.push(path);
            return fs.stat(path);
          },
        }),
      },
    );
    expect(installed(project, 'one.Model')).toBe('class one.py:1');
    expect(asked.filter((path) => path.includes('server'))).toEqual([]);
  });

  test('packages outside of the workspace import each other by name', () => {
    const project = withEnvironment(
      { 'lib.pth': '/elsewhere/src\n' },
      {
        '/elsewhere/src/lib/__init__.py': 'from lib.base import Model\nfrom app import X',
        '/elsewhere/src/lib/base.py': model,
      },
    );
    expect(installed(project, 'lib.Model')).toBe('external lib.base.Model');
    expect(installed(project, 'lib.X')).toBe('external app.X');
    expect(installed(project, 'lib.base')).toBe('module lib.base');
  });
});

describe('several environments', () => {
  const two = {
    'shop/pyproject.toml': '',
    'shop/app.py': '',
    'shop/.venv/pyvenv.cfg': '',
    'shop/.venv/lib/python3.12/site-packages/one.py': 'class Old: pass',
    'site/app.py': '',
    'site/.venv/pyvenv.cfg': '',
    'site/.venv/lib/python3.13/site-packages/one.py': 'class New: pass',
  };

  test('each folder of a workspace has its own', () => {
    const project = new Project(two, { folders: ['shop', 'site'] });
    expect(installed(project, 'one.Old', 'shop/app.py')).toMatch(/^class shop/);
    expect(installed(project, 'one.New', 'shop/app.py')).toBe('nothing');
    expect(installed(project, 'one.New', 'site/app.py')).toMatch(/^class site/);
  });

  test('two releases of one package are two modules', () => {
    const project = new Project(two, { folders: ['shop', 'site'] });
    expect(installed(project, 'one', 'shop/app.py')).toBe('module one');
    expect(installed(project, 'one', 'site/app.py')).toBe('module one_2');
  });

  test('the environment of one folder is not that of another', () => {
    const { 'site/.venv/pyvenv.cfg': _, ...files } = two;
    const project = new Project(files, { folders: ['shop', 'site'] });
    expect(installed(project, 'one.Old', 'shop/app.py')).toMatch(/^class shop/);
    expect(installed(project, 'one.Old', 'site/app.py')).toBe('nothing');
  });
});
