/** What the README says to type first. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/root.ts';
import { run, toolEnvironment } from '../../scripts/tools/run.ts';

const script = join(root, 'scripts/start.mjs');

test('npm start serves VS Code on the samples until Ctrl+C', async () => {
  const start = spawn('node', [script, '--browser'], {
    env: withoutScreen(),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  try {
    let steps = '';
    start.stderr.on('data', (text: Buffer) => (steps += text.toString()));
    await expect.poll(() => steps, { timeout: 90_000 }).toMatch(/VS Code is at http:\S+/);
    expect(steps).toMatch(/^Building Ormsight$/m);
    const url = /http:\S+/.exec(steps)?.[0] ?? '';
    expect(await (await fetch(url)).text()).toContain('workbench');
    process.kill(-(start.pid ?? 0), 'SIGINT');
    await once(start, 'exit');
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  } finally {
    if (start.exitCode === null && start.signalCode === null) process.kill(-(start.pid ?? 0), 'SIGKILL');
  }
});

test('npm start -- --cli prints the SQL of both samples', async () => {
  const sql = await run('node', [script, '--cli'], { timeoutSeconds: 110 });
  expect(sql).toMatch(/fastapi-shop\/shop\/routers\/users\.py:\d+:\d+ in users_by_name: exact, SQLAlchemy 2\.0/);
  expect(sql).toMatch(/django-shop\/shop\/views\.py:\d+:\d+ in search: exact, Django 5\.2/);
});

/** Nobody wants a window that a test opens. */
function withoutScreen(): NodeJS.ProcessEnv {
  return toolEnvironment({ DISPLAY: '', WAYLAND_DISPLAY: '' });
}
