/** What names and dotted expressions mean: by the scopes of a file, through imports, re-exports and plain aliases. */
import { dirname } from '../base/paths.ts';
import type { Recorded } from '../base/recorder.ts';
import { isBuiltin } from './builtins.ts';
import { submoduleFolders } from './declaring.ts';
import { fallbackRanges } from './moduleFacts.ts';
import type { ModuleLayout, ModuleTarget } from './moduleLayout.ts';
import type { Notes } from './notes.ts';
import {
  beginningAt,
  boundFrom,
  lastAbove,
  moduleScopeOf,
  outerScope,
  scopeAtOffset,
  visibleScopes,
} from './scopes.ts';
import { isSharedNamespace } from './sharedNamespace.ts';
import { StarImports } from './starImports.ts';
import { isTelling, unknown } from './symbols.ts';
import type { Attribute, ClassDef, Expr, ImportFrom } from './syntax/nodes.ts';
import type { Binding, Scope, SourceFile, Symbol } from './types.ts';

/** Those of one program, as it keeps them: by trees, and what they mean depends on all files. */
export class Names {
  readonly #notes: Notes;
  readonly #layout: ModuleLayout;
  readonly #fileAt: (path: string) => SourceFile | undefined;
  /** A member of a class, which may come from its bases. */
  readonly #member: (file: SourceFile, cls: ClassDef, name: string) => Symbol;
  readonly #stars: StarImports;
  readonly #followed = new Map<Binding, Recorded<Symbol>>();
  readonly #following = new Set<Binding>();

  constructor(
    notes: Notes,
    layout: ModuleLayout,
    fileAt: (path: string) => SourceFile | undefined,
    member: (file: SourceFile, cls: ClassDef, name: string) => Symbol,
  ) {
    this.#notes = notes;
    this.#layout = layout;
    this.#fileAt = fileAt;
    this.#member = member;
    this.#stars = new StarImports(notes, this, fileAt);
  }

  lookup(scope: Scope, name: string): readonly Binding[] {
    for (const visible of visibleScopes(scope)) {
      const bindings = this.boundIn(visible, name);
      if (bindings.length > 0) return bindings;
    }
    return [];
  }

  /** Bindings of a name in one scope, as they are meant there: `global` and `nonlocal` lead elsewhere. */
  boundIn(scope: Scope, name: string): readonly Binding[] {
    const how = scope.outerNames.get(name);
    const owner = how ? outerScope(scope, name, how) : scope;
    this.#notes.name(owner, name);
    const own = owner.bindings.get(name) ?? [];
    return owner.kind === 'module' ? this.#stars.with(owner, name, own) : own;
  }

  follow(file: SourceFile, binding: Binding): Symbol {
    this.#notes.moduleScope(file);
    const known = this.#followed.get(binding);
    if (known) return this.#notes.recorder.reuse(known);
    if (this.#following.has(binding) || this.#following.size > maxDepth) return unknown;
    this.#following.add(binding);
    const followed = this.#notes.recorder.record(() => this.#follow(file, binding));
    this.#following.delete(binding);
    // Inside of a cycle the answer may be cut short, so only the outermost one is kept.
    if (this.#following.size === 0) this.#followed.set(binding, followed);
    return followed.value;
  }

  exported(file: SourceFile, name: string): Symbol {
    const bindings = this.boundIn(this.#notes.moduleScope(file), name);
    const symbol = this.#best(file, bindings) ?? unknown;
    if (symbol.kind !== 'unknown' || !file.isPackage) return symbol;
    return this.moduleSymbol(this.#notes.target('inFolder', dirname(file.path), name), null) ?? symbol;
  }

  resolve(file: SourceFile, expr: Expr, scope?: Scope): Symbol {
    const attributes: Attribute[] = [];
    let head = expr;
    while (head.kind === 'Attribute') {
      attributes.push(head);
      head = head.value;
    }
    if (head.kind !== 'Name') return unknown;
    let symbol = this.#resolveName(
      file,
      head.id,
      head.start,
      scope ?? scopeAtOffset(this.#notes.moduleScope(file), head.start),
    );
    for (let i = attributes.length - 1; i >= 0 && symbol.kind !== 'unknown'; i--) {
      symbol = this.attribute(symbol, attributes[i]!.attr.text, file);
    }
    return symbol;
  }

  #resolveName(file: SourceFile, name: string, at: number, scope: Scope): Symbol {
    this.#notes.moduleScope(file);
    // Up to the first scope with a flow of its own, text order tells which binding holds.
    let inFlow = true;
    for (const visible of visibleScopes(scope)) {
      const bindings = this.boundIn(visible, name);
      if (bindings.length > 0) {
        // The cursor is on the name that is being bound.
        const itself = beginningAt(bindings, at).find(({ kind }) => kind !== 'augAssign');
        if (itself) return this.follow(file, itself);
        const before = inFlow ? this.#best(file, bindings, at) : this.#best(file, bindings);
        if (before) return before;
        // A class body reads outer names until it binds its own.
        if (visible.kind !== 'class') return this.#best(file, bindings) ?? unknown;
      }
      if (visible.kind !== 'comprehension' && visible.kind !== 'typeParams') inFlow = false;
    }
    return isBuiltin(name) ? { kind: 'builtin', name } : unknown;
  }

  /**
   * Of the bindings that can be meant where a name is read at an offset: the last that leads somewhere, `except
   * ImportError` and the like at the end. null when none is above. A name that is bound thousands of times is read as
   * often: most are not even looked at.
   */
  #best(file: SourceFile, bindings: readonly Binding[], at = Infinity): Symbol | null {
    if (bindings.length === 1) return boundFrom(bindings[0]!) <= at ? this.follow(file, bindings[0]!) : null;
    const fallbacks = bindings.length === 0 ? [] : fallbackRanges(moduleScopeOf(bindings[0]!.scope));
    const isFallback = (binding: Binding): boolean =>
      fallbacks.some(({ start, end }) => start <= binding.range.start && binding.range.start < end);
    let second: Symbol | null = null;
    const later: Binding[] = [];
    let isAny = false;
    const tells = (binding: Binding): Symbol | null => {
      const symbol = this.follow(file, binding);
      if (isTelling(symbol)) return symbol;
      if (symbol.kind !== 'unknown') second ??= symbol;
      return null;
    };
    for (let i = lastAbove(bindings, at); i >= 0; i--) {
      const binding = bindings[i]!;
      if (boundFrom(binding) > at) continue;
      isAny = true;
      if (binding.kind === 'delete') continue;
      if (isFallback(binding)) {
        later.push(binding);
        continue;
      }
      const symbol = tells(binding);
      if (symbol) return symbol;
    }
    for (const binding of later) {
      const symbol = tells(binding);
      if (symbol) return symbol;
    }
    return isAny ? (second ?? unknown) : null;
  }

  #follow(file: SourceFile, binding: Binding): Symbol {
    switch (binding.kind) {
      case 'import': {
        const { alias } = binding;
        const dotted = alias.asName ? alias.name.text : binding.name;
        return this.moduleSymbol(this.#notes.target('absolute', dirname(file.path), dotted), dotted) ?? unknown;
      }
      case 'importFrom': {
        const name = binding.alias.name.text === '*' ? binding.name : binding.alias.name.text;
        return name === '*' || name === '' ? unknown : this.#importedName(file, binding.statement, name);
      }
      case 'assign':
        return binding.path.length === 0
          ? this.#alias(file, binding, binding.statement.value)
          : { kind: 'binding', file, binding };
      case 'annAssign':
        return binding.statement.value
          ? this.#alias(file, binding, binding.statement.value)
          : { kind: 'binding', file, binding };
      case 'typeAlias':
        return this.#alias(file, binding, binding.statement.value);
      case 'delete':
        return unknown;
      case 'function':
      case 'class':
      case 'augAssign':
      case 'for':
      case 'comprehension':
      case 'with':
      case 'parameter':
      case 'walrus':
      case 'except':
      case 'match':
      case 'typeParam':
        return { kind: 'binding', file, binding };
    }
  }

  /** `A = B` stands for what B does; any other value for itself. */
  #alias(file: SourceFile, binding: Binding, value: Expr): Symbol {
    if (value.kind === 'Name' || value.kind === 'Attribute') {
      const symbol = this.resolve(file, value, binding.scope);
      if (symbol.kind !== 'unknown') return symbol;
    }
    return { kind: 'binding', file, binding };
  }

  importTarget(file: SourceFile, statement: ImportFrom): ModuleTarget {
    const dotted = statement.module?.text ?? '';
    if (statement.level > 0)
      return this.#notes.target('relative', file.path, `${'.'.repeat(statement.level)}${dotted}`);
    return dotted === '' ? { kind: 'missing' } : this.#notes.target('absolute', dirname(file.path), dotted);
  }

  #importedName(file: SourceFile, statement: ImportFrom, name: string): Symbol {
    const target = this.importTarget(file, statement);
    const dotted = `${statement.module?.text ?? ''}.${name}`;
    if (target.kind === 'external') return { kind: 'external', name: dotted };
    const module = target.kind === 'file' ? this.#fileAt(target.path) : undefined;
    if (target.kind === 'file') {
      // `from . import views` in the package itself means the submodule, not this very name.
      if (module && module.path !== file.path) {
        const symbol = this.exported(module, name);
        if (symbol.kind !== 'unknown' || !isSharedNamespace(module.text)) return symbol;
      }
    }
    for (const folder of submoduleFolders(target)) {
      const inner = this.moduleSymbol(this.#notes.target('inFolder', folder, name), null);
      if (inner) return inner;
    }
    // A folder that only happens to be called like a library (`alembic/`): Python finds the library there.
    const isShared = target.kind === 'folders' || (module !== undefined && isSharedNamespace(module.text));
    return isShared && statement.level === 0 ? { kind: 'external', name: dotted } : unknown;
  }

  moduleSymbol(target: ModuleTarget, externalName: string | null): Symbol | undefined {
    if (target.kind === 'file') {
      const file = this.#fileAt(target.path);
      return file && { kind: 'module', file };
    }
    if (externalName === null || target.kind === 'missing') return undefined;
    return { kind: 'external', name: externalName };
  }

  attribute(symbol: Symbol, name: string, from: { readonly path: string }): Symbol {
    switch (symbol.kind) {
      case 'external': {
        const dotted = `${symbol.name}.${name}`;
        // The name of a namespace package of the workspace looks like a library until its modules are reached.
        if (!this.#layout.mayBeLocal(dotted)) return { kind: 'external', name: dotted };
        return (
          this.moduleSymbol(this.#notes.target('absolute', dirname(from.path), dotted), dotted) ?? {
            kind: 'external',
            name: dotted,
          }
        );
      }
      case 'module':
        return this.exported(symbol.file, name);
      case 'binding': {
        if (symbol.binding.kind !== 'class') return unknown;
        const member = this.#member(symbol.file, symbol.binding.node, name);
        return member.kind === 'binding' ? this.follow(member.file, member.binding) : member;
      }
      case 'builtin':
      case 'unknown':
        return unknown;
    }
  }
}

/** Longer chains of imports and aliases than this are no honest code. */
const maxDepth = 500;
