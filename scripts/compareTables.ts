/**
 * Compares the tables of a project as its own Python makes them with those the renderer makes of what we read:
 * `node scripts/compareTables.ts FOLDER PYTHON MODULE…`. PYTHON has the project's dependencies installed; the modules are
 * those to import so that all models are there. Prints each table that differs or is missing, and why; then how many.
 * The project's code is run for that: not for projects one does not trust.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { openRenderer } from '../server/src/cli/openRenderer.ts';
import { openProject } from '../server/src/cli/project.ts';
import { createProgram } from '../server/src/python/program.ts';
import { buildModelGraph } from '../server/src/orm/graph.ts';
import type { Model } from '../server/src/orm/model.ts';
import { modelSetFor } from '../server/src/orm/modelSet.ts';
import type { DialectName, Slice } from '../server/src/query/program.ts';
import type { RenderRequest, RenderResult } from '../server/src/render/protocol.ts';

interface Native {
  readonly sqlalchemy: string;
  readonly tables: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const dialects: readonly DialectName[] = ['postgresql', 'sqlite'];

const [folder, python, ...modules] = process.argv.slice(2);
if (!folder || !python || modules.length === 0) {
  console.error('node scripts/compareTables.ts FOLDER PYTHON MODULE…');
  process.exit(2);
}
const native = readNative(python, folder, modules);
const version = /^\d+\.\d+/.exec(native.sqlalchemy)![0];
const project = openProject([folder], { dialect: 'postgresql', driver: null }, null);
const program = createProgram(project.snapshot);
const graph = buildModelGraph(program, project.snapshot);
const own = graph.models.filter((model) => model.orm === 'sqlalchemy' && model.declared.path !== '');
const set = modelSetFor(program, graph, [...own.map(({ id }) => id), ...graph.tables.map(({ id }) => id)]);
const renderer = openRenderer();
try {
  await compare();
} finally {
  renderer.dispose();
}

async function compare(): Promise<void> {
  const counts = { equal: 0, different: 0, missing: 0 };
  const reasons = new Set<string>(set.unknown);
  for (const [name, texts] of Object.entries(native.tables)) {
    const model = modelOf(name);
    let state: keyof typeof counts = 'equal';
    for (const dialect of dialects) {
      const made = await create(name, model, dialect);
      for (const reason of made.unknown) reasons.add(reason);
      if (made.sql === null) {
        if (state !== 'missing') console.log(`- ${name}: missing: ${made.reason}`);
        state = 'missing';
      } else if (made.sql.trim() !== texts[dialect]!.trim()) {
        console.log(`- ${name} (${dialect}): different`);
        printDifference(texts[dialect]!, made.sql);
        state = 'different';
      }
    }
    counts[state]++;
  }
  const names = new Set(Object.keys(native.tables));
  for (const table of new Set(own.flatMap((model) => (model.table && !model.isAbstract ? model.table.name : []))))
    if (![...names].some((name) => name.split('.').at(-1) === table))
      console.log(`- ${table}: not among the native ones`);
  for (const reason of reasons) console.log(`  said to be unknown: ${reason}`);
  console.log(
    `${names.size} tables of SQLAlchemy ${native.sqlalchemy}: ${counts.equal} equal, ${counts.different} different, ${counts.missing} missing`,
  );
}

interface Made {
  readonly sql: string | null;
  readonly reason: string;
  readonly unknown: readonly string[];
}

/** `CREATE TABLE` as the renderer compiles it, by way of the metadata of a model. */
async function create(name: string, model: Model | null, dialect: DialectName): Promise<Made> {
  if (!model) return { sql: null, reason: 'no model has its metadata', unknown: [] };
  // The first request makes all models, which may take its time on a busy machine.
  const result = await renderTwice({
    target: { library: 'sqlalchemy', version, dialect, driver: dialect === 'postgresql' ? 'psycopg2' : null },
    models: set,
    slice: sliceFor(name, model),
    maxVariants: 1,
  });
  return { ...readResult(result) };
}

async function renderTwice(request: RenderRequest): Promise<RenderResult> {
  const result = await renderer.render(request);
  return result.kind === 'cutOff' ? renderer.render(request) : result;
}

function sliceFor(name: string, model: Model): Slice {
  const module = 'ormsight_compare_tables';
  return {
    module,
    steps: [
      { op: 'link', module, as: 'Model', from: model.module, name: model.name },
      { op: 'import', module, as: 'CreateTable', from: 'sqlalchemy.schema', name: 'CreateTable' },
    ],
    holes: [{ name: 'connection', hole: { text: 'connection', type: { kind: 'connection' }, optional: false } }],
    body: '',
    expression: `connection.execute(CreateTable(Model.metadata.tables[${JSON.stringify(name)}]))`,
    unknown: [],
  };
}

function readResult(result: RenderResult): Made {
  switch (result.kind) {
    case 'rendered':
      // Version 1.4 commits behind it.
      return {
        sql: result.variants[0]?.statements.find(({ sql }) => /^\s*CREATE/.test(sql))?.sql ?? null,
        reason: 'nothing was created',
        unknown: result.unknown,
      };
    case 'failed':
    case 'refused':
      return { sql: null, reason: result.message, unknown: [] };
    default:
      return { sql: null, reason: result.kind, unknown: [] };
  }
}

/** The model of that table, else any: an association table is in the same metadata. */
function modelOf(name: string): Model | null {
  const plain = name.split('.').at(-1);
  const concrete = own.filter((model) => !model.isAbstract);
  return concrete.find((model) => model.table?.name === plain) ?? concrete[0] ?? null;
}

function printDifference(expected: string, made: string): void {
  const left = new Set(expected.split('\n'));
  const right = new Set(made.split('\n'));
  if (left.size === right.size && [...left].every((line) => right.has(line))) console.log('    lines in another order');
  for (const line of left) if (!right.has(line)) console.log(`    native ${line.trim()}`);
  for (const line of right) if (!left.has(line)) console.log(`    ours   ${line.trim()}`);
}

function readNative(interpreter: string, of: string, names: readonly string[]): Native {
  const script = join(import.meta.dirname, 'compareTables/native_tables.py');
  const output = execFileSync(interpreter, ['-B', script, of, ...names], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(output.slice(output.lastIndexOf('\n{"sqlalchemy"') + 1)) as Native;
}
