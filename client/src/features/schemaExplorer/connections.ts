import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { ConfigurationTarget, type Disposable, EventEmitter, type Uri, workspace } from 'vscode';
import { findSqliteFiles, sqlitePattern } from './sqliteFiles.ts';

/** A database the tree shows. */
export interface Connection {
  readonly driver: 'sqlite';
  /** The path of the file. */
  readonly database: string;
  readonly name: string;
  /** Beside the name: the folder. */
  readonly folder: string;
  /** `saved` in the settings, or `found` in the workspace. */
  readonly origin: 'saved' | 'found';
}

/** The databases of the workspace: those in the settings, and the SQLite files that lie in it. */
export class Connections implements Disposable {
  readonly #changed = new EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #disposables: Disposable[];
  #found: Promise<readonly Uri[]> | null = null;

  constructor() {
    const files = workspace.createFileSystemWatcher(sqlitePattern);
    this.#disposables = [
      this.#changed,
      files,
      files.onDidCreate(() => this.findAgain()),
      files.onDidDelete(() => this.findAgain()),
      files.onDidChange((file) => void this.#changedFile(file)),
      workspace.onDidChangeWorkspaceFolders(() => this.findAgain()),
      workspace.onDidGrantWorkspaceTrust(() => this.#changed.fire()),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('ormsight.connections')) this.#changed.fire();
      }),
    ];
  }

  /** All of them, saved ones first. None in a workspace that is not trusted: a database is not opened there. */
  async list(): Promise<readonly Connection[]> {
    if (!workspace.isTrusted) return [];
    this.#found ??= findSqliteFiles();
    const saved = savedConnections();
    const known = new Set(saved.map(({ database }) => database));
    const found = (await this.#found).map(({ fsPath }) => fsPath).filter((file) => !known.has(file));
    return [...saved, ...found.map(foundConnection)];
  }

  /** Looks for files once more. */
  findAgain(): void {
    this.#found = null;
    this.#changed.fire();
  }

  /** Writes a SQLite file into the settings: of the workspace where there is one. */
  async save(file: string): Promise<void> {
    const entries = savedEntries().filter((entry) => resolve(entry.database) !== file);
    await write([...entries, { driver: 'sqlite', database: portable(file) }]);
  }

  async remove({ database }: Connection): Promise<void> {
    await write(savedEntries().filter((entry) => resolve(entry.database) !== database));
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  /** An empty file becomes a database when the first table is made. */
  async #changedFile({ fsPath }: Uri): Promise<void> {
    const found = (await this.#found) ?? [];
    if (!found.some((file) => file.fsPath === fsPath)) this.findAgain();
  }
}

/** One entry of the setting `ormsight.connections`. */
interface Entry {
  readonly name?: string;
  readonly driver: 'sqlite';
  readonly database: string;
}

function savedConnections(): Connection[] {
  return savedEntries().flatMap(({ name, driver, database }): Connection[] => {
    const file = resolve(database);
    return file
      ? [{ driver, database: file, name: name ?? basename(file), folder: folderOf(file), origin: 'saved' }]
      : [];
  });
}

function foundConnection(file: string): Connection {
  return { driver: 'sqlite', database: file, name: basename(file), folder: folderOf(file), origin: 'found' };
}

/** Settings are written by hand: what is no connection is passed over. */
function savedEntries(): Entry[] {
  const value: unknown = workspace.getConfiguration('ormsight').get('connections');
  return Array.isArray(value) ? value.filter(isEntry) : [];
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { name, driver, database } = value as Partial<Record<keyof Entry, unknown>>;
  return driver === 'sqlite' && typeof database === 'string' && (name === undefined || typeof name === 'string');
}

async function write(entries: readonly Entry[]): Promise<void> {
  const target = workspace.workspaceFolders ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  const value = entries.length > 0 ? entries : undefined;
  await workspace.getConfiguration('ormsight').update('connections', value, target);
}

/** A path that is not absolute counts from the first folder of the workspace. */
function resolve(database: string): string | null {
  if (isAbsolute(database)) return database;
  const folder = workspace.workspaceFolders?.[0];
  return folder?.uri.scheme === 'file' ? join(folder.uri.fsPath, database) : null;
}

/** So that settings can be shared: files in the first folder are written from there. */
function portable(file: string): string {
  const folder = workspace.workspaceFolders?.[0];
  const inside = folder?.uri.scheme === 'file' ? relative(folder.uri.fsPath, file) : '..';
  return inside.startsWith('..') || isAbsolute(inside) ? file : inside.replaceAll('\\', '/');
}

function folderOf(file: string): string {
  const shown = dirname(workspace.asRelativePath(file));
  return shown === '.' ? '' : shown;
}
