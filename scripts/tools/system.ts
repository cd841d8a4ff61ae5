import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findProgram, run, toolEnvironment } from './run.ts';

/** What we need from the operating system, by the name Debian gives it. */
const packages = {
  chromium: () => chromium() !== null,
  'fonts-dejavu-core': () => process.platform !== 'linux' || existsSync('/usr/share/fonts'),
  'python3-pip': () => findProgram('pip3', 'pip') !== null || runs('python3', ['-m', 'pip', '--version']),
  'python3-venv': () => runs('python3', ['-c', 'import venv, ensurepip']),
  'libkrb5-dev': () => findProgram('krb5-config') !== null,
  'build-essential': () => findProgram('c++', 'g++', 'clang++') !== null && findProgram('make') !== null,
} satisfies Record<string, () => boolean>;

export type SystemPackage = keyof typeof packages;

/**
 * Sees to it that these packages are there: as root on Debian it installs what is missing.
 * Elsewhere it throws, with what to install.
 */
export async function ensureSystemPackages(...wanted: readonly SystemPackage[]): Promise<void> {
  const missing = wanted.filter((name) => !packages[name]());
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !findProgram('apt-get')) {
    throw new Error(`Missing on this machine: ${missing.join(', ')}. On Debian or Ubuntu: sudo ${command}`);
  }
  console.error(`Installing ${missing.join(', ')}`);
  const env = toolEnvironment({ DEBIAN_FRONTEND: 'noninteractive' });
  await run('apt-get', ['update'], { env, timeoutSeconds: 300 });
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...missing], { env, timeoutSeconds: 600 });
}

/** A Chromium-like browser of this machine; `ORMSIGHT_CHROMIUM` names another one. */
export function chromium(): string | null {
  const fixed = [
    process.env['ORMSIGHT_CHROMIUM'],
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ];
  return (
    fixed.find((file) => file && existsSync(file)) ??
    findProgram('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge')
  );
}

function runs(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
