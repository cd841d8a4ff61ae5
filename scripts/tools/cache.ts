import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where heavy tools are kept between runs and between clones: `$XDG_CACHE_HOME/ormsight` or `~/.cache/ormsight`. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'ormsight');
}

/**
 * Gives the folder `name` of the cache, filled once by `fill`.
 * `fill` works in a folder of another name that is renamed when it is done, so a folder that is there is whole. Two
 * processes that want the same one wait for each other. When `fill` throws, nothing stays and the error goes on.
 */
export async function installOnce(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const unfinished = `${folder}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    try {
      await fill(unfinished);
      await rename(unfinished, folder);
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      throw error;
    }
  });
  return folder;
}

/** Runs `work` while holding the lock file; a lock whose process has died is taken over. */
export async function withLock<T>(lockFile: string, work: () => Promise<T>): Promise<T> {
  while (!(await tryLock(lockFile))) {
    const owner = Number(await readFile(lockFile, 'utf8').catch(() => ''));
    if (owner && !isAlive(owner)) await breakLock(lockFile, owner);
    else await sleep(200);
  }
  try {
    return await work();
  } finally {
    await rm(lockFile, { force: true });
  }
}

async function tryLock(lockFile: string): Promise<boolean> {
  try {
    await writeFile(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the lock of a dead process away; one that was taken over in the meantime is put back. */
async function breakLock(lockFile: string, owner: number): Promise<void> {
  const moved = `${lockFile}.${process.pid}`;
  try {
    await rename(lockFile, moved);
    if (Number(await readFile(moved, 'utf8')) !== owner) await link(moved, lockFile);
    await rm(moved);
  } catch {
    // Somebody else was faster.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
