/**
 * `npm run record`: runs every case of test/cases/sql with the native libraries on a real PostgreSQL, SQLite and MariaDB
 * and writes what was sent into the cases; `npm run record -- sqlmodel` only those with the word in their path. Needs `postgresql` and `mariadb-server` on the machine. Read the diff.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { pythonEnvironment } from '../../../scripts/tools/python.ts';
import type { DialectName } from '../../../server/src/query/program.ts';
import { dialects, sqlCases, type SqlCase, writeBlock } from './cases.ts';
import { askNative, type Database } from './python.ts';

const wanted = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'ormsight-record-'));
const started: ChildProcess[] = [];
const ports = { postgresql: 54329, mysql: 33069 };

try {
  const python = await pythonEnvironment(join(import.meta.dirname, 'recording.txt'));
  await startPostgres();
  await startMariaDb();
  let failed = 0;
  for (const [path, cases] of sqlCases()) {
    if (wanted.length > 0 && !wanted.some((word) => path.includes(word))) continue;
    const blocks = new Map<SqlCase, string[]>();
    for (const dialect of dialects) {
      const recorded = cases.filter((one) => one.dialects.includes(dialect));
      if (recorded.length === 0) continue;
      const answers = await askNative(python, recorded, databaseOf(dialect));
      for (const [i, answer] of answers.entries()) {
        const one = recorded[i]!;
        if ('runs' in answer) {
          const text = writeBlock(answer.runs);
          blocks.set(one, [...(blocks.get(one) ?? []), `\`\`\`sql ${dialect}\n${text}\`\`\`\n`]);
        } else {
          failed++;
          console.error(`${path}: ${one.of.name} (${dialect}): ${'error' in answer ? answer.error : 'no answer'}`);
        }
      }
    }
    write(path, cases, blocks);
    console.log(`${path}: ${cases.length} cases`);
  }
  if (failed > 0) process.exitCode = 1;
} finally {
  for (const child of started) child.kill();
  rmSync(folder, { recursive: true, force: true });
}

function databaseOf(dialect: DialectName): Database {
  const { postgresql, mysql } = ports;
  switch (dialect) {
    case 'postgresql':
      return {
        url: `postgresql+psycopg2://postgres@127.0.0.1:${postgresql}/postgres`,
        django: {
          ENGINE: 'django.db.backends.postgresql',
          NAME: 'postgres',
          USER: 'postgres',
          HOST: '127.0.0.1',
          PORT: postgresql,
        },
      };
    case 'sqlite':
      return { url: 'sqlite://', django: { ENGINE: 'django.db.backends.sqlite3', NAME: ':memory:' } };
    case 'mysql':
      return {
        url: `mysql+pymysql://record:record@127.0.0.1:${mysql}/record`,
        django: {
          ENGINE: 'django.db.backends.mysql',
          NAME: 'record',
          USER: 'record',
          PASSWORD: 'record',
          HOST: '127.0.0.1',
          PORT: mysql,
        },
      };
  }
}

/** Puts the blocks behind the case's `run` block, in place of earlier ones. */
function write(path: string, cases: readonly SqlCase[], blocks: ReadonlyMap<SqlCase, readonly string[]>): void {
  let text = readFileSync(path, 'utf8');
  for (const one of cases.toReversed()) {
    const run = one.of.blocks.find((block) => block.kind === 'run')!;
    const last = one.of.blocks.at(-1)!;
    const start = run.range.end + '```\n'.length;
    const end = last === run ? start : last.range.end + '```\n'.length;
    text = `${text.slice(0, start)}${(blocks.get(one) ?? []).map((block) => `\n${block}`).join('')}${text.slice(end)}`;
  }
  writeFileSync(path, text);
}

// ---------------------------------------------------------------- servers

async function startPostgres(): Promise<void> {
  const programs = readdirSync('/usr/lib/postgresql').toSorted().at(-1)!;
  const bin = join('/usr/lib/postgresql', programs, 'bin');
  const data = join(folder, 'postgresql');
  // PostgreSQL does not run as root.
  const asUser = userInfo().uid === 0 ? ['runuser', '-u', 'postgres', '--'] : ['env'];
  if (userInfo().uid === 0) execFileSync('chown', ['postgres', folder]);
  execFileSync(
    asUser[0]!,
    [...asUser.slice(1), join(bin, 'initdb'), '-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8'],
    { stdio: 'ignore' },
  );
  const options = [
    '-D',
    data,
    '-p',
    String(ports.postgresql),
    '-k',
    folder,
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'fsync=off',
  ];
  started.push(spawn(asUser[0]!, [...asUser.slice(1), join(bin, 'postgres'), ...options], { stdio: 'ignore' }));
  const extensions = ['btree_gist', 'citext', 'hstore', 'pg_trgm', 'pgcrypto', 'unaccent'];
  const sql = extensions.map((name) => `CREATE EXTENSION IF NOT EXISTS ${name};`).join(' ');
  const client = ['-h', '127.0.0.1', '-p', String(ports.postgresql), '-U', 'postgres', '-c', sql];
  await until(() => execFileSync(join(bin, 'psql'), client, { stdio: 'ignore' }));
}

async function startMariaDb(): Promise<void> {
  const data = join(folder, 'mariadb');
  const socket = join(folder, 'mariadb.sock');
  const user = `--user=${userInfo().username}`;
  execFileSync(
    'mariadb-install-db',
    [`--datadir=${data}`, user, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { stdio: 'ignore' },
  );
  const options = [
    `--datadir=${data}`,
    user,
    `--port=${ports.mysql}`,
    `--socket=${socket}`,
    '--bind-address=127.0.0.1',
    '--skip-log-bin',
    `--pid-file=${folder}/mariadb.pid`,
  ];
  started.push(spawn('mariadbd', options, { stdio: 'ignore' }));
  const sql =
    "CREATE DATABASE IF NOT EXISTS record; CREATE USER IF NOT EXISTS 'record'@'127.0.0.1' IDENTIFIED BY 'record'; GRANT ALL ON *.* TO 'record'@'127.0.0.1';";
  const client = [`--socket=${socket}`, '-u', 'root'];
  await until(() => execFileSync('mariadb', [...client, '-e', sql], { stdio: 'ignore' }));
  // Without the names of time zones, functions of dates find nothing.
  const zones = execFileSync('mariadb-tzinfo-to-sql', ['/usr/share/zoneinfo'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 28,
  });
  execFileSync('mariadb', [...client, 'mysql'], { input: zones, stdio: ['pipe', 'ignore', 'ignore'] });
}

async function until(works: () => unknown): Promise<void> {
  for (let i = 0; ; i++) {
    try {
      works();
      return;
    } catch (error) {
      if (i === 60) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
