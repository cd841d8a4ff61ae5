import { posix, win32 } from 'node:path';

/** What the choice depends on; handed in, so that it can be tried for every machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
}

/**
 * The Python of a project, as a path or a name that the system looks up.
 * `chosen` is what a Python extension says for the folder, be it the user's choice or its own guess.
 *
 * An environment that was chosen wins, unless the project is a part of the workspace and has one of its own; then one
 * in or above the project's folder, the one VS Code was started in, and the machine's Python.
 */
export function choosePython(folder: string, workspaceFolder: string, chosen: string | null, machine: Machine): string {
  const paths = pathsOf(machine);
  const inside = environmentIn(folder, machine);
  if (folder !== workspaceFolder && inside) return inside;
  if (chosen && isEnvironment(paths.dirname(paths.dirname(chosen)), machine)) return chosen;
  const near = inside ?? environmentAbove(folder, workspaceFolder, machine) ?? startedIn(machine);
  return near ?? chosen ?? (machine.platform === 'win32' ? 'python' : 'python3');
}

function environmentAbove(folder: string, workspaceFolder: string, machine: Machine): string | null {
  const paths = pathsOf(machine);
  for (let at = folder; at !== workspaceFolder && at !== paths.dirname(at);) {
    at = paths.dirname(at);
    const found = environmentIn(at, machine);
    if (found) return found;
  }
  return null;
}

function environmentIn(folder: string, machine: Machine): string | null {
  for (const name of ['.venv', 'venv', 'env']) {
    const environment = pathsOf(machine).join(folder, name);
    const python = pythonIn(environment, machine);
    if (isEnvironment(environment, machine) && machine.exists(python)) return python;
  }
  return null;
}

function startedIn(machine: Machine): string | null {
  for (const environment of [machine.env['VIRTUAL_ENV'], machine.env['CONDA_PREFIX']]) {
    if (environment && machine.exists(pythonIn(environment, machine))) return pythonIn(environment, machine);
  }
  return null;
}

function pythonIn(environment: string, machine: Machine): string {
  const paths = pathsOf(machine);
  if (machine.platform !== 'win32') return paths.join(environment, 'bin', 'python');
  const conda = paths.join(environment, 'python.exe');
  return machine.exists(conda) ? conda : paths.join(environment, 'Scripts', 'python.exe');
}

/** On Windows, Conda's Python is not in a folder of its own: then `folder` is above the environment, and no harm done. */
function isEnvironment(folder: string, machine: Machine): boolean {
  const paths = pathsOf(machine);
  return ['pyvenv.cfg', 'conda-meta'].some((name) => machine.exists(paths.join(folder, name)));
}

function pathsOf({ platform }: Pick<Machine, 'platform'>): typeof posix {
  return platform === 'win32' ? win32 : posix;
}
