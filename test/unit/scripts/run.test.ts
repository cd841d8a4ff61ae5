import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../../scripts/root.ts';
import { findProgram, run } from '../../../scripts/tools/run.ts';

const node = process.execPath;
/** Prints its number, starts a process that does the same, and never ends. */
const family = `
  console.log(process.pid);
  if (!process.argv[1]) require('child_process').spawn(process.execPath, [...process.execArgv, '-e', code, 'x'], { stdio: 'inherit' });
  setInterval(() => {}, 1000);
`.replace('code', '`console.log(process.pid); setInterval(() => {}, 1000)`');

test('gives both streams of output', async () => {
  expect(await run(node, ['-e', 'console.log(1); console.error(2)'])).toMatch(/1\n2\n|2\n1\n/);
});

test('a failure names the program and the end of its output', async () => {
  const failing = run(node, ['-e', 'console.log("this is why"); process.exit(3)']);
  await expect(failing).rejects.toThrow(/-e .* failed\nthis is why/);
});

test('a program that is not there is an error', async () => {
  await expect(run('ormsight-no-such-program', [])).rejects.toThrow('ENOENT');
  expect(findProgram('ormsight-no-such-program')).toBeNull();
});

test('what takes too long ends with all that it started', async () => {
  const output = run(node, ['-e', family], { timeoutSeconds: 1 });
  const error = await output.then(
    () => null,
    (reason: Error) => reason,
  );
  expect(error?.message).toContain('took longer than 1 s');
  const pids = error?.message.match(/^\d+$/gm)?.map(Number) ?? [];
  expect(pids).toHaveLength(2);
  await gone(pids);
});

test('a program on a leash ends with the process that holds the leash', async () => {
  const leash = join(root, 'scripts/tools/leash.ts');
  const child = spawn(node, [leash, node, '-e', family], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  await expect.poll(() => output.match(/\d+/g)?.length, { timeout: 10_000 }).toBe(2);
  child.stdin.destroy();
  await once(child, 'exit');
  await gone(output.match(/\d+/g)?.map(Number) ?? []);
});

async function gone(pids: readonly number[]): Promise<void> {
  await expect.poll(() => pids.filter(isRunning), { timeout: 10_000 }).toEqual([]);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
