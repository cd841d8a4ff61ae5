/** The name that was most likely meant: the nearest one, when it is near. null when none is, or two are as near. */
export function similarName(name: string, names: Iterable<string>): string | null {
  const limit = name.length < 4 ? 1 : 2;
  let best: string | null = null;
  let least = limit + 1;
  for (const each of names) {
    if (Math.abs(each.length - name.length) > limit) continue;
    const distance = editDistance(name.toLowerCase(), each.toLowerCase());
    if (distance === least) best = null;
    if (distance < least) {
      best = each;
      least = distance;
    }
  }
  return best;
}

/** How many letters must be changed, added, dropped or swapped with their neighbour. Cost: the product of the lengths. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1)));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
