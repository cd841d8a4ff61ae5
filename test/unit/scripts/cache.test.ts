import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { installOnce, withLock } from '../../../scripts/tools/cache.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ormsight-cache-'));
  vi.stubEnv('XDG_CACHE_HOME', home);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

test('two who want the same folder at once fill it once', async () => {
  let filled = 0;
  const fill = async (folder: string): Promise<void> => {
    filled += 1;
    await sleep(50);
    await writeFile(join(folder, 'done'), 'yes');
  };
  const [first, second] = await Promise.all([installOnce('tool', fill), installOnce('tool', fill)]);
  expect(first).toBe(second);
  expect(filled).toBe(1);
  expect(await readFile(join(first, 'done'), 'utf8')).toBe('yes');
});

test('a failed installation leaves nothing and can be tried again', async () => {
  const broken = installOnce('tool', async (folder) => {
    await writeFile(join(folder, 'half'), '');
    throw new Error('no network');
  });
  await expect(broken).rejects.toThrow('no network');
  expect(await readdir(join(home, 'ormsight'))).toEqual([]);
  await installOnce('tool', () => Promise.resolve());
  expect(await readdir(join(home, 'ormsight'))).toEqual(['tool']);
});

test('the lock of a dead process is taken over', async () => {
  const lock = join(home, 'lock');
  // No process has this number: it is above the largest that Linux gives.
  await writeFile(lock, '4194305');
  expect(await withLock(lock, () => Promise.resolve('mine'))).toBe('mine');
  expect(existsSync(lock)).toBe(false);
});
