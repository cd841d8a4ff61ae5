/** The Python code that the parser is compared on. Packages are kept in the user's cache, not in the repository. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

interface Package {
  readonly name: string;
  readonly version: string;
  /** Source distributions hold the tests too; but to fetch some of them, pip would have to build them. */
  readonly from: 'source' | 'wheel';
}

/** Much code, by many hands: the ORMs first, then others that use all of the language and ship their tests. */
const PACKAGES: readonly Package[] = [
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

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ormsight', 'conformance');

/** Downloads and unpacks the packages that are not there yet; their folders. Throws, with what is missing. */
export function fetchPackages(): string[] {
  mkdirSync(CACHE, { recursive: true });
  return PACKAGES.map((item) => {
    const folder = join(CACHE, `${item.name}-${item.version}`);
    if (!existsSync(folder)) {
      requirePip();
      fetchPackage(item, folder);
    }
    return folder;
  });
}

function requirePip(): void {
  if (spawnSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0) return;
  throw new Error(`Fetching the packages to compare needs Python 3 with pip, as python3 in PATH. ${HOW_TO_INSTALL}`);
}

const HOW_TO_INSTALL = 'On Debian or Ubuntu: sudo apt-get install python3-pip';

/** Unpacked beside its place first, so that a folder that is there is complete. */
function fetchPackage({ name, version, from }: Package, folder: string): void {
  console.log(`Fetching ${name} ${version}`);
  const unpacked = mkdtempSync(join(CACHE, 'fetching-'));
  const kind = from === 'source' ? ['--no-binary', name] : ['--only-binary', name];
  const options = ['-q', '--disable-pip-version-check', '--no-deps', ...kind, '--dest', unpacked];
  execFileSync('python3', ['-m', 'pip', 'download', ...options, `${name}==${version}`], { stdio: 'inherit' });
  const archive = join(unpacked, readdirSync(unpacked)[0]!);
  const format = from === 'source' ? 'tarfile' : 'zipfile';
  execFileSync('python3', ['-m', format, '-e', archive, unpacked]);
  rmSync(archive);
  renameSync(unpacked, folder);
}

/** The folder of the standard library of the `python3` of this machine. */
export function standardLibrary(): string {
  const program = 'import sysconfig; print(sysconfig.get_path("stdlib"))';
  const { status, stdout } = spawnSync('python3', ['-c', program], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Its standard library is compared: there is no python3 in PATH. ${HOW_TO_INSTALL}`);
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
