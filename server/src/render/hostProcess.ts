import type { ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import type { HostConfig, HostMessage } from './host/messages.ts';
import { spawnHost } from './spawn.ts';

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
  /** Undefined until the process is there. */
  readonly pid: number | undefined;
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
    get pid() {
      return child?.pid;
    },
    ask,
    kill,
  };

  function connect(): Promise<HostMessage> {
    return spawnHost(hostPath, config, startLimit, (started) => {
      child = started;
      if (state === 'gone') child.kill('SIGKILL');
      child.on('message', receive);
      child.on(
        'exit',
        (code, signal) => started === child && end('crash', `it ended with ${signal ?? `code ${code}`}`),
      );
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

/** Lets a child process write the file of its task, at low priority if that can wait; gives the size before compression. */
export async function writeWithHost(
  hostPath: string,
  config: HostConfig,
  limit: number,
  canWait: boolean,
): Promise<{ bytes: number }> {
  let child: ChildProcess | null = null;
  const message = await spawnHost(hostPath, config, limit, (started) => {
    child = started;
    try {
      if (canWait && child.pid) setPriority(child.pid, 19);
    } catch {
      // It is only politeness.
    }
  }).finally(() => child?.kill('SIGKILL'));
  return { bytes: message.kind === 'written' ? message.bytes : 0 };
}
