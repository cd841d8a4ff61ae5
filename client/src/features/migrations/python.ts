import { existsSync } from 'node:fs';
import { extensions, type Uri, workspace } from 'vscode';
import { choosePython } from './choosePython.ts';

/** The Python of a project's folder, as a path or a name that the system looks up. Starts no Python. */
export async function pythonOf(folder: Uri): Promise<string> {
  const workspaceFolder = workspace.getWorkspaceFolder(folder)?.uri ?? folder;
  const chosen = (await byEnvironmentsExtension(folder)) ?? (await byPythonExtension(folder));
  const machine = { platform: process.platform, env: process.env, exists: existsSync };
  return choosePython(folder.fsPath, workspaceFolder.fsPath, chosen, machine);
}

/** What we use of https://github.com/microsoft/vscode-python-environments/blob/main/src/api.ts */
interface EnvironmentsApi {
  getEnvironment(
    scope: Uri,
  ): Promise<{ readonly execInfo: { readonly run: { readonly executable: string } } } | undefined>;
}

/** What we use of https://github.com/microsoft/vscode-python/blob/main/pythonExtensionApi/src/main.ts */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource: Uri): { readonly path: string };
    resolveEnvironment(path: unknown): Promise<{ readonly executable: { readonly uri: Uri | undefined } } | undefined>;
  };
}

function byEnvironmentsExtension(folder: Uri): Promise<string | null> {
  return orNull(async () => {
    const api = await extensions.getExtension<EnvironmentsApi>('ms-python.vscode-python-envs')?.activate();
    const environment = await api?.getEnvironment(folder);
    return environment?.execInfo.run.executable ?? null;
  });
}

function byPythonExtension(folder: Uri): Promise<string | null> {
  return orNull(async () => {
    const api = await extensions.getExtension<PythonApi>('ms-python.python')?.activate();
    const environment = await api?.environments.resolveEnvironment(api.environments.getActiveEnvironmentPath(folder));
    return environment?.executable.uri?.fsPath ?? null;
  });
}

/** An extension that is not as it was gives no answer: then we look ourselves. */
async function orNull(question: () => Promise<string | null>): Promise<string | null> {
  try {
    return await question();
  } catch {
    return null;
  }
}
