import { stat } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CancellationToken, throwIfCancelled } from '../../../base/cancellation.ts';
import type { Connection, DatabaseDriver } from '../../driver.ts';
import { DatabaseError } from '../../problem.ts';
import { isBusy, sqliteFailure } from './failure.ts';
import { loadSqlite, type OpenSqlite, type SqliteFile } from './library.ts';

/** SQLite files, opened for reading only. The file is opened by the first statement, and nothing is left open. */
export const sqlite: DatabaseDriver = sqliteDriver(() => (library ??= loadSqlite()));

/** `load` gives the SQLite library: tests choose which. */
export function sqliteDriver(load: () => Promise<OpenSqlite>): DatabaseDriver {
  return {
    name: 'sqlite',
    dialect: 'sqlite',
    async connect({ database: file }) {
      const name = basename(file);
      await checkFile(file, name);
      const open = await load();
      return connection(
        attempt(() => open(file), name),
        name,
      );
    },
    async stamp({ database: file }) {
      // A change may be in the write-ahead log alone.
      const stats = await Promise.all([file, `${file}-wal`].map((part) => stat(part).catch(() => null)));
      return stats.map((part) => (part ? `${part.ino}:${part.size}:${part.mtimeMs}` : '-')).join(' ');
    },
  };
}

let library: Promise<OpenSqlite> | undefined;

/** Milliseconds between attempts while another program writes. */
const patience = [50, 100, 200, 400];

function connection(file: SqliteFile, name: string): Connection {
  return {
    run: (sql, params, cancellation) => whileBusy(() => file.all(sql, params), name, cancellation),
    async close() {
      file.close();
    },
  };
}

async function whileBusy<T>(work: () => T, name: string, cancellation?: CancellationToken): Promise<T> {
  for (const pause of patience) {
    throwIfCancelled(cancellation);
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw sqliteFailure(error, name);
    }
    await sleep(pause);
  }
  throwIfCancelled(cancellation);
  return attempt(work, name);
}

function attempt<T>(work: () => T, name: string): T {
  try {
    return work();
  } catch (error) {
    throw sqliteFailure(error, name);
  }
}

/** Says what SQLite's own messages do not. */
async function checkFile(file: string, name: string): Promise<void> {
  if (!isAbsolute(file)) throw new DatabaseError('missing', `${file} is not the full path of a file.`);
  let stats;
  try {
    stats = await stat(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new DatabaseError('missing', `${name} does not exist yet. Upgrading the database creates it.`);
    }
    throw new DatabaseError('no-access', `${name} cannot be opened (${code ?? 'unknown error'}).`, { cause: error });
  }
  if (!stats.isFile()) throw new DatabaseError('not-a-database', `${name} is not a file.`);
}
