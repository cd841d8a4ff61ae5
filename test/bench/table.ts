/** One measured figure. */
export interface Figure {
  /** The last part of the folder's path. */
  readonly project: string;
  readonly what: string;
  readonly value: number;
  readonly unit: 'ms' | 'MB' | '×' | 'files' | 'lines' | 'queries';
}

export function printTable(figures: readonly Figure[]): void {
  for (const project of new Set(figures.map((figure) => figure.project))) {
    const rows = figures.filter((figure) => figure.project === project);
    console.log(`\n${project}`);
    const width = Math.max(...rows.map(({ what }) => what.length));
    for (const { what, value, unit } of rows) {
      console.log(`  ${what.padEnd(width)}  ${readable(value).padStart(9)} ${unit}`);
    }
  }
}

/** Three digits that count. */
function readable(value: number): string {
  if (Number.isNaN(value)) return '—';
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
