/**
 * `npm run soak`: an hour of work on a large workspace, without the pauses, and what it does to the server.
 *
 *   npm run soak                                  500,000 lines, as many keys as a fast typist presses in an hour
 *   npm run soak -- --keys 2000 --lines 50000     a shorter one
 *   npm run soak -- --minutes 5                   ends earlier when that takes too long
 *   npm run soak -- --node-option=--cpu-prof      with a profile of the server
 *
 * Needs `npm run build`. Fails when memory grows, a request stays without an answer, or one takes over a second.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startLanguageServer } from '../../harness/languageServer.ts';
import { residentMegabytes } from '../processes.ts';
import { machineNow } from '../report.ts';
import { generateWorkspace, writeWorkspace } from '../workspace/generate.ts';
import { Random } from '../../harness/random.ts';
import { Branches } from './branches.ts';
import { Buffer } from './buffer.ts';
import { Record } from './record.ts';
import { type Sample, judge, printSoak } from './report.ts';
import { Session } from './session.ts';

const { values: options } = parseArgs({
  options: {
    lines: { type: 'string', default: '500000' },
    orm: { type: 'string', default: 'sqlalchemy' },
    seed: { type: 'string', default: '1' },
    // Five keys a second for two thirds of an hour.
    keys: { type: 'string', default: '12000' },
    branches: { type: 'string', default: '8' },
    minutes: { type: 'string', default: '15' },
    json: { type: 'string' },
    'node-option': { type: 'string', multiple: true, default: [] },
  },
});
const { orm } = options;
if (orm !== 'sqlalchemy' && orm !== 'django') throw new Error(`No such ORM: ${orm}`);
const wanted = { keys: Number(options.keys), branches: Number(options.branches), minutes: Number(options.minutes) };

const loadBefore = loadavg()[0] ?? Number.NaN;
const random = new Random(Number(options.seed));
const folder = await mkdtemp(join(tmpdir(), 'ormsight-soak-'));
const storage = await mkdtemp(join(tmpdir(), 'ormsight-soak-storage-'));
let passed: boolean;
try {
  passed = await soak();
} finally {
  await rm(folder, { recursive: true, force: true });
  await rm(storage, { recursive: true, force: true });
}
process.exitCode = passed ? 0 : 1;

async function soak(): Promise<boolean> {
  const files = generateWorkspace({
    orm: orm as 'sqlalchemy' | 'django',
    lines: Number(options.lines),
    seed: Number(options.seed),
  });
  await writeWorkspace(folder, files);
  await using server = await startLanguageServer({ folder, storage, nodeOptions: options['node-option'] });
  const record = new Record(server.connection, server.pid);
  const opened = [
    ...files.filter(({ path }) => path === 'reports/everything.py'),
    ...random.some(
      files.filter(({ kind, path }) => kind === 'queries' && path !== 'reports/everything.py'),
      4,
    ),
    ...random.some(
      files.filter(({ kind }) => kind === 'models'),
      2,
    ),
    ...random.some(
      files.filter(({ kind }) => kind === 'plain'),
      1,
    ),
  ].map(({ path }) => join(folder, path));
  const buffers: Buffer[] = [];
  for (const path of opened) buffers.push(await Buffer.open(server.connection, path, await readFile(path, 'utf8')));
  const started = performance.now();
  for (const buffer of buffers) await server.diagnostics(buffer.uri);
  const ready = performance.now() - started;

  const branches = new Branches(folder, files, new Set(opened), random.fork('branches'));
  const deadline = performance.now() + wanted.minutes * 60_000;
  const isOver = (): boolean => performance.now() > deadline;
  const session = new Session(server, record, buffers, branches, random, isOver);
  const samples: Sample[] = [];
  const begun = performance.now();
  /** From 0 to 1; on a busy machine it is the time that ends it. */
  const progress = (): number =>
    Math.max(session.keys / wanted.keys, (performance.now() - begun) / (wanted.minutes * 60_000));
  let switches = 0;
  while (progress() < 1) {
    await session.work();
    if (switches < wanted.branches && progress() >= (switches + 1) / (wanted.branches + 1)) {
      await session.switchBranch();
      switches++;
    }
    samples.push({ at: progress(), megabytes: residentMegabytes(server.pid) });
    if (process.stderr.isTTY) process.stderr.write(`\r${session.keys} of ${wanted.keys} keys`);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const outcome = {
    machine: machineNow(loadBefore),
    seconds: (performance.now() - started) / 1000,
    ready,
    keys: session.keys,
    isComplete: session.keys >= wanted.keys,
    switches,
    filesChanged: session.filesChanged,
    kinds: record.kinds,
    samples,
    incidents: record.incidents,
    crashes: server.logged(/crash|failed|uncaught|unhandled/i),
  };
  const verdicts = judge(outcome);
  printSoak(outcome, verdicts);
  if (options.json) await writeFile(options.json, `${JSON.stringify({ ...outcome, verdicts }, null, 2)}\n`);
  return verdicts.every(({ isMet }) => isMet);
}
