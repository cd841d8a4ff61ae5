/** From nothing to knowing every model of a project. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseModule } from '../../../server/src/python/syntax/parser.ts';
import { runCli } from '../../harness/cli.ts';
import { type LanguageServer, startLanguageServer } from '../../harness/languageServer.ts';
import { readFiles, ruff, treeSitter } from '../anchors.ts';
import type { Comparison, Figure } from '../figure.ts';
import { compare, percentile, ratioTo, spread } from '../interleaved.ts';
import { residentMegabytes, usedByChildren, usedMilliseconds } from '../processes.ts';
import type { Project } from '../project.ts';

export async function measureIndexing(project: Project, storage: string, rounds: number): Promise<Figure[]> {
  const runRuff = await ruff();
  const parseAndWalk = await treeSitter();
  const sample = sampleOf(project);
  const memory: number[] = [];
  let server: LanguageServer | undefined;
  /** Processor time, by the name of the contender, of those that are processes of their own. */
  const used = new Map<string, number[]>();
  const keep = (name: string, milliseconds: number): void =>
    void used.set(name, [...(used.get(name) ?? []), milliseconds]);
  const program = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    const before = usedByChildren();
    await work();
    keep(name, usedByChildren() - before);
  };
  const start = async (): Promise<void> => void (server = await startToFindings(project, storage));
  const stop = async (name: string): Promise<void> => {
    keep(name, usedMilliseconds(server?.pid ?? 0));
    if (name === cold) memory.push(residentMegabytes(server?.pid ?? 0));
    await server?.stop();
  };
  const timed = await compare(
    [
      { name: 'reading', run: () => readFiles(project) },
      { name: 'ruff', run: () => program('ruff', () => runRuff(project.folder)) },
      { name: 'tree-sitter', run: () => sample.texts.forEach((text) => parseAndWalk(text)) },
      { name: 'parse every file', run: () => project.files.forEach(({ text }) => parseModule(text)) },
      {
        name: models,
        run: () => program(models, () => runCli(['models', '.', '--format', 'json'], project.folder)),
      },
      { name: cold, prepare: () => forgetFacts(storage), run: start, cleanUp: () => stop(cold) },
      { name: cached, run: start, cleanUp: () => stop(cached) },
    ],
    rounds,
  );
  const times = new Map(timed.map(({ name, times }) => [name, times]));
  const own = timed.filter(({ name }) => !['reading', 'ruff', 'tree-sitter'].includes(name));
  const base = { project: project.name, lines: project.lines, part: 'index', count: rounds };
  const walked = times.get('tree-sitter')!.map((time) => time / sample.share);
  const isLarge = project.lines >= aimedLines;
  return [
    ...own.flatMap(({ name, times: measured }): Figure[] => {
      const aim = (isLarge && aims[name]) || null;
      const to = (name: string, anchor: readonly number[], values = measured): Comparison => ({
        to: name,
        ...ratioTo(anchor, values),
        aim: name === 'ruff' ? aim : null,
      });
      const ratios = [
        to('ruff', times.get('ruff')!),
        to('reading the files', times.get('reading')!),
        to(sample.share < 1 ? 'tree-sitter, from a sample' : 'tree-sitter', walked),
      ];
      // The first round warms up.
      const [anchor, work] = [used.get('ruff')?.slice(1), used.get(name)?.slice(1)];
      const figure: Figure = { ...base, what: name, unit: 'ms', ...spread(measured), ratios };
      if (!anchor || !work?.every((value) => value > 0)) return [figure];
      const what = `${name}: processor time`;
      return [figure, { ...base, what, unit: 'ms', ...spread(work), ratios: [to('ruff', anchor, work)] }];
    }),
    ...['reading', 'ruff'].map((name): Figure => {
      const measured = times.get(name)!;
      return { ...base, what: `(${name})`, unit: 'ms', ...spread(measured), ratios: [] };
    }),
    {
      ...base,
      what: 'memory of the server after that',
      unit: 'MB',
      p50: percentile(memory, 50),
      p95: null,
      ratios: [],
    },
  ];
}

/** The aims are about large workspaces: starting a process is most of the time of a small one. */
const aimedLines = 400_000;

const models = 'every model, from the command line';
const cold = 'start to first findings, nothing cached';
const cached = 'start to first findings, cached on disk';

const aims: Readonly<Record<string, Comparison['aim']>> = {
  [models]: { p50: 2 },
  [cold]: { p50: 2 },
  [cached]: { p50: 1 / 4 },
};

/** Starts the server on the project, opens a file with models and waits for its findings. */
async function startToFindings({ folder, models }: Project, storage: string): Promise<LanguageServer> {
  const server = await startLanguageServer({ folder, storage });
  const uri = await server.open(models.path, models.text);
  await server.diagnostics(uri);
  return server;
}

/** Everything but what the renderer keeps: it is no part of the index, and making it anew would disturb the times. */
async function forgetFacts(storage: string): Promise<void> {
  for (const name of await readdir(storage)) {
    if (name !== 'renderer') await rm(join(storage, name), { recursive: true, force: true });
  }
}

/** Every n-th file, 4 MB at most: tree-sitter would take minutes for a large project. */
function sampleOf({ files }: Project): { readonly texts: string[]; readonly share: number } {
  const all = files.reduce((sum, { text }) => sum + text.length, 0);
  const step = Math.ceil(all / 4_000_000);
  const texts = files.filter((_, i) => i % step === 0).map(({ text }) => text);
  return { texts, share: texts.reduce((sum, text) => sum + text.length, 0) / all };
}
