/** Databases of their own for comparing with the native libraries: started on this machine, gone with the run. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/tools/freePort.ts';
import type { DialectName } from '../../../server/src/query/program.ts';
import type { Database } from './python.ts';

export class Servers {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ormsight-record-'));
  readonly #started: ChildProcess[] = [];
  /** Free ones: several runs may be under way on one machine. */
  readonly #ports = { postgresql: 0, mysql: 0 };

  /** Throws when the machine has no such server. */
  async start(dialect: Exclude<DialectName, 'sqlite'>): Promise<void> {
    this.#ports[dialect] = await freePort();
    if (dialect === 'postgresql') await this.#startPostgres();
    else await this.#startMariaDb();
  }

  stop(): void {
    for (const child of this.#started) child.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** How to connect to it. */
  databaseOf(dialect: DialectName): Database {
    const { postgresql, mysql } = this.#ports;
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

  async #startPostgres(): Promise<void> {
    const programs = readdirSync('/usr/lib/postgresql').toSorted().at(-1)!;
    const bin = join('/usr/lib/postgresql', programs, 'bin');
    const data = join(this.#folder, 'postgresql');
    // PostgreSQL does not run as root.
    const asUser = userInfo().uid === 0 ? ['runuser', '-u', 'postgres', '--'] : ['env'];
    if (userInfo().uid === 0) execFileSync('chown', ['postgres', this.#folder]);
    execFileSync(
      asUser[0]!,
      [...asUser.slice(1), join(bin, 'initdb'), '-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8'],
      { stdio: 'ignore' },
    );
    const options = [
      '-D',
      data,
      '-p',
      String(this.#ports.postgresql),
      '-k',
      this.#folder,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'fsync=off',
    ];
    this.#started.push(spawn(asUser[0]!, [...asUser.slice(1), join(bin, 'postgres'), ...options], { stdio: 'ignore' }));
    const extensions = ['btree_gist', 'citext', 'hstore', 'pg_trgm', 'pgcrypto', 'unaccent'];
    const sql = extensions.map((name) => `CREATE EXTENSION IF NOT EXISTS ${name};`).join(' ');
    const client = ['-h', '127.0.0.1', '-p', String(this.#ports.postgresql), '-U', 'postgres', '-c', sql];
    await until(() => execFileSync(join(bin, 'psql'), client, { stdio: 'ignore' }));
  }

  async #startMariaDb(): Promise<void> {
    const data = join(this.#folder, 'mariadb');
    const socket = join(this.#folder, 'mariadb.sock');
    const user = `--user=${userInfo().username}`;
    execFileSync(
      'mariadb-install-db',
      [`--datadir=${data}`, user, '--auth-root-authentication-method=normal', '--skip-test-db'],
      { stdio: 'ignore' },
    );
    const options = [
      `--datadir=${data}`,
      user,
      `--port=${this.#ports.mysql}`,
      `--socket=${socket}`,
      '--bind-address=127.0.0.1',
      '--skip-log-bin',
      `--pid-file=${this.#folder}/mariadb.pid`,
    ];
    this.#started.push(spawn('mariadbd', options, { stdio: 'ignore' }));
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
