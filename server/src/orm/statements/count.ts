/** How many statements code sends, as a sum over loops: `1 + 2N` is 1, and 2 for each of N rows. */

/** By how many loops are around: `[1, 2]` is `1 + 2N`, `[1, 0, 1]` is `1 + N × M`. */
export type Sum = readonly number[];

/** As if every query found rows. BEGIN, COMMIT and savepoints do not count. */
export interface StatementCount {
  readonly least: Sum;
  /** null when nobody can tell. */
  readonly most: Sum | null;
}

export const NONE: StatementCount = { least: [], most: [] };
/** Anything or nothing. */
export const ANY: StatementCount = { least: [], most: null };
export const ONE: StatementCount = { least: [1], most: [1] };
export const ONE_OR_MORE: StatementCount = { least: [1], most: null };
export const ONE_AT_MOST: StatementCount = { least: [], most: [1] };

export function exactly(count: number): StatementCount {
  return { least: [count], most: [count] };
}

/** One after the other. */
export function plus(a: StatementCount, b: StatementCount): StatementCount {
  if (a === NONE) return b;
  if (b === NONE) return a;
  return { least: each(a.least, b.least, sum), most: a.most && b.most && each(a.most, b.most, sum) };
}

/** Either of them. */
export function either(a: StatementCount, b: StatementCount): StatementCount {
  return { least: each(a.least, b.least, Math.min), most: a.most && b.most && each(a.most, b.most, Math.max) };
}

/** In a place that may not be reached. */
export function maybe(count: StatementCount): StatementCount {
  return either(count, NONE);
}

/** Once for each round of a loop over nobody knows how many. */
export function perRound({ least, most }: StatementCount): StatementCount {
  return { least: deeper(least), most: most && deeper(most) };
}

/** Once for each round of a loop over so many. */
export function times(count: number, { least, most }: StatementCount): StatementCount {
  const multiply = (part: Sum): Sum => part.map((each) => each * count);
  return { least: multiply(least), most: most && multiply(most) };
}

export function isNothing(sum: Sum): boolean {
  return sum.every((part) => part === 0);
}

export function isSame(a: Sum, b: Sum): boolean {
  return each(a, b, (x, y) => x - y).every((difference) => difference === 0);
}

function sum(a: number, b: number): number {
  return a + b;
}

function deeper(part: Sum): Sum {
  return isNothing(part) ? [] : [0, ...part];
}

function each(a: Sum, b: Sum, of: (x: number, y: number) => number): Sum {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => of(a[i] ?? 0, b[i] ?? 0));
}
