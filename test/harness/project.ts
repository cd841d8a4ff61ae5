import { dirname, join } from '../../server/src/base/paths.ts';
import { FactsStore } from '../../server/src/python/factsStore.ts';
import { createProgram } from '../../server/src/python/program.ts';
import type { Binding, Program, SourceFile, Symbol } from '../../server/src/python/types.ts';
import type { FileSystem, FolderEntry } from '../../server/src/workspace/fileSystem.ts';
import type { Snapshot } from '../../server/src/workspace/snapshot.ts';
import { Workspace, type WorkspaceOptions } from '../../server/src/workspace/workspace.ts';

export const root = '/project';

export interface ProjectOptions extends Omit<WorkspaceOptions, 'roots' | 'fileSystem'> {
  /** Folders of the workspace below the root; without them it is the root alone. */
  readonly folders?: readonly string[];
  /** Stands between the workspace and the files: to count, to fail. */
  readonly around?: (fileSystem: FileSystem) => FileSystem;
}

/** A project in memory. Paths are relative to its root, or absolute. */
export class Project {
  readonly workspace: Workspace;
  readonly facts = new FactsStore();
  readonly #files: Map<string, string>;
  #program: Program | undefined;

  constructor(files: Readonly<Record<string, string>>, options: ProjectOptions = {}) {
    this.#files = new Map(
      Object.entries(files).map(([path, text]) => [path.startsWith('/') ? path : join(root, path), text]),
    );
    const { folders, around, ...others } = options;
    const fileSystem = memoryFileSystem(this.#files);
    this.workspace = new Workspace({
      roots: folders?.map((folder) => join(root, folder)) ?? [root],
      fileSystem: around?.(fileSystem) ?? fileSystem,
      ...others,
    });
  }

  get snapshot(): Snapshot {
    return this.workspace.snapshot();
  }

  /** The program of the current snapshot, made from the one before. */
  get program(): Program {
    return (this.#program = createProgram(this.snapshot, this.#program, this.facts));
  }

  file(path: string): SourceFile {
    const file = this.program.file(join(root, path));
    if (!file) throw new Error(`no such file: ${path}`);
    return file;
  }

  /** As an editor would: the unsaved text of a file; null closes it. */
  type(path: string, text: string | null): void {
    this.workspace.change(join(root, path), text);
  }

  write(path: string, text: string): void {
    const full = join(root, path);
    const isNew = !this.#files.has(full);
    this.#files.set(full, text);
    if (isNew) this.workspace.fileCreated(full);
    else this.workspace.fileChanged(full);
  }

  delete(path: string): void {
    this.#files.delete(join(root, path));
    this.workspace.fileDeleted(join(root, path));
  }

  /** What a name at the end of a module means, in short: see `show`. */
  meaning(path: string, name: string): string {
    const file = this.file(path);
    const [head, ...rest] = name.split('.');
    const end = file.text.length;
    let expr: Parameters<Program['resolve']>[1] = { kind: 'Name', id: head!, start: end, end };
    for (const attr of rest)
      expr = { kind: 'Attribute', value: expr, attr: { text: attr, start: end, end }, start: end, end };
    return show(this.program.resolve(file, expr, file.scope));
  }
}

/** `external sqlalchemy.Column`, `module app.models`, `class app/models.py:3`, `unknown` … Lines are one-based. */
export function show(symbol: Symbol): string {
  switch (symbol.kind) {
    case 'external':
    case 'builtin':
      return `${symbol.kind} ${symbol.name}`;
    case 'module':
      return `module ${symbol.file.moduleName}`;
    case 'binding':
      return `${symbol.binding.kind} ${place(symbol.file, symbol.binding)}`;
    case 'unknown':
      return 'unknown';
  }
}

export function place(file: SourceFile, binding: Binding): string {
  return `${file.path.slice(root.length + 1)}:${file.lines.position(binding.range.start).line + 1}`;
}

function memoryFileSystem(files: ReadonlyMap<string, string>): FileSystem {
  const isFolder = (path: string): boolean => [...files.keys()].some((file) => file.startsWith(`${path}/`));
  return {
    readFolder(path) {
      const entries = new Map<string, FolderEntry>();
      for (const file of files.keys()) {
        if (!file.startsWith(`${path}/`)) continue;
        const name = file.slice(path.length + 1).split('/', 1)[0]!;
        entries.set(name, { name, kind: dirname(file) === path ? 'file' : 'folder' });
      }
      return [...entries.values()];
    },
    stat(path) {
      const text = files.get(path);
      if (text !== undefined) return { kind: 'file', size: Buffer.byteLength(text) };
      return isFolder(path) ? { kind: 'folder', size: 0 } : undefined;
    },
    readFile(path) {
      const text = files.get(path);
      return text === undefined ? undefined : Buffer.from(text);
    },
    realPath: (path) => path,
  };
}
