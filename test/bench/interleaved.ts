/** Something that is timed; it does the same work each time. */
export interface Contender {
  readonly name: string;
  readonly run: () => unknown;
}

export interface Ratio {
  readonly name: string;
  readonly milliseconds: number;
  /** Of its time to that of the first contender: the median of the ratios of each round. */
  readonly ratio: number;
}

/**
 * Times all contenders in turn, round after round, so that whatever else the machine does hits them alike.
 * The ratio to the first, the anchor, says more than a time: it is the same on a slow and a busy machine.
 */
export async function compare(contenders: readonly Contender[], rounds: number): Promise<Ratio[]> {
  const times: number[][] = contenders.map(() => []);
  // The first round warms up and does not count.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const started = performance.now();
      await contender.run();
      if (round > 0) times[index]?.push(performance.now() - started);
    }
  }
  const anchor = times[0] ?? [];
  return contenders.map(({ name }, index) => {
    const own = times[index] ?? [];
    return {
      name,
      milliseconds: percentile(own, 50),
      ratio: percentile(
        own.map((time, round) => time / anchor[round]!),
        50,
      ),
    };
  });
}

/** The value below which `percent` % of the values are, by the nearest rank. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
