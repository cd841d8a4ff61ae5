/** From nothing to knowing every model of a project. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseModule } from '../../../server/src/python/syntax/parser.ts';
import { runCli } from '../../harness/cli.ts';
import { type LanguageServer, startLanguageServer } from '../../harness/languageServer.ts';
import { readFiles, ruff, treeSitter } from '../anchors.ts';
import type { Comparison, Figure } from '../figure.ts';
import { compare, percentile, ratioTo, spread } from '../interleaved.ts';
import { residentMegabytes } from '../memory.ts';
import type { Project } from '../project.ts';

export async function measureIndexing(project: Project, storage: string, rounds: number): Promise<Figure[]> {
  const runRuff = await ruff();
  const parseAndWalk = await treeSitter();
  const sample = sampleOf(project);
  const memory: number[] = [];
  let server: LanguageServer | undefined;
  const timed = await compare(
    [
      { name: 'reading', run: () => readFiles(project) },
      { name: 'ruff', run: () => runRuff(project.folder) },
      { name: 'tree-sitter', run: () => sample.texts.forEach((text) => parseAndWalk(text)) },
      { name: 'parse every file', run: () => project.files.forEach(({ text }) => parseModule(text)) },
      {
        name: 'every model, from the command line',
        run: () => runCli(['models', '.', '--format', 'json'], project.folder),
      },
      {
        name: 'start to first findings, nothing cached',
        prepare: () => forgetFacts(storage),
        run: async () => (server = await startToFindings(project, storage)),
        cleanUp: async () => {
          memory.push(residentMegabytes(server?.pid ?? 0));
          await server?.stop();
        },
      },
      {
        name: 'start to first findings, cached on disk',
        run: async () => (server = await startToFindings(project, storage)),
        cleanUp: () => server?.stop(),
      },
    ],
    rounds,
  );
  const times = new Map(timed.map(({ name, times }) => [name, times]));
  const own = timed.filter(({ name }) => !['reading', 'ruff', 'tree-sitter'].includes(name));
  const base = { project: project.name, lines: project.lines, part: 'index' };
  const walked = times.get('tree-sitter')!.map((time) => time / sample.share);
  return [
    ...own.map(({ name, times: measured }): Figure => {
      const to = (name: string, anchor: readonly number[], aim: Comparison['aim'] = null): Comparison => ({
        to: name,
        ...ratioTo(anchor, measured),
        aim,
      });
      return {
        ...base,
        what: name,
        unit: 'ms',
        ...spread(measured),
        count: measured.length,
        ratios: [
          to('ruff', times.get('ruff')!, project.lines >= aimedLines ? (aims[name] ?? null) : null),
          to('reading the files', times.get('reading')!),
          to(sample.share < 1 ? 'tree-sitter, from a sample' : 'tree-sitter', walked),
        ],
      };
    }),
    ...['reading', 'ruff'].map((name): Figure => {
      const measured = times.get(name)!;
      return { ...base, what: `(${name})`, unit: 'ms', ...spread(measured), count: measured.length, ratios: [] };
    }),
    {
      ...base,
      what: 'memory of the server after that',
      unit: 'MB',
      p50: percentile(memory, 50),
      p95: null,
      count: memory.length,
      ratios: [],
    },
  ];
}

/** The aims are about large workspaces: starting a process is most of the time of a small one. */
const aimedLines = 400_000;

const aims: Readonly<Record<string, Comparison['aim']>> = {
  'every model, from the command line': { p50: 2 },
  'start to first findings, nothing cached': { p50: 2 },
  'start to first findings, cached on disk': { p50: 1 / 4 },
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
