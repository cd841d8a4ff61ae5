import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Options of pip. Always the wheels of one platform, so that every machine builds the same zips. */
export type Platform = readonly string[];

/** Compiled parts, if there are any, are thrown away. */
export const anyPlatform: Platform = platform('3.12', ['cp312', 'none'], ['manylinux2014_x86_64', 'any']);

/** The sandbox's own Python: https://pyodide.org/en/stable/development/abi.html */
export const sandboxPlatform: Platform = platform('3.14', ['cp314'], ['pyemscripten_2026_0_wasm32']);

function platform(python: string, abis: readonly string[], names: readonly string[]): Platform {
  return [
    ...['--implementation', 'cp', '--python-version', python],
    ...abis.flatMap((abi) => ['--abi', abi]),
    ...names.flatMap((name) => ['--platform', name]),
  ];
}

/**
 * Downloads the wheels that a requirements file pins into `folder` and gives their bytes, in the order of their names.
 * Nothing of them is executed. Throws with what pip said, or with what to install when there is no pip.
 */
export async function fetchWheels(requirements: string, folder: string, platform: Platform): Promise<Buffer[]> {
  const [command, ...before] = await findPip();
  await run(command!, [
    ...before,
    ...['download', '--quiet', '--no-deps', '--require-hashes', '--only-binary=:all:', '--disable-pip-version-check'],
    ...platform,
    ...['--dest', folder, '--requirement', requirements],
  ]).catch((error: { stderr?: string; message: string }) => {
    throw new Error(`pip could not download ${requirements}:\n${error.stderr?.trim() || error.message}`);
  });
  const wheels = (await readdir(folder)).filter((file) => file.endsWith('.whl')).sort();
  return Promise.all(wheels.map((file) => readFile(join(folder, file))));
}

let pip: Promise<string[]> | undefined;

function findPip(): Promise<string[]> {
  return (pip ??= firstThatRuns([
    ['python3', '-m', 'pip'],
    ['python', '-m', 'pip'],
    ['py', '-m', 'pip'],
    ['pip3'],
    ['pip'],
  ]));
}

async function firstThatRuns(commands: readonly string[][]): Promise<string[]> {
  for (const [command, ...rest] of commands) {
    const works = await run(command!, [...rest, '--version']).then(
      () => true,
      () => false,
    );
    if (works) return [command!, ...rest];
  }
  throw new Error('The ORM libraries are downloaded with pip, and there is none: install it (Debian: python3-pip)');
}
