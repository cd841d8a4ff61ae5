/**
 * Compares the tables of a project as its own Python makes them with those the renderer makes of what we read:
 * `node scripts/compareTables.ts FOLDER PYTHON MODULE…`. PYTHON has the project's dependencies installed; the modules are
 * those to import so that all models are there. Prints each table that differs or is missing, and why; then how many.
 * The project's code is run for that: not for projects one does not trust.
 */
import type { Model } from '../server/src/orm/model.ts';
import { modelSetFor } from '../server/src/orm/modelSet.ts';
import type { DialectName, ModelSet } from '../server/src/query/program.ts';
import type { RenderResult } from '../server/src/render/protocol.ts';
import {
  compareWith,
  type OurSide,
  readArguments,
  readNative,
  renderTwice,
  sliceAbout,
  sliceModule as module,
} from './compareTables/comparing.ts';

interface Native {
  readonly sqlalchemy: string;
  readonly tables: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const dialects: readonly DialectName[] = ['postgresql', 'sqlite'];

const given = readArguments('node scripts/compareTables.ts FOLDER PYTHON MODULE…');
const native = readNative('native_tables.py', 'sqlalchemy', given) as Native;
const version = /^\d+\.\d+/.exec(native.sqlalchemy)![0];
await compareWith(given.folder, 'sqlalchemy', compare);

async function compare(ours: OurSide): Promise<void> {
  const { program, graph, models: own } = ours;
  const set = modelSetFor(
    program,
    graph,
    [...own, ...graph.tables].map(({ id }) => id),
  );
  const counts = { equal: 0, different: 0, missing: 0 };
  const reasons = new Set<string>(set.unknown);
  for (const [name, texts] of Object.entries(native.tables)) {
    const model = modelOf(name, own);
    let state: keyof typeof counts = 'equal';
    for (const dialect of dialects) {
      const made = await create(ours.renderer, set, name, model, dialect);
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
async function create(
  renderer: OurSide['renderer'],
  models: ModelSet,
  name: string,
  model: Model | null,
  dialect: DialectName,
): Promise<Made> {
  if (!model) return { sql: null, reason: 'no model has its metadata', unknown: [] };
  const result = await renderTwice(renderer, {
    target: { library: 'sqlalchemy', version, dialect, driver: dialect === 'postgresql' ? 'psycopg2' : null },
    models,
    slice: sliceAbout(
      model,
      [{ op: 'import', module, as: 'CreateTable', from: 'sqlalchemy.schema', name: 'CreateTable' }],
      `connection.execute(CreateTable(Model.metadata.tables[${JSON.stringify(name)}]))`,
      [{ name: 'connection', hole: { text: 'connection', type: { kind: 'connection' }, optional: false } }],
    ),
    maxVariants: 1,
  });
  return readResult(result);
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
function modelOf(name: string, own: readonly Model[]): Model | null {
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
