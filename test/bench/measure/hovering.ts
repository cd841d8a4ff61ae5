/** The SQL of queries, asked for as a reader does. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type LineCharacter, LineIndex } from '../../../server/src/base/text.ts';
import { type LanguageServer, startLanguageServer } from '../../harness/languageServer.ts';
import { treeSitter } from '../anchors.ts';
import type { Figure } from '../figure.ts';
import { ratioTo, spread } from '../interleaved.ts';
import { residentMegabytes } from '../processes.ts';
import { type Project, queryStarts } from '../project.ts';
import { Typist, bodyLines } from './typing.ts';

export async function measureHovering(project: Project, storage: string, hovers: number): Promise<Figure[]> {
  const { large } = project;
  const index = new LineIndex(large.text);
  const starts = queryStarts(large.text);
  const step = Math.max(1, Math.floor(starts.length / hovers));
  const places = starts.filter((_, i) => i % step === 0).map((offset) => index.position(offset + 1));
  if (places.length === 0) return [];
  const parseAndWalk = await treeSitter();
  await using server = await startLanguageServer({ folder: project.folder, storage });
  const typist = await Typist.open(server, large.path, large.text, bodyLines(large.text).slice(-1), 'seen = 1');
  await untilShown(server, typist.uri, places);
  await server.diagnostics(typist.uri);

  const times: Record<'anchor' | 'fresh' | 'again' | 'typed', number[]> = {
    anchor: [],
    fresh: [],
    again: [],
    typed: [],
  };
  const timed = async (into: number[], work: () => unknown): Promise<void> => {
    const started = performance.now();
    await work();
    into.push(performance.now() - started);
  };
  for (const { line, character } of places.slice(1)) {
    const hover = (): Promise<string | null> => server.hover(typist.uri, line, character);
    const shown = (await timedValue(hover, times.fresh)) !== null;
    // The offset was none of a query: nothing was rendered, so it does not count.
    if (!shown) {
      times.fresh.pop();
      continue;
    }
    await timed(times.again, hover);
    await typist.press();
    await timed(times.typed, hover);
    await timed(times.anchor, () => parseAndWalk(large.text));
  }
  const to = `tree-sitter, ${large.text.split('\n').length.toLocaleString('en')} lines`;
  const figure = (what: string, measured: readonly number[]): Figure => ({
    project: project.name,
    lines: project.lines,
    part: 'hover',
    what,
    unit: 'ms',
    ...spread(measured),
    count: measured.length,
    ratios: [{ to, ...ratioTo(times.anchor, measured), aim: null }],
  });
  return [
    figure('hover, a query not seen yet', times.fresh),
    figure('hover, the same again', times.again),
    figure('hover, right after a key', times.typed),
    {
      ...figure('memory of the server after that', []),
      unit: 'MB',
      p50: residentMegabytes(server.pid),
      p95: null,
      count: 1,
      ratios: [],
    },
  ];
}

/** Hovers here and there until the renderer is warm and one answer has SQL. */
async function untilShown(server: LanguageServer, uri: string, places: readonly LineCharacter[]): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (let i = 0; performance.now() < deadline; i++) {
    const { line, character } = places[i % places.length]!;
    const text = await server.hover(uri, line, character);
    if (text?.includes('```sql')) return;
    await sleep(100);
  }
  throw new Error(`No query of ${uri} was shown within two minutes`);
}

async function timedValue<T>(work: () => Promise<T>, into: number[]): Promise<T> {
  const started = performance.now();
  const value = await work();
  into.push(performance.now() - started);
  return value;
}
