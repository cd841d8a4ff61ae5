import { describe, expect, test } from 'vitest';
import { liveDatabase } from '../../server/src/database/liveDatabase.ts';
import type { DatabaseDriver } from '../../server/src/database/driver.ts';
import type { ConnectionProfile } from '../../server/src/database/profile.ts';
import { printCatalog } from './printCatalog.ts';

/** A kind of database under test. */
export interface DialectUnderTest {
  readonly driver: DatabaseDriver;
  /** Makes a new database with these statements. */
  readonly make: (sql: string) => Promise<ConnectionProfile>;
  /** How the dialect writes the common types. */
  readonly types: { readonly integer: string; readonly text: string };
}

/** What holds for every dialect: the same tables, written in SQL that all understand, give the same catalog. */
export function describeDialect(name: string, { driver, make, types }: DialectUnderTest): void {
  const tablesOf = async (sql: string): Promise<string> => {
    const schema = await liveDatabase(await make(sql), null, driver).schema();
    return schema.state === 'known' ? printCatalog(schema.catalog) : schema.problem.message;
  };
  const { integer, text } = types;

  describe(`catalog of ${name}`, () => {
    test('an empty database', async () => {
      expect(await tablesOf('')).toBe('');
    });

    test('columns with their types, keys and defaults', async () => {
      const sql = `CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, age INTEGER DEFAULT 7)`;
      const expected = `users(id: ${integer} pk, name: ${text} unique, age: ${integer} null default 7)`;
      expect(await tablesOf(sql)).toBe(expected);
    });

    test('tables are sorted by name, views are tables too', async () => {
      const sql = `CREATE TABLE b (id INTEGER); CREATE VIEW c AS SELECT id FROM a; CREATE TABLE a (id INTEGER);`;
      const later = `CREATE TABLE b (id INTEGER); CREATE TABLE a (id INTEGER); CREATE VIEW c AS SELECT id FROM a;`;
      const expected = [`a(id: ${integer} null)`, `b(id: ${integer} null)`, `view c(id: ${integer} null)`].join('\n');
      expect(await tablesOf(name === 'sqlite' ? sql : later)).toBe(expected);
    });

    test('keys of several columns keep their order', async () => {
      const sql = `
        CREATE TABLE places (b INTEGER NOT NULL, a INTEGER NOT NULL, name TEXT, PRIMARY KEY (a, b), UNIQUE (name, a));
        CREATE TABLE visits (x INTEGER, y INTEGER, FOREIGN KEY (x, y) REFERENCES places (a, b) ON DELETE CASCADE);`;
      expect(await tablesOf(sql)).toBe(
        `places(b: ${integer}, a: ${integer}, name: ${text} null)
  primary key (a, b)
  unique (name, a)
visits(x: ${integer} null, y: ${integer} null)
  (x, y) -> places(a, b) on delete CASCADE`,
      );
    });

    test('a foreign key that does not name its target column', async () => {
      const sql = `CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY); CREATE TABLE b (a INTEGER REFERENCES a);`;
      expect(await tablesOf(sql)).toBe(`a(id: ${integer} pk)\nb(a: ${integer} null)\n  (a) -> a(id)`);
    });

    test('a table that refers to itself', async () => {
      const sql = `CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, up INTEGER REFERENCES a (id) ON DELETE SET NULL)`;
      expect(await tablesOf(sql)).toBe(`a(id: ${integer} pk, up: ${integer} null)\n  (up) -> a(id) on delete SET NULL`);
    });

    test('indexes', async () => {
      const sql = `
        CREATE TABLE t (a INTEGER, b TEXT);
        CREATE INDEX t_b_a ON t (b, a); CREATE UNIQUE INDEX t_a ON t (a); CREATE INDEX t_lower ON t (lower(b));`;
      expect(await tablesOf(sql)).toBe(
        `t(a: ${integer} null, b: ${text} null)
  unique index t_a(a)
  index t_b_a(b, a)
  index t_lower(lower(b))`,
      );
    });

    test('names that must be quoted', async () => {
      const sql = `CREATE TABLE "order ""1"" (it's)" ("from" INTEGER, "a,b" TEXT); CREATE INDEX "i ,(" ON "order ""1"" (it's)" ("a,b")`;
      expect(await tablesOf(sql)).toBe(`order "1" (it's)(from: ${integer} null, a,b: ${text} null)\n  index i ,((a,b)`);
    });

    test('nothing can be written', async () => {
      const connection = await driver.connect(await make('CREATE TABLE t (a INTEGER)'), null);
      for (const sql of ['INSERT INTO t VALUES (1)', 'DROP TABLE t', 'CREATE TABLE u (a INTEGER)']) {
        await expect.soft(connection.run(sql, [])).rejects.toThrow('reading only');
      }
      expect(await connection.run('SELECT count(*) FROM t', [])).toMatchObject({ rows: [[0]] });
      await connection.close();
    });
  });
}
