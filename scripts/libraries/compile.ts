import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPyodide } from 'pyodide';
import { bytecodeCompiler } from '../../server/src/render/host/bytecode.ts';

/** Turns the source of a Python module into byte code for the sandbox. */
export type Compile = (path: string, source: Uint8Array) => Uint8Array;

/** The sandbox's Python: its version and its standard library. */
export async function readPython(): Promise<{ version: string; standardLibrary: Buffer }> {
  const python = await loadPyodide({ jsglobals: {} });
  const version: string = python.runPython('import platform; platform.python_version()');
  return { version, standardLibrary: await readFile(join(pyodideFolder, 'python_stdlib.zip')) };
}

export const pyodideFolder = dirname(fileURLToPath(import.meta.resolve('pyodide/package.json')));

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Starts the sandbox's Python for compiling. Takes some seconds. */
export async function startCompiler(): Promise<Compile> {
  const python = await loadPyodide({ env: { PYTHONHASHSEED: '0' }, jsglobals: {} });
  const namespace = python.toPy({});
  python.runPython(bytecodeCompiler, { globals: namespace });
  const compileModule = namespace.get('compile_module');
  return (path, source) => {
    const compiled = compileModule(path, utf8.decode(source));
    const bytes: Uint8Array = compiled.toJs();
    compiled.destroy();
    return bytes;
  };
}
