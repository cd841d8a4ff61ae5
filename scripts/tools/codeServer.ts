import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../root.ts';
import { cacheFolder, installOnce } from './cache.ts';
import { run, toolEnvironment } from './run.ts';
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

export function isCodeServerInstalled(): boolean {
  return existsSync(join(cacheFolder(), folderName));
}

async function install(folder: string): Promise<void> {
  await ensureSystemPackages('libkrb5-dev', 'build-essential');
  console.log(`Installing code-server ${version} into ${cacheFolder()} (once, about 3 minutes)`);
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

function nodeHeaders(): string {
  const name = `node-${process.platform}-${process.arch}`;
  const places = [join(root, 'node_modules/node/node_modules', name), join(root, 'node_modules', name)];
  const place = places.find((folder) => existsSync(join(folder, 'include/node/node.h')));
  if (!place) throw new Error(`No headers of Node in ${places.join(' or ')}: run npm ci`);
  return place;
}
