/**
 * Compares random programs with the native libraries: what the product shows for the query at the end of each with what
 * SQLAlchemy and Django send when they run it on SQLite. Prints each program that differs, and fails if there is one.
 *
 *     npm run random                                      2,000 programs
 *     npm run random -- --count 20000 --seed 7            more, and others
 *     npm run random -- --seed 7 --program 1234           one of them, with both answers
 *     npm run random -- --only django                     those of one ORM, or of one family
 *     npm run random -- --reasons                         what is partial or unsupported, with an example of each reason
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { createRenderer, type Renderer } from '../../server/src/render/renderer.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { type Batch, makeBatch, ormOf, PROGRAMS_PER_WORLD } from './make.ts';
import { printCompared } from './print.ts';
import type { Orm, Program } from './program.ts';
import { type Compared, compareBatches } from './run.ts';

/** So many worlds share a Python process. */
const WORLDS_AT_ONCE = 8;
/** Above this share of programs that are not exact, the generator shows nothing. */
const MOST_PARTIAL = 0.1;
const MOST_REFUSED = 0.05;
const MOST_PRINTED = 20;

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    program: { type: 'string' },
    only: { type: 'string' },
    reasons: { type: 'boolean', default: false },
  },
});
const seed = Number(options.seed);
const wantedNumber = options.program === undefined ? null : Number(options.program);

const storage = mkdtempSync(join(tmpdir(), 'ormsight-random-'));
const log = { info: () => undefined, warn: () => undefined };
const renderer = createRenderer({ ...runtimeFiles(), storageDir: storage, log });
const compared: Compared[] = [];
try {
  const python = await pythonEnvironment(join(import.meta.dirname, '../native/models/libraries.txt'));
  await Promise.all((['sqlalchemy', 'django'] as const).map((orm) => compareAll(orm, renderer, python)));
} finally {
  renderer.dispose();
  rmSync(storage, { recursive: true, force: true });
}
report();

async function compareAll(orm: Orm, renderer: Renderer, python: string): Promise<void> {
  const worlds = worldNumbers().filter((number) => ormOf(number) === orm);
  for (let at = 0; at < worlds.length; at += WORLDS_AT_ONCE) {
    const batches = worlds
      .slice(at, at + WORLDS_AT_ONCE)
      .map(batchOf)
      .filter(({ programs }) => programs.length > 0);
    if (batches.length > 0) compared.push(...(await compareBatches(batches, renderer, python)));
  }
}

function worldNumbers(): number[] {
  if (wantedNumber !== null) return [Math.floor(wantedNumber / PROGRAMS_PER_WORLD)];
  return Array.from({ length: Math.ceil(Number(options.count) / PROGRAMS_PER_WORLD) }, (_, index) => index);
}

function batchOf(worldNumber: number): Batch {
  const batch = makeBatch(seed, worldNumber, (number) => wantedNumber === null || number === wantedNumber);
  return { ...batch, programs: batch.programs.filter(isWanted) };

  function isWanted({ family }: Program): boolean {
    return options.only === undefined || options.only === family || options.only === batch.world.orm;
  }
}

function report(): void {
  const of = (kind: Compared['verdict']['kind']): Compared[] => compared.filter(({ verdict }) => verdict.kind === kind);
  const [equal, refused, unreached, partial, unsupported, different] = (
    ['equal', 'refused', 'unreached', 'partial', 'unsupported', 'different'] as const
  ).map((kind) => of(kind).toSorted((a, b) => a.program.number - b.program.number)) as [
    Compared[],
    Compared[],
    Compared[],
    Compared[],
    Compared[],
    Compared[],
  ];
  for (const one of wantedNumber === null ? different.slice(0, MOST_PRINTED) : compared)
    console.log(printCompared(one, seed));
  if (options.reasons) for (const kind of [partial, unsupported]) printReasons(kind);
  const variants = compared.reduce((sum, { runs }) => sum + runs.length, 0);
  console.log(`${compared.length} programs, ${variants} runs, seed ${seed}:`);
  console.log(
    `${equal.length} equal, ${refused.length} refused by both, ${unreached.length} unreached, ${partial.length} partial, ${unsupported.length} unsupported, ${different.length} different`,
  );
  const share = (found: readonly Compared[]): number => found.length / compared.length;
  const isWeak =
    wantedNumber === null &&
    (share(partial) + share(unsupported) > MOST_PARTIAL || share(refused) + share(unreached) > MOST_REFUSED);
  if (isWeak) console.log('Too few of them are exact to show anything');
  process.exitCode = different.length > 0 || isWeak || compared.length === 0 ? 1 : 0;
}

function printReasons(found: readonly Compared[]): void {
  const byReason = new Map<string, Compared[]>();
  for (const one of found) {
    const why = 'why' in one.verdict ? one.verdict.why : '';
    const reason = why.replaceAll(/\b\d+\b|`[^`]*`/g, '…');
    byReason.set(reason, [...(byReason.get(reason) ?? []), one]);
  }
  for (const [reason, those] of [...byReason].toSorted(([, a], [, b]) => b.length - a.length)) {
    const { verdict, program } = those[0]!;
    console.log(`${those.length} × ${verdict.kind} (${program.number}, ${program.family}): ${reason}`);
  }
}
