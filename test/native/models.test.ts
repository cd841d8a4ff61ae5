/**
 * The cases of `test/cases/models` with the real libraries: what the steps for the renderer make is what the project's own
 * files make, and the model graph and the declared catalog say the same as the mappers.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { declaredCatalog } from '../../server/src/orm/declaredCatalog.ts';
import type { Table } from '../../server/src/catalog/catalog.ts';
import { buildModelGraph } from '../../server/src/orm/graph.ts';
import type { Model, ModelGraph, OrmId } from '../../server/src/orm/model.ts';
import { modelSetFor } from '../../server/src/orm/modelSet.ts';
import type { ModelSet } from '../../server/src/query/program.ts';
import { caseFiles, type Case } from '../harness/cases.ts';
import { Project } from '../harness/project.ts';

interface NativeTable {
  readonly create: string;
  readonly columns: readonly (readonly [string, boolean])[];
  readonly primaryKey: readonly string[];
  readonly foreignKeys: readonly unknown[];
  readonly uniques: readonly unknown[];
  readonly indexes: readonly unknown[];
}

interface NativeModel {
  readonly fields: readonly string[];
  readonly relations: Readonly<Record<string, NativeRelation>>;
  readonly managers?: readonly string[];
  readonly default?: string | null;
}

interface NativeRelation {
  readonly target: string | null;
  readonly direction: string;
  readonly many: boolean;
  readonly columns?: readonly string[];
  readonly lazy?: string;
  readonly queryName?: string;
}

interface Answer {
  readonly error?: string;
  readonly tables: Readonly<Record<string, NativeTable>>;
  readonly models: Readonly<Record<string, NativeModel>>;
}

interface Sample {
  readonly case: Case;
  readonly orm: OrmId;
  readonly graph: ModelGraph;
  readonly set: ModelSet;
  /** Nothing is unknown: then everything must be equal. */
  readonly isWhole: boolean;
}

const samples = caseFiles(join(import.meta.dirname, '../cases/models')).flatMap((file) => file.cases.map(sampleOf));
let answers: readonly { readonly native: Answer; readonly steps: Answer }[] = [];

beforeAll(async () => {
  const python = await pythonEnvironment(join(import.meta.dirname, 'models/libraries.txt'));
  const jobs = samples.flatMap(({ case: { files }, orm, set }) =>
    ['native', 'steps'].map((mode) => ({ mode, orm, files, steps: set.steps, django: set.django })),
  );
  const run = spawnSync(python, [join(import.meta.dirname, 'models/tables.py')], {
    input: JSON.stringify(jobs),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (run.status !== 0) throw new Error(run.stderr);
  const all = JSON.parse(run.stdout) as Answer[];
  answers = samples.map((_, i) => ({ native: all[2 * i]!, steps: all[2 * i + 1]! }));
});

describe.each(samples.map((sample, i) => ({ name: `${sample.case.path}: ${sample.case.name}`, sample, i })))(
  '$name',
  ({ sample, i }) => {
    test('the steps run', () => {
      expect(answers[i]!.steps.error).toBeUndefined();
    });

    if (!sample.isWhole) return;

    test('the steps make the same tables', () => {
      const { native, steps } = answers[i]!;
      expect(native.error).toBeUndefined();
      expect(creates(steps)).toEqual(creates(native));
    });

    test('the declared catalog has the same tables', () => {
      const { native } = answers[i]!;
      const declared = Object.fromEntries(ownTables(sample.graph).map((table) => [fullName(table), tableFacts(table)]));
      expect(declared).toEqual(
        Object.fromEntries(Object.entries(native.tables).map(([name, { create: _, ...facts }]) => [name, facts])),
      );
    });

    test('the model graph has the same fields, relations and managers', () => {
      const { native } = answers[i]!;
      const models = sample.graph.models.filter((model) => !model.isAbstract && model.declared.path !== '');
      expect(Object.fromEntries(models.map((model) => [model.id, modelFacts(model)]))).toEqual(native.models);
    });
  },
);

function sampleOf(each: Case): Sample {
  const project = new Project(each.files);
  const { program, snapshot } = project;
  const graph = buildModelGraph(program, snapshot);
  const ids = graph.models.filter((model) => model.declared.path !== '').map((model) => model.id);
  const set = modelSetFor(program, graph, [...ids, ...graph.tables.map((table) => table.id)]);
  const orm = graph.models.some((model) => model.orm === 'django') ? 'django' : 'sqlalchemy';
  const isWhole = set.unknown.length === 0 && graph.models.every((model) => model.unknown.length === 0);
  return { case: each, orm, graph, set, isWhole };
}

function creates(answer: Answer): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(answer.tables).map(([name, table]) => [name, table.create]));
}

/** Without the tables of Django's own models. */
function ownTables(graph: ModelGraph): readonly Table[] {
  return declaredCatalog(graph).tables.filter((table) => !/^(auth|django)_/.test(table.name));
}

function tableFacts(table: Table) {
  return {
    columns: table.columns.map((column) => [column.name, column.nullable]),
    primaryKey: table.primaryKey,
    foreignKeys: sorted(
      table.foreignKeys.map((key) => [
        key.columns,
        key.targetSchema === null ? key.targetTable : `${key.targetSchema}.${key.targetTable}`,
        key.targetColumns,
      ]),
    ),
    uniques: sorted(table.uniques),
    indexes: sorted(table.indexes.map((index) => [index.columns, index.unique])),
  };
}

function modelFacts(model: Model): NativeModel {
  const relations = Object.fromEntries(
    model.relations.map((relation) => [
      relation.name,
      {
        target: relation.target,
        direction: relation.direction,
        many: relation.cardinality === 'many',
        ...(model.orm === 'sqlalchemy'
          ? { columns: relation.columns.toSorted(), lazy: relation.loading }
          : { queryName: relation.queryName }),
      },
    ]),
  );
  const fields = model.fields.filter((field) => field.column !== null).map((field) => field.name);
  if (model.orm === 'sqlalchemy') return { fields, relations };
  return {
    fields,
    relations,
    managers: model.managers.map((manager) => manager.name),
    default: model.managers.find((manager) => manager.isDefault)?.name ?? null,
  };
}

function fullName(table: Table): string {
  return table.schema === null ? table.name : `${table.schema}.${table.name}`;
}

function sorted<T>(items: readonly T[]): readonly T[] {
  return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
