/** The Pythons whose parser decides: the one on the machine, and the newest one, which Pyodide brings along. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { loadPyodide } from 'pyodide';

export type Answer = { readonly encoding: string; readonly tree: string } | { readonly error: string };

export interface Oracle {
  /** As `3.14`. */
  readonly version: string;
  /** Whether its ranges in f-strings are those in the file, as they are from 3.12 on. */
  readonly rangesInFStrings: boolean;
  /** The tree of a file, in the form of `treeText.ts`, or why Python rejects it. */
  ask(path: string): Promise<Answer>;
  close(): void;
}

const DUMP_SCRIPT = join(import.meta.dirname, 'dump_tree.py');

/** `python3` of the machine, as a process that answers one line for each path. */
export async function startLocalPython(): Promise<Oracle> {
  const version = await localVersion();
  const child = spawn('python3', ['-X', 'utf8', DUMP_SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    version,
    rangesInFStrings: hasPep701(version),
    async ask(path) {
      child.stdin.write(`${path}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`python3 ended while reading ${path}`);
      return JSON.parse(value) as Answer;
    },
    close: () => child.stdin.end(),
  };
}

export interface PyodideOracle extends Oracle {
  askText(text: string): Answer;
  /** The modules of the standard library that comes with Pyodide. */
  standardLibrary(): readonly { readonly path: string; readonly text: string }[];
}

/** Python 3.14 in WebAssembly. */
export async function startPyodide(): Promise<PyodideOracle> {
  const pyodide = await loadPyodide();
  pyodide.runPython(readFileSync(DUMP_SCRIPT, 'utf8'), { filename: 'dump_tree.py' });
  const version = pyodide.runPython('"{}.{}".format(*sys.version_info)') as string;
  const python = (name: string): ((argument: string) => string) => pyodide.globals.get(name) as never;
  const answer = python('answer');
  const answerText = python('answer_text');
  pyodide.FS.mkdirTree('/asked');
  let mounted = '';
  return {
    version,
    rangesInFStrings: hasPep701(version),
    ask(path) {
      const folder = dirname(path);
      if (folder !== mounted) {
        if (mounted !== '') pyodide.FS.unmount('/asked');
        pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, '/asked');
        mounted = folder;
      }
      return Promise.resolve(JSON.parse(answer(join('/asked', basename(path)))) as Answer);
    },
    askText: (text) => JSON.parse(answerText(text)) as Answer,
    standardLibrary: () => JSON.parse(python('standard_library')('')) as { path: string; text: string }[],
    close: () => {},
  };
}

async function localVersion(): Promise<string> {
  const child = spawn('python3', ['-c', 'import sys; print("{}.{}".format(*sys.version_info))']);
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  return output.trim();
}

function hasPep701(version: string): boolean {
  return Number(version.split('.')[1]) >= 12;
}
