import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { root } from '../root.ts';

/** Packages that `dist/` holds as files; esbuild does not see them. */
const copied = ['better-sqlite3', 'pyodide'];

/**
 * Writes `dist/THIRD_PARTY_NOTICES.txt`: name, version and licence of every npm package whose code is in `dist/`.
 * The ORM libraries carry theirs inside their zips.
 */
export async function writeNotices(metafiles: readonly Metafile[]): Promise<void> {
  const packages = new Set([...copied, ...metafiles.flatMap(packagesIn)]);
  const notices = [...(await Promise.all([...packages].toSorted().map(notice))), await pythonNotice()];
  const head = 'Ormsight contains the following software of others.\n';
  await writeFile(join(root, 'dist/THIRD_PARTY_NOTICES.txt'), [head, ...notices].join(`\n${'-'.repeat(80)}\n\n`));
}

/** The interpreter is in pyodide, its standard library among the libraries; pyodide's package has no word on that. */
async function pythonNotice(): Promise<string> {
  const licence = await readFile(join(import.meta.dirname, 'python-licence.txt'), 'utf8');
  const changes =
    'Built for WebAssembly by the Pyodide project; its standard library is compiled to byte code, parts are left out.';
  return ['Python', 'Licence: PSF-2.0', 'https://docs.python.org/3/license.html', changes, '', licence].join('\n');
}

/** `node_modules/@scope/name/lib/x.js` is of the package `@scope/name`; nested packages count by their own path. */
function packagesIn(metafile: Metafile): string[] {
  const bundled = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  return bundled.flatMap((file) => /^node_modules\/((?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
}

async function notice(name: string): Promise<string> {
  const folder = join(root, 'node_modules', name);
  const { version, license, homepage } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = await readdir(folder);
  const texts = await Promise.all(
    files.filter((file) => /^(licen[cs]e|notice)/i.test(file)).map((file) => readFile(join(folder, file), 'utf8')),
  );
  return [`${name} ${version}`, `Licence: ${license}`, homepage, '', ...texts]
    .filter((line) => line !== undefined)
    .join('\n');
}
