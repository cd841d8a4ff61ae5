/** Something that is timed; it does the same work each time. */
export interface Contender {
  readonly name: string;
  /** Done before each run and not timed. */
  readonly prepare?: () => unknown;
  readonly run: () => unknown;
  /** Done after each run and not timed. */
  readonly cleanUp?: () => unknown;
}

export interface Spread {
  readonly p50: number;
  readonly p95: number;
}

export interface Timed {
  readonly name: string;
  /** Milliseconds, of each round. */
  readonly times: readonly number[];
}

/**
 * Times all contenders in turn, round after round, so that whatever else the machine does hits them alike.
 * The ratio of two of them says more than a time: it is the same on a slow and a busy machine.
 */
export async function compare(contenders: readonly Contender[], rounds: number): Promise<Timed[]> {
  const times: number[][] = contenders.map(() => []);
  // The first round warms up and does not count.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { prepare, run, cleanUp }] of contenders.entries()) {
      await prepare?.();
      const started = performance.now();
      await run();
      const took = performance.now() - started;
      if (round > 0) times[index]?.push(took);
      await cleanUp?.();
    }
  }
  return contenders.map(({ name }, index) => ({ name, times: times[index] ?? [] }));
}

export function spread(values: readonly number[]): Spread {
  return { p50: percentile(values, 50), p95: percentile(values, 95) };
}

/** How many times what the anchor usually takes. */
export function ratioTo(anchor: readonly number[], values: readonly number[]): Spread {
  const usual = percentile(anchor, 50);
  return spread(values.map((value) => value / usual));
}

/** The value below which `percent` % of the values are, by the nearest rank. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
