/**
 * Paths inside the engine: absolute, with `/` on every platform, without a slash at the end (`c:/shop/models.py`).
 * Names of unsaved texts (`untitled:Untitled-1`) are paths too. Pure string functions: no disk.
 */

/** Brings a path of the operating system into the engine's form; resolves `.` and `..`. */
export function normalizePath(path: string): string {
  const slashed = path.includes('\\') ? path.replaceAll('\\', '/') : path;
  if (!/\/\/|\/\.{1,2}(\/|$)|.\/$/.test(slashed)) return slashed;
  const parts: string[] = [];
  const rooted = slashed.startsWith('/');
  for (const part of slashed.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return (rooted ? '/' : '') + parts.join('/');
}

/** The folder of a path; of a top-level path `/`, of a bare name the empty string. */
export function dirname(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash === -1) return '';
  return slash === 0 ? '/' : path.slice(0, slash);
}

export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function join(folder: string, ...parts: readonly string[]): string {
  let result = folder;
  for (const part of parts) result = result === '' ? part : result.endsWith('/') ? result + part : `${result}/${part}`;
  return result;
}

export function isInside(path: string, folder: string): boolean {
  if (path === folder) return true;
  return path.startsWith(folder === '/' || folder.endsWith('/') ? folder : `${folder}/`);
}

/** The path below a folder that encloses it: `app/models.py`. */
export function relativeTo(path: string, folder: string): string {
  if (path === folder) return '';
  return path.slice(folder.endsWith('/') ? folder.length : folder.length + 1);
}

/** The folder itself and all above it, nearest first. */
export function* ancestors(folder: string): Generator<string, void, undefined> {
  let current = folder;
  for (;;) {
    yield current;
    const parent = dirname(current);
    if (parent === current || parent === '') return;
    current = parent;
  }
}

/** How many leading folders two paths share: a measure of nearness. */
export function sharedDepth(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  let depth = 0;
  while (depth < left.length && depth < right.length && left[depth] === right[depth]) depth++;
  return depth;
}
