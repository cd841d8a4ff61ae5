import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPyodide } from 'pyodide';

/** Turns the source of a Python module into byte code for the sandbox. */
export type Compile = (path: string, source: Uint8Array) => Uint8Array;

/** Path of the program that does it, for cache keys. */
export const compilerSource = join(import.meta.dirname, 'compile.py');

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Starts the sandbox's Python for compiling. Takes some seconds. */
export async function startCompiler(): Promise<Compile> {
  const python = await loadPyodide({ env: { PYTHONHASHSEED: '0' }, jsglobals: {} });
  const namespace = python.toPy({});
  python.runPython(await readFile(compilerSource, 'utf8'), { globals: namespace });
  const compileModule = namespace.get('compile_module');
  return (path, source) => {
    const compiled = compileModule(path, utf8.decode(source));
    const bytes: Uint8Array = compiled.toJs();
    compiled.destroy();
    return bytes;
  };
}
