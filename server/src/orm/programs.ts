/**
 * Programs of a workspace that never run together: their models are not there, and nobody of theirs listens. A library's
 * examples stand on it and know nothing of each other, though they give their models and tables the same names; tests have
 * models of their own; and a workspace may have packages that have nothing to do with each other.
 */
import { basename, dirname, isInside, join, relativeTo } from '../base/paths.ts';
import type { Program, SourceFile } from '../python/types.ts';
import { isMigration, isTest, pathInWorkspace } from './aside.ts';
import type { ModelGraph } from './model.ts';

/** Folders in which each folder is a program that shows how something is used. */
const SHOWN = /^((?:.*?\/)?(?:examples?|samples?|demos?|docs?|docs_src))\//;

/** By the paths of a workspace, path → what `groupOf` says. */
const groups = new WeakMap<readonly string[], Map<string, string>>();

/** By the state of the workspace and the program that asks; only for who keeps no answer for longer than that. */
const seenBy = new WeakMap<Program, Map<string, ReadonlySet<string>>>();

/**
 * The ids of models and tables that are not there when the code of a file runs: they belong to an example or to tests of
 * which that file is no part, and nothing the file's own program imports leads to them.
 */
export function strangeModels(program: Program, graph: ModelGraph, path: string): ReadonlySet<string> {
  const all = [...graph.models, ...graph.tables].filter(({ orm }) => orm === 'sqlalchemy');
  const own = groupOf(program, path);
  return new Set(
    all.flatMap(({ id, declared }) =>
      declared.path !== '' && isStrange(program, groupOf(program, declared.path), own) ? id : [],
    ),
  );
}

/**
 * Whether code of a file does not run where that of others does: it is strange to them, or in another package, and neither
 * mentions that of the other, so that nothing brings them into one process.
 */
export function runsApart(program: Program, path: string, files: readonly SourceFile[]): boolean {
  const file = program.file(path);
  const group = groupOf(program, path);
  if (!file || files.some((each) => each.path === path)) return false;
  if (files.every((each) => isStrange(program, group, groupOf(program, each.path)))) return true;
  const tops = new Set(files.map(topOf));
  if (tops.has(topOf(file))) return false;
  // Modules beside each other, in no package, are of one program.
  const folder = folderOf(file);
  if (folder !== null && files.some((each) => folderOf(each) === folder)) return false;
  if (program.pathsMentioning([...tops]).includes(path)) return false;
  const mentioning = program.pathsMentioning([topOf(file)]).flatMap((each) => program.file(each) ?? []);
  return !mentioning.some((each) => tops.has(topOf(each)));
}

function topOf({ moduleName }: SourceFile): string {
  return moduleName.split('.')[0]!;
}

/** The folder of a module that is in no package, else null. */
function folderOf({ path, moduleName }: SourceFile): string | null {
  return moduleName.includes('.') ? null : path.slice(0, path.lastIndexOf('/') + 1);
}

/** Whether a file is of what the workspace is there for: it is no test, no migration and no documentation. */
export function isOfApplication(program: Program, path: string): boolean {
  const below = pathInWorkspace(program.snapshot.roots, path);
  return !isTest(below) && !isMigration(below) && !/(^|\/)docs?\//.test(below);
}

/** Whether an example or the tests, by what `groupOf` says of it, are not there when a program runs. */
function isStrange(program: Program, group: string, own: string): boolean {
  if (group === MAIN || group === own) return false;
  const known = seenBy.get(program) ?? new Map<string, ReadonlySet<string>>();
  seenBy.set(program, known);
  const seen = known.get(own) ?? groupsSeenBy(program, own);
  known.set(own, seen);
  return !seen.has(group);
}

/** What is neither an example nor a test. */
const MAIN = '';

/** The program that a file is part of: the folder of an example, all tests, or everything else. */
function groupOf(program: Program, path: string): string {
  let known = groups.get(program.paths);
  if (!known) groups.set(program.paths, (known = new Map()));
  let group = known.get(path);
  if (group === undefined) known.set(path, (group = findGroup(program, path)));
  return group;
}

function findGroup(program: Program, path: string): string {
  const root = program.snapshot.roots.find((each) => isInside(path, each));
  if (root === undefined) return MAIN;
  const below = relativeTo(path, root);
  const [shown, folder] = SHOWN.exec(below) ?? [];
  // What lies in a package is a part of it, whatever it is called.
  if (shown !== undefined && !program.snapshot.isPython(join(root, dirname(folder!), '__init__.py'))) {
    const next = below.slice(shown.length).split('/');
    return next.length > 1 ? `${shown}${next[0]!}` : shown;
  }
  return isTest(below) ? 'tests' : MAIN;
}

/**
 * The programs whose files those of one import, directly or through others; itself included. Who imports `app` means none
 * of the examples that have a module of that name, though it may be the only one there is: those are named by their folder.
 */
function groupsSeenBy(program: Program, own: string): ReadonlySet<string> {
  const members = new Map<string, string[]>();
  for (const path of program.paths) {
    const group = groupOf(program, path);
    members.set(group, [...(members.get(group) ?? []), path]);
  }
  const seen = new Set([own]);
  for (const group of seen)
    for (const path of members.get(group) ?? [])
      for (const imported of program.importedFiles(path)) {
        const other = groupOf(program, imported);
        if (!seen.has(other) && (other === MAIN || program.mentions(path, [basename(other)]))) seen.add(other);
      }
  return seen;
}
