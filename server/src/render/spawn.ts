import { type ChildProcess, fork } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HostConfig, HostMessage } from './host/messages.ts';

/**
 * Starts a child process without rights and gives the first thing it says. Where the runtime does not support that, it
 * has the rights of its user, and only the walls of `lockdown.ts` hold.
 * `onStart` is called with each process there is a try with. Rejects with the reason when there is no word within the
 * limit, in milliseconds, or the word is that Python could not be started.
 */
export async function spawnHost(
  hostPath: string,
  config: HostConfig,
  limit: number,
  onStart: (child: ChildProcess) => void,
): Promise<HostMessage> {
  const start = (isRestricted: boolean) => {
    const child = forkHost(hostPath, config, isRestricted);
    onStart(child);
    return outcomeOfStart(child, limit, config.isForeign);
  };
  if (!runtimeHasRestrictions) return start(false);
  try {
    return await start(true);
  } catch (error) {
    // What a project's library says or does must not open anything: `os._exit(9)` looks like an unknown option.
    if (config.isForeign || !mayComeFromRestrictions(error as Error)) throw error;
    const outcome = await start(false);
    runtimeHasRestrictions = false;
    return outcome;
  }
}

/** Python is there, but the library cannot be imported, or answers nothing. */
export class LibraryFailure extends Error {
  override readonly name = 'LibraryFailure';
}

/** False once a runtime turned out to know none of the options that take rights away. */
let runtimeHasRestrictions = true;

/** An unknown option (9 is Node's exit code for that), or a right that is needed in this runtime. */
function mayComeFromRestrictions({ message }: Error): boolean {
  return /code 9\b|ERR_ACCESS_DENIED|API has been restricted|Code generation from strings/.test(message);
}

/** The first thing a process says. Rejects when that is a failure, or nothing within the limit. */
function outcomeOfStart(child: ChildProcess, limit: number, isForeign: boolean): Promise<HostMessage> {
  return new Promise((resolve, reject) => {
    const errors: Buffer[] = [];
    child.stderr?.on('data', (chunk: Buffer) => errors.length < 20 && errors.push(chunk));
    const fail = (reason: string) => reject(new Error(reason));
    const late = `Python did not start within ${Math.round(limit / 1000)} s`;
    // A project's library may hang when it is imported.
    const timer = setTimeout(() => (isForeign ? reject(new LibraryFailure(late)) : fail(late)), limit);
    child.once('message', (message: HostMessage) => {
      clearTimeout(timer);
      if (message.kind === 'failed' && message.of === 'library') reject(new LibraryFailure(message.message));
      else if (message.kind === 'failed') fail(message.message);
      else resolve(message);
    });
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      fail(`Python's process ended with ${signal ?? `code ${code}`}: ${lastWords(errors)}`);
    });
  });
}

function lastWords(errors: readonly Buffer[]): string {
  const lines = Buffer.concat(errors).toString('utf8').split('\n');
  // Node prints the line of the source where an error was thrown, and pyodide's are a megabyte long.
  return lines
    .filter((line) => line.length < 500 && line.trim() !== '')
    .slice(0, 5)
    .join(' ');
}

function forkHost(hostPath: string, config: HostConfig, isRestricted: boolean): ChildProcess {
  const real: HostConfig = {
    ...config,
    pyodideDir: realpathSync(config.pyodideDir),
    rendererDir: realpathSync(config.rendererDir),
    standardLibrary: realpathSync(config.standardLibrary),
    archives: config.archives.map((file) => realpathSync(file)),
    compiled: config.compiled.map((file) => realpathSync(file)),
  };
  const host = realpathSync(hostPath);
  return fork(host, [JSON.stringify(real)], {
    execArgv: isRestricted ? restrictions(host, real) : ['--no-warnings', '--expose-gc'],
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  });
}

/**
 * Options of Node that take rights away from the process: it reads the few files it needs, writes none (but the
 * one it is to make), starts no process, and runs no JavaScript from strings, which is what an escape from
 * Python would be.
 */
function restrictions(host: string, config: HostConfig): string[] {
  const { task } = config;
  const hostFiles = host.endsWith('.ts') ? dirname(host) : host;
  const { pyodideDir, rendererDir, standardLibrary, archives, compiled } = config;
  const readable = [hostFiles, pyodideDir, rendererDir, standardLibrary, ...archives, ...compiled];
  if (task.kind !== 'answer') readable.push(dirname(task.file));
  else if (task.snapshot !== null) readable.push(task.snapshot);
  if (task.kind === 'compile') readable.push(task.from);
  const permission = ['--permission', '--experimental-permission'].find((flag) =>
    process.allowedNodeEnvironmentFlags.has(flag),
  );
  return [
    '--disallow-code-generation-from-strings',
    '--no-addons',
    '--expose-gc',
    '--no-warnings',
    ...(permission ? [permission, ...readable.map((path) => `--allow-fs-read=${path}`)] : []),
    ...(permission && task.kind !== 'answer' ? [`--allow-fs-write=${dirname(task.file)}`] : []),
  ];
}

/** Nothing of the user's environment, but for what the runtime itself needs to start. */
function environment(): NodeJS.ProcessEnv {
  const needed = ['SystemRoot', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'].filter((name) => process.env[name]);
  return {
    ...Object.fromEntries(needed.map((name) => [name, process.env[name]])),
    ...(process.versions['electron'] && { ELECTRON_RUN_AS_NODE: '1' }),
  };
}
