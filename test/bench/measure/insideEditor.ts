/** Runs inside the extension host. The names of its results are the figures, as JSON. */
import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { eventually } from '../../harness/hostTests.ts';

export async function run(): Promise<void> {
  const [file] = await vscode.workspace.findFiles('**/routers/users.py');
  const figures = file ? await timeFirstSql(file) : await timeActivation();
  await writeFile(
    process.env['ORMSIGHT_TEST_RESULTS'] ?? '',
    JSON.stringify([{ name: JSON.stringify(figures), error: null }]),
  );
}

/** In an empty folder, where nothing has activated the extension yet. */
async function timeActivation(): Promise<Record<string, number>> {
  const extension = vscode.extensions.getExtension('ormsight.ormsight');
  if (!extension || extension.isActive) throw new Error('The extension is not there, or active already');
  const started = performance.now();
  await extension.activate();
  return { activation: performance.now() - started };
}

async function timeFirstSql(file: vscode.Uri): Promise<Record<string, number>> {
  const first = await firstSql(file);
  // What was made for the first start, the snapshot, serves the second, as on every other day.
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await vscode.commands.executeCommand('ormsight.restartServer');
  return { first, usual: await firstSql(file) };
}

/** From opening a file to a hover with its SQL. */
async function firstSql(file: vscode.Uri): Promise<number> {
  const started = performance.now();
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  const position = document.positionAt(document.getText().indexOf('select(Post)'));
  await eventually(async () => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', file, position);
    const text = hovers.flatMap(({ contents }) =>
      contents.map((part) => (typeof part === 'string' ? part : part.value)),
    );
    return text.some((part) => part.includes('SELECT')) || undefined;
  }, 60);
  return performance.now() - started;
}
