import { expect, test } from 'vitest';
import { modelsByTable } from '../../../server/src/ide/modelsByTable.ts';
import type { Model, ModelGraph } from '../../../server/src/orm/model.ts';

const none = { start: 0, end: 0 };

test('the model of each table, and what has no class', () => {
  const found = modelsByTable(
    graph([model('User', 'users', '/w/models.py')], [['user_groups', '/w/tables.py']]),
    '/w/db',
  );
  expect(found.map(({ table, name }) => `${table} ${name}`)).toEqual(['users User', 'user_groups user_groups']);
});

test('of two projects the one nearest to the database', () => {
  const models = [model('A', 'users', '/w/a/app/models.py'), model('B', 'users', '/w/b/models.py')];
  const nearest = (near: string) => modelsByTable(graph(models), near).map(({ name }) => name);
  expect(nearest('/w/a/db.sqlite3')).toEqual(['A']);
  expect(nearest('/w/b/data/db.sqlite3')).toEqual(['B']);
  expect(nearest('/elsewhere/db.sqlite3')).toEqual(['A']);
});

test('tables of one name in two schemas are two', () => {
  const models = [
    model('A', 'users', '/w/a.py'),
    model('B', 'users', '/w/b.py', { table: { schema: 'audit', name: 'users' } }),
  ];
  expect(modelsByTable(graph(models), '/w/db').map(({ schema }) => schema)).toEqual([null, 'audit']);
});

test('models without a table or a place of their own are left out', () => {
  const models = [
    model('Base', 'users', '/w/a.py', { isAbstract: true }),
    model('Proxy', 'users', '/w/a.py', { sharesTable: true }),
    model('User', 'users', ''),
    model('Mixin', 'users', '/w/a.py', { table: null }),
  ];
  expect(modelsByTable(graph(models), '/w/db')).toEqual([]);
});

/** Only what is looked at. */
function model(name: string, table: string, path: string, more: Partial<Model> = {}): Model {
  const seen: Partial<Model> = {
    name,
    declared: { path, range: none },
    isAbstract: false,
    sharesTable: false,
    table: { schema: null, name: table },
    ...more,
  };
  return seen as Model;
}

function graph(models: readonly Model[], tables: readonly (readonly [name: string, path: string])[] = []) {
  const mapped = tables.map(([name, path]) => ({
    name,
    declared: { path, range: none },
    table: { schema: null, name },
  }));
  return { models, tables: mapped as unknown as ModelGraph['tables'] };
}
