/**
 * Libraries of a project's environment run only behind the walls: these here do at once, when they are imported, what
 * the programs of `walls.test.ts` do, and more.
 */
import { type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostConfig } from '../../server/src/render/hostConfig.ts';
import type { InstalledLibrary } from '../../server/src/render/installed/installedLibrary.ts';
import { readManifest } from '../../server/src/render/libraries.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { spawnHost } from '../../server/src/render/spawn.ts';
import { writeZip } from '../../server/src/render/host/zip.ts';
import { emptyRequest, openSandbox, root, type Sandbox, standIn } from './sandbox.ts';

let sandbox: Sandbox;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ormsight-environments-'));
  sandbox = await openSandbox({ startLimit: 15_000 });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

let number = 0;

/** An environment with a SQLAlchemy whose package is this Python. */
function environmentWith(python: string): InstalledLibrary {
  const sitePackages = join(folder, `environment${++number}`);
  mkdirSync(join(sitePackages, 'sqlalchemy'), { recursive: true });
  writeFileSync(join(sitePackages, 'sqlalchemy/__init__.py'), python);
  return { library: 'sqlalchemy', packages: [{ name: 'sqlalchemy', version: '2.0.31', sitePackages }] };
}

/** What Python prints that has the library imported; with the bundled one when the library does not start. */
async function print(installed: InstalledLibrary, python: string): Promise<string> {
  const slice = { ...emptyRequest.slice, body: python };
  const result = await sandbox.renderer.render({ ...emptyRequest, slice }, undefined, { installed });
  return result.kind === 'refused' ? result.message.trimEnd() : JSON.stringify(result);
}

const bundledToo = 'import sqlalchemy; print(sqlalchemy.__version__)';

describe('a library of a project, when it is imported,', () => {
  const curious = `
import gc, os, sys
__version__ = "2.0.31"
seen = []
for name in ("js", "pyodide_js", "_pyodide_core", "pyodide", "_pyodide", "ctypes", "_ctypes", "mmap", "faulthandler"):
    try:
        __import__(name)
    except ModuleNotFoundError:
        continue
    seen.append(name)
proxies = tuple(kind for kind in object.__subclasses__() if kind.__name__ == "JsProxy")
gc.unfreeze()
everything = gc.get_objects()
seen += [type(o).__name__ for each in everything for o in (each, *gc.get_referents(each)) if isinstance(o, proxies)]
for way in ('open("/tmp/x", "w")', 'open("/etc/passwd")', 'os.mkdir("/x")', 'os.fork()'):
    try:
        seen.append(f"{way}: {eval(way)}")
    except Exception:
        pass
environment = dict(os.environ)
`;
  const report = 'import sqlalchemy; print(sqlalchemy.__version__, sqlalchemy.seen, sorted(sqlalchemy.environment))';

  test('finds nothing of the host, nor of JavaScript, from nothing or from the snapshot', async () => {
    process.env['ORMSIGHT_TEST_SECRET'] = 'secret';
    const library = environmentWith(curious);
    const nothing = /^2\.0\.31 \[\] \[[^\]]*\]$/;
    const first = await print(library, report);
    expect(sandbox.renderer.failureOf(library)).toBeNull();
    expect(first).toMatch(nothing);
    expect(first).not.toContain('SECRET');
    await sandbox.logged('wrote a snapshot');
    await print(library, 'import os; os._exit(0)');
    await sandbox.logged('started from its snapshot');
    expect(await print(library, `${report}  # again`)).toMatch(nothing);
  });

  test('reaches nobody over the network', async () => {
    let connections = 0;
    const server = createServer((_, response) => response.end('hello')).on('connection', () => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const library = environmentWith(`
__version__ = "2.0.31"
import socket, urllib.request
try:
    urllib.request.urlopen("http://127.0.0.1:${port}/", timeout=2)
except Exception as error:
    failure = type(error).__name__
`);
    expect(await print(library, 'import sqlalchemy; print(sqlalchemy.failure)')).toMatch(/Error$/);
    expect(connections).toBe(0);
    server.close();
  });

  const failing = {
    'raises an exception': ['raise ImportError("not on this Python")', 'ImportError: not on this Python'],
    'ends the interpreter': ['import os; os._exit(9)', /Python ended/],
    'takes all memory': ['x = ["a" * 10 ** 6 for _ in range(10 ** 6)]', /MemoryError/],
    'never ends': ['while True: pass', /did not start within 15 s/],
    'starts a program': ['import os; os.system("true")', /The sandbox does not do this/],
  } as const;

  test.each(Object.entries(failing))(
    'is replaced by a bundled one when it %s',
    async (_, [python, reason]) => {
      const library = environmentWith(python);
      expect(sandbox.renderer.failureOf(library)).toBeNull();
      expect(await print(library, `${bundledToo}  # ${number}`)).toMatch(/^2\.0\.\d+$/);
      expect(sandbox.renderer.failureOf(library)).toMatch(reason);
      // It is not tried again.
      const started = sandbox.states.filter((state) => state === 'sqlalchemy 2.0.31 starting').length;
      await print(library, `${bundledToo}  # again ${number}`);
      expect(sandbox.states.filter((state) => state === 'sqlalchemy 2.0.31 starting')).toHaveLength(started);
    },
    60_000,
  );

  test('that answers nonsense is believed nothing', async () => {
    const library = environmentWith(`
__version__ = "2.0.31"
import ormsight_renderer
first = ormsight_renderer.handle
ormsight_renderer.handle = lambda text: first(text) if "warm_up" in text else '{"kind":"rendered","variants":7}'
`);
    expect(await print(library, 'print(1)')).toBe('{"kind":"cutOff","reason":"crash"}');
  });
});

test('the built product starts its processes without rights, at the first try', async () => {
  const files = runtimeFiles();
  const manifest = readManifest(files.librariesDir);
  const started: ChildProcess[] = [];
  const config = hostConfig(files, manifest, manifest.libraries[0]!);
  const task = { kind: 'answer', snapshot: null } as const;
  const host = spawnHost(files.hostPath, { ...config, task }, 60_000, (child) => started.push(child));
  await host.finally(() => started.forEach((child) => child.kill()));
  expect(started.map(isRestricted)).toEqual([true]);
});

test('a library that makes its process look like one without support for rights gets no other one', async () => {
  const zip = join(folder, 'own.zip');
  writeFileSync(
    zip,
    writeZip(
      new Map([['sqlalchemy/__init__.py', Buffer.from(`raise ImportError("ended with code 9: ERR_ACCESS_DENIED")`)]]),
      false,
    ),
  );
  const librariesDir = join(root, 'dist/libraries');
  const files = { librariesDir, pyodideDir: join(root, 'node_modules/pyodide'), rendererDir: standIn };
  const manifest = readManifest(librariesDir);
  const config = { ...hostConfig(files, manifest, manifest.libraries[0]!), isForeign: true, archives: [zip] };
  const started: ChildProcess[] = [];
  const host = spawnHost(
    join(root, 'server/src/render/host/main.ts'),
    { ...config, task: { kind: 'answer', snapshot: null } },
    30_000,
    (child) => started.push(child),
  );
  await expect(host).rejects.toThrow('code 9');
  expect(started.map(isRestricted)).toEqual([true]);
});

function isRestricted({ spawnargs }: ChildProcess): boolean {
  return spawnargs.some((argument) => /^--(experimental-)?permission$/.test(argument));
}
