import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Branches } from '../../bench/soak/branches.ts';
import { type Outcome, judge, memoryAt } from '../../bench/soak/report.ts';
import { nextSnippet } from '../../bench/soak/typing.ts';
import { generateWorkspace, writeWorkspace } from '../../bench/workspace/generate.ts';
import { Random } from '../../harness/random.ts';
import { parseModule } from '../../../server/src/python/syntax/parser.ts';

const calm: Outcome = {
  machine: { node: 'v24.0.0', cores: 2, load: [0, 0] },
  seconds: 60,
  ready: 900,
  keys: 100,
  isComplete: true,
  switches: 1,
  filesChanged: 10,
  kinds: [{ name: 'hover', times: [3, 999], worked: [2, 500], stale: 1, failed: 0, unanswered: 0 }],
  samples: Array.from({ length: 101 }, (_, i) => ({ at: i / 100, megabytes: 400 + i / 10 })),
  incidents: [],
  crashes: [],
};

const broken = (outcome: Partial<Outcome>): boolean[] => judge({ ...calm, ...outcome }).map(({ isMet }) => !isMet);

test('a soak fails for what it is there to find, and for nothing else', () => {
  const [kind] = calm.kinds;
  expect(broken({})).toEqual([false, false, false, false, false]);
  expect(broken({ isComplete: false })).toEqual([true, false, false, false, false]);
  expect(broken({ kinds: [{ ...kind!, unanswered: 1 }] })).toEqual([false, true, false, false, false]);
  expect(broken({ kinds: [{ ...kind!, failed: 1 }] })).toEqual([false, false, true, false, false]);
  expect(broken({ crashes: ['crash'] })).toEqual([false, false, true, false, false]);
  expect(broken({ kinds: [{ ...kind!, times: [3, 1001] }] })).toEqual([false, false, false, true, false]);
  const leaking = Array.from({ length: 101 }, (_, i) => ({ at: i / 100, megabytes: 400 + i * 2 }));
  expect(broken({ samples: leaking })).toEqual([false, false, false, false, true]);
});

test('the memory at a place is that of the samples around it, or of the nearest', () => {
  const samples = [0, 0.46, 0.5, 0.54, 0.9].map((at, i) => ({ at, megabytes: 100 + i }));
  expect(memoryAt(samples, 0.5)).toBe(102);
  expect(memoryAt(samples, 0.7)).toBe(103);
});

test('a branch switch changes files on disk, and the next one takes that back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ormsight-branches-'));
  try {
    const files = generateWorkspace({ orm: 'django', lines: 8000, seed: 1 });
    await writeWorkspace(folder, files);
    const branches = new Branches(folder, files, new Set(), new Random(1));
    const there = (await branches.switch()).flat();
    expect(there.length).toBeGreaterThan(files.length / 2);
    for (const { uri, type } of there) {
      const path = fileURLToPath(uri);
      const text = await readFile(path, 'utf8').catch(() => null);
      expect(text === null).toBe(type === 3);
      expect(text).not.toBe(files.find((file) => join(folder, file.path) === path)?.text);
    }
    await branches.switch();
    for (const { path, text } of files) expect(await readFile(join(folder, path), 'utf8')).toBe(text);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('what is typed is Python when it is complete', () => {
  const files = generateWorkspace({ orm: 'sqlalchemy', lines: 8000, seed: 1 }).filter(({ kind }) => kind !== 'project');
  const random = new Random(5);
  for (const { text } of files) {
    const { offset, text: typed } = nextSnippet(text, random);
    const after = text.slice(0, offset) + typed + text.slice(offset);
    expect(parseModule(after).problems.map((problem) => after.slice(problem.start - 80, problem.end))).toEqual([]);
  }
});
