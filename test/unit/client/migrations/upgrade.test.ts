import { expect, test } from 'vitest';
import { question, type Upgrade } from '../../../../client/src/features/migrations/upgrade.ts';
import { t } from '../shown.ts';

const upgrade: Upgrade = {
  project: {
    tool: 'alembic',
    folder: 'file:///w/shop',
    upgrade: ['-m', 'alembic', 'upgrade', 'head'],
    database: 'SQLite',
    databaseName: 'shop.sqlite3',
    where: null,
  },
  folder: '/w/shop',
  python: '/w/shop/.venv/bin/python',
  place: 'shop/config.py, line 5',
};

test('the question says what will run where, with what, on which database', () => {
  expect(question(upgrade, t)).toEqual({
    message: 'Upgrade the database of shop to its newest Alembic migration?',
    detail: [
      'Database: shop.sqlite3 (SQLite), named in shop/config.py, line 5',
      'Command: python -m alembic upgrade head',
      'Folder: /w/shop',
      'Python: /w/shop/.venv/bin/python',
    ].join('\n'),
  });
});

test.each([
  ['PostgreSQL', null, 'a.py, line 1', 'PostgreSQL, named in a.py, line 1'],
  [null, null, null, 'known only when the command runs'],
  [null, 'db/shop', null, 'db/shop'],
])('a database of which %s and %s are known', (database, databaseName, place, expected) => {
  const { detail } = question({ ...upgrade, place, project: { ...upgrade.project, database, databaseName } }, t);
  expect(detail).toContain(`Database: ${expected}\n`);
});
