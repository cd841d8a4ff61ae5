import { percentile } from '../../test/bench/interleaved.ts';
import type { Answer } from './answers.ts';

/** One row for each project: query sites and how many of them are exact, partial and unsupported. */
export function printTable(answers: readonly Answer[]): void {
  const rows = [['project', 'sites', 'exact', 'partial', 'no SQL', 'exact %', 'SQL %', 'p50 ms', 'p95 ms', 'max ms']];
  for (const project of new Set(answers.map((one) => one.project)))
    rows.push(
      rowOf(
        project,
        answers.filter((one) => one.project === project),
      ),
    );
  if (rows.length > 2) rows.push(rowOf('all', answers));
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows)
    console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '));
}

function rowOf(name: string, answers: readonly Answer[]): string[] {
  const times = answers.flatMap(({ milliseconds }) => milliseconds ?? []);
  const count = (status: Answer['status']): number => answers.filter((one) => one.status === status).length;
  const percent = (part: number): string => (answers.length ? ((100 * part) / answers.length).toFixed(1) : '-');
  const [exact, partial, unsupported] = [count('exact'), count('partial'), count('unsupported')];
  return [
    name,
    ...[answers.length, exact, partial, unsupported].map(String),
    percent(exact),
    percent(exact + partial),
    ...(times.length ? [percentile(times, 50), percentile(times, 95), Math.max(...times)] : []).map((ms) =>
      ms.toFixed(1),
    ),
    ...(times.length ? [] : ['', '', '']),
  ];
}

/** The places that took longest to ask for a second time. */
export function printSlowest(answers: readonly Answer[], most: number): void {
  const slowest = answers.toSorted((one, other) => (other.milliseconds ?? 0) - (one.milliseconds ?? 0));
  for (const { milliseconds, project, file, line, status, source } of slowest.slice(0, most))
    console.log(`${milliseconds?.toFixed(0)} ms ${project}/${file}:${line} ${status}\n    ${source}`);
}

/** The reasons, without the names in them, by how many sites have them: alone, and at all. */
export function printReasons(answers: readonly Answer[], most: number): void {
  for (const status of ['partial', 'unsupported'] as const) {
    const sites = answers.filter((one) => one.status === status);
    const reasons = new Map<string, { all: number; alone: number; example: Answer; words: string }>();
    for (const site of sites) {
      const kinds = new Map((site.reason ?? '').split('; ').map((words) => [kindOf(words), words]));
      for (const [kind, words] of kinds) {
        const entry = reasons.get(kind) ?? { all: 0, alone: 0, example: site, words };
        entry.all++;
        if (kinds.size === 1) entry.alone++;
        reasons.set(kind, entry);
      }
    }
    console.log(`\n${status}: ${sites.length} sites, ${reasons.size} reasons (sites, alone)`);
    const sorted = [...reasons].toSorted(([, a], [, b]) => b.all - a.all).slice(0, most);
    for (const [kind, { all, alone, example, words }] of sorted) {
      console.log(`${String(all).padStart(6)} ${String(alone).padStart(5)}  ${kind.slice(0, 150)}`);
      console.log(`              ${example.project}/${example.file}:${example.line}  ${words.slice(0, 140)}`);
    }
  }
}

/** A reason without the names of the project. */
function kindOf(words: string): string {
  return words
    .replace(/`[^`]*`/g, '`…`')
    .replace(/'[^']*'/g, "'…'")
    .replace(/\d+(\.\d+)*/g, '#')
    .replace(/(, `…`)+( and (\d+|#) more)?/g, ', …')
    .replace(/^[a-z]/, (letter) => letter.toUpperCase())
    .replace(/\.$/, '');
}
