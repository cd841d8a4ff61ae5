import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { root } from '../root.ts';

/** The variables of this process, with the project's own tools and its Node first in PATH. */
export function toolEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  // What `npm start` says about the Node that it found, and not of the project's own.
  const { npm_config_user_agent: _agent, npm_node_execpath: _node, NODE: _also, ...inherited } = process.env;
  const path = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  return { ...inherited, PATH: path, ...extra };
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A file that receives all output. */
  readonly log?: string;
  readonly timeoutSeconds?: number;
}

/**
 * Runs a program to its end and gives its output, both streams together.
 * Throws when it cannot start, fails or takes too long, with the last lines of output; nothing it started stays.
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: options.env ?? toolEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const stopWithUs = (): void => endGroup(child.pid);
  process.on('exit', stopWithUs);
  let timedOut = false;
  const timer = setTimeout(
    () => {
      timedOut = true;
      endGroup(child.pid);
    },
    (options.timeoutSeconds ?? 1200) * 1000,
  );
  let output = '';
  if (options.log) mkdirSync(dirname(options.log), { recursive: true });
  const log = options.log ? createWriteStream(options.log) : null;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
      log?.write(text);
    });
  }
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0) return output;
  } finally {
    clearTimeout(timer);
    process.off('exit', stopWithUs);
    log?.end();
  }
  const how = timedOut ? `took longer than ${options.timeoutSeconds ?? 1200} s` : 'failed';
  const end = output.trimEnd().split('\n').slice(-20).join('\n');
  throw new Error(`${[command, ...args].join(' ')} ${how}\n${end}`);
}

/** Ends a process that was started detached, and all that it started. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    if (process.platform === 'win32') process.kill(pid);
    else process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** The first of these programs that is in PATH, with its whole path. */
export function findProgram(...names: readonly string[]): string | null {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const name of names) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      for (const ending of endings) {
        const file = join(folder, name + ending);
        if (folder && existsSync(file)) return file;
      }
    }
  }
  return null;
}
