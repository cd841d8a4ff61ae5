/** Tests that run inside the extension host of a real VS Code: see `host/`. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runInExtensionHost } from '../harness/extensionHost.ts';
import { copyOfSamples } from '../harness/samples.ts';

test.each(['sql'])('%s', async (name) => {
  await using samples = await copyOfSamples();
  const results = await runInExtensionHost(join(import.meta.dirname, `host/${name}.ts`), samples.folder);
  expect(results.length).toBeGreaterThan(0);
  expect(results.filter(({ error }) => error !== null)).toEqual([]);
});
