import { basename } from 'node:path';
import {
  type Disposable,
  l10n,
  ProcessExecution,
  Task,
  TaskPanelKind,
  TaskRevealKind,
  TaskScope,
  tasks,
  Uri,
  workspace,
} from 'vscode';
import { toolNames, type Upgrade } from './upgrade.ts';

/** Runs it in a terminal the user sees. Gives the exit code; undefined when the user ended it. */
export async function run(upgrade: Upgrade): Promise<number | undefined> {
  const listeners: Disposable[] = [];
  const ended = new Promise<number | undefined>((resolve) => {
    listeners.push(
      tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        if (isSame(execution.task, upgrade)) resolve(exitCode);
      }),
      // Comes without the end of a process when there was none: the interpreter is missing.
      tasks.onDidEndTask(({ execution }) => {
        if (isSame(execution.task, upgrade)) setTimeout(() => resolve(undefined), 100);
      }),
    );
  });
  try {
    await tasks.executeTask(toTask(upgrade));
    return await ended;
  } finally {
    for (const listener of listeners) listener.dispose();
  }
}

export function isRunning(upgrade: Upgrade): boolean {
  return tasks.taskExecutions.some(({ task }) => isSame(task, upgrade));
}

function toTask(upgrade: Upgrade): Task {
  const { project, folder, python } = upgrade;
  const scope = workspace.getWorkspaceFolder(Uri.file(folder)) ?? TaskScope.Workspace;
  const name = l10n.t('{0}: upgrade {1}', toolNames[project.tool], basename(folder));
  const execution = new ProcessExecution(python, [...project.upgrade], { cwd: folder });
  const task = new Task(definitionOf(upgrade), scope, name, 'Ormsight', execution);
  task.presentationOptions = {
    reveal: TaskRevealKind.Always,
    panel: TaskPanelKind.Dedicated,
    clear: true,
    showReuseMessage: false,
  };
  return task;
}

function definitionOf({ project, folder }: Upgrade) {
  return { type: 'ormsight', tool: project.tool, folder };
}

function isSame({ definition }: Task, upgrade: Upgrade): boolean {
  const { type, tool, folder } = definitionOf(upgrade);
  return definition.type === type && definition['tool'] === tool && definition['folder'] === folder;
}
