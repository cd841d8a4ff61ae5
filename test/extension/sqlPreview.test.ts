/** The preview and the choice of the database, with keyboard and eyes. */
import { expect, test } from 'vitest';
import { copyOfSamples } from '../harness/samples.ts';
import { openWorkbench } from '../harness/workbench.ts';

const users = 'fastapi-shop/shop/routers/users.py';

test('the preview shows the SQL of the chosen database while one types', async () => {
  await using samples = await copyOfSamples();
  await using workbench = await openWorkbench({ folder: samples.folder, extension: 'development' });
  const preview = workbench.page.locator('.editor-instance[aria-label^="SQL Preview"] .view-lines');
  const shown = async (): Promise<string> => ((await preview.innerText()) ?? '').replaceAll('\u00a0', ' ');

  await workbench.openFile(users, 16, 24);
  await workbench.runCommand('Ormsight: Open SQL Preview to the Side');
  await expect.poll(shown, { timeout: 60_000 }).toMatch(/SQLite \(pysqlite\)[^]*WHERE users\.name = \?/);
  await workbench.screenshot('preview-dark');

  await workbench.type('.limit(7)');
  await expect.poll(shown, { timeout: 20_000 }).toMatch(/LIMIT \?/);

  await workbench.runCommand('Ormsight: Select Dialect');
  await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'asyncpg' }).waitFor();
  await workbench.screenshot('select-dialect-dark');
  await workbench.pick('asyncpg');
  await expect.poll(shown, { timeout: 20_000 }).toMatch(/PostgreSQL \(asyncpg\)[^]*WHERE users\.name = \$1/);
  await workbench.screenshot('preview-postgresql-dark');
});

test('the count above a function leads to the SQL of what it sends', async () => {
  await using samples = await copyOfSamples();
  const settings = { 'ormsight.codeLens.enabled': true };
  await using workbench = await openWorkbench({ folder: samples.folder, extension: 'development', settings });
  await workbench.openFile(users, 53, 1);
  await workbench.page
    .locator('.codelens-decoration a', { hasText: '1 + N statements' })
    .first()
    .click({ timeout: 60_000 });
  await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'N times' }).waitFor();
  await workbench.screenshot('code-lens-dark');
  await workbench.pick('N times');
  const preview = workbench.page.locator('.editor-instance[aria-label^="SQL Preview"] .view-lines');
  const shown = async (): Promise<string> => ((await preview.innerText()) ?? '').replaceAll('\u00a0', ' ');
  await expect.poll(shown, { timeout: 60_000 }).toMatch(/SELECT/);
  await workbench.screenshot('code-lens-preview-dark');
});
