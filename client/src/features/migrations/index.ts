import { basename } from 'node:path';
import { type QuickPickItem, Uri, commands, l10n, window, workspace } from 'vscode';
import { migrationProjects, type ShownMigrationProject } from '../../../../server/src/protocol/migrations.ts';
import type { LanguageServer } from '../../languageClient.ts';
import type { Feature } from '../../services.ts';
import { pythonOf } from './python.ts';
import { isRunning, run } from './task.ts';
import { commandLine, databaseText, question, toolNames, type Upgrade } from './upgrade.ts';

/** Bringing a database to its newest migration, with the project's own tool. */
export const registerMigrations: Feature = ({ server }) => [
  commands.registerCommand('ormsight.upgradeDatabase', () => upgradeDatabase(server)),
];

async function upgradeDatabase(server: LanguageServer): Promise<void> {
  if (!workspace.isTrusted) return void (await commands.executeCommand('workbench.trust.manage'));
  const upgrade = await choose(await upgrades(server));
  if (!upgrade || !(await confirmed(upgrade))) return;
  if (isRunning(upgrade)) {
    return void window.showInformationMessage(l10n.t('This database is being upgraded already.'));
  }
  const exitCode = await run(upgrade);
  await commands.executeCommand('ormsight.refreshSchema');
  report(upgrade, exitCode);
}

async function upgrades(server: LanguageServer): Promise<Upgrade[]> {
  const projects = (await server.request(migrationProjects, null)) ?? [];
  const local = projects.filter(({ folder }) => Uri.parse(folder).scheme === 'file');
  return Promise.all(local.map(toUpgrade));
}

async function toUpgrade(project: ShownMigrationProject): Promise<Upgrade> {
  const folder = Uri.parse(project.folder);
  const { where } = project;
  const place = where && l10n.t('{0}, line {1}', workspace.asRelativePath(Uri.parse(where.uri)), where.line + 1);
  return { project, folder: folder.fsPath, python: await pythonOf(folder), place };
}

async function choose(all: readonly Upgrade[]): Promise<Upgrade | undefined> {
  if (all.length === 0) {
    const message = l10n.t(
      'No migrations were found: neither an alembic.ini or pyproject.toml of Alembic nor a manage.py.',
    );
    return void window.showInformationMessage(message);
  }
  if (all.length === 1) return all[0];
  const choice = await window.showQuickPick(all.map(toChoice), {
    title: l10n.t('Upgrade Database'),
    placeHolder: l10n.t('The project whose database is upgraded'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return choice?.upgrade;
}

function toChoice(upgrade: Upgrade): QuickPickItem & { readonly upgrade: Upgrade } {
  const { project, folder } = upgrade;
  return {
    label: basename(folder),
    description: `${toolNames[project.tool]} · ${commandLine(upgrade)}`,
    detail: databaseText(upgrade, l10n.t),
    upgrade,
  };
}

async function confirmed(upgrade: Upgrade): Promise<boolean> {
  const { message, detail } = question(upgrade, l10n.t);
  const yes = l10n.t('Upgrade');
  return (await window.showWarningMessage(message, { modal: true, detail }, yes)) === yes;
}

function report({ folder }: Upgrade, exitCode: number | undefined): void {
  const name = basename(folder);
  if (exitCode === 0) void window.showInformationMessage(l10n.t('The database of {0} is up to date.', name));
  else if (exitCode !== undefined) {
    void window.showErrorMessage(l10n.t('The database of {0} was not upgraded: the terminal says why.', name));
  }
}
