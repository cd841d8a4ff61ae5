import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { lineCount } from './workspace/file.ts';
import { type WorkspaceOptions, generateWorkspace, writeWorkspace } from './workspace/generate.ts';

export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

/** What is measured: a folder with Python files. `await using` deletes what was generated. */
export interface Project extends AsyncDisposable {
  readonly name: string;
  readonly folder: string;
  readonly files: readonly ProjectFile[];
  readonly lines: number;
  /** The longest file with queries that is no test, for few rules look at tests: typing happens here. */
  readonly large: ProjectFile;
  /** A file that declares models. */
  readonly models: ProjectFile;
}

export async function generatedProject(options: WorkspaceOptions): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'ormsight-bench-'));
  await writeWorkspace(folder, generateWorkspace(options));
  const name = `${options.orm}, ${options.lines.toLocaleString('en')} lines`;
  return openFolder(name, folder, () => rm(folder, { recursive: true, force: true }));
}

export async function folderProject(path: string): Promise<Project> {
  return openFolder(basename(resolve(path)), resolve(path), async () => undefined);
}

async function openFolder(name: string, folder: string, dispose: () => Promise<void>): Promise<Project> {
  const files: ProjectFile[] = [];
  for (const path of await pythonFiles(folder)) files.push({ path, text: await readFile(path, 'utf8') });
  if (files.length === 0) throw new Error(`${folder} holds no Python files`);
  const bySize = files.toSorted((a, b) => b.text.length - a.text.length);
  return {
    name,
    folder,
    files,
    lines: files.reduce((sum, { text }) => sum + lineCount(text), 0),
    large: bySize.find((file) => !isTest(file) && queryStarts(file.text).length > 2) ?? bySize[0]!,
    models: bySize.find(({ text }) => modelClass.test(text)) ?? bySize[0]!,
    [Symbol.asyncDispose]: dispose,
  };
}

function isTest({ path }: ProjectFile): boolean {
  return /[\\/](tests?[\\/]|test_|conftest)/.test(path);
}

/** Offsets at which a query seems to start; some are none. */
export function queryStarts(text: string): number[] {
  const starts = [
    ...text.matchAll(/\bselect\(\w|\b(?:session|self\.session|db\.session)\.query\(|\b[A-Z]\w+\.objects\./g),
  ];
  return starts.map(({ index }) => index);
}

/** A class with a column or field on a line of its own. */
export const modelClass = /^ {4}\w+(?:: Mapped\[.*)? = (?:mapped_column|Column|db\.Column|models\.\w+Field)\(/m;

/** Without those that nobody wrote by hand. */
async function pythonFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/[\\/](node_modules|\.venv|venv|site-packages)[\\/]/.test(file))
    .toSorted();
}
