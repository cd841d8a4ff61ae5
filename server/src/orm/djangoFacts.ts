/** The settings that Django models depend on, for each folder of a workspace that may hold several projects. */
import { dirname } from '../base/paths.ts';
import type { Program } from '../python/types.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { DEFAULT_DJANGO, type DjangoFacts } from './adapter.ts';
import { djangoDatabases } from './project/databaseTarget.ts';
import { djangoSettings, settingsWords } from './project/djangoSettings.ts';
import type { SettingValue } from './project/settingValue.ts';

export interface DjangoProjects {
  /** The facts for the models of a file. */
  of(path: string): DjangoFacts;
  /** The same text as long as all facts are the same. */
  readonly key: string;
  /** Whether they are still right after these files changed, and no others. O(changes). */
  holdsAfter(program: Program, changes: readonly string[]): boolean;
}

/**
 * Reads the settings for every folder that holds one of the files. The program must be one that was asked for no file
 * yet: what it is asked for meanwhile is what the settings depend on.
 */
export function readDjangoProjects(program: Program, snapshot: Snapshot, paths: readonly string[]): DjangoProjects {
  const folders = new Map<string, DjangoFacts>();
  const bySettings = new Map<string, DjangoFacts>();
  for (const path of paths) {
    const folder = dirname(path);
    if (folders.has(folder) || !program.importsAnyOf(path, ['django'])) continue;
    folders.set(folder, factsNear(program, snapshot, path, bySettings));
  }
  const read = new Set(program.asked.keys());
  const found = settingsWords.map((word) => program.pathsMentioning([word]));
  return {
    of: (path) => folders.get(dirname(path)) ?? DEFAULT_DJANGO,
    key: JSON.stringify([[...folders].map(([folder, facts]) => [folder, facts.path]), [...bySettings.values()]]),
    holdsAfter(later, changes) {
      // Files that name settings are searched as text; project files can hold what the environment gives.
      const matters = (path: string): boolean =>
        read.has(path) || !later.snapshot.isPython(path) || found.some((all) => all.includes(path));
      return (
        settingsWords.every((word, i) => later.pathsMentioning([word]) === found[i]) &&
        (folders.size === 0 || !changes.some(matters))
      );
    },
  };
}

function factsNear(program: Program, snapshot: Snapshot, path: string, known: Map<string, DjangoFacts>): DjangoFacts {
  const settings = djangoSettings(snapshot, program, path);
  if (!settings) return DEFAULT_DJANGO;
  const found = known.get(settings.path);
  if (found) return found;
  const facts: DjangoFacts = {
    path: settings.path,
    authUserModel: settings.authUserModel?.value ?? DEFAULT_DJANGO.authUserModel,
    defaultAutoField: settings.defaultAutoField?.value ?? DEFAULT_DJANGO.defaultAutoField,
    installedApps: settings.apps.map(({ label, package: name, defaultAutoField }) => ({
      label,
      package: name,
      defaultAutoField: defaultAutoField?.value ?? null,
    })),
    useTz: settings.useTz?.value ?? null,
    timeZone: settings.timeZone?.value ?? null,
    databases: [...djangoDatabases(snapshot, program, path)].map(([alias, dialect]) => ({ alias, dialect })),
    routers: routersOf(settings.get('DATABASE_ROUTERS')),
    cachesAreTables: !areElsewhere(settings.get('CACHES')),
  };
  known.set(settings.path, facts);
  return facts;
}

/** `DATABASE_ROUTERS`: names of classes, or objects that are made in the settings. */
function routersOf(setting: SettingValue | undefined): DjangoFacts['routers'] {
  if (setting === undefined || setting.kind === 'none') return [];
  if (setting.kind !== 'list') return [null];
  return setting.items.map((item) => (item.kind === 'string' && item.complete ? item.text : null));
}

/** Whether all caches are known to be kept outside of the database; those that nobody sets are. */
function areElsewhere(caches: SettingValue | undefined): boolean {
  if (caches === undefined) return true;
  if (caches.kind !== 'dict') return false;
  return [...caches.entries.values()].every((each) => {
    const backend = each.kind === 'dict' ? plain(each.entries.get('BACKEND')) : undefined;
    return typeof backend === 'string' && !/Database|\.db\./.test(backend);
  });
}

/** A setting as a plain value; undefined when it is none or not known. */
export function plainSetting(
  program: Program,
  snapshot: Snapshot,
  near: string,
  name: string,
): string | number | boolean | null | undefined {
  return plain(djangoSettings(snapshot, program, near)?.get(name));
}

function plain(value: SettingValue | undefined): string | number | boolean | null | undefined {
  switch (value?.kind) {
    case 'string':
      return value.complete ? value.text : undefined;
    case 'number':
    case 'bool':
      return value.value;
    case 'none':
      return null;
    case 'environment':
      return value.fallback ? plain(value.fallback) : undefined;
    default:
      return undefined;
  }
}
