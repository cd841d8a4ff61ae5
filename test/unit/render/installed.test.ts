import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type InstalledLibrary, isBundled } from '../../../server/src/render/installed/installedLibrary.ts';
import { readInstalledLibrary, readLimits } from '../../../server/src/render/installed/readLibrary.ts';
import type { BundledLibrary, LibraryManifest } from '../../../server/src/render/libraries.ts';

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ormsight-installed-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function installed(library: 'sqlalchemy' | 'django', versions: Readonly<Record<string, string>>): InstalledLibrary {
  const packages = Object.entries(versions).map(([name, version]) => ({ name, version, sitePackages: folder }));
  return { library, packages };
}

const sqlAlchemy = { 'sqlalchemy/__init__.py': '__version__ = "1.4.9"', 'sqlalchemy/orm/session.py': 'x = 1' };

async function pathsOf(library: InstalledLibrary, limits = readLimits): Promise<string[]> {
  return [...(await readInstalledLibrary(library, limits)).keys()];
}

describe('what is read of an installed library', () => {
  test('its sources, and those of what stands on it', async () => {
    put({ ...sqlAlchemy, 'flask_sqlalchemy/__init__.py': '', 'flask/__init__.py': '' });
    const both = installed('sqlalchemy', { sqlalchemy: '1.4.9', 'flask-sqlalchemy': '2.5.1' });
    expect(await pathsOf(both)).toEqual([...Object.keys(sqlAlchemy), 'flask_sqlalchemy/__init__.py']);
    expect(await pathsOf(installed('sqlalchemy', { sqlalchemy: '1.4.9' }))).toEqual(Object.keys(sqlAlchemy));
  });

  test('no compiled module, no cache, nothing that rendering does not need', async () => {
    put({
      ...sqlAlchemy,
      'sqlalchemy/cresultproxy.cpython-312-x86_64-linux-gnu.so': 'native code',
      'sqlalchemy/cyextension/util.pyx': '',
      'sqlalchemy/__pycache__/x.cpython-312.pyc': 'byte code',
      'sqlalchemy/testing/__init__.py': '',
      'sqlalchemy-1.4.9.dist-info/METADATA': '',
    });
    expect(await pathsOf(installed('sqlalchemy', { sqlalchemy: '1.4.9' }))).toEqual(Object.keys(sqlAlchemy));
  });

  test('files that are links, as uv makes them, but no folders that are', async () => {
    put({ ...sqlAlchemy, 'elsewhere/secret.py': 'secret', 'cache/util.py': 'y = 2' });
    symlinkSync(join(folder, 'cache/util.py'), join(folder, 'sqlalchemy/util.py'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'sqlalchemy/elsewhere'));
    symlinkSync(join(folder, 'sqlalchemy'), join(folder, 'sqlalchemy/again'));
    symlinkSync(join(folder, 'nothing.py'), join(folder, 'sqlalchemy/broken.py'));
    const paths = await pathsOf(installed('sqlalchemy', { sqlalchemy: '1.4.9' }));
    expect(paths).toEqual([...Object.keys(sqlAlchemy), 'sqlalchemy/util.py']);
  });

  test.skipIf(process.platform === 'win32')('no pipe, which would make us wait', async () => {
    put(sqlAlchemy);
    execFileSync('mkfifo', [join(folder, 'sqlalchemy/pipe.py')]);
    expect(await pathsOf(installed('sqlalchemy', { sqlalchemy: '1.4.9' }))).toEqual(Object.keys(sqlAlchemy));
  });

  test('nothing, with a reason, when it is larger than any release', async () => {
    put({ ...sqlAlchemy, 'sqlalchemy/big.py': 'x'.repeat(1000) });
    const library = installed('sqlalchemy', { sqlalchemy: '1.4.9' });
    await expect(pathsOf(library, { ...readLimits, files: 2 })).rejects.toThrow('sqlalchemy has more than 2 files');
    await expect(pathsOf(library, { ...readLimits, bytes: 900 })).rejects.toThrow('sqlalchemy is larger than');
    expect(await pathsOf(library, { ...readLimits, fileBytes: 900 })).toEqual(Object.keys(sqlAlchemy));
    expect(await pathsOf(library, { ...readLimits, depth: 0 })).toEqual([
      'sqlalchemy/__init__.py',
      'sqlalchemy/big.py',
    ]);
  });

  test('nothing, with a reason, when its files lie elsewhere', async () => {
    put({ 'sqlalchemy-1.4.9.dist-info/METADATA': '' });
    const library = installed('sqlalchemy', { sqlalchemy: '1.4.9' });
    await expect(pathsOf(library)).rejects.toThrow('its files are not in');
  });
});

test('a bundled library stands for what is installed only when all of it is the same', () => {
  const bundled: BundledLibrary = {
    library: 'sqlalchemy',
    version: '2.0',
    fullVersion: '2.0.58',
    archives: ['a.zip', 'b.zip'],
    compiled: [],
  };
  const archive = (file: string, name: string, version: string) => ({
    ...{ file, compiled: [], sha256: '' },
    packages: [{ name, version, licence: '', licenceFiles: [] }],
  });
  const manifest: LibraryManifest = {
    libraries: [bundled],
    standardLibrary: 'python.zip',
    archives: [archive('a.zip', 'SQLAlchemy', '2.0.58'), archive('b.zip', 'Flask-SQLAlchemy', '3.1.1')],
  };
  const is = (versions: Readonly<Record<string, string>>) =>
    isBundled(manifest, bundled, installed('sqlalchemy', versions));
  expect(is({ sqlalchemy: '2.0.58' })).toBe(true);
  expect(is({ sqlalchemy: '2.0.58', 'flask-sqlalchemy': '3.1.1' })).toBe(true);
  expect(is({ sqlalchemy: '2.0.57' })).toBe(false);
  expect(is({ sqlalchemy: '2.0.58', 'flask-sqlalchemy': '3.0.5' })).toBe(false);
  expect(is({ sqlalchemy: '2.0.58', sqlmodel: '0.0.22' })).toBe(false);
});
