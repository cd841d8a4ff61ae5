import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runCli } from '../harness/cli.ts';
import { type LanguageServer, startLanguageServer } from '../harness/languageServer.ts';
import { percentile } from './interleaved.ts';
import type { Figure } from './table.ts';

interface Query {
  readonly file: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
  readonly status: string;
}

/** What a person waits for in the editor, and what the processes weigh. */
export async function benchServer(folder: string): Promise<Figure[]> {
  const project = basename(folder);
  // Also makes the renderer's snapshot, so that the start below is one as usual.
  const { stdout } = await runCli(['sql', '.', '--format', 'json'], folder);
  const all = JSON.parse(stdout) as Query[];
  const queries = all.filter(({ status }) => status !== 'unsupported').slice(0, 200);
  const [first, ...others] = queries;
  if (!first) return [{ project, what: 'queries', value: all.length, unit: 'queries' }];

  const started = performance.now();
  await using server = await startLanguageServer({ folder });
  const uri = await server.open(join(folder, first.file));
  await server.hoverUntil(uri, first.range.start.line, first.range.start.character, /```sql/);
  const firstSql = performance.now() - started;
  const fresh = await hoverAll(server, folder, others);
  const again = await hoverAll(server, folder, others);
  return [
    { project, what: 'queries', value: all.length, unit: 'queries' },
    { project, what: 'server start to first SQL', value: firstSql, unit: 'ms' },
    { project, what: 'hover, a query not seen yet, p50', value: percentile(fresh, 50), unit: 'ms' },
    { project, what: 'hover, a query not seen yet, p95', value: percentile(fresh, 95), unit: 'ms' },
    { project, what: 'hover, the same again, p50', value: percentile(again, 50), unit: 'ms' },
    { project, what: 'hover, the same again, p95', value: percentile(again, 95), unit: 'ms' },
    ...memory(project, server.pid),
  ];
}

async function hoverAll(server: LanguageServer, folder: string, queries: readonly Query[]): Promise<number[]> {
  const uris = new Map<string, string>();
  for (const file of new Set(queries.map((query) => query.file))) uris.set(file, await server.open(join(folder, file)));
  const times: number[] = [];
  for (const { file, range } of queries) {
    const uri = uris.get(file) ?? '';
    const started = performance.now();
    await server.hover(uri, range.start.line, range.start.character);
    times.push(performance.now() - started);
  }
  return times;
}

/** Of the server and of each process it started; on Linux only. */
function memory(project: string, server: number): Figure[] {
  if (process.platform !== 'linux') return [];
  const figures: Figure[] = [{ project, what: 'memory of the server', value: residentMegabytes(server), unit: 'MB' }];
  for (const [index, pid] of childrenOf(server).entries()) {
    figures.push({ project, what: `memory of renderer ${index + 1}`, value: residentMegabytes(pid), unit: 'MB' });
  }
  return figures;
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1000;
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}
