import { percentile } from '../interleaved.ts';
import { type Machine, describeMachine, readable } from '../report.ts';
import { type Kind, limit, worst } from './record.ts';

/** The memory of the server at one moment, from 0 for the start to 1 for the end. */
export interface Sample {
  readonly at: number;
  readonly megabytes: number;
}

export interface Outcome {
  readonly machine: Machine;
  readonly seconds: number;
  /** Milliseconds from the start to the findings of all open files. */
  readonly ready: number;
  readonly keys: number;
  /** False when the time was up before. */
  readonly isComplete: boolean;
  readonly switches: number;
  readonly filesChanged: number;
  readonly kinds: readonly Kind[];
  readonly samples: readonly Sample[];
  readonly incidents: readonly string[];
  /** What the server's log says of crashes. */
  readonly crashes: readonly string[];
}

export interface Verdict {
  readonly what: string;
  readonly isMet: boolean;
}

export function judge({ kinds, samples, isComplete, crashes, keys }: Outcome): Verdict[] {
  const all = kinds.flatMap(({ times }) => times);
  const unanswered = kinds.reduce((sum, kind) => sum + kind.unanswered, 0);
  const failed = kinds.reduce((sum, kind) => sum + kind.failed, 0);
  const slow = all.filter((time) => time > limit).length;
  const work = kinds.flatMap(({ worked }) => worked);
  const [middle, end] = [memoryAt(samples, 0.5), memoryAt(samples, 0.95)];
  const growth = end / middle - 1;
  return [
    { what: `all keys were typed in the time given (${keys})`, isMet: isComplete },
    { what: `every request was answered (${unanswered} were not)`, isMet: unanswered === 0 },
    {
      what: `no request failed, nothing crashed (${failed} and ${crashes.length})`,
      isMet: failed + crashes.length === 0,
    },
    {
      what: `none took over a second (${slow} did, the longest ${readable(worst(all))} ms, the most work ${readable(worst(work))} ms)`,
      isMet: slow === 0,
    },
    {
      what: `memory at the end is at most 10 % above the middle (${readable(middle)} → ${readable(end)} MB, ${(growth * 100).toFixed(1)} %)`,
      isMet: growth <= 0.1,
    },
  ];
}

/** The median of the tenth around a place, from 0 to 1: one sample may stand before or after a collection of garbage. */
export function memoryAt(samples: readonly Sample[], place: number): number {
  const distance = ({ at }: Sample): number => Math.abs(at - place);
  // On a machine where little gets done no sample is that near.
  const least = Math.max(0.05, Math.min(...samples.map(distance)));
  const near = samples.filter((sample) => distance(sample) <= least);
  return percentile(
    near.map(({ megabytes }) => megabytes),
    50,
  );
}

export function printSoak(outcome: Outcome, verdicts: readonly Verdict[]): void {
  const { keys, switches, filesChanged, seconds, ready, kinds, samples, incidents, crashes, machine } = outcome;
  const changed = filesChanged.toLocaleString('en');
  console.log(
    `${keys} keys, ${switches} branch switches, ${changed} files changed on disk, ${Math.round(seconds)} s; ready after ${readable(ready)} ms\n`,
  );
  console.log(
    `${'request'.padEnd(28)} ${['count', 'p50 ms', 'p95 ms', 'max ms', 'work p50', 'work max', 'stale', 'failed', 'open'].map((head) => head.padStart(9)).join('')}`,
  );
  for (const { name, times, worked, stale, failed, unanswered } of kinds) {
    const row = [
      times.length,
      percentile(times, 50),
      percentile(times, 95),
      worst(times),
      percentile(worked, 50),
      worst(worked),
      stale,
      failed,
      unanswered,
    ];
    console.log(`${name.padEnd(28)} ${row.map((value) => readable(value).padStart(9)).join('')}`);
  }
  console.log('\nmemory of the server');
  const most = Math.max(...samples.map(({ megabytes }) => megabytes));
  for (let i = 0; i < 20; i++) {
    const place = (i + 0.5) / 20;
    const megabytes = memoryAt(samples, place);
    console.log(
      `${`${Math.round(place * 100)} %`.padStart(5)} ${readable(megabytes).padStart(7)} MB ${'█'.repeat(Math.round((megabytes / most) * 50))}`,
    );
  }
  for (const incident of [...incidents.slice(0, 20), ...crashes.slice(0, 5)])
    console.log(`  ${incident.slice(0, 200)}`);
  console.log('');
  for (const { what, isMet } of verdicts) console.log(`${isMet ? '✓' : '✗'} ${what}`);
  console.log(describeMachine(machine));
}
