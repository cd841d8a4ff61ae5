import { existsSync } from 'node:fs';
import { readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** What `examples/<name>/sample.json` says that concerns us. */
interface Sample {
  /** The SQLite file the sample's settings name. */
  readonly database: string;
  /** The statements that make it. */
  readonly sql: string;
}

/**
 * Makes the SQLite database of each sample in a folder that has none, and gives the names of those samples.
 * One that is there stays as it is: somebody may have migrated it. Delete it to have it made anew.
 */
export async function makeSampleDatabases(examples: string): Promise<string[]> {
  const made: string[] = [];
  for (const name of await readdir(examples)) {
    const folder = join(examples, name);
    if (!existsSync(join(folder, 'sample.json'))) continue;
    const sample = JSON.parse(await readFile(join(folder, 'sample.json'), 'utf8')) as Sample;
    const database = join(folder, sample.database);
    if (existsSync(database)) continue;
    await makeDatabase(database, await readFile(join(folder, sample.sql), 'utf8'));
    made.push(name);
  }
  return made;
}

/** Whole or not at all: a start that is interrupted leaves no half of a database. */
async function makeDatabase(file: string, sql: string): Promise<void> {
  const unfinished = `${file}.unfinished`;
  await rm(unfinished, { force: true });
  const database = new Database(unfinished);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
  await rename(unfinished, file);
}
