import { expect, test } from 'vitest';
import { labelOf } from '../../../../client/src/features/schemaExplorer/labels.ts';
import {
  connectionNode,
  type Node,
  schemaNodes,
  tableNodes,
} from '../../../../client/src/features/schemaExplorer/nodes.ts';
import type { ShownModel, ShownSchema, ShownTable } from '../../../../server/src/protocol/schema.ts';
import { t } from '../shown.ts';

const posts: ShownTable = {
  schema: null,
  name: 'posts',
  kind: 'table',
  columns: [
    { name: 'id', type: 'INTEGER', nullable: false, default: null },
    { name: 'author_id', type: 'INTEGER', nullable: true, default: null },
    { name: 'slug', type: 'VARCHAR(50)', nullable: false, default: "''" },
    { name: 'odd', type: '', nullable: null, default: null },
  ],
  primaryKey: ['id'],
  foreignKeys: [
    {
      name: null,
      columns: ['author_id'],
      targetSchema: null,
      targetTable: 'users',
      targetColumns: ['id'],
      onDelete: 'CASCADE',
    },
  ],
  uniques: [['slug']],
  indexes: [
    { name: 'ix_slug', columns: ['slug', 'lower(odd)'], unique: true },
    { name: 'ix_author', columns: ['author_id'], unique: false },
  ],
};
const bare: ShownTable = {
  ...posts,
  name: 'bare',
  columns: [],
  primaryKey: [],
  foreignKeys: [],
  uniques: [],
  indexes: [],
};
const recent: ShownTable = { ...bare, name: 'recent', kind: 'view' };
const post: ShownModel = {
  schema: null,
  table: 'posts',
  name: 'Post',
  uri: 'file:///shop/models.py',
  range: { start: { line: 1, character: 6 }, end: { line: 1, character: 10 } },
};

test('a database with its tables', () => {
  expect(tree(known([posts, recent, bare]), [post])).toEqual([
    'table posts Post',
    '  key id INTEGER',
    '  link author_id INTEGER null → users.id',
    '  symbol-field slug VARCHAR(50)',
    '  symbol-field odd',
    '  key Keys 3',
    '    key (id) primary key',
    '    link (author_id) → users (id) on delete cascade',
    '    key (slug) unique',
    '  list-ordered Indexes 2',
    '    list-ordered ix_slug (slug, lower(odd)) unique',
    '    list-ordered ix_author (author_id)',
    'eye recent',
    'table bare',
  ]);
});

test('an empty database', () => {
  expect(tree(known([]))).toEqual(['info No tables yet']);
});

test('a view that cannot be read is named below the tables', () => {
  const schema: ShownSchema = { state: 'known', tables: [bare], unknown: ['v: no such table: main.b'] };
  expect(tree(schema)).toEqual(['table bare', 'warning v: no such table: main.b']);
});

test('a database that cannot be read', () => {
  const schema: ShownSchema = { state: 'unknown', problem: 'locked', message: 'shop.db is locked.' };
  expect(tree(schema)).toEqual(['warning shop.db is locked.']);
});

test('a screen reader hears what the icons say', () => {
  const nodes = everyNode(known([posts, recent]), [post]);
  expect(nodes.map((node) => labelOf(node, t).spoken)).toEqual([
    'Table posts, model Post',
    'Column id, INTEGER, not null, primary key',
    'Column author_id, INTEGER, null, references users.id',
    "Column slug, VARCHAR(50), not null, unique, default ''",
    'Column odd',
    'Keys: 3',
    'Primary key id',
    'Foreign key author_id references users (id), on delete cascade',
    'Unique slug',
    'Indexes: 2',
    'Unique index ix_slug on slug, lower(odd)',
    'Index ix_author on author_id',
    'View recent',
  ]);
});

test('no two lines have the same id, also when names are odd', () => {
  const odd: ShownTable = { ...posts, name: 'posts//keys', schema: 'a/b' };
  const nodes = everyNode(known([posts, odd, { ...odd, schema: null }]));
  expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
});

test('databases say where they are', () => {
  const connection = {
    driver: 'sqlite',
    database: '/w/shop/db.sqlite3',
    name: 'db.sqlite3',
    folder: 'shop',
    origin: 'found',
  } as const;
  expect(labelOf(connectionNode(connection), t)).toMatchObject({
    text: 'db.sqlite3',
    description: 'shop',
    tooltip: '/w/shop/db.sqlite3',
    spoken: 'Database db.sqlite3 in shop',
  });
});

function known(tables: readonly ShownTable[]): ShownSchema {
  return { state: 'known', tables, unknown: [] };
}

/** Icon, text and description of each line, indented. */
function tree(schema: ShownSchema, models: readonly ShownModel[] = []): string[] {
  const lines = (nodes: readonly Node[], indent: string): string[] =>
    nodes.flatMap((node) => {
      const { icon, text, description } = labelOf(node, t);
      return [`${indent}${icon} ${text} ${description}`.trimEnd(), ...lines(tableNodes(node), `${indent}  `)];
    });
  return lines(schemaNodes('c', schema, models), '');
}

function everyNode(schema: ShownSchema, models: readonly ShownModel[] = []): Node[] {
  const below = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...below(tableNodes(node))]);
  return below(schemaNodes('c', schema, models));
}
