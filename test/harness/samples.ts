import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/root.ts';
import { makeSampleDatabases } from '../../scripts/start/samples.ts';

/** A copy of `examples/` with its databases, to change and to throw away. Use with `await using`. */
export async function copyOfSamples(): Promise<AsyncDisposable & { readonly folder: string }> {
  const scratch = await mkdtemp(join(tmpdir(), 'ormsight-samples-'));
  const folder = join(scratch, 'examples');
  const isSource = (path: string): boolean => !/\.(sqlite3|db|pyc)$/.test(path);
  await cp(join(root, 'examples'), folder, { recursive: true, filter: isSource });
  await makeSampleDatabases(folder);
  return { folder, [Symbol.asyncDispose]: () => rm(scratch, { recursive: true, force: true }) };
}
