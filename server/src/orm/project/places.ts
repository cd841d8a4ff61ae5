import { ancestors, basename, dirname, isInside, sharedDepth } from '../../base/paths.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';

/** The folder that makes up the project of a file: the nearest above it with a project file; else its workspace root. */
export function projectFolder(snapshot: Snapshot, near: string): string {
  const folder = dirname(near);
  const root = snapshot.roots.find((root) => isInside(folder, root)) ?? snapshot.roots[0] ?? folder;
  const marked = new Set(
    snapshot
      .projectFiles()
      .filter((path) => markers.test(basename(path)))
      .map(dirname),
  );
  for (const above of ancestors(folder)) {
    if (!isInside(above, root)) break;
    if (marked.has(above) || snapshot.isPython(`${above}/manage.py`) || snapshot.isPython(`${above}/setup.py`))
      return above;
  }
  return root;
}

const markers = /^(pyproject\.toml|setup\.cfg|Pipfile|requirements.*\.txt|uv\.lock|poetry\.lock|pdm\.lock)$/;

/** How far a place is from being the application's own: 0 the application, 1 scripts and examples, 2 tests. */
export function remoteness(path: string): 0 | 1 | 2 {
  if (/(^|\/)(tests?(\.py)?|testing(\.py)?|conftest\.py|test_[^/]*\.py|[^/]*_tests?\.py|spec)(\/|$)/i.test(path))
    return 2;
  return /(^|\/)(examples?|docs?|samples?|scripts?|tools|benchmarks?|bench|demos?)(\/|$)/i.test(path) ? 1 : 0;
}

/**
 * Puts places in the order in which they are believed for `near`: the application before tests, its own project before
 * others, then `weight` (smaller is better), then nearness. Stable.
 */
export function rank<T>(
  snapshot: Snapshot,
  near: string,
  items: readonly T[],
  placeOf: (item: T) => { path: string; weight: number },
): T[] {
  const project = projectFolder(snapshot, near);
  const root = snapshot.roots.find((root) => isInside(near, root)) ?? '';
  const keyed = items.map((item) => {
    const { path, weight } = placeOf(item);
    const isSame = path === near || dirname(path) === dirname(near);
    const distance = isSame ? 0 : remoteness(path.slice(root.length));
    return {
      item,
      key: [
        distance === 2 ? 1 : 0,
        isInside(path, project) ? 0 : 1,
        distance,
        weight,
        -sharedDepth(path, near),
        path.split('/').length,
      ],
    };
  });
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ item }) => item);
}

/**
 * `rank` for paths, remembered for as long as the lists of paths and project files are the very same arrays, which they
 * are while texts change but no file comes or goes.
 */
export function rankPaths(
  snapshot: Snapshot,
  near: string,
  paths: readonly string[],
  weight: (path: string) => number,
): readonly string[] {
  let known = ranked.get(paths);
  if (known?.project !== snapshot.projectFiles() || known.weight !== weight) {
    known = { project: snapshot.projectFiles(), weight, byFolder: new Map() };
    ranked.set(paths, known);
  }
  const folder = dirname(near);
  let result = known.byFolder.get(folder);
  if (!result) {
    result = rank(snapshot, near, paths, (path) => ({ path, weight: weight(path) }));
    known.byFolder.set(folder, result);
  }
  return result;
}

interface Ranked {
  readonly project: readonly string[];
  readonly weight: (path: string) => number;
  /** Folder of the file that asks → the paths in the order for it. */
  readonly byFolder: Map<string, readonly string[]>;
}

const ranked = new WeakMap<readonly string[], Ranked>();

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, i) => value !== b[i]);
  return index === -1 ? 0 : a[index]! - b[index]!;
}
