import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Downloads the wheels that a requirements file pins into `folder` and gives their bytes, in the order of their names.
 * Nothing of them is executed. Throws with what pip said, or with what to install when there is no pip.
 */
export async function fetchWheels(requirements: string, folder: string): Promise<Buffer[]> {
  const [command, ...before] = await findPip();
  const platform = ['--implementation', 'cp', '--python-version', '3.12', '--abi', 'cp312', '--abi', 'none'];
  await run(command!, [
    ...before,
    ...['download', '--quiet', '--no-deps', '--require-hashes', '--only-binary=:all:', '--disable-pip-version-check'],
    // Always the wheels of one platform, so that every machine builds the same zips; compiled parts are thrown away.
    ...[...platform, '--platform', 'manylinux2014_x86_64', '--platform', 'any'],
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
