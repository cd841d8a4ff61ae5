/** The names that `import *` brings into a module. */
import { dirname } from '../base/paths.ts';
import type { Recorded } from '../base/recorder.ts';
import { isBuiltin } from './builtins.ts';
import { exportList } from './moduleFacts.ts';
import type { ModuleTarget } from './moduleLayout.ts';
import type { Notes } from './notes.ts';
import { STAR_EXPORTS } from './starExports.ts';
import type { Expr, ImportFrom } from './syntax/nodes.ts';
import type { Binding, Scope, SourceFile, Symbol } from './types.ts';

/** What is asked of names to find them. */
interface PlainNames {
  boundIn(scope: Scope, name: string): readonly Binding[];
  follow(file: SourceFile, binding: Binding): Symbol;
  resolve(file: SourceFile, expr: Expr): Symbol;
  importTarget(file: SourceFile, statement: ImportFrom): ModuleTarget;
}

export class StarImports {
  readonly #notes: Notes;
  readonly #names: PlainNames;
  readonly #fileAt: (path: string) => SourceFile | undefined;
  readonly #known = new WeakMap<Scope, Map<string, Recorded<readonly Binding[]>>>();

  constructor(notes: Notes, names: PlainNames, fileAt: (path: string) => SourceFile | undefined) {
    this.#notes = notes;
    this.#names = names;
    this.#fileAt = fileAt;
  }

  /** Adds the bindings that `import *` makes in a module. */
  with(scope: Scope, name: string, own: readonly Binding[]): readonly Binding[] {
    const stars = scope.bindings.get('*');
    if (!stars || name === '*') return own;
    const file = this.#notes.fileOf(scope);
    if (!file) return own;
    let names = this.#known.get(scope);
    if (!names) this.#known.set(scope, (names = new Map()));
    const known = names.get(name);
    if (known) return this.#notes.recorder.reuse(known);
    // While it is being worked out, a module that imports itself in a circle adds nothing.
    names.set(name, { value: own, trace: null });
    const all = this.#notes.recorder.record(() => this.#mergeStars(file, stars, name, own));
    names.set(name, all);
    return all.value;
  }

  #mergeStars(file: SourceFile, stars: readonly Binding[], name: string, own: readonly Binding[]): readonly Binding[] {
    this.#notes.name(file.scope, '*');
    const found: Binding[] = [];
    const certain: Binding[] = [];
    const possible: Binding[] = [];
    const unlikely: Binding[] = [];
    for (const star of stars) {
      if (star.kind !== 'importFrom') continue;
      const target = this.#names.importTarget(file, star.statement);
      const binding: Binding = { ...star, name };
      if (target.kind === 'file') {
        const exporting = this.#fileAt(target.path);
        const exports = exporting && exporting !== file ? this.#exportsByStar(exporting, name) : 'no';
        if (exports === 'yes') found.push(binding);
        else if (exports === 'perhaps') possible.push(binding);
      } else if (target.kind === 'external') {
        const exported = STAR_EXPORTS.get(star.statement.module?.text ?? '');
        // Another release may export more.
        (exported ? (exported.has(name) ? certain : unlikely) : possible).push(binding);
      }
    }
    if (found.length > 0)
      return own.length === 0 ? found : [...own, ...found].sort((a, b) => a.range.start - b.range.start);
    // What a library exports is seldom known here, so it is believed only when nothing else can be meant.
    if (own.length > 0 || isBuiltin(name)) return own;
    return [certain, possible, unlikely].find((bindings) => bindings.length > 0) ?? [];
  }

  #exportsByStar(file: SourceFile, name: string): 'yes' | 'perhaps' | 'no' {
    this.#notes.name(this.#notes.moduleScope(file), '__all__');
    const list = exportList(file, (expr) => this.#exportListOf(file, expr));
    if (list ? !list.has(name) : name.startsWith('_')) return 'no';
    const scope = this.#notes.moduleScope(file);
    if (scope.bindings.has(name)) return 'yes';
    const bindings = this.#names.boundIn(scope, name);
    if (bindings.length === 0)
      return list && this.#notes.target('inFolder', dirname(file.path), name).kind === 'file' ? 'yes' : 'no';
    return bindings.some((binding) => this.#names.follow(file, binding).kind !== 'external') ? 'yes' : 'perhaps';
  }

  /** `__all__` of another module, as in `__all__ += models.__all__`. */
  #exportListOf(file: SourceFile, expr: Expr): ReadonlySet<string> | null {
    if (expr.kind !== 'Attribute' || expr.attr.text !== '__all__') return null;
    const symbol = this.#names.resolve(file, expr.value);
    return symbol.kind === 'module' && symbol.file !== file ? exportList(symbol.file, () => null) : null;
  }
}
