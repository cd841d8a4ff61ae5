/**
 * `npm run package`: makes ormsight-TARGET.vsix, with everything it needs inside.
 *
 *   npm run package                          for this platform
 *   npm run package -- --target darwin-arm64 for another one, by the names of `vsce`
 *   npm run package -- --record              writes the size down, in scripts/package-size.json
 *
 * A VSIX that is more than 5 % larger than the recorded size is an error: raise the figure with `--record` and say why in
 * the commit.
 */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { thisTarget } from './build/assets.ts';
import { root } from './root.ts';
import { run } from './tools/run.ts';

const sizeFile = join(root, 'scripts/package-size.json');
const allowedGrowth = 1.05;

const { values: options } = parseArgs({
  options: {
    target: { type: 'string', default: thisTarget() },
    record: { type: 'boolean', default: false },
  },
});

try {
  await makePackage(options.target);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function makePackage(target: string): Promise<void> {
  const file = join(root, `ormsight-${target}.vsix`);
  // Nothing of an older build is packaged.
  await rm(join(root, 'dist'), { recursive: true, force: true });
  await run('node', ['scripts/build.ts', '--production', '--platform', platformOf(target)]);
  // All code is bundled, so there are no dependencies to collect.
  await run('vsce', [
    'package',
    '--no-dependencies',
    '--target',
    target,
    '--out',
    file,
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
  ]);
  const { size } = await stat(file);
  if (options.record) await writeFile(sizeFile, `${JSON.stringify({ megabytes: toMegabytes(size) }, null, 2)}\n`);
  const { megabytes } = JSON.parse(await readFile(sizeFile, 'utf8')) as { megabytes: number };
  console.log(`${file}: ${toMegabytes(size)} MB (recorded: ${megabytes})`);
  if (toMegabytes(size) > megabytes * allowedGrowth) {
    throw new Error(`The VSIX grew by more than 5 %: from ${megabytes} MB to ${toMegabytes(size)} MB`);
  }
}

function toMegabytes(bytes: number): number {
  return Number((bytes / 1e6).toFixed(2));
}

/** vsce says `alpine` where better-sqlite3 says `linuxmusl`. */
function platformOf(target: string): string {
  return target.replace('alpine', 'linuxmusl');
}
