/** Runs inside the extension host, on a copy of `examples/`: hover, preview, clipboard and dialect. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, hostTests } from '../../harness/hostTests.ts';

const users = 'fastapi-shop/shop/routers/users.py';

export const run = hostTests({
  'a hover shows the SQL': async () => {
    const { document, position } = await goTo(users, 'select(User)');
    const text = await hoverUntil(document.uri, position, /SELECT/);
    assert.match(text, /FROM users/);
    assert.match(text, /SQLAlchemy 2\.0\.\d+ · SQLite/);
  },

  'the preview shows the query under the cursor, and follows it': async () => {
    await goTo(users, 'select(User)');
    await vscode.commands.executeCommand('ormsight.openSqlPreview');
    await previewUntil(/^-- fastapi-shop\/shop\/routers\/users\.py:\d+ · SQLAlchemy .* · exact\n\nSELECT users\./);
    assert.equal(preview().languageId, 'ormsight-sql');
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'python');
  },

  'the preview follows what is typed, and says when there is no query any more': async () => {
    const { document } = await goTo(users, 'select(User)');
    const insert = async (at: string, text: string): Promise<void> => {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, document.positionAt(document.getText().indexOf(at) + at.length), text);
      assert.ok(await vscode.workspace.applyEdit(edit));
    };
    await insert('select(User)', '.where(User.name == "Ada")');
    await previewUntil(/-- +name_1 = 'Ada'/);
    await goTo(users, 'import');
    await previewUntil(/^-- Last SQL of .*, there is no query at the cursor/);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  },

  'another dialect is other SQL, and the choice is in the workspace settings': async () => {
    await goTo(users, 'select(User)');
    await previewUntil(/· SQLite/);
    const settings = vscode.workspace.getConfiguration('ormsight');
    await settings.update('dialect', 'postgresql', vscode.ConfigurationTarget.Workspace);
    await previewUntil(/· PostgreSQL/);
    await settings.update('dialect', undefined, vscode.ConfigurationTarget.Workspace);
    await previewUntil(/· SQLite/);
  },

  'the SQL is copied': async () => {
    await goTo(users, 'select(User)');
    await vscode.commands.executeCommand('ormsight.copySql');
    assert.match(await vscode.env.clipboard.readText(), /^SELECT users\./);
  },

  'a restart of the server gives the SQL back': async () => {
    const { document, position } = await goTo(users, 'select(User)');
    await vscode.commands.executeCommand('ormsight.restartServer');
    await hoverUntil(document.uri, position, /SELECT/);
  },

  'an untitled document has SQL too': async () => {
    const content = [
      'from sqlalchemy import Column, Integer, MetaData, Table, select',
      'notes = Table("notes", MetaData(), Column("id", Integer, primary_key=True))',
      'select(notes.c.id)',
    ].join('\n');
    const document = await vscode.workspace.openTextDocument({ language: 'python', content });
    await vscode.window.showTextDocument(document);
    const text = await hoverUntil(document.uri, new vscode.Position(2, 3), /SELECT/);
    assert.match(text, /SELECT notes\.id\nFROM notes/);
  },

  'a notebook cell has SQL too': async () => {
    const file = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'fastapi-shop/explore.ipynb');
    const notebook = await vscode.workspace.openNotebookDocument(file);
    await vscode.window.showNotebookDocument(notebook);
    const cell = notebook.getCells().find(({ document }) => document.getText().includes('select('));
    assert.ok(cell);
    const offset = cell.document.getText().indexOf('select(') + 2;
    await hoverUntil(cell.document.uri, cell.document.positionAt(offset), /SELECT/);
  },
});

/** Opens a file of the folder with the cursor in the middle of a piece of its text. */
async function goTo(
  path: string,
  piece: string,
): Promise<{ document: vscode.TextDocument; position: vscode.Position }> {
  const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, path);
  const document = await vscode.workspace.openTextDocument(uri);
  const offset = document.getText().indexOf(piece);
  assert.ok(offset >= 0, `${piece} is not in ${path}`);
  const position = document.positionAt(offset + Math.floor(piece.length / 2));
  const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  editor.selection = new vscode.Selection(position, position);
  return { document, position };
}

async function hoverUntil(uri: vscode.Uri, position: vscode.Position, expected: RegExp): Promise<string> {
  return eventually(async () => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position);
    const parts = hovers.flatMap(({ contents }) =>
      contents.map((part) => (typeof part === 'string' ? part : part.value)),
    );
    const text = parts.join('\n');
    if (!expected.test(text)) throw new Error(`the hover was: ${text}`);
    return text;
  });
}

function preview(): vscode.TextDocument {
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'ormsight-sql');
  if (!document) throw new Error('there is no preview');
  return document;
}

async function previewUntil(expected: RegExp): Promise<void> {
  await eventually(() => {
    const text = preview().getText();
    if (!expected.test(text)) throw new Error(`the preview was: ${text}`);
    return text;
  });
}
