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
  let state: 'starting' | 'up' | 'gone' = 'starting';
  let child: ChildProcess | null = null;
  let waiting: ((reply: HostReply) => void) | null = null;
  let requests = 0;

  const ready = connect().then(
    () => void (state = state === 'starting' ? 'up' : state),
    (error: unknown) => {
      kill();
      throw error;
    },
  );
  ready.catch(() => undefined);

  return {
    ready,
    get isUsable() {
      return state === 'up';
    },
    ask,
    kill,
  };

  function connect(): Promise<HostMessage> {
    return startRestricted(hostPath, config, startLimit, (started) => {
      child = started;
      if (state === 'gone') child.kill('SIGKILL');
      child.on('message', receive);
      child.on('exit', (code, signal) => started === child && end('crash', `it ended with ${signal ?? `code ${code}`}`));
      child.on('error', (error) => started === child && end('crash', error.message));
    });
  }

  function receive(message: HostMessage): void {
    if (message.kind === 'answer' && message.id === requests) {
      if (message.worn) kill();
      settle({ kind: 'answer', text: message.text });
    } else if (message.kind === 'cutOff' && message.id === requests) {
      end(message.reason, message.message);
    }
  }

  async function ask(text: string, timeLimit: number): Promise<HostReply> {
    if (state !== 'up' || !child) return { kind: 'cutOff', reason: 'crash', message: 'it had ended before' };
    const reply = new Promise<HostReply>((resolve) => (waiting = resolve));
    const timer = setTimeout(() => end('time', `no answer within ${timeLimit} ms`), timeLimit);
    child.send({ id: ++requests, text }, (error) => error && end('crash', error.message));
    return reply.finally(() => clearTimeout(timer));
  }

  function end(reason: CutOffReason, message: string): void {
    if (state === 'starting') return;
    kill();
    settle({ kind: 'cutOff', reason, message });
  }

  function settle(reply: HostReply): void {
    waiting?.(reply);
    waiting = null;
  }

  function kill(): void {
    state = 'gone';
    child?.kill('SIGKILL');
  }
}

/** Lets a child process write a snapshot to `config.snapshot.file`, at low priority, and gives its size in memory. */
export async function makeSnapshot(hostPath: string, config: HostConfig, limit: number): Promise<{ bytes: number }> {
  let child: ChildProcess | null = null;
  const message = await startRestricted(hostPath, config, limit, (started) => {
    child = started;
    try {
      if (child.pid) setPriority(child.pid, 19);
    } catch {
      // It is only politeness.
    }
  }).finally(() => child?.kill('SIGKILL'));
  return { bytes: message.kind === 'snapshotMade' ? message.bytes : 0 };
}

/** False once a runtime turned out to know none of the options that take rights away. */
let runtimeHasRestrictions = true;

/**
 * Starts a process without rights; where the runtime does not support that, one with the rights of its user, in which
 * only the walls of `lockdown.ts` hold.
 */
async function startRestricted(
  hostPath: string,
  config: HostConfig,
  limit: number,
  onStart: (child: ChildProcess) => void,
): Promise<HostMessage> {
  const start = (isRestricted: boolean) => {
    const child = spawnHost(hostPath, config, isRestricted);
    onStart(child);
    return outcomeOfStart(child, limit);
  };
  if (!runtimeHasRestrictions) return start(false);
  try {
    return await start(true);
  } catch (error) {
    if (!mayComeFromRestrictions(error as Error)) throw error;
    const outcome = await start(false);
    runtimeHasRestrictions = false;
    return outcome;
  }
}

/** An unknown option (9 is Node's exit code for that), or a right that is needed in this runtime. */
function mayComeFromRestrictions({ message }: Error): boolean {
  return /code 9\b|ERR_ACCESS_DENIED|API has been restricted|Code generation from strings/.test(message);
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

function spawnHost(hostPath: string, config: HostConfig, isRestricted: boolean): ChildProcess {
  const real: HostConfig = {
    ...config,
    pyodideDir: realpathSync(config.pyodideDir),
    rendererDir: realpathSync(config.rendererDir),
    standardLibrary: realpathSync(config.standardLibrary),
    archives: config.archives.map((file) => realpathSync(file)),
  };
  const host = realpathSync(hostPath);
  return fork(host, [JSON.stringify(real)], {
    execArgv: isRestricted ? restrictions(host, real) : ['--no-warnings'],
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
