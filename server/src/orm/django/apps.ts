/** Which app a module belongs to (https://docs.djangoproject.com/en/stable/ref/applications/). */
import type { SourceFile } from '../../python/types.ts';
import type { ExtractContext } from '../adapter.ts';
import { members, type Classes, type ClassRef } from '../classes.ts';
import { staticString } from '../statics.ts';

export interface App {
  readonly label: string;
  /** Dotted path of its package. */
  readonly package: string;
  /** `default_auto_field` of its configuration, a dotted path; null: that of the settings. */
  readonly defaultAutoField: string | null;
}

export class Apps {
  /** Longest package first, so that the innermost app of a module is found. */
  readonly #apps: readonly App[];

  constructor(context: ExtractContext, classes: Classes) {
    const byPackage = new Map<string, App>();
    for (const file of context.files) {
      if (!/(^|\/)(apps|__init__)\.py$/.test(file.path) || !file.text.includes('AppConfig')) continue;
      for (const ref of classes.inFile(file)) {
        const app = configuredApp(classes, ref);
        if (app) byPackage.set(app.package, app);
      }
    }
    for (const path of new Set(context.files.map((file) => file.path))) {
      for (const app of context.djangoOf(path).installedApps)
        if (!byPackage.has(app.package)) byPackage.set(app.package, app);
    }
    this.#apps = [...byPackage.values()].toSorted((a, b) => b.package.length - a.package.length);
  }

  /** The app of a module: the configured one whose package holds it, else the package before `models`. */
  of(file: SourceFile): App {
    const found = this.#apps.find(
      (app) => file.moduleName === app.package || file.moduleName.startsWith(`${app.package}.`),
    );
    if (found) return found;
    const parts = file.moduleName.split('.');
    const at = parts.lastIndexOf('models');
    const package_ = (at > 0 ? parts.slice(0, at) : parts.length > 1 ? parts.slice(0, -1) : parts).join('.');
    return { label: lastPart(package_), package: package_, defaultAutoField: null };
  }
}

function configuredApp(classes: Classes, ref: ClassRef): App | null {
  const isConfig = classes
    .order(ref)
    .some((base) => base.kind === 'external' && /^django\.apps\.(config\.)?AppConfig$/.test(base.id));
  if (!isConfig) return null;
  const read = (name: string): string | null => {
    for (const base of classes.order(ref)) {
      if (base.kind !== 'class') continue;
      const member = [...members(base.ref.node)].findLast((each) => each.name === name);
      if (!member?.value) continue;
      const { file } = base.ref;
      const context = {
        program: classes.program,
        file,
        scope: classes.program.scopeAt(file, member.value.start),
        given: new Map(),
      };
      return staticString(context, member.value) ?? null;
    }
    return null;
  };
  const name = read('name');
  if (name === null) return null;
  return { label: read('label') ?? lastPart(name), package: name, defaultAutoField: read('default_auto_field') };
}

function lastPart(dotted: string): string {
  return dotted.split('.').at(-1)!;
}
