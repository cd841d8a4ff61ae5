/**
 * `npm start`: builds Ormsight and opens VS Code on the samples.
 *
 *   npm start                    an installed VS Code, else one that is downloaded, else one in the browser
 *   npm start -- --browser       the one in the browser
 *   npm start -- --cli           the SQL of every query of the samples, on the terminal
 *   npm start -- FOLDER          opens another folder than examples/
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../root.ts';
import { run } from '../tools/run.ts';
import { ensureSystemPackages } from '../tools/system.ts';
import { openDesktop, openInBrowser } from './editors.ts';
import { makeSampleDatabases } from './samples.ts';

const { values: options, positionals } = parseArgs({
  options: { browser: { type: 'boolean', default: false }, cli: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = resolve(process.env['INIT_CWD'] ?? root, positionals[0] ?? join(root, 'examples'));

try {
  if (!existsSync(folder)) throw new Error(`There is no ${folder}`);
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function start(): Promise<void> {
  await ensureSystemPackages('python3-pip');
  step('Building Ormsight');
  await run('node', ['scripts/build.ts']);
  const samples = await makeSampleDatabases(join(root, 'examples'));
  if (samples.length > 0) step(`Made the databases of ${samples.join(' and ')}`);
  if (options.cli) {
    const target = relative(root, folder) || '.';
    step(`ormsight sql ${target}`);
    const cli = spawnSync('node', [join(root, 'dist/cli.cjs'), 'sql', target], { cwd: root, stdio: 'inherit' });
    process.exitCode = cli.status ?? 1;
  } else if (options.browser || !(await openDesktop(folder, step))) {
    await openInBrowser(folder, step);
  }
}

function step(text: string): void {
  // The SQL goes to standard output, to be piped.
  console.error(text);
}
