import { expect, test } from 'vitest';
import { compare, percentile } from '../../bench/interleaved.ts';

test('percentiles are values that were seen', () => {
  const values = [40, 10, 30, 20];
  expect(percentile(values, 50)).toBe(20);
  expect(percentile(values, 95)).toBe(40);
  expect(percentile(values, 0)).toBe(10);
  expect(percentile([], 50)).toBeNaN();
});

test('the anchor has the ratio 1, and each contender runs once a round and once before', async () => {
  const runs = { a: 0, b: 0 };
  const ratios = await compare(
    [
      { name: 'a', run: () => (runs.a += 1) },
      { name: 'b', run: () => (runs.b += 1) },
    ],
    3,
  );
  expect(ratios.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(ratios[0]?.ratio).toBe(1);
  expect(runs).toEqual({ a: 4, b: 4 });
});
