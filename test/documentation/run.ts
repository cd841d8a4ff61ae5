/** Compares a page: shown by the product as on a hover, run by the native library. */
import { join } from 'node:path';
import { LineIndex } from '../../server/src/base/text.ts';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import type { Engine } from '../../server/src/ide/engine.ts';
import type { QueryView } from '../../server/src/ide/views.ts';
import type { DialectName } from '../../server/src/query/program.ts';
import { parseModule } from '../../server/src/python/syntax/parser.ts';
import { walk } from '../../server/src/python/syntax/visit.ts';
import type { Renderer } from '../../server/src/render/renderer.ts';
import { Project, root } from '../harness/project.ts';
import { judge, type Judged, type Place } from './compare.ts';
import type { Names, Native, NativeAnswer } from './native.ts';
import { type PageProject, projectsOf } from './pages.ts';
import type { Page, Source } from './sources.ts';

export interface Compared extends Judged {
  /** The example it is in. */
  readonly code: string;
}

/** Who is asked: the product and the library. */
export interface Askable {
  readonly renderer: Renderer;
  readonly native: Native;
}

export async function comparePage(
  source: Source,
  page: Page,
  folder: string,
  names: Names,
  asked: Askable,
): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const project of await projectsOf(source, page, folder, names, asked.native)) {
    const whole = await compareProject(source, page, project, asked);
    const raising = new Set(whole.raising);
    // A program would end there; the reader goes on as if it had not been typed.
    if (raising.size > 0 && !project.isProgram) {
      const rest = await compareProject(source, page, without(project, raising), asked);
      compared.push(...whole.compared.filter(({ line }) => raising.has(line)), ...rest.compared);
    } else compared.push(...whole.compared);
  }
  return compared;
}

function without(project: PageProject, raising: ReadonlySet<number>): PageProject {
  const { script } = project;
  const removed = script.examples.filter(([start]) => raising.has(start));
  const isRemoved = (line: number): boolean => removed.some(([start, end]) => start <= line && line <= end);
  const source = script.source
    .split('\n')
    .map((line, number) => (isRemoved(number) ? '' : line))
    .join('\n');
  const examples = script.examples.filter(([start]) => !raising.has(start));
  return { ...project, files: { ...project.files, [project.path]: source }, script: { ...script, source, examples } };
}

/** Those of the databases that the library runs on: see `servers.ts`. */
const DRIVERS: Readonly<Record<DialectName, string>> = { sqlite: 'pysqlite', postgresql: 'psycopg2', mysql: 'pymysql' };

interface ComparedAt extends Compared {
  /** The first line of the example. */
  readonly line: number;
}

async function compareProject(
  source: Source,
  page: Page,
  project: PageProject,
  { renderer, native }: Askable,
): Promise<{ readonly compared: ComparedAt[]; readonly raising: readonly number[] }> {
  const { source: text, examples } = project.script;
  const path = join(root, project.path);
  const { workspace } = new Project(project.files);
  const driver = source.orm === 'django' ? null : DRIVERS[page.dialect ?? 'sqlite'];
  const settings = { dialect: page.dialect ?? 'sqlite', driver };
  const engine = createEngine({ workspace, renderer, settings: () => settings });
  const lines = new LineIndex(text);
  const lineOf = (offset: number): number => lines.position(offset).line;
  const exampleAt = (line: number): readonly [number, number] | undefined =>
    examples.find(([start, end]) => start <= line && line <= end);
  const views = (await engine.queriesIn(path)).filter(({ range }) => exampleAt(lineOf(range.start)));
  const answer = await native.runPage(source, page, project, views.map(nativeSite));
  const places = placesOf(views);
  const judged = [...places, ...(await readPlaces())].map((place) => judgePlace(place, answer));
  return {
    compared: judged.toSorted((a, b) => a.line - b.line),
    raising: examples.map(([start]) => start).filter((start) => answer.errors[start] !== undefined),
  };

  function nativeSite({ range, statements }: QueryView) {
    const start = lines.position(range.start);
    const end = lines.position(range.end);
    return {
      start: [start.line, start.character] as const,
      end: [end.line, end.character] as const,
      holes: statements.flatMap(({ params }) => params.flatMap((param) => ('hole' in param ? param.hole : []))),
    };
  }

  /** Queries on the same lines cannot be told apart by what these sent. */
  function placesOf(all: readonly QueryView[]): Place[] {
    const found: Place[] = [];
    for (const [number, view] of all.entries()) {
      const [start, end] = [lineOf(view.range.start), lineOf(view.range.end)];
      const last = found.at(-1);
      if (last && start <= last.end)
        found[found.length - 1] = { ...last, end: Math.max(end, last.end), views: [...last.views, [number, view]] };
      else found.push({ start, end, example: exampleAt(start)!, views: [[number, view]] });
    }
    return found;
  }

  /** Lines that sent something where no query stands: an attribute that is read may have. */
  async function readPlaces(): Promise<Place[]> {
    const isKnown = (line: number): boolean => places.some(({ start, end }) => start <= line && line <= end);
    const unseen = new Set(answer.sent.map(({ line }) => line).filter((line) => exampleAt(line) && !isKnown(line)));
    const found: Place[] = [];
    for (const line of unseen) {
      const reads = await readsOn(line, lines, text, engine, path);
      const place = {
        start: line,
        end: line,
        example: exampleAt(line)!,
        views: reads.map((view) => [-1, view] as const),
      };
      if (reads.length > 0 || !isShownWhereBuilt(place, answer, views)) found.push(place);
    }
    return found;
  }

  function judgePlace(place: Place, answer: NativeAnswer): ComparedAt {
    const [start, end] = place.example;
    const code = text
      .split('\n')
      .slice(start, end + 1)
      .join('\n');
    return { ...judge(place, answer), code, line: start };
  }
}

/** A query that is built in one line and sent in another is shown where it is built. */
function isShownWhereBuilt({ start }: Place, { sent }: NativeAnswer, views: readonly QueryView[]): boolean {
  const shown = new Set(views.flatMap(({ statements }) => statements.map(({ sql }) => sql)));
  return sent.every(({ line, sql }) => line !== start || shown.has(sql));
}

/** What is shown on the attributes of a line. */
async function readsOn(
  line: number,
  lines: LineIndex,
  text: string,
  engine: Engine,
  path: string,
): Promise<QueryView[]> {
  const offsets: number[] = [];
  walk(parseModule(text).module, (node) => {
    if (node.kind === 'Attribute' && lines.position(node.attr.start).line === line) offsets.push(node.attr.start);
  });
  const found: QueryView[] = [];
  for (const offset of offsets.toSorted((a, b) => a - b)) {
    const view = await engine.queryAt(path, offset);
    const isNew = !found.some(({ range }) => range.start === view?.range.start && range.end === view.range.end);
    if (view && isNew && (view.statements.length > 0 || view.status !== 'exact')) found.push(view);
  }
  return found;
}
