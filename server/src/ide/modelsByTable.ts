import { dirname } from '../base/paths.ts';
import type { Declared, ModelGraph } from '../orm/model.ts';

/** What the code has for a table: a model, or a `Table(...)` without a class. */
export interface TableModel {
  readonly schema: string | null;
  readonly table: string;
  readonly name: string;
  readonly declared: Declared;
}

/**
 * The model behind each table of a database: one for each table. When two projects of a workspace have a table of one
 * name, it is the model whose folder is nearest to `near`, the file of the database.
 */
export function modelsByTable(graph: Pick<ModelGraph, 'models' | 'tables'>, near: string): readonly TableModel[] {
  const found = new Map<string, TableModel>();
  for (const model of candidates(graph)) {
    const key = JSON.stringify([model.schema, model.table]);
    const other = found.get(key);
    if (!other || nearness(model, near) > nearness(other, near)) found.set(key, model);
  }
  return [...found.values()];
}

/** A proxy, or a child in its parent's table, has no table of its own; a library's model has no place to go to. */
function candidates({ models, tables }: Pick<ModelGraph, 'models' | 'tables'>): TableModel[] {
  const own = models.filter(({ isAbstract, sharesTable }) => !isAbstract && !sharesTable);
  return [...own, ...tables].flatMap(({ name, declared, table }) =>
    table && declared.path !== '' ? [{ schema: table.schema, table: table.name, name, declared }] : [],
  );
}

/** How many folders the model and the database have in common. */
function nearness({ declared }: TableModel, near: string): number {
  const folders = dirname(declared.path).split('/');
  const others = dirname(near).split('/');
  const different = folders.findIndex((folder, place) => folder !== others[place]);
  return different === -1 ? folders.length : different;
}
