/** When a module of a Django project is imported: models with their app, the rest when an `AppConfig` or another module asks. */
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import type { DjangoFacts } from '../adapter.ts';

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

/** Whether an import of the workspace leads to a module. */
export function isNamedByImport(program: Program, file: SourceFile): boolean {
  const last = file.moduleName.split('.').at(-1)!;
  const isAsked = new RegExp(`import\\b[^\\n]*\\b${last}\\b|\\b${last}\\s+import\\b|^\\s+${last}\\b`, 'm');
  return program.pathsMentioning([last]).some((path) => {
    if (path === file.path || !isAsked.test(program.snapshot.text(path) ?? '')) return false;
    const other = program.file(path);
    return other !== undefined && importsModule(program, other, file);
  });
}

function importsModule(program: Program, by: SourceFile, target: SourceFile): boolean {
  for (const node of nodesUnder(by.module.body)) {
    if (node.kind === 'Import') {
      const named = node.names.some(({ name }) => program.moduleNamed(name.text, by)?.path === target.path);
      if (named) return true;
    } else if (node.kind === 'ImportFrom') {
      const module = program.importedModule(by, node);
      if (module?.path === target.path) return true;
      for (const alias of node.names) {
        const name = alias.asName?.text ?? alias.name.text;
        const binding = program
          .scopeAt(by, node.start)
          .bindings.get(name)
          ?.find((each) => each.kind === 'importFrom' && each.alias === alias);
        const symbol = binding && program.follow(by, binding);
        if (symbol?.kind === 'module' && symbol.file.path === target.path) return true;
      }
    }
  }
  return false;
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
