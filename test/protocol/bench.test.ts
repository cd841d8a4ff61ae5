import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/root.ts';
import { run } from '../../scripts/tools/run.ts';
import type { Figure } from '../bench/figure.ts';
import type { Outcome } from '../bench/soak/report.ts';

test('the bench measures a small workspace', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ormsight-bench-test-'));
  try {
    const json = join(folder, 'figures.json');
    const size = ['--only', 'index,typing,hover', '--lines', '1500', '--rounds', '1'];
    const table = await run('node', [join(root, 'test/bench/main.ts'), ...size, '--json', json]);
    const { figures } = JSON.parse(await readFile(json, 'utf8')) as { figures: Figure[] };
    expect(table).toContain('× ruff');
    expect([...new Set(figures.map(({ part }) => part))].sort()).toEqual(['hover', 'index', 'typing']);
    const timed = figures.filter(({ unit }) => unit === 'ms');
    expect(timed.filter(({ p50, count }) => !(p50 > 0) || count === 0).map(({ what }) => what)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the soak works through a small workspace', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ormsight-soak-test-'));
  try {
    const json = join(folder, 'outcome.json');
    const size = ['--lines', '1500', '--keys', '40', '--branches', '1'];
    // It fails on a machine that is too busy for an answer within a second; what it did counts here.
    await run('node', [join(root, 'test/bench/soak/main.ts'), ...size, '--json', json]).catch(() => null);
    const outcome = JSON.parse(await readFile(json, 'utf8')) as Outcome;
    expect(outcome.keys).toBeGreaterThanOrEqual(40);
    expect(outcome.switches).toBe(1);
    expect(outcome.kinds.map(({ name }) => name)).toContain('findings in a branch switch');
    expect(outcome.kinds.filter(({ failed, unanswered }) => failed + unanswered > 0)).toEqual([]);
    expect(outcome.crashes).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
