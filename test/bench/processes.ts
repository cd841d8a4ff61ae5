/** What Linux tells about processes; elsewhere NaN. */
import { readFileSync } from 'node:fs';

/** The memory a process occupies. */
export function residentMegabytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? NaN) / 1000;
}

/**
 * Milliseconds that the main thread of a process has worked, without those it waited for a free core: on a busy machine
 * this says more than the clock. Without a process, of this thread.
 */
export function workedMilliseconds(pid?: number): number {
  const worked = read(pid === undefined ? '/proc/thread-self/schedstat' : `/proc/${pid}/schedstat`).split(' ')[0];
  return worked ? Number(worked) / 1e6 : Number.NaN;
}

/** Milliseconds of processor time that a process has used with all its threads; counted in hundredths of a second. */
export function usedMilliseconds(pid: number): number {
  const [user = NaN, system = NaN] = times(pid);
  return user + system;
}

/** Those of the programs that this process has started and that have ended. */
export function usedByChildren(): number {
  const [, , user = NaN, system = NaN] = times('self');
  return user + system;
}

/** Of itself: user and system; of children that have ended: the same. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function times(pid: number | 'self'): number[] {
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return fields.slice(11, 15).map((ticks) => Number(ticks) * 10);
}

function read(file: string): string {
  try {
    return process.platform === 'linux' ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}
