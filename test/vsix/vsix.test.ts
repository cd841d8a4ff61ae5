/** The packaged extension in a VS Code that has never seen it: `npm run package` comes first. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { thisTarget } from '../../scripts/build/assets.ts';
import { root } from '../../scripts/root.ts';
import { copyOfSamples } from '../harness/samples.ts';
import { openWorkbench } from '../harness/workbench.ts';

const vsix = join(root, `ormsight-${thisTarget()}.vsix`);

beforeAll(() => {
  if (!existsSync(vsix)) throw new Error(`No ${vsix}: run npm run package`);
});

test('installed from its VSIX, it shows the SQL of both ORMs', async () => {
  await using samples = await copyOfSamples();
  await using workbench = await openWorkbench({ folder: samples.folder, extension: { vsix } });
  await workbench.openFile('fastapi-shop/shop/routers/users.py', 16);
  expect(await workbench.hover('select(User)', /SELECT/)).toMatch(/FROM users\s+LEFT OUTER JOIN posts/);
  await workbench.openFile('django-shop/shop/views.py', 63);
  expect(await workbench.hover('is_published=True', /SELECT/)).toMatch(/FROM "?shop_product"?/);
});
