import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { installOnce } from './cache.ts';
import { findProgram, run } from './run.ts';

/**
 * The Python of a virtual environment that holds what a requirements file pins (with hashes), made once per content of
 * the file and version of Python. Throws, with what to install, when there is no Python 3.11 or later.
 */
export async function pythonEnvironment(requirements: string): Promise<string> {
  const { program, version } = await findPython();
  const content = await readFile(requirements);
  const key = createHash('sha256').update(version).update(content).digest('hex').slice(0, 12);
  const name = `python/${basename(requirements, '.txt')}-${key}`;
  const folder = await installOnce(name, async (unfinished) => {
    console.log(`Installing the packages of ${basename(requirements)} for Python ${version}`);
    await run(program, ['-m', 'venv', unfinished]);
    const options = ['--quiet', '--disable-pip-version-check', '--require-hashes', '--retries=1'];
    await run(interpreter(unfinished), ['-m', 'pip', 'install', ...options, '-r', requirements]);
  });
  return interpreter(folder);
}

async function findPython(): Promise<{ program: string; version: string }> {
  for (const name of ['python3', 'python']) {
    const program = findProgram(name);
    if (!program) continue;
    const script = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
    const version = (await run(program, ['-c', script]).catch(() => '')).trim();
    if (Number(version.split('.')[1] ?? 0) >= 11) return { program, version };
  }
  throw new Error('No Python 3.11 or later with venv in PATH. On Debian or Ubuntu: sudo apt-get install python3-venv');
}

/** Environments are moved once, so only what does not know its own path can be used: the interpreter. */
function interpreter(folder: string): string {
  return process.platform === 'win32' ? join(folder, 'Scripts/python.exe') : join(folder, 'bin/python');
}
