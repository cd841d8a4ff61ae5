/**
 * The child process in which Python runs: `node main.ts '<HostConfig>'`, with an IPC channel.
 *
 * It starts Python in WebAssembly with one ORM library, takes everything away that leads out of it, and then answers
 * one request after the other. Whoever started it watches the time and ends it when it hangs.
 */
import { loadPython } from './python.ts';
import { limitMemory } from './memory.ts';
import { closeFileSystem, closeHost, closeNetwork, closePython } from './lockdown.ts';
import type { HostConfig, HostMessage, HostRequest } from './messages.ts';
import { writeSnapshot } from './snapshot.ts';

const send = process.send?.bind(process) as ((message: HostMessage, done?: () => void) => void) | undefined;
const exit = process.exit.bind(process);
const onMessage = process.on.bind(process, 'message');

if (!send) {
  console.error('This program is started by the renderer, with a channel to answer on.');
  exit(2);
}
process.on('disconnect', () => exit(0));
process.on('uncaughtException', fail);
run(JSON.parse(process.argv[2] ?? '{}') as HostConfig).catch(fail);

async function run(config: HostConfig): Promise<void> {
  closeNetwork();
  limitMemory(config.memoryLimit);
  const python = await loadPython(config);
  if (config.snapshot.use === 'make') {
    const started = performance.now();
    const bytes = await writeSnapshot(python, config.snapshot.file);
    reply({ kind: 'snapshotMade', bytes, milliseconds: performance.now() - started }, () => exit(0));
    return;
  }
  const handle = python.pyimport('ormsight_renderer').handle as (request: string) => string;
  closePython(python);
  closeFileSystem(python);
  onMessage((request: HostRequest) => reply(answer(request)));
  closeHost();
  reply({ kind: 'ready' });

  function answer({ id, text }: HostRequest): HostMessage {
    try {
      return { kind: 'answer', id, text: String(handle(text)), worn: memoryInUse() > config.memoryLimit / 2 };
    } catch (error) {
      return { kind: 'cutOff', id, reason: reasonOf(error), message: lastLine(error) };
    }
  }

  function memoryInUse(): number {
    return python._module.HEAPU8.length;
  }
}

function reply(message: HostMessage, done?: () => void): void {
  send?.(message, done);
}

function reasonOf(error: unknown): 'memory' | 'recursion' | 'crash' {
  const type = (error as { type?: string }).type;
  if (type === 'MemoryError') return 'memory';
  return type === 'RecursionError' || error instanceof RangeError ? 'recursion' : 'crash';
}

function fail(error: unknown): void {
  reply({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }, () => exit(1));
}

/** The type and the words of a Python error; its traceback quotes the user's code, which is not for logs. */
function lastLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trimEnd().split('\n').at(-1) ?? '';
}
