/** Models and catalogs as text that people can read in a case. */
import type { Catalog, Table } from '../../server/src/catalog/catalog.ts';
import type { Field, MappedTable, Model, ModelGraph, Relation, TableConstraint } from '../../server/src/orm/model.ts';

/** Every model of the graph that is declared in the project, one paragraph each. */
export function printModels(graph: ModelGraph): string {
  const models = graph.models.filter((model) => model.declared.path !== '').map(printModel);
  return [...models, ...graph.tables.filter((table) => table.orm === 'sqlalchemy').map(printTable)].join('\n');
}

function printModel(model: Model): string {
  const kind = model.isAbstract
    ? 'abstract'
    : model.table
      ? `"${fullName(model.table)}"${model.sharesTable ? ' (shared)' : ''}`
      : 'no table';
  const lines = [
    ...model.fields.map((field) => printField(field, model.id)),
    ...model.relations.map(printRelation),
    ...model.managers.map(
      (each) =>
        `${each.name}: manager${each.classId ? ` ${each.classId}` : ''}${each.queryset ? ` of ${each.queryset}` : ''}${each.isDefault ? ' default' : ''}`,
    ),
    ...model.constraints.map(printConstraint),
    ...(model.ordering.length > 0 ? [`order by ${model.ordering.join(', ')}`] : []),
    ...model.unknown.map((reason) => `? ${reason}`),
  ];
  const bases = model.bases.length > 0 ? ` < ${model.bases.join(', ')}` : '';
  return `${model.id} ${kind}${bases}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function printTable(table: MappedTable): string {
  const lines = [
    ...table.fields.map((field) => printField(field, table.id)),
    ...table.constraints.map(printConstraint),
  ];
  return `${table.id} table "${fullName(table.table)}"\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function printField(field: Field, owner: string): string {
  const key = field.foreignKey;
  const words = [
    field.type,
    field.column === null || field.column === field.name ? '' : `as ${field.column}`,
    field.python && field.python !== field.type ? `(${field.python})` : '',
    field.primaryKey ? 'pk' : field.column !== null && field.nullable ? 'null' : '',
    field.unique && !field.primaryKey ? 'unique' : '',
    field.index ? 'index' : '',
    field.deferred ? 'deferred' : '',
    field.default === null ? '' : `default ${field.default}`,
    field.serverDefault === null ? '' : `server default ${field.serverDefault}`,
    key ? `-> ${key.table ?? '?'}.${key.column ?? '?'}${key.onDelete ? ` on delete ${key.onDelete}` : ''}` : '',
    field.owner === owner || field.column === null ? '' : `of ${field.owner}`,
  ];
  return `${field.name}: ${words.filter(Boolean).join(' ')}`;
}

function printRelation(relation: Relation): string {
  const words = [
    relation.cardinality,
    relation.target ?? '?',
    relation.direction,
    relation.columns.length > 0 ? `by ${relation.columns.join(', ')}` : '',
    relation.through ? `through ${relation.through}` : '',
    relation.backReference ? `<-> ${relation.backReference}` : '',
    relation.loading === 'select' ? '' : `lazy ${relation.loading}`,
    relation.nullable ? 'null' : '',
    relation.queryName === relation.name ? '' : `in queries ${relation.queryName}`,
  ];
  return `${relation.name}: ${words.filter(Boolean).join(' ')}`;
}

function printConstraint(constraint: TableConstraint): string {
  const name = constraint.name ? ` ${constraint.name}` : '';
  const columns = `(${constraint.columns.join(', ')})`;
  switch (constraint.kind) {
    case 'unique':
    case 'primaryKey':
      return `${constraint.kind === 'unique' ? 'unique' : 'primary key'}${name} ${columns}`;
    case 'index':
      return `${constraint.unique ? 'unique ' : ''}index${name} ${columns}`;
    case 'foreignKey':
      return `foreign key${name} ${columns} -> ${constraint.targetTable}(${constraint.targetColumns.join(', ')})`;
  }
}

/** One table a line: `users(id: int pk, email: text unique)`; what does not belong to one column follows below. */
export function printCatalog(catalog: Catalog): string {
  return catalog.tables.map(printCatalogTable).join('') + catalog.unknown.map((reason) => `? ${reason}\n`).join('');
}

function printCatalogTable(table: Table): string {
  const columns = table.columns.map((column) => {
    const words = [
      column.type,
      table.primaryKey.includes(column.name) ? 'pk' : column.nullable === false ? '' : 'null',
      isAlone(table.uniques, column.name) ? 'unique' : '',
      table.indexes.some((index) => index.columns.length === 1 && index.columns[0] === column.name) ? 'index' : '',
      column.default === null ? '' : `default ${column.default}`,
      ...table.foreignKeys
        .filter((key) => key.columns.length === 1 && key.columns[0] === column.name)
        .map((key) => `-> ${key.targetTable}.${key.targetColumns[0] ?? '?'}`),
    ];
    return `${column.name}: ${words.filter(Boolean).join(' ')}`;
  });
  const more = [
    ...table.uniques.filter((each) => each.length > 1).map((each) => `unique (${each.join(', ')})`),
    ...table.indexes
      .filter((each) => each.columns.length !== 1)
      .map((each) => `${each.unique ? 'unique ' : ''}index (${each.columns.join(', ')})`),
    ...table.foreignKeys
      .filter((key) => key.columns.length > 1)
      .map((key) => `(${key.columns.join(', ')}) -> ${key.targetTable}(${key.targetColumns.join(', ')})`),
  ];
  return `${table.schema ? `${table.schema}.` : ''}${table.name}(${columns.join(', ')})\n${more.map((line) => `  ${line}\n`).join('')}`;
}

function isAlone(groups: readonly (readonly string[])[], column: string): boolean {
  return groups.some((group) => group.length === 1 && group[0] === column);
}

function fullName(table: { readonly schema: string | null; readonly name: string }): string {
  return table.schema ? `${table.schema}.${table.name}` : table.name;
}
