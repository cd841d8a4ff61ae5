import { isInside, relativeTo } from '../base/paths.ts';

/**
 * Files whose models are not those of the application: migrations carry copies of old models, tests make up their own.
 * They are read, so that queries in them work, but where two claim one table the application's model is meant.
 */
export function isMigration(path: string): boolean {
  return /(^|\/)(versions|migrations)\//.test(path);
}

export function isTest(path: string): boolean {
  return /(^|\/)(tests?|testing)\/|(^|\/)(test_[^/]*|[^/]*_test|tests|conftest)\.py$/.test(path);
}

/** A path as it is in the workspace: which folders that lies in says nothing about its files. */
export function pathInWorkspace(roots: readonly string[], path: string): string {
  const root = roots.find((each) => isInside(path, each));
  return root === undefined || root === path ? path : relativeTo(path, root);
}

/** Whether code of one file can mean a model of another by its name or table: a migration only means its own. */
export function canMean(roots: readonly string[], from: string, to: string): boolean {
  return from === to || (!isOfMigration(roots, from) && !isOfMigration(roots, to));
}

export function isOfMigration(roots: readonly string[], path: string): boolean {
  return isMigration(path) && isMigration(pathInWorkspace(roots, path));
}

/** The application's own first; each path is looked at once. */
export function inImportance<T extends { readonly declared: { readonly path: string } }>(
  roots: readonly string[],
  items: readonly T[],
): T[] {
  const byWeight: T[][] = [[], [], []];
  for (const item of items) byWeight[weight(pathInWorkspace(roots, item.declared.path))]!.push(item);
  return byWeight.flat();
}

function weight(path: string): 0 | 1 | 2 {
  return isMigration(path) ? 2 : isTest(path) ? 1 : 0;
}
