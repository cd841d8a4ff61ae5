/** Databases and migrations in a real VS Code. */
import { symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/root.ts';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { copyOfSamples } from '../harness/samples.ts';
import { type Workbench, openWorkbench } from '../harness/workbench.ts';

test('the tree shows the tables of a database, and "Upgrade Database" makes one more', async () => {
  await using samples = await copyOfSamples();
  const python = await pythonEnvironment(join(root, 'test/native/samples/fastapi-shop.txt'));
  const environment = dirname(dirname(python));
  await symlink(environment, join(samples.folder, 'fastapi-shop/.venv'), 'junction');
  await using workbench = await openWorkbench({ folder: samples.folder, extension: 'development' });

  await openView(workbench);
  await line(workbench, 'Database db.sqlite3 in django-shop').click();
  await line(workbench, 'Table users, model User').waitFor();
  await line(workbench, 'Table posts, model Post').click();
  await line(workbench, 'Column author_id, INTEGER, not null, references users.id').waitFor();
  await line(workbench, 'Keys: 3').waitFor();
  await workbench.screenshot('schema-dark');

  await line(workbench, 'Table users, model User').hover();
  await line(workbench, 'Table users, model User').getByRole('button', { name: 'Open Model' }).click();
  await expect.poll(() => workbench.editorText(), { timeout: 15_000 }).toContain('class User(TimestampMixin, Base):');

  expect(await line(workbench, 'Table coupons, model Coupon').count()).toBe(0);
  await workbench.runCommand('Ormsight: Upgrade Database');
  await workbench.pick('fastapi-shop');
  const dialog = workbench.page.getByRole('dialog');
  await dialog.getByText('Database: shop.sqlite3 (SQLite)').waitFor();
  const question = await dialog.innerText();
  expect(question).toContain('python -m alembic upgrade head');
  expect(question).toContain(join(samples.folder, 'fastapi-shop/.venv'));
  await workbench.screenshot('upgrade-dark');
  await dialog.getByRole('button', { name: 'Upgrade' }).click();
  await workbench.notification(/fastapi-shop is up to date/);
  await line(workbench, 'Table coupons, model Coupon').waitFor();
});

test('in Restricted Mode no database is opened', async () => {
  await using samples = await copyOfSamples();
  await using workbench = await openWorkbench({ folder: samples.folder, extension: 'development', trusted: false });
  await openView(workbench);
  await workbench.page.getByText('Databases are not opened before you trust this folder.').waitFor();
  await workbench.page.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
  expect(await workbench.page.getByRole('treeitem', { name: /^(Database|Table)/ }).count()).toBe(0);
});

async function openView(workbench: Workbench): Promise<void> {
  await workbench.page.getByRole('tab', { name: 'Ormsight' }).click();
}

/** A line of the tree by what a screen reader says. */
function line(workbench: Workbench, spoken: string) {
  return workbench.page.getByRole('treeitem', { name: spoken, exact: true });
}
