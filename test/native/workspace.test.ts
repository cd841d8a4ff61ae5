import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { run } from '../../scripts/tools/run.ts';
import { generateWorkspace, writeWorkspace } from '../bench/workspace/generate.ts';

/** Compiles every file below a folder, and prints what fails. A warning, as for an invalid escape, fails as well. */
const compileAll = `
import pathlib, sys, warnings
warnings.simplefilter("error")
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py")):
    try:
        compile(path.read_bytes(), str(path), "exec")
    except (SyntaxError, Warning) as error:
        print(f"{path}: {error}")
`;

test.for(['sqlalchemy', 'django'] as const)('CPython compiles a generated workspace on %s', async (orm) => {
  const python = await pythonEnvironment(join(import.meta.dirname, 'models/libraries.txt'));
  const folder = await mkdtemp(join(tmpdir(), 'ormsight-workspace-'));
  try {
    await writeWorkspace(folder, generateWorkspace({ orm, lines: 20_000, seed: 3 }));
    expect(await run(python, ['-c', compileAll, folder])).toBe('');
  } finally {
    await rm(folder, { recursive: true });
  }
});
