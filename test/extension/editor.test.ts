/** What a person does with the samples, in a real VS Code. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyOfSamples } from '../harness/samples.ts';
import { type Workbench, openWorkbench } from '../harness/workbench.ts';

const users = 'fastapi-shop/shop/routers/users.py';
const views = 'django-shop/shop/views.py';

describe('in a trusted folder', () => {
  let samples: Awaited<ReturnType<typeof copyOfSamples>>;
  let workbench: Workbench;

  beforeAll(async () => {
    samples = await copyOfSamples();
    workbench = await openWorkbench({ folder: samples.folder, extension: 'development' });
  });
  afterAll(async () => {
    await workbench?.close();
    await samples?.[Symbol.asyncDispose]();
  });

  test('a hover shows the SQL that SQLAlchemy sends', async () => {
    await workbench.openFile(users, 16);
    const hover = await workbench.hover('select(User)', /SELECT/);
    expect(hover).toMatch(/FROM users\s+LEFT OUTER JOIN posts AS posts_1 ON users\.id = posts_1\.author_id/);
    expect(hover).toMatch(/name_1 = name/);
    expect(hover).toMatch(/SQLAlchemy 2\.0\.\d+ · SQLite/);
    await workbench.screenshot('hover-sqlalchemy-dark');
  });

  test('a hover shows the SQL that Django sends', async () => {
    await workbench.openFile(views, 63);
    const hover = await workbench.hover('is_published=True', /SELECT/);
    expect(hover).toMatch(/FROM "?shop_product"?/);
    expect(hover).toMatch(/Django/);
  });

  test('a lazy load in a loop has a squiggle, and a fix that takes it away', async () => {
    await workbench.openFile(users, 57, 60);
    await workbench.squiggle('warning');
    expect(await workbench.quickFixes()).toContainEqual(expect.stringMatching(/Load posts/));
    await workbench.screenshot('quick-fix-dark');
    await workbench.chooseQuickFix('Load posts');
    await expect.poll(() => workbench.editorText()).toContain('selectinload(User.posts)');
    await workbench.noSquiggle('warning');
  });
});

test('a hover works in Restricted Mode, and in the light theme', async () => {
  await using samples = await copyOfSamples();
  await using workbench = await openWorkbench({
    folder: samples.folder,
    extension: 'development',
    theme: 'light',
    trusted: false,
  });
  await workbench.openFile(users, 16);
  expect(await workbench.hover('select(User)', /SELECT/)).toMatch(/FROM users\s+LEFT OUTER JOIN posts/);
  await workbench.screenshot('hover-restricted-light');
});
