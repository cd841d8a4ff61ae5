/** Sources of Python packages, kept in the user's cache: to read, not to import. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installOnce } from './cache.ts';

export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** Source distributions hold tests and documentation too; but to fetch some of them, pip would have to build them. */
  readonly from: 'source' | 'wheel';
}

export const HOW_TO_INSTALL_PIP = 'On Debian or Ubuntu: sudo apt-get install python3-pip';

/** Downloads and unpacks a package unless it is there; its folder. Throws, with what is missing. */
export async function fetchPackage({ name, version, from }: PinnedPackage): Promise<string> {
  const folder = await installOnce(`packages/${name}-${version}`, async (unfinished) => {
    requirePip();
    console.log(`Fetching ${name} ${version}`);
    const kind = from === 'source' ? ['--no-binary', name] : ['--only-binary', name];
    const options = ['-q', '--disable-pip-version-check', '--no-deps', ...kind, '--dest', unfinished];
    execFileSync('python3', ['-m', 'pip', 'download', ...options, `${name}==${version}`], { stdio: 'inherit' });
    const archive = join(unfinished, readdirSync(unfinished)[0]!);
    const format = from === 'source' ? 'tarfile' : 'zipfile';
    execFileSync('python3', ['-m', format, '-e', archive, unfinished]);
    rmSync(archive);
  });
  return folder;
}

function requirePip(): void {
  if (spawnSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0) return;
  throw new Error(`Fetching packages needs Python 3 with pip, as python3 in PATH. ${HOW_TO_INSTALL_PIP}`);
}
