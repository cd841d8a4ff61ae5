import type { Spread } from './interleaved.ts';

/** One measured figure. */
export interface Figure {
  readonly project: string;
  /** Of the whole project. */
  readonly lines: number;
  /** One of `parts`. */
  readonly part: string;
  readonly what: string;
  readonly unit: 'ms' | 'MB';
  readonly p50: number;
  /** Null where there is one value only. */
  readonly p95: number | null;
  /** How often it was measured. */
  readonly count: number;
  /** What it is to something else that was measured in turn with it. */
  readonly ratios: readonly Comparison[];
}

export interface Comparison extends Spread {
  readonly to: string;
  /** The largest ratio we want. */
  readonly aim: Partial<Spread> | null;
}

/** Null without an aim. */
export function isMet({ p50, p95, aim }: Comparison): boolean | null {
  return aim && p50 <= (aim.p50 ?? Infinity) && p95 <= (aim.p95 ?? Infinity);
}
