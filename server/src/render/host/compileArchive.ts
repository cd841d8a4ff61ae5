import { readFile, rename, writeFile } from 'node:fs/promises';
import { bytecodeCompiler } from './bytecode.ts';
import { readZip, writeZip } from './zip.ts';
import type { Python } from './python.ts';

/**
 * Writes a zip of sources as one of byte code, which Python imports in a quarter of the time, and gives its size.
 * Compiling executes nothing of them. A source that this Python does not understand stays what it is: importing it says why.
 */
export async function compileArchive(python: Python, from: string, file: string): Promise<number> {
  const compile = python.runPython(bytecode, { globals: python.toPy({}) }) as (
    path: string,
    source: Uint8Array,
  ) => { toJs(): Uint8Array; destroy(): void } | undefined;
  const files = new Map<string, Uint8Array>();
  for (const [path, source] of readZip(await readFile(from))) {
    // pyodide takes no `Buffer`.
    const compiled = compile(path, new Uint8Array(source));
    files.set(compiled ? `${path}c` : path, compiled ? compiled.toJs() : source);
    compiled?.destroy();
  }
  const zip = writeZip(files, false);
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, zip);
  await rename(unfinished, file);
  return zip.length;
}

const bytecode = `
${bytecodeCompiler}
def compile_or_leave(path, source):
    try:
        return compile_module(path, source.to_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None

compile_or_leave
`;
