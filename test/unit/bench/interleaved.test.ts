import { expect, test } from 'vitest';
import { compare, percentile, ratioTo } from '../../bench/interleaved.ts';

test('percentiles are values that were seen', () => {
  const values = [40, 10, 30, 20];
  expect(percentile(values, 50)).toBe(20);
  expect(percentile(values, 95)).toBe(40);
  expect(percentile(values, 0)).toBe(10);
  expect(percentile([], 50)).toBeNaN();
});

test('a ratio is to the median of the anchor', () => {
  expect(ratioTo([2, 4, 100], [8, 4, 12])).toEqual({ p50: 2, p95: 3 });
});

test('contenders run in turn, once a round and once before', async () => {
  const log: string[] = [];
  const timed = await compare(
    [
      { name: 'a', run: () => log.push('a') },
      { name: 'b', prepare: () => log.push('before b'), run: () => log.push('b') },
    ],
    2,
  );
  expect(log).toEqual(Array.from({ length: 3 }, () => ['a', 'before b', 'b']).flat());
  expect(timed.map(({ name, times }) => [name, times.length])).toEqual([
    ['a', 2],
    ['b', 2],
  ]);
});
