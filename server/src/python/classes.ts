/** Classes: their bases in Python's method resolution order, and the members they have from them. */
import type { Names } from './names.ts';
import type { Notes } from './notes.ts';
import { ResolutionOrders } from './resolutionOrders.ts';
import { outerScope, scopeOfNode } from './scopes.ts';
import { isEmptyBase, keyOf, lastUseful, unknown } from './symbols.ts';
import type { ClassDef, Expr } from './syntax/nodes.ts';
import type { Binding, Scope, SourceFile, Symbol } from './types.ts';

/** Those of one program. Each order is worked out once. */
export class Classes {
  readonly #notes: Notes;
  readonly #names: Names;
  readonly #orders: ResolutionOrders<Symbol>;

  constructor(notes: Notes, names: Names) {
    this.#notes = notes;
    this.#names = names;
    this.#orders = new ResolutionOrders<Symbol>(notes.recorder, {
      keyOf,
      basesOf: (symbol) =>
        symbol.kind === 'binding' && symbol.binding.kind === 'class'
          ? this.#directBases(symbol.file, symbol.binding.node)
          : [],
      tooMany: () => ({ kind: 'unknown' }),
    });
  }

  bindingOf(file: SourceFile, cls: ClassDef): Binding | undefined {
    let outer = this.#scopeOf(file, cls)?.parent;
    if (outer?.kind === 'typeParams') outer = outer.parent;
    if (!outer) return undefined;
    const how = outer.outerNames.get(cls.name.text);
    const owner = how ? outerScope(outer, cls.name.text, how) : outer;
    return owner.bindings.get(cls.name.text)?.find((binding) => binding.kind === 'class' && binding.node === cls);
  }

  bases(file: SourceFile, cls: ClassDef): readonly Symbol[] {
    const binding = this.bindingOf(file, cls);
    if (binding) return this.#orders.of({ kind: 'binding', file, binding });
    return [{ kind: 'unknown', file }, ...this.#orders.behind(this.#directBases(file, cls))];
  }

  member(file: SourceFile, cls: ClassDef, name: string): { readonly symbol: Symbol; readonly complete: boolean } {
    let complete = true;
    for (const base of this.bases(file, cls)) {
      if (base.kind === 'binding' && base.binding.kind === 'class') {
        const scope = this.#scopeOf(base.file, base.binding.node);
        if (scope) this.#notes.name(scope, name);
        const bindings = scope?.bindings.get(name);
        const binding = bindings && lastUseful(bindings);
        if (!binding) continue;
        const isImport = binding.kind === 'import' || binding.kind === 'importFrom';
        return {
          symbol: isImport ? this.#names.follow(base.file, binding) : { kind: 'binding', file: base.file, binding },
          complete,
        };
      }
      if (!isEmptyBase(base)) complete = false;
    }
    return { symbol: unknown, complete };
  }

  #directBases(file: SourceFile, cls: ClassDef): readonly Symbol[] {
    this.#notes.ofClass('header', file, cls);
    return cls.bases.filter((base) => base.kind !== 'Starred').map((base) => this.#baseSymbol(file, base));
  }

  #baseSymbol(file: SourceFile, expr: Expr): Symbol {
    const plain = expr.kind === 'Subscript' ? expr.value : expr;
    const symbol = this.#names.resolve(file, plain);
    return symbol.kind === 'unknown' ? { kind: 'unknown', file, expr } : symbol;
  }

  #scopeOf(file: SourceFile, cls: ClassDef): Scope | undefined {
    return scopeOfNode(this.#notes.moduleScope(file), cls);
  }
}
