/**
 * What the process does to a program that may run any Python: it gets nothing of the host, and whatever it breaks,
 * the next request is answered. The allowlist that such a program does not pass is tested elsewhere.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from './sandbox.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox();
  expect(await sandbox.run('print("warm")')).toBe('warm');
  await sandbox.logged('wrote a snapshot');
});
afterAll(() => sandbox.close());

async function expectToGoOn(open = sandbox): Promise<void> {
  const token = Math.random();
  expect(await open.run(`print(${token})`)).toBe(String(token));
}

describe('ways to JavaScript and to raw memory', () => {
  const taken = [
    ...['js', 'pyodide_js', 'pyodide', 'pyodide.code', 'pyodide.ffi', 'pyodide.http', '_pyodide', '_pyodide._base'],
    ...['_pyodide_core', 'ctypes', '_ctypes', '_testcapi', '_testinternalcapi', 'mmap', '_remote_debugging'],
  ];
  test.each(taken)('%s cannot be imported', async (name) => {
    const refused = `ModuleNotFoundError: No module named '${name}'`;
    const parent = `ModuleNotFoundError: No module named '${name.split('.')[0]}'`;
    expect([refused, parent]).toContain(await sandbox.run(`import ${name}`));
    expect([refused, parent]).toContain(await sandbox.run(`__import__("importlib").import_module("${name}")`));
  });

  test('a removed module does not come back through sys.modules, reload or the import machinery', async () => {
    expect(await sandbox.run('import sys; print(sorted({"js", "_pyodide_core", "ctypes"} & set(sys.modules)))')).toBe(
      '[]',
    );
    const builtin = 'import _imp, importlib.machinery as m; s = m.ModuleSpec("_ctypes", m.BuiltinImporter)';
    expect(await sandbox.run(`${builtin}; print(_imp.create_builtin(s))`)).toMatch(/^ModuleNotFoundError/);
    expect(await sandbox.run(`${builtin}; print(m.BuiltinImporter.create_module(s))`)).toMatch(/^ModuleNotFoundError/);
  });

  test('no object of JavaScript is left in memory', async () => {
    const search = `
import gc
gc.unfreeze()
proxies = tuple(kind for kind in object.__subclasses__() if kind.__name__ == "JsProxy")
assert any(kind.__module__ == "pyodide.ffi" for kind in proxies)
everything = gc.get_objects()
print(sum(isinstance(o, proxies) for each in everything for o in (each, *gc.get_referents(each))))`;
    expect(await sandbox.run(search)).toBe('0');
  });
});

describe('the host', () => {
  test('its files are not there', async () => {
    expect(await sandbox.run('import os; print(sorted(os.listdir("/")))')).toBe(
      "['dev', 'home', 'lib', 'libraries', 'proc', 'renderer', 'tmp']",
    );
    for (const path of ['/etc/passwd', '/proc/self/environ', '/proc/1/cmdline', __filename, 'C:\\Windows\\win.ini']) {
      expect(await sandbox.run(`open(${JSON.stringify(path)})`), path).toMatch(/^FileNotFoundError/);
    }
    expect(await sandbox.run('import os; print(os.listdir("/dev"))')).not.toMatch(/sd|nvme|mem/);
  });

  test('its environment is not there', async () => {
    process.env['ORMSIGHT_TEST_SECRET'] = 'secret';
    const environment = await sandbox.run('import os; print(dict(os.environ))');
    expect(environment).not.toContain('secret');
    expect(environment).not.toContain(process.cwd());
    expect(environment).toContain("'PYTHONHASHSEED': '0'");
  });

  test('no file can be written', async () => {
    const ways = [
      'open("/tmp/x", "w")',
      'open("/tmp/x", "ab")',
      'import os; os.mkdir("/tmp/x")',
      'import os; os.symlink("/lib", "/tmp/x")',
      'import os; os.rename("/lib/python314.zip", "/tmp/x")',
      'import os; os.unlink("/lib/python314.zip")',
      'import os; os.truncate("/lib/python314.zip", 0)',
      'import sqlite3; sqlite3.connect("/tmp/x.db").execute("create table a (b)")',
    ];
    for (const way of ways) expect(await sandbox.run(way), way).toMatch(/Read-only file system|unable to open/);
    expect(await sandbox.run('import os; print(os.listdir("/tmp"))')).toBe('[]');
  });

  test('it cannot be reached over the network', async () => {
    let connections = 0;
    const server = createServer((_, response) => response.end('hello')).on('connection', () => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ways = [
      `import urllib.request; print(urllib.request.urlopen("http://127.0.0.1:${port}/").read())`,
      `import socket; s = socket.socket(); s.connect(("127.0.0.1", ${port})); print(s.send(b"x"), s.recv(9))`,
      `import socket; print(socket.create_connection(("localhost", ${port})))`,
      `import asyncio; print(asyncio.run(asyncio.open_connection("127.0.0.1", ${port})))`,
      'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(1); print(s.accept())',
    ];
    for (const way of ways) expect(await sandbox.run(way), way).toMatch(/Error|cutOff/);
    expect(connections).toBe(0);
    server.close();
    await expectToGoOn();
  });

  test('no program can be started', async () => {
    const ways = [
      'import os; print(os.system("echo hello"))',
      'import os; print(os.popen("echo hello").read())',
      'import subprocess; print(subprocess.run(["echo", "hello"]))',
      'import os; os.execv("/bin/sh", ["sh"])',
      'import os; print(os.fork())',
      'import multiprocessing; multiprocessing.Process(target=print).start()',
      'import threading; threading.Thread(target=print).start()',
    ];
    for (const way of ways) expect(await sandbox.run(way), way).toMatch(/Error|cutOff/);
    await expectToGoOn();
  });
});

describe('what never ends or takes everything', () => {
  const cases = {
    'an endless loop': ['while True: pass', 'time'],
    'an endless loop that catches everything': [
      'while True:\n  try:\n    while True: pass\n  except BaseException: pass',
      'time',
    ],
    'an endless loop in C': ['sum(iter(int, 1))', 'time'],
    'a regular expression that backtracks': ['import re; re.match("(a+)+$", "a" * 40 + "b")', 'time'],
    'a number with a billion digits': ['print(len(str(7 ** 7 ** 12)))', /time|memory/],
    sleeping: ['import time; time.sleep(1000)', 'time'],
    'a gigabyte list': ['[0] * 10 ** 9', 'memory'],
    'a gigabyte string': ['"a" * 2 ** 30', 'memory'],
    'memory bit by bit': ['x = []\nwhile True: x.append("a" * 10 ** 6)', 'memory'],
    'memory bit by bit, catching the error': [
      'x = []\nwhile True:\n  try:\n    x.append("a" * 10 ** 6)\n  except MemoryError: pass',
      /time|memory/,
    ],
    'runaway recursion': ['def f(): f()\nf()', 'recursion'],
    'runaway recursion without a limit': [
      'import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(): f()\nf()',
      /recursion|crash/,
    ],
    'runaway recursion in C': ['x = []\nfor _ in range(200_000): x = [x]\nrepr(x)', /recursion|crash/],
    'deeply nested JSON': ['import json; json.loads("[" * 200_000)', /recursion|crash/],
    'a huge answer': ['for _ in range(30): print("a" * 10 ** 6)', 'memory'],
    'ending the process': ['import os; os._exit(0)', 'crash'],
    'aborting the process': ['import os; os.abort()', 'crash'],
    'a signal': ['import signal; signal.raise_signal(9)', 'crash'],
  } as const;

  /** What ends for another reason does so on a busy machine, too, before its time is up. */
  let patient: Sandbox;
  beforeAll(async () => {
    patient = await openSandbox({ timeLimit: 60_000, storageDir: sandbox.storageDir });
  });
  afterAll(() => patient.close());

  test.each(Object.entries(cases))('%s is cut off, and the next request answered', async (_, [python, reason]) => {
    const open = String(reason).includes('time') ? sandbox : patient;
    const result: unknown = JSON.parse(await open.run(python));
    expect(result).toEqual({
      kind: 'cutOff',
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    });
    await expectToGoOn(open);
  });

  test('SystemExit and KeyboardInterrupt end only the request', async () => {
    expect(await sandbox.run('raise SystemExit(3)')).toBe('SystemExit: 3');
    expect(await sandbox.run('raise KeyboardInterrupt')).toBe('KeyboardInterrupt: ');
    await expectToGoOn();
  });

  test('the process that takes over starts from the snapshot', async () => {
    const before = sandbox.log.filter((line) => line.includes('started from its snapshot')).length;
    await sandbox.run('while True: pass  # once more');
    await expectToGoOn();
    expect(sandbox.log.filter((line) => line.includes('started from its snapshot')).length).toBeGreaterThan(before);
  });
});
