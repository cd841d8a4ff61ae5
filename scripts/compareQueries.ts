/**
 * Compares what is shown for queries of a project with what they send when the project's own Python runs them, on SQLite or
 * another database of its own, where every table has one row and all rows are related:
 *
 *     node scripts/compareQueries.ts FOLDER PYTHON                          all exact answers about SQLAlchemy
 *     node scripts/compareQueries.ts FOLDER PYTHON --settings shop.settings all exact answers about Django
 *     node scripts/compareQueries.ts FOLDER PYTHON --settings shop.settings --dialect postgresql
 *     node scripts/compareQueries.ts FOLDER PYTHON --sample 20 --seed 7
 *
 * PYTHON has the project's dependencies installed. Values that only exist at run time are made up by their type. Prints each
 * query that differs, each that could not be run or compared and why; then how many. With `--queries FILE` the answers that
 * are compared are written to FILE, or read from it when it is there.
 * The project's code is run for that: not for projects one does not trust. Needs `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openRenderer } from '../server/src/cli/openRenderer.ts';
import { openProject } from '../server/src/cli/project.ts';
import type { StatementView } from '../server/src/ide/views.ts';
import { isMigration, isTest } from '../server/src/orm/aside.ts';
import { buildModelGraph } from '../server/src/orm/graph.ts';
import { createInference } from '../server/src/orm/infer.ts';
import { strangeModels } from '../server/src/orm/programs.ts';
import { querySites } from '../server/src/orm/sites.ts';
import { createSliceResolver } from '../server/src/orm/sliceResolver.ts';
import { createProgram } from '../server/src/python/program.ts';
import type { DialectName, Slice } from '../server/src/query/program.ts';
import { sliceOf } from '../server/src/query/slice.ts';
import { Servers } from '../test/native/sql/servers.ts';
import { randomOf } from './survey/random.ts';

interface Query {
  readonly place: string;
  readonly source: string;
  /** Qualified name of the function it stands in. */
  readonly function: string | null;
  readonly slice: Slice;
  /** What each variant sends. */
  readonly shown: readonly (readonly StatementView[])[];
}

/** What is compared of one project. */
interface Project {
  /** Modules of the project that define models. */
  readonly modules: readonly string[];
  readonly queries: readonly Query[];
}

const words = ['agrees', 'differs', 'not compared', 'not run'] as const;

interface Verdict {
  readonly place: string;
  readonly verdict: (typeof words)[number];
  /** Why it was not run or compared, or what was sent instead. */
  readonly why: string;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    settings: { type: 'string' },
    dialect: { type: 'string', default: 'sqlite' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    queries: { type: 'string' },
  },
});
const [folder, python] = positionals;
if (!folder || !python) {
  console.error(
    'node scripts/compareQueries.ts FOLDER PYTHON [--settings MODULE [--dialect NAME]] [--sample N] [--seed N] [--only TEXT] [--queries FILE]',
  );
  process.exit(2);
}
const root = resolve(folder);
const orm = options.settings ? 'django' : 'sqlalchemy';
const dialect = options.dialect as DialectName;
const { modules, queries } = await kept();
const sample = options.sample ? randomOf(queries, Number(options.sample), Number(options.seed)) : queries;
const verdicts = await runOn(dialect, { modules, queries: sample });
for (const { place, verdict, why } of verdicts) if (verdict !== 'agrees') console.log(`${verdict}: ${place}\n${why}\n`);
const counts = words.map((word) => `${verdicts.filter(({ verdict }) => verdict === word).length} ${word}`);
console.log(`${queries.length} exact, ${sample.length} taken: ${counts.join(', ')}`);

async function kept(): Promise<Project> {
  if (options.queries && existsSync(options.queries))
    return JSON.parse(readFileSync(options.queries, 'utf8')) as Project;
  const found = await exactQueries();
  if (options.queries) writeFileSync(options.queries, JSON.stringify(found));
  return found;
}

/** With the library of the project's environment. */
async function exactQueries(): Promise<Project> {
  const renderer = openRenderer();
  try {
    const project = openProject([root], { dialect, driver: null }, renderer, { isTrusted: true });
    const program = createProgram(project.snapshot);
    const graph = buildModelGraph(program, project.snapshot);
    const inference = createInference(program, graph);
    const found: Query[] = [];
    for (const path of project.files) {
      const name = path.slice(root.length + 1);
      const file = program.file(path);
      if (!file || isTest(name) || isMigration(name) || (options.only && !name.includes(options.only))) continue;
      const sites = new Map(querySites(file, inference).map((site) => [site.range.start, site]));
      if (sites.size === 0) continue;
      for (const view of await project.engine.queriesIn(path)) {
        const site = sites.get(view.range.start);
        if (view.status !== 'exact' || view.orm !== orm || view.moreVariants > 0 || !site) continue;
        const line = file.text.slice(0, view.range.start).split('\n').length;
        found.push({
          place: `${name}:${line}`,
          source: file.text.slice(view.range.start, view.range.end),
          function: view.function,
          slice: sliceOf(program, file, site.expr, createSliceResolver(inference, strangeModels(program, graph, path)))
            .slice,
          shown: [...variantsOf(view.statements), ...(view.sendsNothingWhen.length > 0 ? [[]] : [])],
        });
      }
    }
    const own = [...graph.models, ...graph.tables].filter(
      ({ orm: its, declared }) => its === orm && declared.path !== '',
    );
    return { modules: [...new Set(own.map(({ module }) => module))].sort(), queries: found };
  } finally {
    renderer.dispose();
  }
}

function variantsOf(statements: readonly StatementView[]): readonly (readonly StatementView[])[] {
  const variants: StatementView[][] = [];
  for (const [i, each] of statements.entries()) {
    if (i === 0 || each.when !== statements[i - 1]!.when) variants.push([]);
    variants.at(-1)!.push(each);
  }
  return variants.length > 0 ? variants : [[]];
}

/** SQLite needs no server: each process makes a database for itself. */
async function runOn(dialect: DialectName, project: Project): Promise<readonly Verdict[]> {
  if (dialect === 'sqlite') return run(project, null);
  const servers = new Servers();
  try {
    await servers.start(dialect);
    return run(project, servers.databaseOf(dialect).django);
  } finally {
    servers.stop();
  }
}

/** A query that ends the process, or hangs in it, is not run: the next process goes on after it. */
function run({ modules, queries }: Project, database: object | null): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  while (verdicts.length < queries.length) {
    verdicts.push(...runUntilEnd({ modules, queries: queries.slice(verdicts.length), database }));
    const left = queries[verdicts.length];
    if (left) verdicts.push({ place: left.place, verdict: 'not run', why: `    ${left.source}\n    ends the process` });
  }
  return verdicts;
}

function runUntilEnd(project: Project & { readonly database: object | null }): readonly Verdict[] {
  const script = join(import.meta.dirname, `compareQueries/${orm}_queries.py`);
  const { stdout } = spawnSync(
    resolve(python!),
    ['-B', script, root, ...(options.settings ? [options.settings] : [])],
    {
      input: JSON.stringify(project),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines = stdout.split('\n');
  if (!lines.includes('ready')) throw new Error('The project could not be started.');
  return lines.filter((line) => line.startsWith('{"place"')).map((line) => JSON.parse(line) as Verdict);
}
