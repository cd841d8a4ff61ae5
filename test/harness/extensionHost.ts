import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import * as esbuild from 'esbuild';
import { root } from '../../scripts/root.ts';
import { cacheFolder } from '../../scripts/tools/cache.ts';

export interface HostResult {
  readonly name: string;
  /** Null when it passed. */
  readonly error: string | null;
}

/**
 * Runs a file of tests inside the extension host of a real VS Code, with the built extension and a folder open.
 * The file exports `run`, as VS Code wants it, made by `hostTests` of `hostTests.ts`.
 * Uses the VS Code that `ORMSIGHT_VSCODE` names, else one in a browser: see `code.ts`.
 */
export async function runInExtensionHost(file: string, folder: string): Promise<readonly HostResult[]> {
  await mkdir(join(root, '.cache/test'), { recursive: true });
  const scratch = await mkdtemp(join(root, '.cache/test/host-'));
  const results = join(scratch, 'results.json');
  const extensionTestsPath = join(scratch, 'tests.cjs');
  await esbuild.build({
    entryPoints: [file],
    outfile: extensionTestsPath,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'error',
  });
  try {
    await runTests({
      vscodeExecutablePath: process.env['ORMSIGHT_VSCODE'] ?? join(import.meta.dirname, 'code.ts'),
      extensionDevelopmentPath: root,
      extensionTestsPath,
      launchArgs: [folder, `--user-data-dir=${join(tmpdir(), 'ormsight-host')}`],
      extensionTestsEnv: { ORMSIGHT_TEST_RESULTS: results, XDG_CACHE_HOME: join(cacheFolder(), '..') },
    });
    // When the extension host dies, VS Code can still end as if all were well: only the file counts.
    return JSON.parse(await readFile(results, 'utf8')) as HostResult[];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
