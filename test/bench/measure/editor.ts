import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInExtensionHost } from '../../harness/extensionHost.ts';
import { copyOfSamples } from '../../harness/samples.ts';
import type { Figure } from '../figure.ts';

/** In a real VS Code, on the samples. */
export async function measureEditor(): Promise<Figure[]> {
  await using samples = await copyOfSamples();
  const empty = await mkdtemp(join(tmpdir(), 'ormsight-bench-'));
  const measured = { ...(await measure(empty)), ...(await measure(samples.folder)) };
  await rm(empty, { recursive: true });
  const figure = (name: string, what: string): Figure => ({
    project: 'the samples, in VS Code',
    lines: 1200,
    part: 'editor',
    what,
    unit: 'ms',
    p50: measured[name] ?? Number.NaN,
    p95: null,
    count: 1,
    ratios: [],
  });
  return [
    figure('activation', 'loading and activate()'),
    figure('first', 'opening a file to its first SQL, the first time'),
    figure('usual', 'restarting the server to its first SQL, later'),
  ];
}

async function measure(folder: string): Promise<Record<string, number>> {
  const [result] = await runInExtensionHost(join(import.meta.dirname, 'insideEditor.ts'), folder);
  return JSON.parse(result?.name ?? '{}') as Record<string, number>;
}
