import { expect, test } from 'vitest';
import { type HoverLinks, hoverText, startingText } from '../../../server/src/ide/hoverText.ts';
import { queryView, statement } from './views.ts';

const links: HoverLinks = { open: 'command:open', copy: 'command:copy', selectDialect: 'command:dialect' };

test('SQL, parameters with their expressions, what compiled it for which database', () => {
  const params = [
    { name: 'name_1', hole: 'request.name' },
    { name: 'param_1', value: 10 },
  ];
  const view = queryView({
    statements: [statement('SELECT 1 FROM users WHERE users.name = %(name_1)s LIMIT %(param_1)s', { params })],
  });
  expect(hoverText(view, links)).toBe(
    [
      '```sql',
      'SELECT 1',
      'FROM users',
      'WHERE users.name = %(name_1)s',
      'LIMIT %(param_1)s',
      '```',
      '',
      '`name_1` = `request.name` · `param_1` = `10`',
      '',
      'SQLAlchemy 2.0.58 · PostgreSQL (psycopg2) — [Open](command:open) | [Copy SQL](command:copy)',
    ].join('\n'),
  );
});

test('the condition of a variant is said once for all its statements', () => {
  const view = queryView({
    statements: [
      statement('SELECT 1', { when: 'if q' }),
      statement('SELECT 2', { when: 'if q', role: 'eager' }),
      statement('SELECT 3', { when: 'not (q)' }),
    ],
  });
  const headings = hoverText(view)
    .split('\n')
    .filter((line) => /^When|^Eager/.test(line));
  expect(headings).toEqual(['When `if q`', 'Eager load', 'When `not (q)`']);
});

test('partial names the unknown part, code in code type, and no other Markdown in it comes through', () => {
  const view = queryView({ status: 'partial', reason: 'The base [click](command:evil) of `User` <b>is</b> unknown.' });
  expect(hoverText(view)).toContain(
    '**Partial.** The base \\[click\\](command:evil) of `User` &lt;b>is&lt;/b> unknown.',
  );
});

test('nothing is sent: said once, with the reason where there is one', () => {
  const loaded = 'Sends nothing here: `order.customer` is loaded already.';
  expect(hoverText(queryView({ statements: [] }))).toContain('**Sends nothing.**');
  const view = queryView({ statements: [], note: loaded });
  expect(hoverText(view)).toBe(`${loaded}\n\nSQLAlchemy 2.0.58 · PostgreSQL (psycopg2)`);
});

test('unsupported says why, and offers nothing to copy', () => {
  const view = queryView({
    status: 'unsupported',
    reason: 'The model of items is unknown.',
    statements: [],
    ormVersion: null,
    driver: null,
  });
  expect(hoverText(view, links)).toBe('**No SQL.** The model of items is unknown.\n\nSQLAlchemy · PostgreSQL');
});

test('an assumed database is said to be so, with a way to choose', () => {
  const view = queryView({ dialectSource: { kind: 'assumed', where: null } });
  expect(hoverText(view, links)).toContain('(psycopg2), assumed — ');
  expect(hoverText(view, links)).toContain('[Select Dialect](command:dialect)');
});

test('a long answer is cut, and the rest is counted behind a link', () => {
  const long = `SELECT 1 WHERE ${Array.from({ length: 40 }, (_, i) => `a.column_${i} = 1`).join(' AND ')}`;
  const view = queryView({ statements: Array.from({ length: 7 }, () => statement(long)), moreVariants: 1 });
  const text = hoverText(view, links);
  expect(text).toContain('[3 more statements, 1 more variant](command:open)');
  expect(text.split('\n').length).toBeLessThan(140);
});

test('SQL cannot end its fence, and a parameter cannot end its code', () => {
  const view = queryView({ statements: [statement("SELECT '```'", { params: [{ name: null, value: 'a`b' }] })] });
  expect(hoverText(view)).toContain("````sql\nSELECT '```'\n````");
  expect(hoverText(view)).toContain("#1 = ``'a`b'``");
});

test('while the renderer starts', () => {
  expect(startingText('SQLAlchemy 2.0')).toBe('*Ormsight is starting SQLAlchemy 2.0. Hover again in a moment.*');
});

test('in which cases nothing is sent', () => {
  const statements = [statement('SELECT 1', { when: 'names' })];
  expect(hoverText(queryView({ statements, sendsNothingWhen: ['not names'] }))).toContain(
    '\n\nSends nothing when `not names`.\n\n',
  );
  const twice = queryView({ statements, sendsNothingWhen: ['not names', 'not (q) and names', 'x'] });
  expect(hoverText(twice)).toContain('Sends nothing when `not names`, and in 2 more cases.');
});

test('what is sent in no case is said to send nothing, without the cases', () => {
  const view = queryView({ statements: [], sendsNothingWhen: ['q', 'not (q)'] });
  expect(hoverText(view)).toBe('**Sends nothing.**\n\nSQLAlchemy 2.0.58 · PostgreSQL (psycopg2)');
});

test('what a loop sends in each pass, once for all statements of a pass', () => {
  const passes = { sent: 'each', loops: ['user in users', 'post in user.posts'], group: 0 } as const;
  const statements = [
    statement('UPDATE a', { passes, role: 'flush', when: 'q' }),
    statement('UPDATE b', { passes, when: 'q' }),
    statement('SELECT 1', { when: 'q' }),
    statement('SELECT 2', { when: 'not (q)' }),
  ];
  const text = hoverText(queryView({ statements }));
  expect(text).toContain('When `q` · For each `user in users`, `post in user.posts` · Flush\n\n```sql\nUPDATE a');
  expect(text).toContain('UPDATE b\n```\n\nThen\n\n```sql\nSELECT 1\n```\n\nWhen `not (q)`\n\n```sql\nSELECT 2');
});
