import { describe, expect, test } from 'vitest';
import { environmentLimits } from '../../../server/src/workspace/environments.ts';
import type { FileSystem } from '../../../server/src/workspace/fileSystem.ts';
import { Project, root, type ProjectOptions } from '../../harness/project.ts';

/** The environment of `app.py`, relative to the project. */
function environmentOf(files: Readonly<Record<string, string>>, options: ProjectOptions = {}, path = 'app.py') {
  const project = new Project({ 'app.py': '', ...files }, options);
  const found = project.snapshot.environmentOf(`${root}/${path}`);
  return (
    found && {
      path: found.path.replace(`${root}/`, ''),
      sitePackages: found.sitePackages.map((each) => each.replace(`${root}/`, '')),
    }
  );
}

describe('where an environment lies', () => {
  test.each([
    ['.venv', '.venv/pyvenv.cfg', '.venv/lib/python3.12/site-packages'],
    ['venv', 'venv/pyvenv.cfg', 'venv/lib/python3.9/site-packages'],
    ['env', 'env/pyvenv.cfg', 'env/Lib/site-packages'],
    ['a name of its own', 'py312/pyvenv.cfg', 'py312/lib64/python3.12/site-packages'],
    ['conda', 'env/conda-meta/history', 'env/lib/python3.11/site-packages'],
    ['pixi', '.pixi/envs/default/conda-meta/history', '.pixi/envs/default/lib/python3.13/site-packages'],
    ['PDM', '__pypackages__/3.12/.gitignore', '__pypackages__/3.12/lib'],
  ])('%s', (_name, marker, site) => {
    expect(environmentOf({ [marker]: '', [`${site}/one.py`]: '' })?.sitePackages).toEqual([site]);
  });

  test('a folder of that name without an environment is none', () => {
    expect(environmentOf({ 'venv/app.py': '', 'env/lib/python3.12/site-packages/one.py': '' })).toBeUndefined();
    expect(environmentOf({ '.venv/pyvenv.cfg': '' })).toBeUndefined();
  });

  test('the newest interpreter of a folder that was used again', () => {
    const files = {
      '.venv/pyvenv.cfg': '',
      '.venv/lib/python3.9/site-packages/a.py': '',
      '.venv/lib/python3.13/site-packages/a.py': '',
    };
    expect(environmentOf(files)?.sitePackages).toEqual(['.venv/lib/python3.13/site-packages']);
  });

  test('Pipenv names the folder in a file', () => {
    const files = {
      '.venv': '/home/virtualenvs/shop-x1\n',
      '/home/virtualenvs/shop-x1/pyvenv.cfg': '',
      '/home/virtualenvs/shop-x1/lib/python3.12/site-packages/a.py': '',
    };
    expect(environmentOf(files)?.path).toBe('/home/virtualenvs/shop-x1');
    expect(environmentOf({ '.venv': '\\\\server\\share' })).toBeUndefined();
  });

  test('above the opened folder, up to where version control begins', () => {
    const files = { '.venv/pyvenv.cfg': '', '.venv/lib/python3.12/site-packages/a.py': '', 'src/app.py': '' };
    expect(environmentOf(files, { folders: ['src'] }, 'src/app.py')?.path).toBe('.venv');
    expect(environmentOf({ ...files, 'src/.git/HEAD': '' }, { folders: ['src'] }, 'src/app.py')).toBeUndefined();
  });

  const both = {
    '.venv/pyvenv.cfg': '',
    '.venv/lib/python3.12/site-packages/a.py': '',
    'api/app.py': '',
    'api/venv/pyvenv.cfg': '',
    'api/venv/lib/python3.12/site-packages/a.py': '',
    '/opt/py/pyvenv.cfg': '',
    '/opt/py/lib/python3.12/site-packages/a.py': '',
  };

  test('the nearest to a file wins', () => {
    expect(environmentOf(both, {}, 'api/app.py')?.path).toBe('api/venv');
    expect(environmentOf(both, {}, 'app.py')?.path).toBe('.venv');
  });

  test('the active one is for files without an own', () => {
    expect(environmentOf(both, { activeEnvironment: '/opt/py' }, 'api/app.py')?.path).toBe('api/venv');
    const { '.venv/pyvenv.cfg': _, ...without } = both;
    expect(environmentOf(without, { activeEnvironment: '/opt/py' }, 'app.py')?.path).toBe('/opt/py');
  });

  test('the setting names a folder or an interpreter, and wins', () => {
    for (const environment of ['/opt/py', '/opt/py/bin/python', '/opt/py/']) {
      expect(environmentOf(both, { settings: { environment } }, 'api/app.py')?.path, environment).toBe('/opt/py');
    }
    expect(environmentOf(both, { settings: { environment: 'api/venv' } }, 'app.py')?.path).toBe('api/venv');
    expect(environmentOf(both, { settings: { environment: '//server/env' } }, 'app.py')?.path).toBe('.venv');
  });
});

/** Counts what is asked of the files below a folder. */
function counting(folder: string) {
  const asked: string[] = [];
  const note = (what: string, path: string): void => {
    if (path.startsWith(`${root}/${folder}`)) asked.push(`${what} ${path.slice(root.length + folder.length + 2)}`);
  };
  const around = (fs: FileSystem): FileSystem => ({
    stat: (path) => (note('stat', path), fs.stat(path)),
    readFolder: (path) => (note('list', path), fs.readFolder(path)),
    readFile: (path) => (note('read', path), fs.readFile(path)),
    realPath: (path) => fs.realPath(path),
  });
  return { asked, around };
}

describe('what is read', () => {
  const site = '.venv/lib/python3.12/site-packages';
  const program = { 'app.py': 'from big.part7 import Model\nimport big', '.venv/pyvenv.cfg': '' };

  test('an environment with 50,000 files costs no walk', () => {
    const files: Record<string, string> = { ...program };
    for (let i = 0; i < 50_000; i++) files[`${site}/big/sub${i % 50}/part${i}.py`] = '';
    files[`${site}/big/__init__.py`] = '';
    files[`${site}/big/part7.py`] = 'class Model: pass';
    const { asked, around } = counting('.venv');
    const project = new Project(files, { around });
    expect(project.snapshot.pythonPaths()).toEqual([`${root}/app.py`]);
    // To find it: what it is, its interpreter, and whether something changed since.
    expect(asked.length).toBeLessThan(20);
    expect(asked.filter((each) => each.startsWith('read') || each.includes('big'))).toEqual([]);
    asked.length = 0;
    expect(project.program.installed('big.part7.Model', { path: `${root}/app.py` })?.kind).toBe('binding');
    const below = asked.filter((each) => each.includes('/big'));
    expect(below.filter((each) => each.startsWith('list'))).toEqual([]);
    expect(below.filter((each) => each.startsWith('read'))).toEqual([
      `read lib/python3.12/site-packages/big/__init__.py`,
      `read lib/python3.12/site-packages/big/part7.py`,
    ]);
  });

  test('a keystroke reads nothing again', () => {
    const { asked, around } = counting('.venv');
    const project = new Project(
      { ...program, [`${site}/big/__init__.py`]: '', [`${site}/big/part7.py`]: 'class Model: pass' },
      { around },
    );
    const ask = () => project.program.installed('big.part7.Model', { path: `${root}/app.py` })?.kind;
    expect(ask()).toBe('binding');
    asked.length = 0;
    project.type('app.py', 'x = 1');
    expect(ask()).toBe('binding');
    expect(asked.filter((each) => !each.startsWith('stat'))).toEqual([]);
  });

  test('no more than the limits', () => {
    const files: Record<string, string> = {
      ...program,
      [`${site}/a.py`]: 'x = 1',
      [`${site}/b.py`]: 'x = 1',
      [`${site}/c.py`]: `x = "${'y'.repeat(1_100_000)}"`,
    };
    const limited = (limits: Partial<typeof environmentLimits>) => {
      const { snapshot } = new Project(files, { environmentLimits: { ...environmentLimits, ...limits } });
      return ['a', 'b', 'c'].map((name) => snapshot.whyUnread(`${root}/${site}/${name}.py`) ?? 'read');
    };
    expect(limited({})).toEqual(['read', 'read', 'it is larger than 1 MB']);
    expect(limited({ files: 1 })[1]).toBe('enough of the environment was read');
    expect(limited({ bytes: 3 })[1]).toBe('enough of the environment was read');
    expect(limited({ milliseconds: 0 })[0]).toBe('enough of the environment was read');
  });

  test('anew when a package comes or goes', () => {
    const project = new Project({ ...program, [`${site}/a.py`]: '' });
    const version = () => project.snapshot.environmentOf(`${root}/app.py`)?.distribution('Flask-SQLAlchemy')?.version;
    expect(version()).toBeUndefined();
    const before = project.snapshot.environments;
    project.type('app.py', 'x = 1');
    expect(project.snapshot.environments).toBe(before);
    project.write(`${site}/flask_sqlalchemy-3.1.1.dist-info/RECORD`, '');
    expect(version()).toBe('3.1.1');
  });

  test('an environment that is made or removed', () => {
    const project = new Project({ 'app.py': '' });
    expect(project.snapshot.environments).toEqual([]);
    project.write(`${site}/a.py`, '');
    project.write('.venv/pyvenv.cfg', '');
    expect(project.snapshot.environments.map((each) => each.path)).toEqual([`${root}/.venv`]);
    project.delete('.venv/pyvenv.cfg');
    expect(project.snapshot.environments).toEqual([]);
  });
});
