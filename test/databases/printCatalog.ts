import type { Catalog, Column, Table } from '../../server/src/catalog/catalog.ts';

/** A catalog, one table a line: `users(id: INTEGER pk, email: TEXT unique)`. Longer keys and indexes follow it. */
export function printCatalog(catalog: Catalog): string {
  return [...catalog.tables.flatMap(printTable), ...catalog.unknown.map((reason) => `unknown ${reason}`)].join('\n');
}

function printTable(table: Table): string[] {
  const columns = table.columns.map((column) => printColumn(table, column)).join(', ');
  const several = (names: readonly string[]): boolean => names.length > 1;
  return [
    `${table.kind === 'view' ? 'view ' : ''}${table.name}(${columns})`,
    ...[table.primaryKey].filter(several).map((names) => `  primary key ${list(names)}`),
    ...table.foreignKeys.map(
      ({ columns, targetTable, targetColumns, onDelete }) =>
        `  ${list(columns)} -> ${targetTable}${list(targetColumns)}${onDelete ? ` on delete ${onDelete}` : ''}`,
    ),
    ...table.uniques.filter(several).map((names) => `  unique ${list(names)}`),
    ...table.indexes.map(({ name, columns, unique }) => `  ${unique ? 'unique ' : ''}index ${name}${list(columns)}`),
  ];
}

function printColumn({ primaryKey, uniques }: Table, { name, type, nullable, default: value }: Column): string {
  const only = (names: readonly string[]): boolean => names.length === 1 && names[0] === name;
  const words = [
    type,
    only(primaryKey) ? 'pk' : '',
    nullable ? 'null' : '',
    uniques.some(only) ? 'unique' : '',
    value === null ? '' : `default ${value}`,
  ];
  return `${name}: ${words.filter(Boolean).join(' ')}`.trim();
}

function list(names: readonly string[]): string {
  return `(${names.join(', ')})`;
}
