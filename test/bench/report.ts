import { availableParallelism, loadavg } from 'node:os';
import { type Comparison, type Figure, isMet } from './figure.ts';

/** Where and how it was measured. */
export interface Machine {
  readonly node: string;
  readonly cores: number;
  /** Of one minute, before and after: how many processes wanted a core. Ours are among them. */
  readonly load: readonly [before: number, after: number];
}

export function machineNow(loadBefore: number): Machine {
  return { node: process.version, cores: availableParallelism(), load: [loadBefore, loadavg()[0] ?? Number.NaN] };
}

export function describeMachine({ node, cores, load }: Machine): string {
  return `Node ${node.slice(1)}, ${cores} cores, load ${load[0].toFixed(1)} before and ${load[1].toFixed(1)} after`;
}

export function printReport(figures: readonly Figure[], machine: Machine): void {
  printFigures(figures);
  console.log(`\n${describeMachine(machine)}`);
}

export function printFigures(figures: readonly Figure[]): void {
  for (const project of new Set(figures.map((figure) => figure.project))) {
    console.log(`\n${project}`);
    const rows = figures.filter((figure) => figure.project === project);
    const width = Math.max(...rows.map(({ what }) => what.length));
    console.log(`  ${''.padEnd(width)}  ${'p50'.padStart(9)}  ${'p95'.padStart(9)}`);
    for (const { what, p50, p95, unit, ratios } of rows) {
      const values = `${readable(p50).padStart(9)}  ${(p95 === null ? '' : readable(p95)).padStart(9)} ${unit}`;
      console.log(`  ${what.padEnd(width)}  ${values}  ${ratios.map(describeRatio).join('; ')}`.trimEnd());
    }
  }
}

/** `0.04 × ruff (aim 2: met)`. */
export function describeRatio(comparison: Comparison): string {
  const { to, p50, p95, aim } = comparison;
  const own = aim?.p95 === undefined ? readable(p50) : `${readable(p50)} (p95 ${readable(p95)})`;
  if (!aim) return `${own} × ${to}`;
  const wanted = aim.p95 === undefined ? readable(aim.p50!) : `${readable(aim.p50!)} (p95 ${readable(aim.p95)})`;
  return `${own} × ${to}, aim ${wanted}: ${isMet(comparison) ? 'met' : 'not met'}`;
}

/** Three digits that count. */
export function readable(value: number): string {
  if (Number.isNaN(value)) return '—';
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
