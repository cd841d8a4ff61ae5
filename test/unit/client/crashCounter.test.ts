import { expect, test } from 'vitest';
import { CrashCounter } from '../../../client/src/crashCounter.ts';

test('restarts five times in a row, then no more', () => {
  const crashes = new CrashCounter();
  const answers = [0, 1, 2, 3, 4, 5].map((second) => crashes.mayRestart(second * 1000));
  expect(answers).toEqual([true, true, true, true, true, false]);
});

test('rare crashes are forgotten', () => {
  const crashes = new CrashCounter();
  const answers = Array.from({ length: 20 }, (_, hour) => crashes.mayRestart(hour * 3_600_000));
  expect(answers).not.toContain(false);
});
