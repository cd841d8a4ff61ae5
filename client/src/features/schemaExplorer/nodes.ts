import type {
  ShownColumn,
  ShownForeignKey,
  ShownIndex,
  ShownModel,
  ShownSchema,
  ShownTable,
} from '../../../../server/src/protocol/schema.ts';
import type { Connection } from './connections.ts';

/** One line of the tree. `id` stays the same when the tree is read again, so that what is open stays open. */
export type Node = { readonly id: string } & (
  | { readonly kind: 'connection'; readonly connection: Connection }
  /** Something that could not be read. */
  | { readonly kind: 'problem'; readonly message: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'table'; readonly table: ShownTable; readonly model: ShownModel | null }
  | { readonly kind: 'column'; readonly table: ShownTable; readonly column: ShownColumn }
  | { readonly kind: 'keys' | 'indexes'; readonly table: ShownTable; readonly count: number }
  | { readonly kind: 'key'; readonly key: Key }
  | { readonly kind: 'index'; readonly index: ShownIndex }
);

export type Key =
  | { readonly kind: 'primary' | 'unique'; readonly columns: readonly string[] }
  | ({ readonly kind: 'foreign' } & ShownForeignKey);

export function connectionNode(connection: Connection): Node {
  return { kind: 'connection', id: `${connection.driver}:${connection.database}`, connection };
}

/** What stands below a connection. */
export function schemaNodes(parent: string, schema: ShownSchema, models: readonly ShownModel[]): Node[] {
  if (schema.state === 'unknown') return [{ kind: 'problem', id: `${parent}/problem`, message: schema.message }];
  const byTable = new Map(models.map((model) => [tableId(parent, model.schema, model.table), model]));
  const tables = schema.tables.map((table): Node => {
    const id = tableId(parent, table.schema, table.name);
    return { kind: 'table', id, table, model: byTable.get(id) ?? null };
  });
  const problems = schema.unknown.map((message): Node => ({
    kind: 'problem',
    id: `${parent}/problem/${message}`,
    message,
  }));
  return tables.length + problems.length > 0 ? [...tables, ...problems] : [{ kind: 'empty', id: `${parent}/empty` }];
}

/** What stands below a table, or below its keys and indexes. */
export function tableNodes(node: Node): Node[] {
  switch (node.kind) {
    case 'table': {
      const { id, table } = node;
      const columns = table.columns.map((column): Node => ({
        kind: 'column',
        id: `${id}/${JSON.stringify(column.name)}`,
        table,
        column,
      }));
      const groups: Node[] = [
        { kind: 'keys', id: `${id}/keys`, table, count: keysOf(table).length },
        { kind: 'indexes', id: `${id}/indexes`, table, count: table.indexes.length },
      ];
      return [...columns, ...groups.filter((group) => 'count' in group && group.count > 0)];
    }
    case 'keys':
      return keysOf(node.table).map((key, place) => ({ kind: 'key', id: `${node.id}/${place}`, key }));
    case 'indexes':
      return node.table.indexes.map((index, place) => ({ kind: 'index', id: `${node.id}/${place}`, index }));
    case 'connection':
    case 'problem':
    case 'empty':
    case 'column':
    case 'key':
    case 'index':
      return [];
  }
}

/** The foreign key that starts at a column, alone or with others. */
export function foreignKeyOf(table: ShownTable, column: string): ShownForeignKey | undefined {
  return table.foreignKeys.find(({ columns }) => columns.includes(column));
}

function keysOf({ primaryKey, uniques, foreignKeys }: ShownTable): Key[] {
  return [
    ...(primaryKey.length > 0 ? [{ kind: 'primary' as const, columns: primaryKey }] : []),
    ...foreignKeys.map((key) => ({ kind: 'foreign' as const, ...key })),
    ...uniques.map((columns) => ({ kind: 'unique' as const, columns })),
  ];
}

function tableId(parent: string, schema: string | null, table: string): string {
  return `${parent}/${JSON.stringify([schema, table])}`;
}
