/** The samples really run: with their own libraries, from the database that `npm start` makes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../scripts/root.ts';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { run } from '../../scripts/tools/run.ts';
import { normalizePath } from '../../server/src/base/paths.ts';
import { liveDatabase } from '../../server/src/database/liveDatabase.ts';
import { migrationProjects } from '../../server/src/migrations/tools/index.ts';
import { createProgram } from '../../server/src/python/program.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';
import { copyOfSamples } from '../harness/samples.ts';

describe.each([
  { name: 'fastapi-shop', script: 'fastapi_shop.py', database: 'shop.sqlite3', newTable: 'coupons' },
  { name: 'django-shop', script: 'django_shop.py', database: 'db.sqlite3', newTable: 'support_rating' },
])('$name', ({ name, script, database, newTable }) => {
  const lock = join(import.meta.dirname, `samples/${name}.txt`);

  test('its requirements are those that are tested', async () => {
    const wanted = (await readFile(join(root, 'examples', name, 'requirements.txt'), 'utf8')).trim().split('\n');
    const tested = (await readFile(lock, 'utf8')).toLowerCase();
    for (const requirement of wanted) expect(tested).toContain(`${requirement.toLowerCase()} `);
  });

  test('"Upgrade Database" brings it to its newest migration, and then every view works', async () => {
    await using samples = await copyOfSamples();
    const folder = join(samples.folder, name);
    const tables = () => tablesOf(join(folder, database));
    const python = await pythonEnvironment(lock);
    const [project] = await projectsIn(folder);

    expect(await tables()).not.toContain(newTable);
    await run(python, project?.upgrade ?? [], { cwd: folder, env: quiet, timeoutSeconds: 60 });
    expect(await tables()).toContain(newTable);
    const views = join(import.meta.dirname, 'samples', script);
    await run(python, ['-W', 'error::RuntimeWarning', views], { cwd: folder, env: quiet, timeoutSeconds: 60 });
  });

  test('database.sql is what its migrations and rows make', async () => {
    await using samples = await copyOfSamples();
    const folder = join(samples.folder, name);
    const sql = () => readFile(join(folder, 'database.sql'), 'utf8');
    const before = await sql();
    const python = await pythonEnvironment(lock);
    await run(python, ['../make_database.py'], { cwd: folder, env: quiet, timeoutSeconds: 60 });
    expect(await sql()).toBe(before);
  });
});

const quiet = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };

async function projectsIn(folder: string) {
  const workspace = new Workspace({ roots: [normalizePath(folder)] });
  await workspace.load();
  const snapshot = workspace.snapshot();
  return migrationProjects(snapshot, createProgram(snapshot));
}

async function tablesOf(database: string): Promise<string[]> {
  const schema = await liveDatabase({ name: 'sample', driver: 'sqlite', database }, null).schema();
  if (schema.state === 'unknown') throw new Error(schema.problem.message);
  return schema.catalog.tables.map((table) => table.name);
}
