/** Which models and tables have to exist for a query on some of them. */
import { canMean } from './aside.ts';
import { snapshotOf } from './graph.ts';
import type { MappedTable, Model, ModelGraph } from './model.ts';

export interface Reach {
  /** Sorted by id. */
  readonly models: readonly Model[];
  readonly tables: readonly MappedTable[];
}

/**
 * Everything connected with the seeds by relations, foreign keys and inheritance, in both directions: what points to a
 * model adds attributes to it, and takes part when its rows are deleted. Those `without` are as if they were not declared.
 */
export function reachOf(graph: ModelGraph, seeds: readonly string[], without: ReadonlySet<string> = new Set()): Reach {
  const links = linksOf(graph);
  const reached = new Set<string>();
  const pending = seeds.filter((id) => graph.model(id) || graph.table(id));
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (reached.has(id) || without.has(id)) continue;
    reached.add(id);
    for (const next of links.get(id) ?? []) if (!reached.has(next)) pending.push(next);
  }
  return {
    models: graph.models.filter((model) => reached.has(model.id)),
    tables: graph.tables.filter((table) => reached.has(table.id)),
  };
}

const known = new WeakMap<ModelGraph, ReadonlyMap<string, ReadonlySet<string>>>();

function linksOf(graph: ModelGraph): ReadonlyMap<string, ReadonlySet<string>> {
  const found = known.get(graph);
  if (found) return found;
  const links = new Map<string, Set<string>>();
  const join = (from: string, to: string | null | undefined): void => {
    if (!to || from === to || !(graph.model(to) || graph.table(to))) return;
    linkOne(links, from, to);
    linkOne(links, to, from);
  };
  const roots = snapshotOf(graph)?.roots ?? [];
  const tables = new Map<string, (Model | MappedTable)[]>();
  for (const each of [...graph.models, ...graph.tables]) {
    if (!each.table || ('sharesTable' in each && each.sharesTable)) continue;
    tables.set(fullName(each.table), [...(tables.get(fullName(each.table)) ?? []), each]);
  }
  const holder = (from: Model | MappedTable, table: string): string | undefined =>
    tables.get(table)?.find((each) => each.orm === from.orm && canMean(roots, from.declared.path, each.declared.path))
      ?.id;
  for (const each of [...graph.models, ...graph.tables]) {
    for (const field of each.fields) {
      const key = field.foreignKey;
      if (key) join(each.id, key.model ?? (key.table === null ? null : holder(each, key.table)));
    }
    for (const constraint of each.constraints)
      if (constraint.kind === 'foreignKey') join(each.id, holder(each, constraint.targetTable));
    if (!('relations' in each)) continue;
    for (const relation of each.relations) {
      join(each.id, relation.target);
      join(each.id, relation.through);
    }
    // A mixin is used by many: it leads to its users no more than `object` does.
    for (const base of each.bases) if (graph.model(base)?.isAbstract === false) join(each.id, base);
  }
  known.set(graph, links);
  return links;
}

function linkOne(links: Map<string, Set<string>>, from: string, to: string): void {
  const all = links.get(from) ?? new Set<string>();
  all.add(to);
  links.set(from, all);
}

function fullName(table: { readonly schema: string | null; readonly name: string }): string {
  return table.schema === null ? table.name : `${table.schema}.${table.name}`;
}
