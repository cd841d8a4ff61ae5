/**
 * `node test/bench/renderer.ts [--rounds 5] [--dist FOLDER]`: how long Python takes to start and to answer, and what
 * it weighs. Needs a build; FOLDER is that of another one, such as an unpacked VSIX has. The time of a start is from forking the process until it takes a request.
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hostConfig } from '../../server/src/render/hostConfig.ts';
import { type HostProcess, startHost, writeWithHost } from '../../server/src/render/hostProcess.ts';
import { readManifest } from '../../server/src/render/libraries.ts';
import type { RenderRequest } from '../../server/src/render/protocol.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import type { LibraryName } from '../../server/src/query/program.ts';
import { requests } from './renderRequests.ts';
import type { Figure } from './figure.ts';
import { printFigures } from './report.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, dist: { type: 'string' } },
});
const rounds = Number(options.rounds);
const limit = 120_000;
printFigures([...(await benchRenderer('sqlalchemy', '2.0')), ...(await benchRenderer('django', '5.2'))]);

async function benchRenderer(library: LibraryName, version: string): Promise<Figure[]> {
  const files = runtimeFiles(options.dist);
  const manifest = readManifest(files.librariesDir);
  const bundled = manifest.libraries.find((each) => each.library === library && each.version === version)!;
  const config = hostConfig(files, manifest, bundled);
  const storage = await mkdtemp(join(tmpdir(), 'ormsight-bench-'));
  const file = join(storage, 'python.snapshot');
  const making = await timed(() =>
    writeWithHost(files.hostPath, { ...config, task: { kind: 'snapshot', file } }, limit, true),
  );

  const starts = { plain: [] as number[], snapshot: [] as number[] };
  const work = { plain: [] as number[], snapshot: [] as number[] };
  const [first, second, warm, idle, used]: number[][] = [[], [], [], [], []];
  for (let round = 0; round < rounds; round++) {
    for (const kind of ['plain', 'snapshot'] as const) {
      const task = { kind: 'answer', snapshot: kind === 'plain' ? null : file } as const;
      const host = startHost(files.hostPath, { ...config, task }, limit);
      starts[kind].push((await timed(() => host.ready)).milliseconds);
      work[kind].push(await processorTime(host));
      if (kind === 'snapshot') {
        idle!.push(await residentMegabytes(host));
        const [opening, ...others] = requests[library];
        first!.push(await ask(host, opening!));
        second!.push(await ask(host, others[0]!));
        for (let again = 0; again < 20; again++) for (const request of others) warm!.push(await ask(host, request));
        used!.push(await residentMegabytes(host));
      }
      host.kill();
    }
  }
  const size = (await stat(file)).size;
  await rm(storage, { recursive: true });
  const project = `${library} ${version}`;
  const figure = (what: string, value: number, unit: Figure['unit']): Figure => ({
    project,
    lines: 0,
    part: 'renderer',
    what,
    unit,
    p50: value,
    p95: null,
    count: 1,
    ratios: [],
  });
  // The best says what the machine can do, the median what it did beside its other work.
  const spread = (what: string, values: readonly number[]): Figure[] => [
    figure(`${what}, best`, Math.min(...values), 'ms'),
    figure(`${what}, median`, median(values), 'ms'),
  ];
  return [
    ...spread('plain start', starts.plain),
    figure('plain start, processor time', median(work.plain), 'ms'),
    ...spread('start from the snapshot', starts.snapshot),
    figure('start from the snapshot, processor time', median(work.snapshot), 'ms'),
    figure('making the snapshot, its process included', making.milliseconds, 'ms'),
    figure('snapshot in memory', making.value.bytes / 1e6, 'MB'),
    figure('snapshot on disk', size / 1e6, 'MB'),
    ...spread('first query, with its models', first!),
    ...spread('second query', second!),
    ...spread('warm query', warm!),
    figure('warm query, 95th percentile', percentile(warm!, 0.95), 'ms'),
    figure('memory of the process after the start', median(idle!), 'MB'),
    figure('memory of the process after the queries', median(used!), 'MB'),
  ];
}

async function ask(host: HostProcess, request: RenderRequest): Promise<number> {
  const { value: reply, milliseconds } = await timed(() => host.ask(JSON.stringify(request), limit));
  if (reply.kind !== 'answer' || !reply.text.includes('"rendered"')) throw new Error(JSON.stringify(reply));
  return milliseconds;
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; milliseconds: number }> {
  const started = performance.now();
  const value = await work();
  return { value, milliseconds: performance.now() - started };
}

/** Linux alone tells this about another process. */
async function residentMegabytes({ pid }: HostProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s*(\d+)/.exec(status)?.[1] ?? NaN) / 1_000;
}

/** Of all threads of the process, in milliseconds; it hardly depends on what else the machine does. */
async function processorTime({ pid }: HostProcess): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return ((user ?? NaN) + (system ?? NaN)) * 10;
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function percentile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;
}
