/**
 * The child process in which Python runs: `node main.ts '<HostConfig>'`, with an IPC channel.
 *
 * It starts Python in WebAssembly, takes everything away that leads out of it, imports one ORM library, and then answers
 * one request after the other. Whoever started it watches the time and ends it when it hangs.
 */
import { compileArchive } from './compileArchive.ts';
import { type LibraryStart, libraryToStart, loadPython } from './python.ts';
import { limitMemory } from './memory.ts';
import { closeFileSystem, closeHost, closeNetwork, closePython } from './lockdown.ts';
import type { HostConfig, HostMessage, HostRequest } from './messages.ts';
import { writeSnapshot } from './snapshot.ts';

const send = process.send?.bind(process) as ((message: HostMessage, done?: () => void) => void) | undefined;
const exit = process.exit.bind(process);
const onMessage = process.on.bind(process, 'message');

/** Starting leaves some 40 MB behind, and a process that waits would keep them; not while the first query runs. */
const garbageAfter = 1_000;
const collectGarbage = (globalThis as { gc?: () => void }).gc ?? (() => undefined);

/** In characters; no statement anyone would read is near it. */
const longestAnswer = 20_000_000;

/** In characters, of why a library does not start. */
const longestFailure = 500;

if (!send) {
  console.error('This program is started by the renderer, with a channel to answer on.');
  exit(2);
}
process.on('disconnect', () => exit(0));
process.on('uncaughtException', (error) => fail(error));
run(JSON.parse(process.argv[2] ?? '{}') as HostConfig).catch((error: unknown) => fail(error));

async function run(config: HostConfig): Promise<void> {
  closeNetwork();
  limitMemory(config.memoryLimit);
  const python = await loadPython(config);
  if (config.task.kind !== 'answer') {
    const { task } = config;
    const bytes = await (task.kind === 'snapshot'
      ? writeSnapshot(python, task.file)
      : compileArchive(python, task.from, task.file));
    reply({ kind: 'written', bytes }, () => exit(0));
    return;
  }
  const { start, answer: handle } = closePython(python);
  closeFileSystem(python);
  onMessage((request: HostRequest) => reply(answer(request)));
  closeHost();
  const library = libraryToStart(config);
  const failure = library ? startLibrary(library) : '';
  if (failure !== '') return fail(failure.slice(0, longestFailure), 'library');
  reply({ kind: 'ready' });
  setTimeout(collectGarbage, garbageAfter);

  function startLibrary(library: LibraryStart): string {
    try {
      const failure = start(library);
      return typeof failure === 'string' ? failure : 'it says nonsense';
    } catch (error) {
      return `Python ended: ${messageOf(error)}`;
    }
  }

  function answer({ id, text: request }: HostRequest): HostMessage {
    try {
      const text = handle(request);
      if (typeof text !== 'string' || text.length > longestAnswer) {
        return { kind: 'cutOff', id, reason: 'memory', message: 'the answer is too long' };
      }
      if (text.startsWith('\0'))
        return { kind: 'cutOff', id, reason: reasonFor(text.slice(1)), message: text.slice(1) };
      return { kind: 'answer', id, text, worn: memoryInUse() > config.memoryLimit / 2 };
    } catch (error) {
      // Not Python but the interpreter itself went wrong.
      const reason = error instanceof RangeError ? 'recursion' : 'crash';
      return { kind: 'cutOff', id, reason, message: messageOf(error) };
    }
  }

  function memoryInUse(): number {
    return python._module.HEAPU8.length;
  }
}

function reply(message: HostMessage, done?: () => void): void {
  send?.(message, done);
}

function reasonFor(pythonError: string): 'memory' | 'recursion' | 'crash' {
  if (pythonError === 'MemoryError') return 'memory';
  return pythonError === 'RecursionError' ? 'recursion' : 'crash';
}

function fail(error: unknown, of: 'python' | 'library' = 'python'): void {
  reply({ kind: 'failed', of, message: messageOf(error) }, () => exit(1));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
