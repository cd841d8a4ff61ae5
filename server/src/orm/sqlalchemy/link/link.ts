/** Joins mapped classes and tables by what they say of each other: targets, foreign keys, back references. */
import type { ExtractContext, Extracted } from '../../adapter.ts';
import type { Classes } from '../../classes.ts';
import type { Manager, MappedTable, Model } from '../../model.ts';
import type { Mapped } from '../models.ts';
import type { RawTable } from '../tables.ts';
import { Fields } from './fields.ts';
import { Relations } from './relations.ts';
import { Targets } from './targets.ts';

/** `withQuery`: the ids of the classes and bases whose `query` is a query of the class. */
export function link(
  context: ExtractContext,
  classes: Classes,
  mapped: readonly Mapped[],
  tables: readonly RawTable[],
  withQuery: ReadonlySet<string>,
): Extracted {
  const targets = new Targets(context, classes, mapped, tables);
  const fields = new Fields(targets, context.locator);
  const relations = new Relations(targets, fields, classes, context.locator);
  const owned = new Set(targets.models.flatMap((each) => each.tableId ?? []));
  return {
    models: [...targets.mapped.values()].map((each) =>
      modelOf(each, { context, targets, fields, relations, withQuery }),
    ),
    tables: [...targets.tables.values()].flatMap((table) =>
      table.name === null || owned.has(table.id) ? [] : tableOf(table, table.name, { context, fields }),
    ),
  };
}

interface Linked {
  readonly context: ExtractContext;
  readonly targets: Targets;
  readonly fields: Fields;
  readonly relations: Relations;
  readonly withQuery: ReadonlySet<string>;
}

function modelOf(each: Mapped, { context, targets, fields, relations, withQuery }: Linked): Model {
  const { ref, hierarchy, tableId } = each;
  const hasQuery = each.isFlask || [hierarchy.registry, ...hierarchy.classes].some(({ id }) => withQuery.has(id));
  const ofTable = tableId === null ? [] : (targets.tables.get(tableId)?.constraints ?? []);
  const notFound = relations.notFound.get(ref.id) ?? [];
  return {
    id: ref.id,
    orm: 'sqlalchemy',
    module: ref.file.moduleName,
    name: ref.node.name.text,
    declared: context.locator.at(ref.file.path, ref.node.name.text),
    isAbstract: each.kind === 'abstract',
    table: targets.tableOf(each),
    bases: each.bases,
    fields: fields.ofClass(each),
    relations: relations.ofClass(each),
    managers: hasQuery && each.kind === 'model' ? [QUERY] : [],
    appLabel: null,
    appPackage: null,
    registry: hierarchy.registry.id || null,
    sharesTable: each.sharesTable,
    isManaged: true,
    ...(tableId === null || each.sharesTable ? {} : { tableVariable: tableId }),
    ...(each.mappedIn === null ? {} : { mappedIn: each.mappedIn }),
    ordering: [],
    constraints: [...each.constraints, ...ofTable],
    unknown: [...new Set([...each.unknown, ...(each.parent?.unknown ?? []), ...notFound])],
  };
}

const QUERY: Manager = { name: 'query', classId: null, queryset: null, isDefault: true };

function tableOf(table: RawTable, name: string, { context, fields }: Pick<Linked, 'context' | 'fields'>): MappedTable {
  const path = table.id.slice(table.file.moduleName.length + 1).split('.');
  return {
    id: table.id,
    orm: 'sqlalchemy',
    module: table.file.moduleName,
    name: table.variable,
    declared: context.locator.at(table.file.path, ...path),
    table: { schema: table.schema, name },
    fields: fields.ofTable(table),
    constraints: table.constraints,
    unknown: table.columns.flatMap((column) => column.unknown),
  };
}
