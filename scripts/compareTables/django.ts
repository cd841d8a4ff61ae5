/**
 * The same for Django: `node scripts/compareTables/django.ts FOLDER PYTHON SETTINGS`. For each model of the project, what
 * creates its table and its indexes and what its default manager asks for, in PostgreSQL's words: columns, types, keys,
 * constraints, the order of rows. Prints each model that differs or is missing, and why; then how many.
 * The project's code is run for that: not for projects one does not trust.
 */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { openRenderer } from '../../server/src/cli/openRenderer.ts';
import { openProject } from '../../server/src/cli/project.ts';
import { buildModelGraph } from '../../server/src/orm/graph.ts';
import type { Model } from '../../server/src/orm/model.ts';
import { modelSetFor } from '../../server/src/orm/modelSet.ts';
import { createProgram } from '../../server/src/python/program.ts';
import type { Slice } from '../../server/src/query/program.ts';

interface Native {
  readonly django: string;
  /** By label, `shop.Order`. */
  readonly models: Readonly<Record<string, readonly string[]>>;
}

const [folder, python, settings] = process.argv.slice(2);
if (!folder || !python || !settings) {
  console.error('node scripts/compareTables/django.ts FOLDER PYTHON SETTINGS');
  process.exit(2);
}
const native = readNative(resolve(python), resolve(folder), settings);
const project = openProject([folder], { dialect: 'postgresql', driver: null }, null);
const program = createProgram(project.snapshot);
const graph = buildModelGraph(program, project.snapshot);
const own = graph.models.filter(({ orm, declared, isAbstract }) => orm === 'django' && declared.path && !isAbstract);
const renderer = openRenderer();
try {
  await compare();
} finally {
  renderer.dispose();
}

async function compare(): Promise<void> {
  const counts = { equal: 0, different: 0, 'said to be unknown': 0, missing: 0 };
  for (const [label, expected] of Object.entries(native.models)) {
    const model = own.find((each) => `${each.appLabel}.${each.name}` === label);
    const made = model ? await make(model) : { sql: null, unknown: ['no model of that name'] };
    const isEqual = made.sql?.join('\n') === expected.join('\n');
    const verdict =
      made.sql === null ? 'missing' : isEqual ? 'equal' : made.unknown.length ? 'said to be unknown' : 'different';
    counts[verdict]++;
    if (verdict === 'equal') continue;
    console.log(`- ${label}: ${verdict} ${made.unknown.join('; ')}`);
    if (made.sql === null) continue;
    for (const line of expected) if (!made.sql.includes(line)) console.log(`    native ${line}`);
    for (const line of made.sql) if (!expected.includes(line)) console.log(`    ours   ${line}`);
  }
  console.log(`${Object.keys(native.models).length} models of Django ${native.django}: ${JSON.stringify(counts)}`);
}

async function make(model: Model): Promise<{ sql: readonly string[] | null; unknown: readonly string[] }> {
  const models = modelSetFor(program, graph, [model.id]);
  const request = {
    target: {
      library: 'django' as const,
      version: renderer.chooseVersion('django', native.django).bundled,
      dialect: 'postgresql' as const,
      driver: null,
    },
    models: { ...models, unknown: [] },
    slice: sliceFor(model),
    maxVariants: 1,
  };
  // The first request makes all models, which may take its time on a busy machine.
  const first = await renderer.render(request);
  const result = first.kind === 'cutOff' ? await renderer.render(request) : first;
  if (result.kind !== 'rendered') return { sql: null, unknown: ['message' in result ? result.message : result.kind] };
  const unknown = [...models.unknown, ...result.unknown, ...result.unknownModels.map(({ why }) => why)];
  const sql = result.variants[0]!.statements.filter(({ role }) => role !== 'transaction').map((one) => one.sql);
  return { sql, unknown: [...new Set(unknown)] };
}

function sliceFor(model: Model): Slice {
  const module = 'ormsight_compare_tables';
  const source = `def make():
    cursor = connection.cursor()
    with connection.schema_editor(atomic=False) as editor:
        editor.execute = lambda sql, params=(): cursor.execute(str(sql))
        if Model._meta.managed and not Model._meta.proxy:
            editor.create_model(Model)
    return list(Model._default_manager.all())
`;
  return {
    module,
    steps: [
      { op: 'link', module, as: 'Model', from: model.module, name: model.name },
      { op: 'import', module, as: 'connection', from: 'django.db', name: 'connection' },
      { op: 'define', module, name: 'make', source },
    ],
    holes: [],
    body: '',
    expression: 'make()',
    unknown: [],
  };
}

function readNative(interpreter: string, of: string, module: string): Native {
  const script = join(import.meta.dirname, 'native_django.py');
  const output = execFileSync(interpreter, ['-B', script, of, module], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    cwd: of,
  });
  return JSON.parse(output.slice(output.lastIndexOf('\n{"django"') + 1)) as Native;
}
