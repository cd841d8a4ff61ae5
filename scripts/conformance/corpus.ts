/** The Python code that the parser is compared on. Packages are kept in the user's cache, not in the repository. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Source distributions, which hold the tests too. */
const PACKAGES: readonly (readonly [name: string, version: string])[] = [
  ['alembic', '1.17.0'],
  ['django', '5.2.7'],
  ['sqlalchemy', '2.0.44'],
];

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ormsight', 'conformance');

/** Downloads and unpacks the packages that are not there yet; their folders. */
export function fetchPackages(): string[] {
  mkdirSync(CACHE, { recursive: true });
  return PACKAGES.map(([name, version]) => {
    const folder = join(CACHE, `${name}-${version}`);
    if (existsSync(folder)) return folder;
    const requirement = `${name}==${version}`;
    console.log(`Fetching ${requirement}`);
    const options = ['-q', '--no-deps', '--no-binary', name, '--dest', CACHE];
    execFileSync('python3', ['-m', 'pip', 'download', ...options, requirement], { stdio: 'inherit' });
    execFileSync('tar', ['-xzf', `${folder}.tar.gz`, '-C', CACHE]);
    return folder;
  });
}

/** The folder of the standard library of the `python3` of this machine. */
export function standardLibrary(): string {
  const program = 'import sysconfig; print(sysconfig.get_path("stdlib"))';
  return execFileSync('python3', ['-c', program], { encoding: 'utf8' }).trim();
}

/** All Python files under a folder, in a stable order; a file alone is itself. */
export function pythonFilesUnder(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  const isInstalled = (folder: string): boolean => folder === 'site-packages';
  return globSync('**/*.{py,pyi}', { cwd: path, exclude: isInstalled })
    .map((name) => join(path, name))
    .sort();
}
