/**
 * In which order the classes of a Django project are made. Fields are in the order in which they were made, wherever they
 * are inherited from, and relations back in that of the models they come from.
 */
import type { Import, ImportFrom, Stmt } from '../../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import type { DjangoFacts } from '../adapter.ts';
import { flatBody, type Classes, type ClassRef } from '../classes.ts';
import type { Model } from '../model.ts';

export interface LoadingOrder {
  /** The models and their bases, as Django would come to make them. */
  readonly classes: readonly ClassRef[];
  /** All files that say so. */
  readonly files: ReadonlySet<SourceFile>;
}

/**
 * Django imports the models of one app after the other; what a module imports runs before the classes behind it. A
 * module that none of them leads to comes after those, by its name.
 */
export function loadingOrder(
  program: Program,
  classes: Classes,
  models: readonly Model[],
  facts: DjangoFacts,
): LoadingOrder {
  const refs = withBases(classes, models);
  const imports = new ImportOrder(program, new Set(refs.map(({ file }) => file)));
  const declaring = models.flatMap(({ declared }) => program.file(declared.path) ?? []).toSorted(byName);
  // Where the apps are not known, a package of models is taken for one.
  const apps = [...facts.installedApps.map(({ package: name }) => name), ...declaring.map(packageOf)];
  for (const app of apps) imports.enterNamed(`${app}.models`);
  for (const file of [...declaring, ...refs.map((ref) => ref.file)]) imports.enter(file);
  const place = new Map(imports.left.map((file, index) => [file, index]));
  return {
    classes: refs.toSorted((a, b) => place.get(a.file)! - place.get(b.file)! || a.node.start - b.node.start),
    files: new Set(imports.left),
  };
}

function byName(a: SourceFile, b: SourceFile): number {
  return a.moduleName < b.moduleName ? -1 : a.moduleName > b.moduleName ? 1 : 0;
}

function withBases(classes: Classes, models: readonly Model[]): readonly ClassRef[] {
  const found = new Map<string, ClassRef>();
  for (const model of models) {
    const ref = classes.declared(model);
    if (ref) for (const base of classes.order(ref)) if (base.kind === 'class') found.set(base.id, base.ref);
  }
  return [...found.values()];
}

class ImportOrder {
  /** In the order in which Python is done with them. */
  readonly left: SourceFile[] = [];
  /** Files of classes whose order is asked for. */
  readonly relevant: ReadonlySet<SourceFile>;
  readonly #program: Program;
  readonly #entered = new Set<SourceFile>();
  /** Their modules and the packages around them. */
  readonly #names = new Set<string>();

  constructor(program: Program, relevant: ReadonlySet<SourceFile>) {
    this.#program = program;
    this.relevant = relevant;
    for (const file of relevant)
      for (let name = file.moduleName; name; name = packageOf({ moduleName: name })) this.#names.add(name);
  }

  /** A module of the workspace; what a package of the environment imports is not looked at. */
  enterNamed(name: string): void {
    const [any] = this.relevant;
    const module = any && this.#program.moduleNamed(name, any);
    if (module) this.enter(module);
    else if (this.#names.has(name))
      for (const file of this.relevant)
        if (file.moduleName === name || file.moduleName.startsWith(`${name}.`)) this.enter(file);
  }

  enter(file: SourceFile): void {
    if (this.#entered.has(file)) return;
    this.#entered.add(file);
    this.#enterPackage(file);
    for (const stmt of flatBody(file.module.body)) if (isImport(stmt)) this.#follow(file, stmt);
    this.left.push(file);
  }

  /** A package comes before its modules. */
  #enterPackage(file: SourceFile): void {
    const owner = packageOf(file);
    const init = owner ? this.#program.moduleNamed(owner, file) : undefined;
    if (init && init !== file) this.enter(init);
  }

  #follow(file: SourceFile, stmt: Import | ImportFrom): void {
    if (stmt.kind === 'Import') {
      for (const { name } of stmt.names) if (this.#names.has(name.text)) this.enterNamed(name.text);
      return;
    }
    const module = this.#program.importedModule(file, stmt);
    if (module) this.#enterIfAsked(module);
    else if (stmt.module && this.#names.has(stmt.module.text)) this.enterNamed(stmt.module.text);
    for (const alias of stmt.names) {
      const binding = file.scope.bindings
        .get(alias.asName?.text ?? alias.name.text)
        ?.find((each) => each.kind === 'importFrom' && each.alias === alias);
      const symbol = binding && this.#program.follow(file, binding);
      if (symbol?.kind === 'module' || symbol?.kind === 'binding') this.#enterIfAsked(symbol.file);
    }
  }

  #enterIfAsked(module: SourceFile): void {
    if (this.#names.has(module.moduleName)) this.enter(module);
  }
}

function packageOf({ moduleName }: { readonly moduleName: string }): string {
  return moduleName.slice(0, Math.max(moduleName.lastIndexOf('.'), 0));
}

function isImport(stmt: Stmt): stmt is Import | ImportFrom {
  return stmt.kind === 'Import' || stmt.kind === 'ImportFrom';
}
