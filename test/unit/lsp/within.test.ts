import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CancellationSource, CancelledError, type CancellationToken } from '../../../server/src/base/cancellation.ts';
import { GoingOn } from '../../../server/src/lsp/within.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Works for so many milliseconds, or until it is cancelled. */
class Work {
  outcome = 'at work';
  readonly #duration: number;

  constructor(duration: number) {
    this.#duration = duration;
  }

  readonly start = (cancellation: CancellationToken): Promise<string> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve((this.outcome = 'done')), this.#duration);
      cancellation.onCancelled(() => {
        clearTimeout(timer);
        this.outcome = 'cancelled';
        reject(new CancelledError());
      });
    });
}

const patience = () => 100;

async function ask(goingOn: GoingOn, work: Work, reader = new CancellationSource()): Promise<string> {
  const answer = goingOn.within(patience, reader.token, work.start);
  answer.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(100);
  return answer;
}

test('what comes in time is the answer, and nothing is cancelled', async () => {
  const goingOn = new GoingOn();
  const slow = new Work(1000);
  expect(await ask(goingOn, slow)).toBe('late');
  expect(await ask(goingOn, new Work(50))).toBe('done');
  expect(slow.outcome).toBe('at work');
});

test('of what is late only the last goes on', async () => {
  const goingOn = new GoingOn();
  const [first, second] = [new Work(1000), new Work(1000)];
  expect(await ask(goingOn, first)).toBe('late');
  expect(await ask(goingOn, second)).toBe('late');
  await vi.advanceTimersByTimeAsync(2000);
  expect([first.outcome, second.outcome]).toEqual(['cancelled', 'done']);
});

test('a reader who turns away ends the work, unless it is late already', async () => {
  const goingOn = new GoingOn();
  const early = new CancellationSource();
  const work = new Work(1000);
  const answer = goingOn.within(patience, early.token, work.start);
  early.cancel();
  await expect(answer).rejects.toThrow(CancelledError);
  expect(work.outcome).toBe('cancelled');

  const turnsAwayLater = new CancellationSource();
  const late = new Work(1000);
  expect(await ask(goingOn, late, turnsAwayLater)).toBe('late');
  turnsAwayLater.cancel();
  await vi.advanceTimersByTimeAsync(2000);
  expect(late.outcome).toBe('done');
});
