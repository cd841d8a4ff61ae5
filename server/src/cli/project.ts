/** Opens the paths of a command line as a workspace with an engine. */
import { existsSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { isInside, normalizePath } from '../base/paths.ts';
import { createEngine } from '../ide/createEngine.ts';
import type { Engine, EngineSettings } from '../ide/engine.ts';
import type { Renderer } from '../render/renderer.ts';
import { activeEnvironment } from '../workspace/environments.ts';
import { nodeFileSystem } from '../workspace/fileSystem.ts';
import { projectFolderOf } from '../workspace/projectFolder.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { Workspace } from '../workspace/workspace.ts';
import { CliError } from './commandLine.ts';

export interface Project {
  readonly engine: Engine;
  /** The newest one. */
  readonly snapshot: Snapshot;
  /** Python files that the command is about, sorted. */
  readonly files: readonly string[];
  /** As a user would name it: relative to the working directory, with `/`. */
  nameOf(path: string): string;
  /** The text of a file by such a name. */
  textOf(name: string): string | undefined;
  /** After a file was written. */
  fileChanged(path: string): void;
}

/**
 * The files below `paths`, read together with the rest of their projects.
 * Throws `CliError` for a path that is not there; files that cannot be read are named on standard error, and it goes on.
 */
export function openProject(
  paths: readonly string[],
  settings: EngineSettings,
  renderer: Renderer | null,
  { isTrusted = false }: { readonly isTrusted?: boolean } = {},
): Project {
  const wanted = paths.map((path) => {
    const full = resolve(path);
    if (!existsSync(full)) throw new CliError(`${path}: there is no such file or folder`);
    return normalizePath(full);
  });
  const roots = [...new Set(wanted.map(rootOf))].filter(
    (root, _, all) => !all.some((other) => other !== root && isInside(root, other)),
  );
  const workspace = new Workspace({ roots, activeEnvironment: activeEnvironment(process.env) });
  const snapshot = workspace.snapshot();
  const onRuleFailure = (rule: string, error: unknown): void => {
    const message = process.env['ORMSIGHT_DEBUG'] && error instanceof Error ? error.stack : String(error);
    process.stderr.write(`ormsight: the rule ${rule} failed and found less: ${message}\n`);
  };
  const engine = createEngine({
    workspace,
    renderer,
    settings: () => settings,
    isTrusted: () => isTrusted,
    onRuleFailure,
    onGivenUp: (path, told) => process.stderr.write(`ormsight: ${nameOf(path)}: ${told}\n`),
  });
  const listed = snapshot.pythonPaths().filter((path) => wanted.some((one) => path === one || isInside(path, one)));
  const files = [...new Set([...listed, ...wanted.filter((path) => statSync(path).isFile())])].sort();
  if (files.length === 0) throw new CliError(`${paths.join(', ')}: there are no Python files`);
  return {
    engine,
    get snapshot() {
      return workspace.snapshot();
    },
    files: readable(files, snapshot),
    nameOf,
    textOf: (name) => workspace.snapshot().text(normalizePath(resolve(name))),
    fileChanged: (path) => workspace.fileChanged(path),
  };
}

function rootOf(path: string): string {
  const project = projectFolderOf(nodeFileSystem, path);
  if (project) return project;
  return statSync(path).isFile() ? path.slice(0, Math.max(path.lastIndexOf('/'), 1)) : path;
}

function readable(files: readonly string[], snapshot: Snapshot): readonly string[] {
  return files.filter((path) => {
    if (snapshot.text(path) !== undefined) return true;
    process.stderr.write(`ormsight: ${nameOf(path)}: left out, ${snapshot.whyUnread(path) ?? 'it cannot be read'}\n`);
    return false;
  });
}

function nameOf(path: string): string {
  const name = relative(process.cwd(), path).replaceAll('\\', '/');
  return name === '' ? '.' : name;
}

/** Shows on a terminal how far a long run is; says nothing elsewhere. */
export function progress(total: number): { step(what: string): void; end(): void } {
  const shown = process.stderr.isTTY && total > 3;
  let done = 0;
  let last = 0;
  return {
    step(what) {
      done++;
      if (!shown || Date.now() - last < 100) return;
      last = Date.now();
      process.stderr.write(`\r\u001b[K${done}/${total} ${what.slice(-60)}`);
    },
    end() {
      if (shown) process.stderr.write('\r\u001b[K');
    },
  };
}
