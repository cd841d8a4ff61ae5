/** The tables that models declare. */
import { inImportance, isOfMigration } from './aside.ts';
import { snapshotOf } from './graph.ts';
import type { Field, Model, ModelGraph, OrmId, TableConstraint } from './model.ts';
import type { Catalog, Column, ForeignKey, Index, Table } from '../catalog/catalog.ts';

/**
 * O(models). Tables that Django makes for many-to-many fields are included; what migrations declare for themselves is
 * not, for it is gone when they have run.
 */
export function declaredCatalog(graph: ModelGraph): Catalog {
  const tables = [
    ...current(graph, graph.models).flatMap((model) => tableOfModel(model, graph)),
    ...current(graph, graph.tables).map((table) =>
      tableFrom(table.orm, table.table, table.fields, table.constraints, graph, table.id),
    ),
  ];
  const unknown = [
    ...current(graph, graph.models).flatMap((model) =>
      model.isAbstract ? [] : model.unknown.map((reason) => `model ${model.name}: ${reason}`),
    ),
    ...current(graph, graph.tables).flatMap((table) =>
      table.unknown.map((reason) => `table ${table.table.name}: ${reason}`),
    ),
  ];
  return {
    origin: 'declared',
    tables: withoutDuplicates(tables).toSorted(bySchemaAndName),
    unknown: [...new Set(unknown)],
  };
}

function current<T extends { readonly declared: { readonly path: string } }>(
  graph: ModelGraph,
  items: readonly T[],
): readonly T[] {
  const roots = snapshotOf(graph)?.roots ?? [];
  return inImportance(
    roots,
    items.filter((item) => !isOfMigration(roots, item.declared.path)),
  );
}

function tableOfModel(model: Model, graph: ModelGraph): readonly Table[] {
  if (!model.table || model.isAbstract || model.sharesTable) return [];
  const fields = ownFields(model, graph);
  const constraints = [...model.constraints, ...sharers(model, graph).flatMap((child) => child.constraints)];
  return [tableFrom(model.orm, model.table, fields, constraints, graph, model.id)];
}

/** Columns of a model's own table: what single-table children add comes after. */
function ownFields(model: Model, graph: ModelGraph): readonly Field[] {
  const fields = new Map<string, Field>();
  for (const each of [model, ...sharers(model, graph)]) {
    for (const field of each.fields) {
      if (field.column !== null && field.owner === model.id && !fields.has(field.column))
        fields.set(field.column, field);
    }
  }
  return [...fields.values()];
}

/** Models that live in the table of another one. */
function sharers(model: Model, graph: ModelGraph): readonly Model[] {
  return graph.models.filter((each) => each.sharesTable && each.orm === 'sqlalchemy' && each.bases.includes(model.id));
}

function tableFrom(
  orm: OrmId,
  name: NonNullable<Model['table']>,
  fields: readonly Field[],
  constraints: readonly TableConstraint[],
  graph: ModelGraph,
  id: string,
): Table {
  const columns = fields.filter((field) => field.column !== null);
  const primary = constraints.find((each) => each.kind === 'primaryKey');
  return {
    schema: name.schema,
    name: name.name,
    kind: 'table',
    columns: columns.map(columnOf),
    primaryKey: primary?.columns ?? columns.filter((field) => field.primaryKey).map((field) => field.column!),
    foreignKeys: [
      ...columns.flatMap((field) => foreignKeyOf(field, graph)),
      ...constraints.flatMap(foreignKeyOfConstraint),
    ],
    uniques: uniquesOf(orm, columns, constraints),
    indexes: indexesOf(orm, columns, constraints),
    model: graph.model(id) ? id : ownerInLibrary(graph, id),
  };
}

/** A table that Django makes for one of its own models belongs to that model: the project declares neither. */
function ownerInLibrary(graph: ModelGraph, table: string): string | null {
  if (graph.table(table)?.declared.path !== '') return null;
  return graph.models.find((model) => model.relations.some((relation) => relation.through === table))?.id ?? null;
}

function columnOf(field: Field): Column {
  return {
    name: field.column!,
    type: field.type,
    nullable: field.primaryKey ? false : field.nullable,
    default: field.serverDefault,
  };
}

function foreignKeyOf(field: Field, graph: ModelGraph): readonly ForeignKey[] {
  const key = field.foreignKey;
  if (!key?.table) return [];
  const target = key.model === null ? null : (graph.model(key.model)?.table ?? null);
  const dot = key.table.lastIndexOf('.');
  return [
    {
      name: null,
      columns: [field.column!],
      targetSchema: target ? target.schema : dot === -1 ? null : key.table.slice(0, dot),
      targetTable: target ? target.name : key.table.slice(dot + 1),
      targetColumns: key.column === null ? [] : [key.column],
      onDelete: key.onDelete,
    },
  ];
}

function foreignKeyOfConstraint(constraint: TableConstraint): readonly ForeignKey[] {
  if (constraint.kind !== 'foreignKey') return [];
  const dot = constraint.targetTable.lastIndexOf('.');
  return [
    {
      name: constraint.name,
      columns: constraint.columns,
      targetColumns: constraint.targetColumns,
      onDelete: constraint.onDelete,
      targetSchema: dot === -1 ? null : constraint.targetTable.slice(0, dot),
      targetTable: constraint.targetTable.slice(dot + 1),
    },
  ];
}

/**
 * SQLAlchemy makes a unique index of `unique=True, index=True` and a constraint of `unique=True` alone
 * (https://docs.sqlalchemy.org/en/20/core/metadata.html#sqlalchemy.schema.Column.params.unique); Django a constraint of both.
 */
function uniquesOf(
  orm: OrmId,
  fields: readonly Field[],
  constraints: readonly TableConstraint[],
): readonly (readonly string[])[] {
  const single = fields.filter((field) => field.unique && !field.primaryKey && !(orm === 'sqlalchemy' && field.index));
  return [
    ...single.map((field) => [field.column!]),
    ...constraints.flatMap((each) => (each.kind === 'unique' ? [each.columns] : [])),
  ];
}

function indexesOf(orm: OrmId, fields: readonly Field[], constraints: readonly TableConstraint[]): readonly Index[] {
  const single = fields
    .filter((field) => field.index)
    .map((field) => ({
      name: null,
      columns: [field.column!],
      unique: orm === 'sqlalchemy' && field.unique,
    }));
  const several = constraints.flatMap((each) =>
    each.kind === 'index' ? [{ name: each.name, columns: each.columns, unique: each.unique }] : [],
  );
  return [...single, ...several];
}

/** Two models may name one table; the application's declares it, as a database has it once. */
function withoutDuplicates(tables: readonly Table[]): readonly Table[] {
  const unique = new Map<string, Table>();
  for (const table of tables) {
    const key = `${table.schema ?? ''}.${table.name}`;
    if (!unique.has(key)) unique.set(key, table);
  }
  return [...unique.values()];
}

function bySchemaAndName(a: Table, b: Table): number {
  const left = [a.schema ?? '', a.name];
  const right = [b.schema ?? '', b.name];
  const at = left[0] === right[0] ? 1 : 0;
  return left[at]! < right[at]! ? -1 : left[at]! > right[at]! ? 1 : 0;
}
