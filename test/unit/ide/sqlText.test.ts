import { expect, test } from 'vitest';
import { sqlText, sqlToCopy, statusLine } from '../../../server/src/ide/sqlText.ts';
import { queryView, statement } from './views.ts';

test('conditions, kinds and parameters stand in comments', () => {
  const view = queryView({
    status: 'partial',
    reason: 'The base of User\nis unknown.',
    statements: [
      statement('SELECT 1 WHERE a = %s', { when: 'if q', params: [{ name: null, hole: 'q' }] }),
      statement('SELECT 2', { when: 'if q', role: 'eager' }),
    ],
    sendsNothingWhen: ['not (q)'],
    moreVariants: 2,
  });
  expect(sqlText(view)).toBe(
    [
      '-- Partial: The base of User is unknown.',
      '',
      '-- When if q',
      'SELECT 1',
      'WHERE a = %s;',
      '--   #1 = q',
      '',
      '-- Eager load',
      'SELECT 2;',
      '',
      '-- Nothing is sent when not (q)',
      '',
      '-- 2 more variants are not shown.',
    ].join('\n'),
  );
});

test('no text of others gets out of its comment', () => {
  const params = [
    { name: 'a', hole: 'x\r\nDROP TABLE users' },
    { name: 'b', hole: 'y\u2028DELETE' },
  ];
  const lines = sqlText(queryView({ statements: [statement('SELECT 1', { params })] })).split(/[\r\n\u2028]+/);
  expect(lines).toEqual(['SELECT 1;', '--   a = x DROP TABLE users', '--   b = y DELETE']);
});

test('one statement is copied as it is, several are told apart', () => {
  expect(sqlToCopy(queryView())).toBe('SELECT 1');
  const statements = [statement('SELECT 1', { when: 'if q' }), statement('SELECT 2', { when: 'not (q)' })];
  expect(sqlToCopy(queryView({ statements }))).toBe('-- When if q\nSELECT 1;\n\n-- When not (q)\nSELECT 2;');
  expect(sqlToCopy(queryView({ statements: [] }))).toBe('');
});

test('the status line tells how far the text can be trusted', () => {
  expect(statusLine(queryView())).toBe('SQLAlchemy 2.0.58 · PostgreSQL (psycopg2) · exact');
  expect(statusLine(queryView({ orm: 'django', ormVersion: null, driver: null, status: 'unsupported' }))).toBe(
    'Django · PostgreSQL · no SQL',
  );
});

test('a list has as many parameters as it has values', () => {
  const params = [
    { name: null, hole: 'ids[0]' },
    { name: null, hole: 'ids[1]' },
    { name: null, hole: 'name' },
  ];
  const view = queryView({ statements: [statement('SELECT 1', { params, lists: [{ of: 'ids', params: [0, 2] }] })] });
  expect(sqlText(view).split('\n').slice(1)).toEqual([
    '--   #1 = ids[0]',
    '--   #2 = ids[1]',
    '--   … for each of ids',
    '--   #3 = name',
  ]);
});

test('what is sent in any order says so, and what comes behind it', () => {
  const anyOrder = 'the indexes of users';
  const statements = [
    statement('SELECT 1'),
    statement('SELECT 2', { anyOrder }),
    statement('SELECT 3', { anyOrder }),
    statement('SELECT 4'),
  ];
  expect(sqlToCopy(queryView({ statements }))).toBe(
    'SELECT 1;\n\n-- The indexes of users, in any order\nSELECT 2;\n\nSELECT 3;\n\n-- Then\nSELECT 4;',
  );
});

test('what belongs to loops says so, and what comes behind them', () => {
  const loops = ['user in users'];
  const statements = [
    statement('SELECT 1', { passes: { sent: 'each', loops, group: 0 } }),
    statement('SELECT 2', { passes: { sent: 'each', loops, group: 0 } }),
    statement('SELECT 3', { passes: { sent: 'each', loops, group: 1 } }),
    statement('SELECT 4', { passes: { sent: 'any', loops: ['user in users', 'while more'], group: null } }),
    statement('SELECT 5'),
  ];
  const lines = [
    '-- For each user in users',
    'SELECT 1;',
    '',
    'SELECT 2;',
    '',
    '-- For each user in users',
    'SELECT 3;',
    '',
    '-- If there is any user in users or while more',
    'SELECT 4;',
    '',
    '-- Then',
    'SELECT 5;',
  ];
  expect(sqlText(queryView({ statements }))).toBe(lines.join('\n'));
  expect(sqlToCopy(queryView({ statements }))).toBe(lines.join('\n'));
});
