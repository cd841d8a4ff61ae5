import { mkdirSync, readdirSync, readFileSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FactsCache } from '../../../server/src/indexing/factsCache.ts';
import { Disk, Indexed, manyFiles } from './disk.ts';

/** The one file of a cache folder. */
function cacheFile(cache: Disk): string {
  const [name] = readdirSync(cache.root);
  return cache.path(name!);
}

test('a second start reads nothing, and what changed meanwhile', async () => {
  using disk = new Disk(manyFiles(50));
  using cache = new Disk();
  const start = (): Promise<object> => new Indexed([disk.root], { folder: cache.root }).work();
  expect(await start()).toEqual({ asked: 50, read: 50, scanned: 50 });
  expect(await start()).toEqual({ asked: 50, read: 0, scanned: 0 });
  const before = readFileSync(disk.path('app/f7.py'), 'utf8');
  disk.write('app/f7.py', 'class Changed: pass');
  expect(await start()).toEqual({ asked: 50, read: 1, scanned: 1 });
  // As after a branch switch there and back.
  disk.write('app/f7.py', before);
  expect(await start()).toEqual({ asked: 50, read: 1, scanned: 0 });
  expect(readdirSync(cache.root)).toHaveLength(1);
});

test('facts from the cache are those of the text', async () => {
  using disk = new Disk({ ...manyFiles(30), 'none.py': Buffer.from([0]) });
  using cache = new Disk();
  const first = new Indexed([disk.root], { folder: cache.root });
  await first.work();
  const second = new Indexed([disk.root], { folder: cache.root });
  await second.work();
  for (const path of first.workspace.snapshot().pythonPaths()) {
    const [a, b] = [first, second].map((each) => each.facts.of(each.workspace.snapshot(), path));
    expect([b!.importKey, b!.classKey, b!.mayMention('lib7')]).toEqual([
      a!.importKey,
      a!.classKey,
      a!.mayMention('lib7'),
    ]);
  }
});

test('a file that was written a moment ago is read again', async () => {
  using disk = new Disk(manyFiles(20));
  using cache = new Disk();
  const now = new Date();
  utimesSync(disk.path('app/f1.py'), now, now);
  const start = (): Promise<object> => new Indexed([disk.root], { folder: cache.root }).work();
  await start();
  expect(await start()).toEqual({ asked: 20, read: 1, scanned: 0 });
});

describe('a cache that is of no use is dropped in silence', () => {
  test.each<[string, (file: string) => void]>([
    ['cut short', (file) => truncateSync(file, 300)],
    ['empty', (file) => truncateSync(file, 0)],
    [
      'damaged',
      (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('class', 'klass').replace('C7', 'C8')),
    ],
    ['something else', (file) => writeFileSync(file, Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 256)))],
    ['of a newer product', (file) => writeFileSync(file, readFileSync(file, 'utf8').replace(/^1\.0/, '2.0'))],
    [
      'a folder',
      (file) => {
        unlinkSync(file);
        mkdirSync(file);
      },
    ],
  ])('%s', async (_, spoil) => {
    using disk = new Disk(manyFiles(20));
    using cache = new Disk();
    const start = (): Indexed => new Indexed([disk.root], { folder: cache.root });
    await start().work();
    spoil(cacheFile(cache));
    const indexed = start();
    expect(await indexed.work()).toEqual({ asked: 20, read: 20, scanned: 20 });
    expect(indexed.failures).toEqual([]);
    expect(readdirSync(cache.root).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('of another version of the product', async () => {
    using disk = new Disk(manyFiles(20));
    using cache = new Disk();
    await new Indexed([disk.root], { folder: cache.root, key: '1.0' }).work();
    expect(await new Indexed([disk.root], { folder: cache.root, key: '1.1' }).work()).toMatchObject({ scanned: 20 });
  });

  test('in a folder that cannot be made', async () => {
    using disk = new Disk({ ...manyFiles(20), 'file.txt': '' });
    const indexed = new Indexed([disk.root], { folder: disk.path('file.txt/index') });
    expect(await indexed.work()).toMatchObject({ scanned: 20 });
    expect(indexed.failures).toEqual([]);
  });
});

test('two processes on one cache', async () => {
  using disk = new Disk(manyFiles(40));
  using cache = new Disk();
  const [first, second] = [1, 2].map(() => new Indexed([disk.root], { folder: cache.root })) as [Indexed, Indexed];
  await Promise.all([first.work(), second.work()]);
  disk.write('app/f1.py', 'class A: pass');
  for (let i = 0; i < 5; i++) {
    first.files.cache?.save();
    second.files.cache?.save();
  }
  expect(readdirSync(cache.root)).toHaveLength(1);
  expect(await new Indexed([disk.root], { folder: cache.root }).work()).toEqual({ asked: 40, read: 1, scanned: 1 });
});

test('workspaces that were not opened for the longest time go', async () => {
  using disk = new Disk(manyFiles(20));
  using cache = new Disk();
  const sizes: Record<string, number> = { old: 60, older: 30, oldest: 20 };
  for (const [name, megabytes] of Object.entries(sizes).reverse()) {
    truncateSync(cache.write(`${name}.json`, ''), megabytes * 1024 * 1024);
    const time = 1_600_000_000 - megabytes * -1000;
    utimesSync(cache.path(`${name}.json`), time, time);
  }
  cache.write('left.json.x.tmp', 'x');
  await new Indexed([disk.root], { folder: cache.root }).work();
  const left = readdirSync(cache.root).filter((name) => /^[a-z]+\./.test(name));
  expect(left.sort()).toEqual(['old.json', 'older.json']);
});

test('old contents are forgotten when there are too many', () => {
  using folder = new Disk();
  const file = folder.path('index/x.json');
  const cache = FactsCache.open(file, '1.0');
  const stat = { kind: 'file', size: 1, modified: 1 } as const;
  for (let i = 0; i < 40; i++) cache.keep('a.py', stat, `content${i}`, ['x'.repeat(1024 * 1024), '', '', '']);
  cache.save();
  expect(readFileSync(file).length).toBeLessThan(25 * 1024 * 1024);
  const again = FactsCache.open(file, '1.0');
  expect(again.size).toBe(23);
  expect([again.ofPlace('a.py', stat)?.[0].length, again.ofContent('content0')]).toEqual([1024 * 1024, undefined]);
  expect(readdirSync(folder.path('index'))).toEqual(['x.json']);
});
