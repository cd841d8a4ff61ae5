import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, open, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CancellationSource, CancelledError } from '../../server/src/base/cancellation.ts';
import { sqliteDriver } from '../../server/src/database/drivers/sqlite/driver.ts';
import { betterSqlite, loadSqlite, nodeSqlite } from '../../server/src/database/drivers/sqlite/library.ts';
import { liveDatabase } from '../../server/src/database/liveDatabase.ts';
import type { ConnectionProfile } from '../../server/src/database/profile.ts';
import { SchemaCache } from '../../server/src/database/schemaCache.ts';
import { describeDialect } from './describeDialect.ts';
import { printCatalog } from './printCatalog.ts';

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ormsight-'));
});
afterAll(() => rm(folder, { recursive: true }));

const libraries = [
  { name: 'better-sqlite3', driver: sqliteDriver(betterSqlite) },
  { name: "Node's SQLite", driver: sqliteDriver(nodeSqlite) },
];

for (const { name, driver } of libraries) {
  const schemaOf = (database: string) =>
    liveDatabase({ name: 'test', driver: 'sqlite', database }, null, driver).schema();
  const tablesOf = async (sql: string): Promise<string> => {
    const schema = await schemaOf((await make(sql)).database);
    return schema.state === 'known' ? printCatalog(schema.catalog) : schema.problem.message;
  };
  const problemOf = async (file: string) => {
    const schema = await schemaOf(file);
    return schema.state === 'unknown' ? schema.problem : printCatalog(schema.catalog);
  };

  describe(`with ${name}`, () => {
    describeDialect('sqlite', { driver, make, types: { integer: 'INTEGER', text: 'TEXT' } });

    test.each([
      [
        'types as they are written',
        'CREATE TABLE t (a VARCHAR(30), b, c "odd type")',
        't(a: VARCHAR(30) null, b: null, c: odd type null)',
      ],
      [
        'generated columns',
        'CREATE TABLE t (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1) STORED, c INTEGER AS (a * 2))',
        't(a: INTEGER null, b: INTEGER null, c: INTEGER null)',
      ],
      [
        'a table without rowid',
        'CREATE TABLE t (a TEXT PRIMARY KEY, b TEXT) WITHOUT ROWID',
        't(a: TEXT pk, b: TEXT null)',
      ],
      ['a primary key that may be NULL', 'CREATE TABLE t (a TEXT PRIMARY KEY)', 't(a: TEXT pk null)'],
      ['autoincrement', 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)', 't(id: INTEGER pk)'],
      [
        'defaults',
        `CREATE TABLE t (a TEXT DEFAULT 'it''s', b DEFAULT (1 + 1))`,
        `t(a: TEXT null default 'it''s', b: null default 1 + 1)`,
      ],
      [
        'an expression, a collation and an order in an index',
        `CREATE TABLE t (a, b); CREATE INDEX i ON t (a DESC, lower(b || ',)') /* , */ COLLATE nocase, b + 1) WHERE a > (1)`,
        `t(a: null, b: null)\n  index i(a, lower(b || ',)'), b + 1)`,
      ],
      [
        'a foreign key in another case',
        'CREATE TABLE A (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a)',
        'A(id: INTEGER pk)\nb(a: null)\n  (a) -> a(id)',
      ],
      ['a foreign key to nowhere', 'CREATE TABLE b (a REFERENCES gone)', 'b(a: null)\n  (a) -> gone()'],
      [
        'two foreign keys, in the order of the table',
        'CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (x REFERENCES a (id), y REFERENCES a (id))',
        'a(id: INTEGER pk)\nb(x: null, y: null)\n  (x) -> a(id)\n  (y) -> a(id)',
      ],
      [
        'a view on a table that is gone',
        'CREATE TABLE a (id); CREATE TABLE b (id); CREATE VIEW v AS SELECT * FROM b; DROP TABLE b',
        'a(id: null)\nview v()\nunknown v: no such table: main.b',
      ],
      [
        'full text search without its inner tables',
        'CREATE VIRTUAL TABLE t USING fts5 (title, body)',
        't(title: null, body: null)',
      ],
    ])('%s', async (_, sql, expected) => {
      expect(await tablesOf(sql)).toBe(expected);
    });

    test('a name like those that are left out', async () => {
      expect(await tablesOf('CREATE TABLE sqliteX (a)')).toBe('sqliteX(a: null)');
    });

    test('a missing file is said to be missing, and not made', async () => {
      const file = newFile();
      expect(await problemOf(file)).toMatchObject({
        kind: 'missing',
        message: expect.stringContaining('does not exist'),
      });
      expect(await readdir(folder)).not.toContain(file.slice(folder.length + 1));
    });

    test.each([[':memory:'], ['shop.sqlite3'], ['file:x?mode=rwc'], ['']])('%j is no path', async (database) => {
      expect(await problemOf(database)).toMatchObject({ kind: 'missing' });
    });

    test('an empty file has no tables', async () => {
      const file = newFile();
      await writeFile(file, '');
      expect(await problemOf(file)).toBe('');
    });

    test('a folder', async () => {
      const file = newFile();
      await mkdir(file);
      expect(await problemOf(file)).toMatchObject({
        kind: 'not-a-database',
        message: expect.stringContaining('not a file'),
      });
    });

    test('another kind of file', async () => {
      const file = newFile();
      await writeFile(file, 'This is no database. '.repeat(100));
      expect(await problemOf(file)).toMatchObject({ kind: 'not-a-database' });
    });

    test('a damaged file', async () => {
      const { database } = await make(`CREATE TABLE t (a); INSERT INTO t VALUES ('${'x'.repeat(20_000)}')`);
      await writeFile(database, Buffer.alloc(60, 0xff), { flag: 'r+' });
      expect(await problemOf(database)).toMatchObject({ kind: 'not-a-database' });
      const other = await make(`CREATE TABLE t (a); CREATE TABLE u (a)`);
      await truncate(other.database, 4096);
      await overwrite(other.database, 100, Buffer.alloc(3000, 0xff));
      expect(await problemOf(other.database)).toMatchObject({ kind: 'damaged' });
    });

    test('a locked file says so; when the lock goes away meanwhile, it is read', async () => {
      const { database } = await make('CREATE TABLE t (a)');
      const other = await otherProgram(database, 'BEGIN EXCLUSIVE');
      expect(await problemOf(database)).toMatchObject({ kind: 'locked', message: expect.stringContaining('locked') });
      const answer = problemOf(database);
      await other.end();
      expect(await answer).toBe('t(a: null)');
    });

    test('a file in write-ahead mode, with and without a program that has it open', async () => {
      const { database } = await make('PRAGMA journal_mode = wal; CREATE TABLE t (a)');
      expect(await problemOf(database)).toBe('t(a: null)');
      const other = await otherProgram(database, 'CREATE TABLE u (a)');
      expect(await problemOf(database)).toBe('t(a: null)\nu(a: null)');
      await other.end();
      expect(await problemOf(database)).toBe('t(a: null)\nu(a: null)');
    });

    test('a file that a program left in the middle of a change', async () => {
      const { database } = await make(`CREATE TABLE t (a); INSERT INTO t VALUES ('${'x'.repeat(20_000)}')`);
      const other = await otherProgram(
        database,
        `PRAGMA cache_size = 1; BEGIN; UPDATE t SET a = a || a; UPDATE t SET a = 1`,
      );
      await other.kill();
      await chmod(database, 0o400);
      expect(await problemOf(database)).toMatchObject({ kind: 'locked', message: expect.stringContaining('middle') });
    });

    test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('a file that may not be read', async () => {
      const { database } = await make('CREATE TABLE t (a)');
      await chmod(database, 0);
      expect(await problemOf(database)).toMatchObject({ kind: 'no-access' });
    });

    test('no other file can be made by attaching it', async () => {
      const file = newFile();
      const connection = await driver.connect(await make('CREATE TABLE t (a)'), null);
      await expect(connection.run(`ATTACH '${file}' AS other`, [])).rejects.toThrow('cannot be opened');
      await connection.close();
      expect(await readdir(folder)).not.toContain(file.slice(folder.length + 1));
    });

    test('a cancelled request ends', async () => {
      const { database } = await make('CREATE TABLE t (a)');
      const cancellation = new CancellationSource();
      cancellation.cancel();
      const schema = liveDatabase({ name: 'test', driver: 'sqlite', database }, null, driver).schema(
        cancellation.token,
      );
      await expect(schema).rejects.toThrow(CancelledError);
    });

    test('a thousand tables are read with four statements', async () => {
      const tables = Array.from({ length: 1000 }, (_, i) => `CREATE TABLE t${i} (a, b UNIQUE);`);
      const profile = await make(`BEGIN; ${tables.join('')} COMMIT;`);
      const statements: string[] = [];
      const counted = {
        ...driver,
        connect: async (profile: ConnectionProfile, secret: string | null) => {
          const connection = await driver.connect(profile, secret);
          const run: typeof connection.run = (sql, ...rest) => {
            statements.push(sql);
            return connection.run(sql, ...rest);
          };
          return { ...connection, run };
        },
      };
      expect(await liveDatabase(profile, null, counted).schema()).toMatchObject({ state: 'known' });
      expect(statements).toHaveLength(4);
    });
  });
}

describe('which library', () => {
  const broken = async () => {
    throw new Error('no binary');
  };

  test("Node's own where better-sqlite3 has no binary", async () => {
    const driver = sqliteDriver(() => loadSqlite([broken, nodeSqlite]));
    const schema = await liveDatabase(await make('CREATE TABLE t (a)'), null, driver).schema();
    expect(schema).toMatchObject({ state: 'known' });
  });

  test('none at all is said', async () => {
    const driver = sqliteDriver(() => loadSqlite([broken]));
    const schema = await liveDatabase(await make('CREATE TABLE t (a)'), null, driver).schema();
    expect(schema).toMatchObject({ state: 'unknown', problem: { kind: 'no-driver' } });
  });
});

describe('cache', () => {
  test('a catalog is read again when the file changed, or when the user asks', async () => {
    const profile = await make('CREATE TABLE t (a)');
    const cache = new SchemaCache();
    const first = await cache.schema(profile, null);
    expect(await cache.schema(profile, null)).toBe(first);

    const other = new Database(profile.database);
    other.exec('CREATE TABLE u (a)');
    other.close();
    await utimes(profile.database, new Date(), new Date(Date.now() + 1000));
    const second = await cache.schema(profile, null);
    expect(second).not.toBe(first);
    expect(second.state === 'known' && printCatalog(second.catalog)).toBe('t(a: null)\nu(a: null)');

    cache.forget();
    expect(await cache.schema(profile, null)).not.toBe(second);
  });

  test('a problem is never kept', async () => {
    const file = newFile();
    const profile: ConnectionProfile = { name: 'test', driver: 'sqlite', database: file };
    const cache = new SchemaCache();
    expect(await cache.schema(profile, null)).toMatchObject({ state: 'unknown' });
    new Database(file).exec('CREATE TABLE t (a)').close();
    expect(await cache.schema(profile, null)).toMatchObject({ state: 'known' });
  });
});

async function make(sql: string): Promise<ConnectionProfile> {
  const database = newFile();
  new Database(database).exec(sql).close();
  if (sql === '') await writeFile(database, '');
  return { name: 'test', driver: 'sqlite', database };
}

function newFile(): string {
  count += 1;
  return join(folder, `${count}.sqlite3`);
}

/** Runs a statement in another process, for locks are between processes, and keeps the file open until the end. */
async function otherProgram(database: string, sql: string): Promise<{ end(): Promise<void>; kill(): Promise<void> }> {
  const script = `
    const database = new (require('better-sqlite3'))(process.argv[1]);
    database.exec(process.argv[2]);
    console.log('done');
    process.stdin.resume();`;
  const program = spawn(process.execPath, ['-e', script, database, sql], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(program.stdout, 'data');
  return {
    async end() {
      program.stdin.end();
      await once(program, 'exit');
    },
    async kill() {
      program.kill('SIGKILL');
      await once(program, 'exit');
    },
  };
}

async function overwrite(file: string, position: number, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(bytes, 0, bytes.length, position);
  await handle.close();
}
