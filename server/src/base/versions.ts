/** Versions of packages, as far as their numbers go: `2.0.31`, `6.1rc1`. */

/** Negative when `a` is the older one, zero for `2.0` and `2.0.0`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `2.0.31` → `2.0`, `6.1rc1` → `6.1`. */
export function featureReleaseOf(version: string): string {
  return /^\d+(\.\d+)?/.exec(version)?.[0] ?? version;
}

function numbers(version: string): number[] {
  return (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
}
