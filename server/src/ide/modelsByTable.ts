import { dirname } from '../base/paths.ts';
import type { Model, ModelGraph } from '../orm/model.ts';

export interface TableModel {
  readonly schema: string | null;
  readonly table: string;
  readonly model: Model;
}

/**
 * The model behind each table of a database: one for each table. When two projects of a workspace have a table of one
 * name, it is the model whose folder is nearest to `near`, the file of the database.
 */
export function modelsByTable(graph: ModelGraph, near: string): readonly TableModel[] {
  const found = new Map<string, TableModel>();
  for (const model of graph.models) {
    // A proxy, or a child in its parent's table, has no table of its own; a library's model has no place to go to.
    if (!model.table || model.isAbstract || model.sharesTable || model.declared.path === '') continue;
    const { schema, name: table } = model.table;
    const key = `${schema ?? ''}\n${table}`;
    const other = found.get(key);
    if (!other || nearness(model, near) > nearness(other.model, near)) found.set(key, { schema, table, model });
  }
  return [...found.values()];
}

/** How many folders the model and the database have in common. */
function nearness(model: Model, near: string): number {
  const folders = dirname(model.declared.path).split('/');
  const others = dirname(near).split('/');
  const different = folders.findIndex((folder, place) => folder !== others[place]);
  return different === -1 ? folders.length : different;
}
