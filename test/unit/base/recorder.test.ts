import { expect, test } from 'vitest';
import { type Dependency, notedIn, type Recorded, Recorder, TraceCheck } from '../../../server/src/base/recorder.ts';

/** Answers that are each made from a fact of their own and from one or two before them, so that many paths lead down. */
function answers(count: number): Recorded<number>[] {
  const recorder = new Recorder();
  const all: Recorded<number>[] = [];
  for (let i = 0; i < count; i++) {
    all.push(
      recorder.record(() => {
        recorder.note('fact', i, () => i);
        for (const before of all.slice(-2)) recorder.reuse(before);
        return i;
      }),
    );
  }
  return all;
}

test('a check looks at each fact once, however many answers were made from it', () => {
  const all = answers(5_000);
  let looks = 0;
  const check = new TraceCheck((facts) => facts.every(() => ++looks > 0));
  expect(all.toReversed().every(({ trace }) => check.holds(trace))).toBe(true);
  expect(looks).toBe(5_000);
  expect(notedIn(all.map(({ trace }) => trace))).toHaveLength(5_000);
});

test('what was made from a fact that changed does not hold, and everything else does', () => {
  const all = answers(20);
  const hold = (facts: readonly Dependency[]): boolean => facts.every(({ subject }) => subject !== 7);
  for (const order of [all, all.toReversed()]) {
    const check = new TraceCheck(hold);
    const held = new Map(order.map(({ value, trace }) => [value, check.holds(trace)] as const));
    expect(all.map(({ value }) => held.get(value))).toEqual(all.map(({ value }) => value < 7));
  }
});
