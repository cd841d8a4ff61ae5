/**
 * The same for Django: `node scripts/compareTables/django.ts FOLDER PYTHON SETTINGS`. For each model of the project, what
 * creates its table and its indexes and what its default manager asks for, in PostgreSQL's words: columns, types, keys,
 * constraints, the order of rows. Prints each model that differs or is missing, and why; then how many.
 * The project's code is run for that: not for projects one does not trust.
 */
import type { Model } from '../../server/src/orm/model.ts';
import { modelSetFor } from '../../server/src/orm/modelSet.ts';
import {
  compareWith,
  type OurSide,
  readArguments,
  readNative,
  renderTwice,
  sliceAbout,
  sliceModule as module,
} from './comparing.ts';

interface Native {
  readonly django: string;
  /** By label, `shop.Order`. */
  readonly models: Readonly<Record<string, readonly string[]>>;
}

/** What creates the table of `Model`, then what its default manager asks for. */
const making = `def make():
    cursor = connection.cursor()
    with connection.schema_editor(atomic=False) as editor:
        editor.execute = lambda sql, params=(): cursor.execute(str(sql))
        if Model._meta.managed and not Model._meta.proxy:
            editor.create_model(Model)
    return list(Model._default_manager.all())
`;

const given = readArguments('node scripts/compareTables/django.ts FOLDER PYTHON SETTINGS');
const native = readNative('native_django.py', 'django', given) as Native;
await compareWith(given.folder, 'django', compare);

async function compare(ours: OurSide): Promise<void> {
  const own = ours.models.filter(({ isAbstract }) => !isAbstract);
  const counts = { equal: 0, different: 0, 'said to be unknown': 0, missing: 0 };
  for (const [label, expected] of Object.entries(native.models)) {
    const model = own.find((each) => `${each.appLabel}.${each.name}` === label);
    const made = model ? await make(model, ours) : { sql: null, unknown: ['no model of that name'] };
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

async function make(
  model: Model,
  { program, graph, renderer }: OurSide,
): Promise<{ sql: readonly string[] | null; unknown: readonly string[] }> {
  const models = modelSetFor(program, graph, [model.id]);
  const result = await renderTwice(renderer, {
    target: {
      library: 'django',
      version: renderer.chooseVersion('django', native.django).bundled,
      dialect: 'postgresql',
      driver: null,
    },
    models: { ...models, unknown: [] },
    slice: sliceAbout(
      model,
      [
        { op: 'import', module, as: 'connection', from: 'django.db', name: 'connection' },
        { op: 'define', module, name: 'make', source: making },
      ],
      'make()',
    ),
    maxVariants: 1,
  });
  if (result.kind !== 'rendered') return { sql: null, unknown: ['message' in result ? result.message : result.kind] };
  const unknown = [...models.unknown, ...result.unknown, ...result.unknownModels.map(({ why }) => why)];
  const sql = result.variants[0]!.statements.filter(({ role }) => role !== 'transaction').map((one) => one.sql);
  return { sql, unknown: [...new Set(unknown)] };
}
