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
  // Without a network npm would try every package several times; what it has in its cache may do.
  const isOnline = npm(['view', 'typescript', 'version', '--fetch-retries=0', '--fetch-timeout=20000']).status === 0;
  const source = isOnline ? '--prefer-offline' : '--offline';
  // Of all install scripts only that of `node` is needed. Others would ask for compilers that nothing here needs.
  const steps = [
    [command, '--ignore-scripts', '--no-audit', '--no-fund', source],
    ['rebuild', 'node', source],
  ];
  for (const step of steps) {
    const { status, stderr, error } = npm(step);
    if (status === 0) continue;
    const lines = (stderr || String(error)).split('\n').filter((line) => line.trim() && !/^npm error\s+at /.test(line));
    const why = isOnline ? '.' : ': the registry does not answer.';
    fail([`The packages could not be installed${why}`, ...lines.slice(0, 4)].join('\n'));
  }
}

/** Runs npm, the one that runs us if there is one. */
function npm(args) {
  // Under `npm install --global` ours would be global too.
  const { npm_config_global: _, ...env } = process.env;
  const options = { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', timeout: 15 * 60_000 };
  const script = process.env.npm_execpath;
  const quiet = [...args, '--loglevel=error'];
  return script?.endsWith('.js')
    ? spawnSync(process.execPath, [script, ...quiet], options)
    : spawnSync('npm', quiet, { ...options, shell: process.platform === 'win32' });
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
