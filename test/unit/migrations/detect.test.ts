import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { normalizePath } from '../../../server/src/base/paths.ts';
import { migrationProjects } from '../../../server/src/migrations/tools/index.ts';
import { createProgram } from '../../../server/src/python/program.ts';
import type { FileSystem, FolderEntry } from '../../../server/src/workspace/fileSystem.ts';
import { Workspace } from '../../../server/src/workspace/workspace.ts';
import { root } from '../../../scripts/root.ts';

const ini = '[alembic]\nscript_location = migrations\n';
const managePy = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")';

describe('Alembic', () => {
  test('by alembic.ini', async () => {
    expect(await detect({ 'alembic.ini': ini })).toEqual([
      {
        tool: 'alembic',
        folder: '/w',
        config: '/w/alembic.ini',
        upgrade: ['-m', 'alembic', 'upgrade', 'head'],
        database: { dialect: null, name: null, place: null },
      },
    ]);
  });

  test('by pyproject.toml', async () => {
    const projects = await detect({ 'pyproject.toml': '[tool.alembic]\nscript_location = "%(here)s/alembic"\n' });
    expect(projects).toMatchObject([{ config: '/w/pyproject.toml', upgrade: ['-m', 'alembic', 'upgrade', 'head'] }]);
  });

  test('both in one folder are one project', async () => {
    const files = { 'pyproject.toml': '[tool.alembic]\nscript_location = "a"\n', 'alembic.ini': ini };
    expect(await detect(files)).toMatchObject([{ config: '/w/alembic.ini' }]);
  });

  test('a file of another name is told to Alembic', async () => {
    expect(await detect({ 'a/alembic.prod.ini': ini })).toMatchObject([
      { folder: '/w/a', upgrade: ['-m', 'alembic', '-c', 'alembic.prod.ini', 'upgrade', 'head'] },
    ]);
  });

  test.each([
    ['of Flask-Migrate', { 'migrations/alembic.ini': '[alembic]\n# template used\n' }],
    ['empty', { 'alembic.ini': '' }],
    ['binary', { 'alembic.ini': '\0\0\0' }],
    ['a half-typed pyproject.toml', { 'pyproject.toml': '[tool.alembic]\nscript_location = ' }],
    ['a pyproject.toml with other tools', { 'pyproject.toml': '[tool.ruff]\n[project]\ndependencies=["alembic"]' }],
    ['a location that is no text', { 'pyproject.toml': '[tool]\nalembic = 3' }],
  ])('not by a file that is %s', async (_, files) => {
    expect(await detect(files)).toEqual([]);
  });

  test.each([
    ['sqlite:///shop.sqlite3', 'sqlite', 'shop.sqlite3'],
    ['sqlite:////var/lib/shop.db', 'sqlite', '/var/lib/shop.db'],
    [
      'postgresql+psycopg://ann:p@ss:word@db.example.com:5432/shop?sslmode=require',
      'postgresql',
      'db.example.com:5432/shop',
    ],
    ['postgresql://localhost/shop', 'postgresql', 'localhost/shop'],
    ['mysql+pymysql://ann:secret@db/shop#x', 'mysql', 'db/shop'],
  ])('names the database of %s without its password', async (url, dialect, name) => {
    const [project] = await detect({ 'alembic.ini': `${ini}sqlalchemy.url = ${url}\n` });
    expect(project?.database).toEqual({ dialect, name, place: { path: '/w/alembic.ini', line: 3 } });
    expect(JSON.stringify(project)).not.toMatch(/secret|word|ann/);
  });

  test('a name that is only known at run time', async () => {
    const files = { 'alembic.ini': ini, 'db.py': 'engine = create_engine(f"postgresql://{user}:{pw}@{host}/{name}")' };
    const [project] = await detect(files);
    expect(project?.database).toMatchObject({ dialect: 'postgresql', name: null });
  });
});

describe('Django', () => {
  test('by manage.py', async () => {
    expect(await detect({ 'site/manage.py': managePy })).toMatchObject([
      { tool: 'django', folder: '/w/site', config: '/w/site/manage.py', upgrade: ['manage.py', 'migrate'] },
    ]);
  });

  test("not by another project's manage.py", async () => {
    expect(await detect({ 'manage.py': 'import click' })).toEqual([]);
  });

  test('names the server and the database, without the user', async () => {
    const settings = `
INSTALLED_APPS = ['django.contrib.auth']
DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.postgresql',
        'NAME': 'shop', 'USER': 'ann', 'PASSWORD': 'secret', 'HOST': 'db', 'PORT': 5432,
    }
}`;
    const [project] = await detect({ 'manage.py': managePy, 'config/__init__.py': '', 'config/settings.py': settings });
    expect(project?.database).toMatchObject({ dialect: 'postgresql', name: 'db:5432/shop' });
  });
});

test('the samples', async () => {
  const folder = normalizePath(join(root, 'examples'));
  const workspace = new Workspace({ roots: [folder] });
  await workspace.load();
  const snapshot = workspace.snapshot();
  expect(migrationProjects(snapshot, createProgram(snapshot))).toMatchObject([
    { tool: 'alembic', folder: `${folder}/fastapi-shop`, database: { dialect: 'sqlite', name: 'shop.sqlite3' } },
    { tool: 'django', folder: `${folder}/django-shop`, database: { dialect: 'sqlite', name: 'db.sqlite3' } },
  ]);
});

async function detect(files: Readonly<Record<string, string>>) {
  const workspace = new Workspace({ roots: ['/w'], fileSystem: inMemory(files) });
  await workspace.load();
  const snapshot = workspace.snapshot();
  return migrationProjects(snapshot, createProgram(snapshot));
}

/** A disk with these files below `/w`. */
function inMemory(files: Readonly<Record<string, string>>): FileSystem {
  const contents = new Map(Object.entries(files).map(([path, text]) => [`/w/${path}`, Buffer.from(text)]));
  const isFolder = (path: string): boolean => [...contents.keys()].some((file) => file.startsWith(`${path}/`));
  return {
    readFolder(path) {
      if (!isFolder(path)) return undefined;
      const names = new Set(
        [...contents.keys()]
          .filter((f) => f.startsWith(`${path}/`))
          .map((f) => f.slice(path.length + 1).split('/')[0]!),
      );
      return [...names].map((name): FolderEntry => ({ name, kind: isFolder(`${path}/${name}`) ? 'folder' : 'file' }));
    },
    stat(path) {
      const content = contents.get(path);
      if (content) return { kind: 'file', size: content.length };
      return isFolder(path) ? { kind: 'folder', size: 0 } : undefined;
    },
    readFile: (path) => contents.get(path),
    realPath: (path) => path,
  };
}
