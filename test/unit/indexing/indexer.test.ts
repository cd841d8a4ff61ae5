import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CancellationSource, CancelledError } from '../../../server/src/base/cancellation.ts';
import type { Scanner } from '../../../server/src/indexing/scanner.ts';
import { WorkerScanner } from '../../../server/src/indexing/workerScanner.ts';
import { nodeFileSystem } from '../../../server/src/workspace/fileSystem.ts';
import { root as repository } from '../../../scripts/root.ts';
import { Disk, Indexed, manyFiles } from './disk.ts';

const workerFile = join(repository, 'server/src/indexing/worker.ts');

describe('who scans a text', () => {
  test('all files of a new workspace, the background; then nobody', async () => {
    using disk = new Disk(manyFiles(50));
    const indexed = new Indexed([disk.root]);
    expect(await indexed.work()).toEqual({ asked: 50, read: 50, scanned: 50 });
    const snapshot = indexed.workspace.snapshot();
    expect(indexed.facts.of(snapshot, disk.path('app/f7.py')).classes[0]?.name).toBe('C7');
    expect(indexed.facts.scans).toBe(0);
    expect(await indexed.work()).toEqual({ asked: 0, read: 0, scanned: 0 });
  });

  test('a typed text, whoever asks for it', async () => {
    using disk = new Disk(manyFiles(50));
    const indexed = new Indexed([disk.root]);
    await indexed.work();
    indexed.workspace.change(disk.path('app/f7.py'), 'class Typed: pass');
    expect(await indexed.work()).toEqual({ asked: 0, read: 0, scanned: 0 });
    expect(indexed.facts.of(indexed.workspace.snapshot(), disk.path('app/f7.py')).classes[0]?.name).toBe('Typed');
    expect(indexed.facts.scans).toBe(1);
  });

  test('unsaved texts from the start are not read from the disk', async () => {
    using disk = new Disk(manyFiles(50));
    const indexed = new Indexed([disk.root]);
    indexed.workspace.change(disk.path('app/f7.py'), 'class Typed: pass');
    expect(await indexed.work()).toEqual({ asked: 49, read: 49, scanned: 49 });
    expect(indexed.facts.of(indexed.workspace.snapshot(), disk.path('app/f7.py')).classes[0]?.name).toBe('Typed');
    indexed.workspace.change(disk.path('app/f7.py'), null);
    expect(indexed.facts.of(indexed.workspace.snapshot(), disk.path('app/f7.py')).classes[0]?.name).toBe('C7');
  });

  test('a branch switch, the background; a single saved file, whoever asks', async () => {
    using disk = new Disk(manyFiles(300));
    const indexed = new Indexed([disk.root]);
    await indexed.work();
    for (let i = 0; i < 200; i++) {
      disk.write(`app/f${i}.py`, `class D${i}: pass`);
      indexed.workspace.fileChanged(disk.path(`app/f${i}.py`));
    }
    expect(await indexed.work()).toEqual({ asked: 200, read: 200, scanned: 200 });
    disk.write('app/f3.py', 'class E: pass');
    indexed.workspace.fileChanged(disk.path('app/f3.py'));
    expect(await indexed.work()).toEqual({ asked: 0, read: 0, scanned: 0 });
    const names = [3, 4, 250].map(
      (i) => indexed.facts.of(indexed.workspace.snapshot(), disk.path(`app/f${i}.py`)).classes[0]?.name,
    );
    expect(names).toEqual(['E', 'D4', 'C250']);
    expect(indexed.facts.scans).toBe(1);
  });

  test('a renamed folder, and roots that come and go', async () => {
    using disk = new Disk({ ...manyFiles(30), ...manyFiles(20, 'lib') });
    using other = new Disk(manyFiles(40, 'other'));
    const indexed = new Indexed([disk.root]);
    await indexed.work();
    renameSync(disk.path('app'), disk.path('moved'));
    indexed.workspace.fileDeleted(disk.path('app'));
    indexed.workspace.fileCreated(disk.path('moved'));
    // The cache knows the contents, but has to look at them under their new names.
    expect(await indexed.work()).toEqual({ asked: 30, read: 30, scanned: 0 });
    indexed.workspace.setRoots([disk.root, other.root]);
    expect(await indexed.work()).toMatchObject({ asked: 40, read: 40 });
    indexed.workspace.setRoots([disk.path('lib')]);
    expect(await indexed.work()).toMatchObject({ asked: 0 });
  });
});

test('what changes while it is scanned is scanned again', async () => {
  using disk = new Disk(manyFiles(100));
  const indexed = new Indexed([disk.root]);
  const ready = indexed.indexer.ready();
  await new Promise((resolve) => setImmediate(resolve));
  for (let i = 0; i < 100; i++) {
    disk.write(`app/f${i}.py`, `class D${i}: pass`);
    indexed.workspace.fileChanged(disk.path(`app/f${i}.py`));
  }
  await ready;
  const snapshot = indexed.workspace.snapshot();
  const names = snapshot.pythonPaths().map((path) => indexed.facts.of(snapshot, path).classes[0]?.name);
  expect(names.filter((name) => !name?.startsWith('D'))).toEqual([]);
});

test('who does not want to wait any longer is let go, and the others get their answer', async () => {
  using disk = new Disk(manyFiles(500));
  const indexed = new Indexed([disk.root]);
  const source = new CancellationSource();
  const first = indexed.indexer.ready(source.token);
  const second = indexed.indexer.ready();
  await new Promise((resolve) => setImmediate(resolve));
  source.cancel();
  await expect(first).rejects.toBeInstanceOf(CancelledError);
  await second;
  expect(indexed.files.counts.asked).toBe(500);
  await expect(indexed.indexer.ready(source.token)).rejects.toBeInstanceOf(CancelledError);
});

test('progress is told, up to its end', async () => {
  using disk = new Disk(manyFiles(50));
  const indexed = new Indexed([disk.root]);
  const told: string[] = [];
  indexed.indexer.onProgress((progress) => told.push(progress ? `${progress.done}/${progress.total}` : 'done'));
  await indexed.work();
  expect(told.slice(-2)).toEqual(['50/50', 'done']);
});

test('files that cannot be read, that vanish, and that are no Python', async () => {
  using disk = new Disk({
    ...manyFiles(40),
    'latin.py': Buffer.from('# coding: latin-1\nclass Möbel(Base): pass\n', 'latin1'),
    'utf16.py': Buffer.from('\ufeffclass A: pass', 'utf16le'),
    'binary.py': Buffer.from([0, 1, 2, 255]),
    'invalid.py': Buffer.from([0x23, 0xff]),
    'large.py': `# ${'x'.repeat(6 * 1024 * 1024)}`,
    'line.py': `x = [${'1,'.repeat(500_000)}]`,
  });
  const gone = disk.path('app/f1.py');
  const denied = disk.path('app/f2.py');
  const readFile = (path: string): Uint8Array | undefined => {
    if (path === denied) return undefined;
    if (path === gone) rmSync(gone, { force: true });
    return nodeFileSystem.readFile(path);
  };
  const indexed = new Indexed([disk.root], { fs: { ...nodeFileSystem, readFile } });
  expect(await indexed.work()).toMatchObject({ asked: 46 });
  const snapshot = indexed.workspace.snapshot();
  const classes = (name: string) => indexed.facts.of(snapshot, disk.path(name)).classes.map((each) => each.name);
  expect(
    ['app/f0.py', 'app/f1.py', 'app/f2.py', 'latin.py', 'utf16.py', 'binary.py', 'invalid.py', 'large.py'].map(classes),
  ).toEqual([['C0'], [], [], ['Möbel'], [], [], [], []]);
});

describe('a thread of its own', () => {
  test('finds what this thread finds', async () => {
    using disk = new Disk(manyFiles(250));
    const scanner = new WorkerScanner(workerFile, { key: '1.0' });
    const indexed = new Indexed([disk.root], { scanner });
    expect(await indexed.work()).toEqual({ asked: 0, read: 0, scanned: 0 });
    const local = new Indexed([disk.root]);
    await local.work();
    const all = (of: Indexed): string[] =>
      of.workspace
        .snapshot()
        .pythonPaths()
        .map((path) => {
          const facts = of.facts.of(of.workspace.snapshot(), path);
          return `${facts.importKey} ${facts.classKey} ${facts.mayMention(path.replace(/\D/g, ''))}`;
        });
    expect(all(indexed)).toEqual(all(local));
    expect([indexed.facts.scans, indexed.failures]).toEqual([0, []]);
    indexed.indexer.dispose();
  });

  test('when it dies, this thread takes over', async () => {
    using disk = new Disk(manyFiles(50));
    disk.write('crash.mjs', 'setTimeout(() => { throw new Error("gone") }, 5);');
    const indexed = new Indexed([disk.root], { scanner: new WorkerScanner(disk.path('crash.mjs'), { key: '1.0' }) });
    expect(await indexed.work()).toEqual({ asked: 50, read: 50, scanned: 50 });
    expect(indexed.failures).toHaveLength(1);
  });

  test('when nothing works, texts are scanned on demand', async () => {
    using disk = new Disk(manyFiles(50));
    const broken: Scanner = {
      open: () => undefined,
      scan: () => Promise.reject(new Error('no')),
      dispose: () => undefined,
    };
    const indexed = new Indexed([disk.root], { scanner: broken, fallback: () => broken });
    await indexed.work();
    expect(indexed.facts.of(indexed.workspace.snapshot(), disk.path('app/f7.py')).classes[0]?.name).toBe('C7');
    expect(indexed.failures).toHaveLength(2);
  });
});
