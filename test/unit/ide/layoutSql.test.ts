import { describe, expect, test } from 'vitest';
import { layoutSql } from '../../../server/src/ide/layoutSql.ts';

describe('one clause a line', () => {
  test('joins and conditions are indented below their clause', () => {
    const sql =
      'SELECT users.id, users.name, posts_1.title FROM users LEFT OUTER JOIN posts AS posts_1 ON users.id = posts_1.user_id ' +
      'WHERE users.name = %(name_1)s AND users.x IN (%(x_1_1)s, %(x_1_2)s) ORDER BY users.id LIMIT %(param_1)s';
    expect(layoutSql(sql, 'postgresql')).toBe(
      [
        'SELECT users.id, users.name, posts_1.title',
        'FROM users',
        '  LEFT OUTER JOIN posts AS posts_1 ON users.id = posts_1.user_id',
        'WHERE users.name = %(name_1)s',
        '  AND users.x IN (%(x_1_1)s, %(x_1_2)s)',
        'ORDER BY users.id',
        'LIMIT %(param_1)s',
      ].join('\n'),
    );
  });

  test('a question mark right behind an operator is a parameter', () => {
    expect(layoutSql('UPDATE users SET name=? WHERE users.id = ?', 'sqlite')).toBe(
      ['UPDATE users', 'SET name = ?', 'WHERE users.id = ?'].join('\n'),
    );
    expect(layoutSql("SELECT a FROM b WHERE b.c ? 'd' AND b.c ?| e", 'postgresql')).toContain('?|');
  });

  test('a function that has the name of a type or a clause keeps its bracket', () => {
    expect(layoutSql('SELECT date(posts.created_at) AS date_1, char(?) FROM posts', 'sqlite')).toBe(
      ['SELECT date(posts.created_at) AS date_1, char(?)', 'FROM posts'].join('\n'),
    );
    expect(layoutSql('INSERT INTO users (name) VALUES (?)', 'sqlite')).toBe(
      ['INSERT INTO users (name)', 'VALUES (?)'].join('\n'),
    );
    expect(layoutSql('PRAGMA main.table_info("users")', 'sqlite')).toBe('PRAGMA main.table_info("users")');
  });

  test('what is not known of the text stays together', () => {
    expect(layoutSql('SELECT users.id FROM users ORDER BY {order_by or "a, b"} LIMIT ?', 'sqlite')).toBe(
      ['SELECT users.id', 'FROM users', 'ORDER BY {order_by or "a, b"}', 'LIMIT ?'].join('\n'),
    );
  });

  test('long lists are filled, not one column a line', () => {
    const sql =
      'INSERT INTO "shop_product" ("name", "slug", "description", "price", "stock", "category_id", "created_at") ' +
      'VALUES (%s, %s, %s, %s, %s, %s, %s)';
    expect(layoutSql(sql, 'sqlite')).toBe(
      [
        'INSERT INTO "shop_product" (',
        '  "name", "slug", "description", "price", "stock",',
        '  "category_id", "created_at"',
        ')',
        'VALUES (%s, %s, %s, %s, %s, %s, %s)',
      ].join('\n'),
    );
  });

  test('a long item of a list stands alone, the others fill their lines', () => {
    const sql =
      'SELECT "c"."id", "c"."name", COUNT("p"."id") FILTER (WHERE "p"."is_published" AND NOT "p"."is_hidden") AS "count", ' +
      '"c"."parent", "c"."position" FROM "c" LEFT OUTER JOIN "p" ON ("c"."id" = "p"."category_id")';
    expect(layoutSql(sql, 'sqlite')).toBe(
      [
        'SELECT "c"."id", "c"."name",',
        '  COUNT("p"."id") FILTER (',
        '    WHERE "p"."is_published"',
        '      AND NOT "p"."is_hidden"',
        '  ) AS "count",',
        '  "c"."parent", "c"."position"',
        'FROM "c"',
        '  LEFT OUTER JOIN "p" ON ("c"."id" = "p"."category_id")',
      ].join('\n'),
    );
  });

  test('a short subquery stays on its line, a long one is indented', () => {
    const sql =
      'SELECT count(*) AS n FROM (SELECT users.id AS users_id, users.name AS users_name FROM users ' +
      'WHERE users.name = ? LIMIT ?) AS anon_1 WHERE EXISTS (SELECT 1 FROM y WHERE y.a = anon_1.b)';
    expect(layoutSql(sql, 'sqlite')).toBe(
      [
        'SELECT count(*) AS n',
        'FROM (',
        '  SELECT users.id AS users_id, users.name AS users_name',
        '  FROM users',
        '  WHERE users.name = ?',
        '  LIMIT ?',
        ') AS anon_1',
        'WHERE EXISTS (SELECT 1 FROM y WHERE y.a = anon_1.b)',
      ].join('\n'),
    );
  });

  test('brackets in brackets share their lines', () => {
    const sql =
      'SELECT (CAST(SUM((CAST(("shop_orderline"."quantity" * "shop_orderline"."unit_price") AS NUMERIC))) AS NUMERIC)) AS "revenue"';
    expect(layoutSql(sql, 'sqlite')).toBe(
      [
        'SELECT (CAST(SUM((CAST((',
        '  "shop_orderline"."quantity" * "shop_orderline"."unit_price"',
        ') AS NUMERIC))) AS NUMERIC)) AS "revenue"',
      ].join('\n'),
    );
  });

  test('CASE stays together', () => {
    expect(layoutSql('UPDATE a SET b = CASE WHEN (a.x > %s) THEN %s ELSE %s END WHERE a.id = %s', 'mysql')).toBe(
      ['UPDATE a', 'SET b = CASE WHEN (a.x > %s) THEN %s ELSE %s END', 'WHERE a.id = %s'].join('\n'),
    );
  });
});

describe('only white space between tokens changes', () => {
  const statements = [
    "SELECT a ->> 'b  c', - -1, a % b, 'it''s -- no comment' FROM t WHERE x = $1::INTEGER AND y @> '{\"k\": [1]}'::jsonb",
    "SELECT DISTINCT ON (a.b) a.b, a ? 'k', a %% 2 FROM a WHERE a.b ~* %s ORDER BY a.b NULLS LAST FETCH FIRST 1 ROWS ONLY",
    'WITH RECURSIVE t(n) AS (SELECT 1 AS n UNION ALL SELECT t.n + 1 AS anon_1 FROM t) SELECT t.n, row_number() OVER ' +
      '(PARTITION BY t.n ORDER BY t.n DESC) AS r FROM t UNION SELECT 1, 2',
    'INSERT INTO t (a) SELECT p0::VARCHAR FROM (VALUES (%(a__0)s, 0), (%(a__1)s, 1)) AS imp_sen(p0, sen_counter) RETURNING t.id',
    "SELECT 1 -- a comment\nFROM x WHERE a = 'two\nlines'",
    'BEGIN',
  ];
  test.each(statements)('%s', (sql) => {
    expect(withoutSpace(layoutSql(sql, 'postgresql'))).toBe(withoutSpace(sql));
  });

  test('MySQL escapes quotes with backslashes', () => {
    const sql = "SELECT `a`.`id` FROM `a` WHERE `a`.`n` LIKE BINARY %s AND `a`.`x` = 'it\\'s  two' LIMIT 21";
    expect(layoutSql(sql, 'mysql')).toContain("'it\\'s  two'");
  });
});

describe('what cannot be laid out stays as it is', () => {
  test.each(['not sql ((( at all', "SELECT 'unended", '', `SELECT ${'x, '.repeat(9000)}y`])('%#', (sql) => {
    expect(layoutSql(sql, 'sqlite')).toBe(sql);
  });
});

function withoutSpace(sql: string): string {
  return sql.replace(/\s+/g, '');
}
