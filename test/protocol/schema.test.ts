/** The tables and migrations of a workspace, as a client asks the built server for them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShownMigrationProject } from '../../server/src/protocol/migrations.ts';
import { migrationProjects } from '../../server/src/protocol/migrations.ts';
import { readSchema, type ShownModel, type ShownSchema, tableModels } from '../../server/src/protocol/schema.ts';
import { type LanguageServer, startLanguageServer } from '../harness/languageServer.ts';
import { copyOfSamples } from '../harness/samples.ts';

let samples: Awaited<ReturnType<typeof copyOfSamples>>;
let server: LanguageServer;

beforeAll(async () => {
  samples = await copyOfSamples();
  server = await startLanguageServer({ folder: samples.folder });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await samples?.[Symbol.asyncDispose]();
});

test('the tables of a SQLite file', async () => {
  const schema = await read('fastapi-shop/shop.sqlite3');
  if (schema.state === 'unknown') throw new Error(schema.message);
  expect(schema.tables.map(({ name }) => name)).toEqual([
    'alembic_version',
    'order_items',
    'orders',
    'post_tags',
    'posts',
    'products',
    'tags',
    'users',
  ]);
  expect(schema.tables.find(({ name }) => name === 'posts')).toMatchObject({
    primaryKey: ['id'],
    foreignKeys: [{ columns: ['author_id'], targetTable: 'users', targetColumns: ['id'] }, { columns: ['product_id'] }],
    indexes: [{ name: 'ix_posts_author_id', columns: ['author_id'], unique: false }],
  });
});

test('a file that is not there is a problem, not an error', async () => {
  expect(await read('gone.sqlite3')).toMatchObject({ state: 'unknown', problem: 'missing' });
});

test('each table has the model of its own project', async () => {
  const placeOf = async (table: string, database: string): Promise<string | undefined> => {
    const params = { driver: 'sqlite', database: join(samples.folder, database) };
    const models = await server.connection.sendRequest<ShownModel[]>(tableModels.method, params);
    const model = models.find((model) => model.table === table);
    if (!model) return undefined;
    const lines = (await readFile(new URL(model.uri), 'utf8')).split('\n');
    return `${model.uri.split('/').slice(-3).join('/')}: ${lines[model.range.start.line]}`;
  };
  const inFastapi = 'fastapi-shop/shop/models.py: class User(TimestampMixin, Base):';
  expect(await placeOf('users', 'fastapi-shop/shop.sqlite3')).toBe(inFastapi);
  const inDjango = 'django-shop/support/models.py: class Chat(models.Model):';
  expect(await placeOf('support_chat', 'django-shop/db.sqlite3')).toBe(inDjango);
});

test('the projects whose database can be upgraded', async () => {
  const projects = await server.connection.sendRequest<ShownMigrationProject[]>(migrationProjects.method, null);
  const uri = (path: string): string => pathToFileURL(join(samples.folder, path)).href;
  expect(projects).toEqual([
    {
      tool: 'alembic',
      folder: uri('fastapi-shop'),
      upgrade: ['-m', 'alembic', 'upgrade', 'head'],
      database: 'SQLite',
      databaseName: 'shop.sqlite3',
      where: { uri: uri('fastapi-shop/shop/config.py'), line: 4 },
    },
    {
      tool: 'django',
      folder: uri('django-shop'),
      upgrade: ['manage.py', 'migrate'],
      database: 'SQLite',
      databaseName: 'db.sqlite3',
      where: { uri: uri('django-shop/config/settings.py'), line: 32 },
    },
  ]);
});

function read(database: string): Promise<ShownSchema> {
  const params = { driver: 'sqlite', database: join(samples.folder, database), secret: null, refresh: false };
  return server.connection.sendRequest(readSchema.method, params);
}
