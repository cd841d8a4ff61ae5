import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { STAR_EXPORTS } from '../../server/src/python/starExports.ts';

const PROGRAM = `
import importlib, json, sys, types
module = importlib.import_module(sys.argv[1])
public = [name for name, value in vars(module).items() if name[0] != "_" and not isinstance(value, types.ModuleType)]
print(json.dumps(sorted(getattr(module, "__all__", public))))
`;

test.each([...STAR_EXPORTS])('from %s import *', async (module, names) => {
  const python = await pythonEnvironment(join(import.meta.dirname, 'models/libraries.txt'));
  const exported = JSON.parse(execFileSync(python, ['-c', PROGRAM, module], { encoding: 'utf8' })) as string[];
  expect([...names].toSorted()).toEqual([...new Set(exported)].toSorted());
});
