/** The Python code that the parser is compared on. Packages are kept in the user's cache, not in the repository. */
import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fetchPackage, HOW_TO_INSTALL_PIP, type PinnedPackage } from '../tools/packages.ts';

/** Much code, by many hands: the ORMs first, then others that use all of the language and ship their tests. */
const PACKAGES: readonly PinnedPackage[] = [
  { name: 'alembic', version: '1.17.0', from: 'source' },
  { name: 'django', version: '5.2.7', from: 'source' },
  { name: 'sqlalchemy', version: '2.0.44', from: 'source' },
  { name: 'black', version: '25.9.0', from: 'source' },
  { name: 'mypy', version: '1.18.2', from: 'wheel' },
  { name: 'networkx', version: '3.5', from: 'wheel' },
  { name: 'pandas', version: '2.3.3', from: 'wheel' },
  { name: 'sympy', version: '1.14.0', from: 'wheel' },
  { name: 'twisted', version: '25.5.0', from: 'wheel' },
];

/** Downloads and unpacks the packages that are not there yet; their folders. Throws, with what is missing. */
export function fetchPackages(): Promise<string[]> {
  return Promise.all(PACKAGES.map(fetchPackage));
}

/** The folder of the standard library of the `python3` of this machine. */
export function standardLibrary(): string {
  const program = 'import sysconfig; print(sysconfig.get_path("stdlib"))';
  const { status, stdout } = spawnSync('python3', ['-c', program], { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`Its standard library is compared: there is no python3 in PATH. ${HOW_TO_INSTALL_PIP}`);
  return stdout.trim();
}

/** All Python files under a folder, in a stable order; a file alone is itself. */
export function pythonFilesUnder(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  const isInstalled = (folder: string): boolean => folder === 'site-packages';
  return globSync('**/*.{py,pyi}', { cwd: path, exclude: isInstalled })
    .map((name) => join(path, name))
    .sort();
}
