import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../root.ts';
import { cacheFolder, installOnce } from './cache.ts';
import { run, toolEnvironment } from './run.ts';
import { freePort } from './freePort.ts';
import { ensureSystemPackages } from './system.ts';

/** 4.139.1 is VS Code 1.139.1. */
const version = '4.139.1';
const folderName = `code-server-${version}`;

/** Those of its packages that compile or unpack something when they are installed. */
const installScripts = ['code-server', 'argon2', 'kerberos', '@parcel/watcher', 'node-pty', 'unix-dgram'];

/** The script that starts code-server, for our Node; installs it into the cache on first use (some minutes). */
export async function codeServer(): Promise<string> {
  const folder = await installOnce(folderName, install);
  return join(folder, 'node_modules/code-server/out/node/entry.js');
}

export interface CodeServerOptions {
  /** Holds the settings, the state, the logs and the installed extensions. */
  readonly profile: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The extension: a VSIX, or the folder it is developed in. */
  readonly extension?: string;
  /** Whether folders must be trusted first. Without it everything is trusted. */
  readonly workspaceTrust?: boolean;
  /** Further options, such as `--vscode-option`. */
  readonly args?: readonly string[];
}

export interface CodeServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Ends when the server does. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** Starts VS Code as a server on a free port of this machine. It ends at the latest when this process does. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const script = await codeServer();
  const user = join(options.profile, 'data/User');
  await mkdir(user, { recursive: true });
  await writeFile(
    join(user, 'settings.json'),
    JSON.stringify({ ...quietSettings(options), ...options.settings }, null, 2),
  );
  const folders = [
    '--user-data-dir',
    join(options.profile, 'data'),
    '--extensions-dir',
    join(options.profile, 'extensions'),
  ];
  const env = toolEnvironment({ XDG_CONFIG_HOME: join(options.profile, 'config') });
  if (options.extension?.endsWith('.vsix')) {
    await run(process.execPath, [script, ...folders, '--install-extension', options.extension, '--force'], { env });
  } else if (options.extension) {
    await linkExtension(options.extension, join(options.profile, 'extensions'));
  }
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const args = [
    script,
    ...folders,
    '--auth=none',
    `--bind-addr=127.0.0.1:${port}`,
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    '--ignore-last-opened',
    '--reconnection-grace-time=2',
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
    ...(options.args ?? []),
  ];
  const leash = join(import.meta.dirname, 'leash.ts');
  const server = spawn(process.execPath, [leash, process.execPath, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const stop = (): void => void server.stdin.destroy();
  for (let waited = 0; !(await isHealthy(origin)); waited += 100) {
    if (server.exitCode !== null || waited > 60_000) {
      stop();
      throw new Error(`code-server did not start\n${output}`);
    }
    await sleep(100);
  }
  return { origin, ended, stop };
}

/** The address at which a folder is open. */
export function folderUrl(server: CodeServer, folder: string): string {
  const url = new URL(server.origin);
  url.searchParams.set('folder', folder);
  return url.href;
}

export function isCodeServerInstalled(): boolean {
  return existsSync(join(cacheFolder(), folderName));
}

async function install(folder: string): Promise<void> {
  await ensureSystemPackages('libkrb5-dev', 'build-essential');
  console.error(`Installing code-server ${version} into ${cacheFolder()} (once, about 3 minutes)`);
  const manifest = {
    private: true,
    dependencies: { 'code-server': version },
    allowScripts: Object.fromEntries(installScripts.map((name) => [name, true])),
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  // Native parts are compiled for the Node that runs them, with its own headers: nothing is downloaded for that.
  const env = toolEnvironment({ npm_config_nodedir: nodeHeaders() });
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, env });
}

/**
 * The server knows no `--extensionDevelopmentPath` outside of automated runs, but takes a link for an installed
 * extension, so that "Reload Window" shows the newest build.
 */
async function linkExtension(folder: string, extensions: string): Promise<void> {
  const { publisher, name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  // Made anew each time: an older link, or VS Code's list of what it found, may speak of another clone or version.
  await rm(extensions, { recursive: true, force: true });
  await mkdir(extensions, { recursive: true });
  await symlink(folder, join(extensions, `${publisher}.${name}-${version}`), 'junction');
}

/** Nothing that opens, asks or fetches by itself. */
function quietSettings(options: CodeServerOptions): Record<string, unknown> {
  return {
    'workbench.startupEditor': 'none',
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'security.workspace.trust.enabled': options.workspaceTrust ?? false,
    'security.workspace.trust.startupPrompt': 'never',
    'telemetry.telemetryLevel': 'off',
    'extensions.autoUpdate': false,
    'chat.disableAIFeatures': true,
  };
}

async function isHealthy(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/healthz`)).ok;
  } catch {
    return false;
  }
}

function nodeHeaders(): string {
  const name = `node-${process.platform}-${process.arch}`;
  const places = [join(root, 'node_modules/node/node_modules', name), join(root, 'node_modules', name)];
  const place = places.find((folder) => existsSync(join(folder, 'include/node/node.h')));
  if (!place) throw new Error(`No headers of Node in ${places.join(' or ')}: run npm ci`);
  return place;
}
