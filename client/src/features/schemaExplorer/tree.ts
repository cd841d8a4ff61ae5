import { isDeepStrictEqual } from 'node:util';
import {
  type Disposable,
  EventEmitter,
  l10n,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
} from 'vscode';
import { type DatabaseName, readSchema, type ShownModel, tableModels } from '../../../../server/src/protocol/schema.ts';
import type { LanguageServer } from '../../languageClient.ts';
import type { Connection, Connections } from './connections.ts';
import { labelOf } from './labels.ts';
import { connectionNode, type Node, schemaNodes, tableNodes } from './nodes.ts';

/** The tables of the workspace's databases. VS Code asks for what is open in a visible view, and for nothing else. */
export class SchemaTree implements TreeDataProvider<Node>, Disposable {
  readonly #changed = new EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #server: LanguageServer;
  readonly #connections: Connections;
  readonly #onShown: (connections: number) => void;
  /** By node of a database: the models behind its tables, as they were known last. */
  readonly #models = new Map<string, readonly ShownModel[]>();
  #refresh = false;

  constructor(server: LanguageServer, connections: Connections, onShown: (connections: number) => void) {
    this.#server = server;
    this.#connections = connections;
    this.#onShown = onShown;
  }

  /** Reads everything that is shown anew. `fromDatabase`: also what does not seem to have changed. */
  refresh(fromDatabase: boolean): void {
    this.#refresh ||= fromDatabase;
    this.#changed.fire(undefined);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) {
      if (this.#server.state === 'failed') return [];
      const connections = await this.#connections.list();
      this.#onShown(connections.length);
      return connections.map(connectionNode);
    }
    return node.kind === 'connection' ? this.#read(node, node.connection) : tableNodes(node);
  }

  getTreeItem(node: Node): TreeItem {
    const { text, description, icon, color, tooltip, spoken } = labelOf(node, l10n.t);
    const item = new TreeItem(text, collapsible[node.kind]);
    item.id = node.id;
    item.description = description;
    item.iconPath = new ThemeIcon(icon, color ? new ThemeColor(color) : undefined);
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: spoken };
    item.contextValue = contextOf(node);
    return item;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #read(node: Node, { driver, database }: Connection): Promise<Node[]> {
    const refresh = this.#refresh;
    this.#refresh = false;
    const schema = await this.#server.request(readSchema, { driver, database, secret: null, refresh });
    if (!schema)
      return [{ kind: 'problem', id: `${node.id}/server`, message: l10n.t('The language server is not running.') }];
    // Tables do not wait for models: those are known only when all files have been read.
    void this.#renewModels(node, { driver, database });
    return schemaNodes(node.id, schema, this.#models.get(node.id) ?? []);
  }

  async #renewModels(node: Node, of: DatabaseName): Promise<void> {
    // When a model changes this very moment there is no answer, and news of it is on its way.
    const models = await this.#server.request(tableModels, of).catch(() => null);
    if (!models || isDeepStrictEqual(models, this.#models.get(node.id) ?? [])) return;
    this.#models.set(node.id, models);
    this.#changed.fire(node);
  }
}

const { Collapsed, Expanded, None } = TreeItemCollapsibleState;

const collapsible: Record<Node['kind'], TreeItemCollapsibleState> = {
  connection: Expanded,
  table: Collapsed,
  keys: Collapsed,
  indexes: Collapsed,
  column: None,
  key: None,
  index: None,
  problem: None,
  empty: None,
};

/** What the `when` clauses of menus ask for. */
function contextOf(node: Node): string {
  if (node.kind === 'connection') return `connection.${node.connection.origin}`;
  if (node.kind === 'table' && node.model) return 'table.withModel';
  return node.kind;
}
