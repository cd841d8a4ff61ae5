// The first step of `npm start` and `npm test` in a bare clone: no dependencies, Node 20 or later.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');

/** Installs the packages if need be, then runs a script of the project under the project's own Node and ends with it. */
export function continueWith(script, args = process.argv.slice(2)) {
  if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node 20 or later is needed; this is ${process.version}.`);
  if (!isInstalled()) install();
  const node = projectNode();
  if (!node) fail('The package "node" is not whole: delete node_modules and try again.');
  const env = { ...process.env, PATH: join(modules, '.bin') + delimiter + process.env.PATH };
  const { status, signal } = spawnSync(node, [join(root, script), ...args], { cwd: root, env, stdio: 'inherit' });
  process.exit(signal ? 130 : (status ?? 1));
}

/** Whether node_modules holds what package-lock.json says. */
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  if (!wanted || !present || !projectNode()) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
  );
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return null;
  }
}

function install() {
  // `npm ci` begins by deleting node_modules, which is no help to a working copy that only lacks a package.
  const command = existsSync(modules) ? 'install' : 'ci';
  console.log(`Installing the packages (npm ${command})`);
  const args = [
    command,
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--prefer-offline',
    '--fetch-retries=1',
    '--fetch-timeout=120000',
  ];
  const npm = process.env.npm_execpath;
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', timeout: 15 * 60_000 };
  const { status, stderr, error } = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (status === 0) return;
  const lines = (stderr || String(error)).trim().split('\n').slice(0, 8).join('\n');
  fail(`The packages could not be installed. Is the network there?\n${lines}`);
}

function projectNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const file = join(modules, 'node/bin', name);
  return existsSync(file) ? file : null;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
