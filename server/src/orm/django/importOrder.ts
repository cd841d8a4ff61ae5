/** When a module of a Django project is imported: models with their app, the rest when an `AppConfig` or another module asks. */
import type { Program, SourceFile } from '../../python/types.ts';
import type { DjangoFacts } from '../adapter.ts';
import { isNamedByImport } from '../imported.ts';

/**
 * A number for each module; those with a lower one come first. Django imports the models of all apps, then calls `ready`
 * of one app after the other (https://docs.djangoproject.com/en/5.2/ref/applications/#initialization-process).
 */
export function startupPlace(program: Program, facts: DjangoFacts): (file: SourceFile) => number {
  const apps = facts.installedApps.map(({ package: name }) => name);
  return (file) => {
    const module = file.moduleName;
    const owners = apps.filter((name) => module === name || module.startsWith(`${name}.`));
    const owner = owners.toSorted((a, b) => b.length - a.length)[0];
    const app = owner === undefined ? apps.length : apps.indexOf(owner);
    if (isOfModels(module)) return app;
    const within = owner === undefined ? 0 : placeInReady(program, file, owner);
    return apps.length + 1 + app + within;
  };
}

/** Whether any module of the workspace imports it, or Django itself does. */
export function isImported(program: Program, file: SourceFile): boolean {
  const module = file.moduleName;
  if (isOfModels(module) || /(^|\.)apps$/.test(module) || file.path.endsWith('/__init__.py')) return true;
  return isNamedByImport(program, file);
}

function isOfModels(module: string): boolean {
  return /(^|\.)models(\.|$)/.test(module);
}

/** Between 0 and 1: where the configuration of an app names the module. */
function placeInReady(program: Program, file: SourceFile, app: string): number {
  const text = program.moduleNamed(`${app}.apps`, file)?.text;
  const at = text?.search(new RegExp(`\\b${file.moduleName.split('.').at(-1)!}\\b`)) ?? -1;
  return text === undefined || at === -1 ? 0.9 : at / (text.length + 1);
}
