import { type ChildProcess, fork } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { setPriority } from 'node:os';
import type { HostConfig, HostMessage } from './host/messages.ts';

/** Why a request got no answer. */
export type CutOffReason = 'time' | 'memory' | 'recursion' | 'crash';

export type HostReply =
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'cutOff'; readonly reason: CutOffReason; readonly message: string };

/** A child process with Python in it; answers one request at a time. */
export interface HostProcess {
  /** Resolves when Python is up. Rejects with the reason when it could not be started in time. */
  readonly ready: Promise<void>;
  /** Whether it can take a request: it is up, and nothing has gone wrong with it. */
  readonly isUsable: boolean;
  /** Answers a request. Never rejects: when it hangs or dies the reply is `cutOff`, and the process is gone. */
  ask(text: string, timeLimit: number): Promise<HostReply>;
  kill(): void;
}

/**
 * Starts a child process.
 * `hostPath` is the bundle or `host/main.ts`; `startLimit` is in milliseconds.
 */
export function startHost(hostPath: string, config: HostConfig, startLimit: number): HostProcess {
  const child = spawnHost(hostPath, config);
  let state: 'starting' | 'up' | 'gone' = 'starting';
  let waiting: ((reply: HostReply) => void) | null = null;
  let requests = 0;

  const ready = outcomeOfStart(child, startLimit).then(
    () => void (state = state === 'starting' ? 'up' : state),
    (error: unknown) => {
      kill();
      throw error;
    },
  );
  ready.catch(() => undefined);
  child.on('message', (message: HostMessage) => {
    if (message.kind === 'answer' && message.id === requests) {
      if (message.worn) kill();
      settle({ kind: 'answer', text: message.text });
    } else if (message.kind === 'cutOff' && message.id === requests) {
      end(message.reason, message.message);
    }
  });
  child.on('exit', (code, signal) => end('crash', `it ended with ${signal ?? `code ${code}`}`));
  child.on('error', (error) => end('crash', error.message));

  return {
    ready,
    get isUsable() {
      return state === 'up';
    },
    ask,
    kill,
  };

  async function ask(text: string, timeLimit: number): Promise<HostReply> {
    if (state !== 'up') return { kind: 'cutOff', reason: 'crash', message: 'it had ended before' };
    const reply = new Promise<HostReply>((resolve) => (waiting = resolve));
    const timer = setTimeout(() => end('time', `no answer within ${timeLimit} ms`), timeLimit);
    child.send({ id: ++requests, text }, (error) => error && end('crash', error.message));
    return reply.finally(() => clearTimeout(timer));
  }

  function end(reason: CutOffReason, message: string): void {
    kill();
    settle({ kind: 'cutOff', reason, message });
  }

  function settle(reply: HostReply): void {
    waiting?.(reply);
    waiting = null;
  }

  function kill(): void {
    state = 'gone';
    child.kill('SIGKILL');
  }
}

/** Lets a child process write a snapshot to `config.snapshot.file`, at low priority, and gives its size in memory. */
export async function makeSnapshot(hostPath: string, config: HostConfig, limit: number): Promise<{ bytes: number }> {
  const child = spawnHost(hostPath, config);
  try {
    if (child.pid) setPriority(child.pid, 19);
  } catch {
    // It is only politeness.
  }
  const message = await outcomeOfStart(child, limit).finally(() => child.kill('SIGKILL'));
  return { bytes: message.kind === 'snapshotMade' ? message.bytes : 0 };
}

/** The first thing a process says. Rejects when that is a failure, or nothing within the limit. */
function outcomeOfStart(child: ChildProcess, limit: number): Promise<HostMessage> {
  return new Promise((resolve, reject) => {
    const errors: Buffer[] = [];
    child.stderr?.on('data', (chunk: Buffer) => errors.length < 20 && errors.push(chunk));
    const fail = (reason: string) => reject(new Error(reason));
    const timer = setTimeout(() => fail(`Python did not start within ${Math.round(limit / 1000)} s`), limit);
    child.once('message', (message: HostMessage) => {
      clearTimeout(timer);
      if (message.kind === 'failed') fail(message.message);
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
  return lines.filter((line) => line.length < 500 && line.trim() !== '').slice(0, 5).join(' ');
}

function spawnHost(hostPath: string, config: HostConfig): ChildProcess {
  const real: HostConfig = {
    ...config,
    pyodideDir: realpathSync(config.pyodideDir),
    rendererDir: realpathSync(config.rendererDir),
    standardLibrary: realpathSync(config.standardLibrary),
    archives: config.archives.map((file) => realpathSync(file)),
  };
  const host = realpathSync(hostPath);
  return fork(host, [JSON.stringify(real)], {
    execArgv: restrictions(host, real),
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  });
}

/**
 * Options of Node that take rights away from the process: it reads the few files it needs, writes none (but the
 * snapshot when it makes one), starts no process, and runs no JavaScript from strings, which is what an escape from
 * Python would be.
 */
function restrictions(host: string, config: HostConfig): string[] {
  const { snapshot } = config;
  const hostFiles = host.endsWith('.ts') ? dirname(host) : host;
  const readable = [hostFiles, config.pyodideDir, config.rendererDir, config.standardLibrary, ...config.archives];
  if (snapshot.use !== 'no') readable.push(snapshot.use === 'make' ? dirname(snapshot.file) : snapshot.file);
  const permission = ['--permission', '--experimental-permission'].find((flag) =>
    process.allowedNodeEnvironmentFlags.has(flag),
  );
  return [
    '--disallow-code-generation-from-strings',
    '--no-addons',
    '--no-warnings',
    ...(permission ? [permission, ...readable.map((path) => `--allow-fs-read=${path}`)] : []),
    ...(permission && snapshot.use === 'make' ? [`--allow-fs-write=${dirname(snapshot.file)}`] : []),
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
