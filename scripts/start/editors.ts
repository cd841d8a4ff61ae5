import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SilentReporter, downloadAndUnzipVSCode } from '@vscode/test-electron';
import { root } from '../root.ts';
import { cacheFolder } from '../tools/cache.ts';
import { folderUrl, startCodeServer } from '../tools/codeServer.ts';
import { findProgram } from '../tools/run.ts';
import { chromium } from '../tools/system.ts';

type Step = (text: string) => void;

/** Opens a VS Code window with the built extension. False when there is no screen or no VS Code to be had. */
export async function openDesktop(folder: string, step: Step): Promise<boolean> {
  if (!hasScreen()) {
    step('No screen here: VS Code goes into the browser');
    return false;
  }
  const installed = findProgram('code', 'code-insiders', 'codium');
  const program = installed ?? (await download(step));
  if (!program) return false;
  step(`Opening ${folder} in ${program}`);
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, folder];
  // Its own profile keeps a downloaded VS Code, or one that root starts, away from the settings of the user.
  if (!installed || isRoot()) args.push(`--user-data-dir=${join(cacheFolder(), 'start/desktop')}`);
  if (isRoot()) args.push('--no-sandbox');
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const shell = process.platform === 'win32' && program.endsWith('.cmd');
  spawn(shell ? `"${program}"` : program, args, { detached: true, stdio: 'ignore', env, shell }).unref();
  return true;
}

/** Serves VS Code with the built extension until Ctrl+C. */
export async function openInBrowser(folder: string, step: Step): Promise<void> {
  const server = await startCodeServer({ profile: join(cacheFolder(), 'start/browser'), extension: root });
  const url = folderUrl(server, folder);
  step(`VS Code is at ${url}  (Ctrl+C ends it)`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.stop());
  if (hasScreen()) openUrl(url);
  await server.ended;
}

async function download(step: Step): Promise<string | null> {
  step('Downloading VS Code');
  const minutes = 10;
  const giveUp = new AbortController();
  const download = downloadAndUnzipVSCode({ cachePath: join(cacheFolder(), 'vscode'), reporter: new SilentReporter() });
  const timeout = sleep(minutes * 60_000, null, { signal: giveUp.signal, ref: false });
  try {
    const program = await Promise.race([download, timeout]);
    if (program) return program;
    step(`VS Code was not there after ${minutes} minutes`);
  } catch (error) {
    step(`VS Code could not be downloaded (${error instanceof Error ? error.message : String(error)})`);
  } finally {
    giveUp.abort();
  }
  return null;
}

function hasScreen(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function openUrl(url: string): void {
  const opener =
    { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? findProgram('xdg-open') ?? chromium();
  if (!opener) return;
  const args = opener === chromium() && isRoot() ? ['--no-sandbox', url] : [url];
  spawn(opener, args, { detached: true, stdio: 'ignore' })
    .on('error', () => {})
    .unref();
}
