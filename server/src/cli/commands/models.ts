import type { Table } from '../../catalog/catalog.ts';
import type { ModelsCommand } from '../commandLine.ts';
import { openProject } from '../project.ts';

/** `ormsight models`: prints the declared catalog of the files. Returns the exit status. */
export function models(command: ModelsCommand): number {
  const project = openProject(command.paths, { dialect: null, driver: null }, null);
  const files = new Set(project.files);
  const graph = project.engine.modelGraph();
  const declared = project.engine.declaredCatalog();
  // Association tables have no model of their own: they are kept when no model says otherwise.
  const tables = declared.tables.filter((table) => {
    const model = table.model === null ? undefined : graph.model(table.model);
    return !model || files.has(model.declared.path);
  });
  if (command.format === 'json') process.stdout.write(`${JSON.stringify({ ...declared, tables }, null, 2)}\n`);
  else process.stdout.write(tables.map(toText).join('\n'));
  for (const unknown of declared.unknown) process.stderr.write(`ormsight: ${unknown}\n`);
  return 0;
}

function toText(table: Table): string {
  const name = table.schema ? `${table.schema}.${table.name}` : table.name;
  const width = Math.max(0, ...table.columns.map((column) => column.name.length));
  const columns = table.columns.map((column) => {
    const foreignKey = table.foreignKeys.find((key) => key.columns.length === 1 && key.columns[0] === column.name);
    const facts = [
      column.type,
      table.primaryKey.includes(column.name) ? 'primary key' : column.nullable === false ? 'not null' : '',
      table.uniques.some((unique) => unique.length === 1 && unique[0] === column.name) ? 'unique' : '',
      foreignKey ? `references ${foreignKey.targetTable}(${foreignKey.targetColumns.join(', ')})` : '',
    ];
    return `  ${column.name.padEnd(width)}  ${facts.filter(Boolean).join(', ')}\n`;
  });
  return `${name}${table.model ? `  (${table.model})` : ''}\n${columns.join('')}`;
}
