/** How requests get to Python and what is kept from one process to the next. */
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { CancellationSource, CancelledError } from '../../server/src/base/cancellation.ts';
import type { RenderPriority } from '../../server/src/render/renderer.ts';
import { emptyRequest, openSandbox, type Sandbox } from './sandbox.ts';

const open: Sandbox[] = [];
/** Has a snapshot of SQLAlchemy 2.0 in it, so that most tests start soon. */
let first: Sandbox;

beforeAll(async () => {
  first = await openSandbox();
  await first.run('print(1)');
  await first.logged('wrote a snapshot');
});
afterAll(() => first.close());

async function opened(changes: Parameters<typeof openSandbox>[0] = {}): Promise<Sandbox> {
  const sandbox = await openSandbox({ storageDir: first.storageDir, ...changes });
  open.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});

const bodyOf = (body: string) => ({ ...emptyRequest, slice: { ...emptyRequest.slice, body } });

test('a second session starts from the snapshot that the first one made', async () => {
  expect(first.log.join()).not.toMatch(/started from its snapshot/);
  const second = await opened();
  expect(await second.run('import sqlalchemy; print(sqlalchemy.__version__)')).toBe('2.0.58');
  expect(second.log.join()).toMatch(/started from its snapshot/);
});

test('a damaged, a foreign and a cut snapshot are dropped, and Python starts without', async () => {
  const storageDir = await mkdtemp(join(tmpdir(), 'ormsight-snapshots-'));
  const folder = join(storageDir, 'snapshots');
  await cp(join(first.storageDir, 'snapshots'), folder, { recursive: true });
  const [name] = await readdir(folder);
  const good = await readFile(join(folder, name!));
  const damaged = Buffer.from(good);
  const middle = Math.floor(good.length / 2);
  damaged.fill(7, middle, middle + 1_000);
  const bad = {
    damaged,
    foreign: Buffer.from('something else'),
    cut: good.subarray(0, middle),
    empty: Buffer.alloc(0),
  };
  for (const [what, bytes] of Object.entries(bad)) {
    await writeFile(join(folder, name!), bytes);
    const next = await opened({ storageDir });
    expect(await next.run(`print("${what}")`)).toBe(what);
    expect(next.log[0], what).toMatch(/snapshot is of no use and is dropped/);
    next.renderer.dispose();
    expect(await readdir(folder), what).toEqual([]);
  }
  await rm(storageDir, { recursive: true });
});

test('a snapshot from which processes only crash is dropped', async () => {
  const storageDir = await mkdtemp(join(tmpdir(), 'ormsight-snapshots-'));
  const folder = join(storageDir, 'snapshots');
  await cp(join(first.storageDir, 'snapshots'), folder, { recursive: true });
  const sandbox = await opened({ storageDir });
  for (const number of [1, 2, 3]) await sandbox.run(`import os; os._exit(${number})`);
  expect(await sandbox.run('print("on")')).toBe('on');
  expect(await readdir(folder)).toEqual([]);
  await rm(storageDir, { recursive: true });
});

test('a snapshot of other versions is removed once there is a new one', async () => {
  const [name] = await readdir(join(first.storageDir, 'snapshots'));
  const storageDir = await mkdtemp(join(tmpdir(), 'ormsight-snapshots-'));
  const folder = join(storageDir, 'snapshots');
  await mkdir(folder);
  await writeFile(join(folder, 'sqlalchemy-2.0-of-an-older-release.snapshot'), 'old');
  await writeFile(join(folder, 'sqlalchemy-2.0-broken-off.snapshot.123'), 'not whole');
  await writeFile(join(folder, 'django-5.2-of-this-release.snapshot'), 'another library');
  const sandbox = await opened({ storageDir });
  await sandbox.run('print(1)');
  await sandbox.logged('wrote a snapshot');
  await expect.poll(() => readdir(folder)).toEqual(['django-5.2-of-this-release.snapshot', name]);
  await rm(storageDir, { recursive: true });
});

test('nothing is written without a storage folder', async () => {
  const sandbox = await opened({ storageDir: null });
  expect(await sandbox.run('print(1)')).toBe('1');
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  expect(sandbox.log).toEqual([expect.stringContaining('Python started in')]);
});

test('models are sent once to a process, and again when it no longer has them', async () => {
  const sandbox = await opened();
  const models = {
    ...emptyRequest.models,
    key: 'shop',
    steps: [{ op: 'import', module: 'a', as: 'b', from: 'c', name: null }],
  } as const;
  const steps = (body: string) =>
    sandbox.request({ models, slice: { ...emptyRequest.slice, body, expression: 'MODELS' } });
  const stepsSeen = (message: string) => ({ kind: 'failed', where: 'models', message });
  expect(await steps('# 1')).toEqual(stepsSeen('1'));
  expect(await steps('# 2')).toEqual(stepsSeen('0'));
  await sandbox.run('import ormsight_renderer; ormsight_renderer.known.clear()');
  expect(await steps('# 3')).toEqual(stepsSeen('1'));
  await sandbox.run('import os; os._exit(1)');
  expect(await steps('# 4')).toEqual(stepsSeen('1'));
});

test('the same request is run once', async () => {
  const sandbox = await opened();
  const counting = 'import sys; sys.counter = getattr(sys, "counter", 0) + 1; print(sys.counter)';
  expect(await Promise.all([sandbox.run(counting), sandbox.run(counting)])).toEqual(['1', '1']);
  expect(await sandbox.run(counting)).toBe('1');
  expect(await sandbox.run(`${counting}  # another`)).toBe('2');
});

test('interactive requests go first, the newest of them before the others', async () => {
  const sandbox = await opened();
  await sandbox.run('print("warm")');
  const order: string[] = [];
  const add = (name: string, priority: RenderPriority) =>
    sandbox.renderer.render(bodyOf(`print("${name}")`), undefined, { priority }).then(() => order.push(name));
  await Promise.all([
    add('running', 'background'),
    add('first file', 'background'),
    add('second file', 'background'),
    add('old hover', 'interactive'),
    add('new hover', 'interactive'),
  ]);
  expect(order).toEqual(['running', 'new hover', 'old hover', 'first file', 'second file']);
});

test('a cancelled request is not run, and a cancelled waiter does not disturb another one', async () => {
  const sandbox = await opened();
  const source = new CancellationSource();
  const blocking = sandbox.run('import time; time.sleep(0.5); print("done")');
  const marking = bodyOf('import sys; sys.marked = True');
  const cancelled = sandbox.renderer.render(marking, source.token);
  const shared = bodyOf('print("wanted")');
  const [leaving, staying] = [sandbox.renderer.render(shared, source.token), sandbox.renderer.render(shared)];
  source.cancel();
  await expect(cancelled).rejects.toThrow(CancelledError);
  await expect(leaving).rejects.toThrow(CancelledError);
  expect(await blocking).toBe('done');
  expect(await staying).toEqual({ kind: 'refused', message: 'wanted\n' });
  expect(await sandbox.run('import sys; print(hasattr(sys, "marked"))')).toBe('False');
});

test('a request that is cut off takes no other one with it', async () => {
  const sandbox = await opened();
  await sandbox.run('print("warm")');
  const hanging = sandbox.run('while True: pass');
  const after = [1, 2, 3].map((number) => sandbox.run(`print(${number})`));
  expect(await hanging).toContain('"time"');
  expect(await Promise.all(after)).toEqual(['1', '2', '3']);
});

test('log lines hold nothing of the code', async () => {
  const sandbox = await opened();
  await sandbox.run('password = "hunter2"\nwhile True: pass');
  await sandbox.run('password = "hunter2"\n[0] * 10**9');
  await sandbox.run('raise BaseException("hunter2")');
  expect(sandbox.log.join('\n')).toMatch(/cut off \(time\)[^]*cut off \(memory\)/);
  expect(sandbox.log.join('\n')).not.toContain('hunter2');
});

test('states are told: starting, ready, and failed with the reason', async () => {
  const sandbox = await opened();
  sandbox.renderer.warmUp('django', '5.2');
  await expect.poll(() => sandbox.states, { timeout: 60_000 }).toEqual(['django 5.2 starting', 'django 5.2 ready']);
  await sandbox.run('print(1)');
  expect(sandbox.states.slice(2)).toEqual(['sqlalchemy 2.0 starting', 'sqlalchemy 2.0 ready']);

  const rendererDir = await mkdtemp(join(tmpdir(), 'ormsight-broken-'));
  await writeFile(join(rendererDir, 'ormsight_renderer.py'), 'def start(library, version): raise OSError("no start")');
  const broken = await opened({ rendererDir });
  const messages: (string | null)[] = [];
  broken.renderer.onStateChange(({ message }) => messages.push(message));
  await expect(broken.request()).rejects.toThrow(/no start/);
  expect(messages).toEqual([null, expect.stringContaining('no start')]);
  await rm(rendererDir, { recursive: true });
});

test('a library that is not bundled and a renderer that is shut down say so', async () => {
  const sandbox = await opened();
  const target = { ...emptyRequest.target, version: '0.9' };
  await expect(sandbox.request({ target })).rejects.toThrow('sqlalchemy 0.9 is not bundled');
  const waiting = sandbox.run('print(1)');
  sandbox.renderer.dispose();
  await expect(waiting).rejects.toThrow(CancelledError);
  await expect(sandbox.request()).rejects.toThrow(CancelledError);
});

test.each(['2.1', '1.4'])('SQLAlchemy %s compiles a statement from its zip', async (version) => {
  const sandbox = await opened({ storageDir: null });
  const body =
    'from sqlalchemy import column, select; from sqlalchemy.dialects import postgresql as p\nprint(select([column("a")] if VERSION else column("a")).compile(dialect=p.dialect()))';
  const slice = { ...emptyRequest.slice, body: body.replace('VERSION', version === '1.4' ? 'True' : 'False') };
  const target = { ...emptyRequest.target, version };
  expect(await sandbox.request({ slice, target })).toEqual({ kind: 'refused', message: 'SELECT a\n' });
});

test.each(['4.2', '5.2', '6.1'])('Django %s loads its models from its zip', async (version) => {
  const sandbox = await opened({ storageDir: null });
  const body = `
from django.conf import settings
settings.configure(USE_I18N=False, INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions', 'django.contrib.sites'])
import django; django.setup()
from django.contrib.auth.models import User
print(User.objects.filter(groups__name='a').values('id').query.is_sliced)`;
  const target = { library: 'django', version, dialect: 'sqlite', driver: null } as const;
  const result = await sandbox.request({ slice: { ...emptyRequest.slice, body }, target });
  expect(result).toEqual({ kind: 'refused', message: 'False\n' });
});

test('Flask-SQLAlchemy and its dependencies load from their zip', async () => {
  const sandbox = await opened({ storageDir: null });
  const body =
    'from flask_sqlalchemy import SQLAlchemy; db = SQLAlchemy()\nclass A(db.Model): id = db.Column(db.Integer, primary_key=True)\nprint(db.select(A))';
  expect(await sandbox.run(body)).toBe('SELECT a.id \nFROM a');
});
