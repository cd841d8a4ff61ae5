import { commands, env, l10n, Range, Uri, window, workspace } from 'vscode';
import { targetsChanged } from '../../../../server/src/protocol/target.ts';
import type { Feature } from '../../services.ts';
import { Connections } from './connections.ts';
import { labelOf } from './labels.ts';
import type { Node } from './nodes.ts';
import { changesPattern, sqliteEndings } from './sqliteFiles.ts';
import { SchemaTree } from './tree.ts';

/** The view *Schema*: databases, their tables, columns, keys and indexes. */
export const registerSchemaExplorer: Feature = ({ server }) => {
  const connections = new Connections();
  const tree = new SchemaTree(server, connections, (count) => setContext('connections', count));
  const view = window.createTreeView('ormsight.schema', { treeDataProvider: tree, showCollapseAll: true });
  const refreshSoon = soon(() => tree.refresh(false));
  const changes = workspace.createFileSystemWatcher(changesPattern);

  setContext('server', server.state);
  server.onNotification(targetsChanged, refreshSoon.start);
  return [
    connections,
    tree,
    view,
    changes,
    refreshSoon,
    changes.onDidChange(refreshSoon.start),
    connections.onDidChange(() => tree.refresh(false)),
    server.onDidChangeState((state) => {
      setContext('server', state);
      if (state === 'running') tree.refresh(false);
    }),
    commands.registerCommand('ormsight.refreshSchema', () => {
      connections.findAgain();
      tree.refresh(true);
    }),
    commands.registerCommand('ormsight.addSqliteFile', () => addSqliteFile(connections)),
    commands.registerCommand('ormsight.removeConnection', async (node?: Node) => {
      if (node?.kind === 'connection') await connections.remove(node.connection);
    }),
    commands.registerCommand('ormsight.openModel', async (node?: Node) => {
      if (node?.kind === 'table') await openModel(node);
    }),
    commands.registerCommand('ormsight.copyName', async (node?: Node) => {
      const selected = node ?? view.selection[0];
      if (selected) await env.clipboard.writeText(labelOf(selected, l10n.t).text);
    }),
  ];
};

async function addSqliteFile(connections: Connections): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const files = await window.showOpenDialog({
    title: l10n.t('Add SQLite File'),
    openLabel: l10n.t('Add'),
    canSelectMany: true,
    ...(folder && { defaultUri: folder }),
    filters: { [l10n.t('SQLite databases')]: sqliteEndings, [l10n.t('All files')]: ['*'] },
  });
  for (const file of files ?? []) await connections.save(file.fsPath);
  if (files) await commands.executeCommand('ormsight.schema.focus');
}

async function openModel({ model }: Extract<Node, { kind: 'table' }>): Promise<void> {
  if (!model) return;
  const { start, end } = model.range;
  const selection = new Range(start.line, start.character, end.line, end.character);
  await window.showTextDocument(Uri.parse(model.uri), { selection });
}

/** For the welcome texts of the view. */
function setContext(name: string, value: unknown): void {
  void commands.executeCommand('setContext', `ormsight.schema.${name}`, value);
}

/** Calls once for what happens in quick succession. */
function soon(work: () => void): { readonly start: () => void; dispose(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    start: () => {
      clearTimeout(timer);
      timer = setTimeout(work, 300);
    },
    dispose: () => clearTimeout(timer),
  };
}
