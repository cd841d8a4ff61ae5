/** Looking things up in the scopes of a file, which `binder.ts` makes. */
import type { TextRange } from '../base/text.ts';
import type { MutableScope } from './binder.ts';
import type { ClassDef, Expr, FunctionDef, Module, Parameters, Stmt, TypeAlias } from './syntax/nodes.ts';
import type { Binding, Scope } from './types.ts';

/**
 * The innermost scope at an offset. Decorators, defaults, annotations, base classes and the first iterable of a
 * comprehension are evaluated in the outer scope, so they belong to it.
 * O(log children) per level of nesting.
 */
export function scopeAtOffset(module: Scope, offset: number): Scope {
  let scope = module;
  for (;;) {
    const inner = childAt(scope, offset);
    if (!inner) return scope;
    scope = inner;
  }
}

/**
 * The scopes in which a name read in `scope` is looked up, innermost first: class scopes are seen only from their own
 * body and from the headers of generic members.
 */
export function* visibleScopes(scope: Scope): Generator<Scope, void, undefined> {
  yield scope;
  let isHeader = scope.kind === 'typeParams';
  for (let outer = scope.parent; outer; outer = outer.parent) {
    if (outer.kind !== 'class' || isHeader) yield outer;
    isHeader = false;
  }
}

/** The scope that a node opens (not that of its type parameters). Costs as much as looking for its offset. */
export function scopeOfNode(outer: Scope, node: Scope['node']): Scope | undefined {
  if (outer.node === node && outer.kind !== 'typeParams') return outer;
  const { children, furthest } = outer as MutableScope;
  const last = lastBeginningAt(children, node.start);
  for (let i = last; i >= 0 && children[furthest[i]!]!.range.end >= node.end; i--) {
    if (children[i]!.node === node) return scopeOfNode(children[i]!, node);
  }
  for (let i = last; i >= 0 && children[furthest[i]!]!.range.end >= node.end; i--) {
    const found = children[i]!.range.end >= node.end ? scopeOfNode(children[i]!, node) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** The class whose body directly holds this function scope, if any: `self` belongs to it. */
export function enclosingClass(scope: Scope): ClassDef | null {
  for (let outer = scope.parent; outer; outer = outer.parent) {
    if (outer.kind === 'class') return outer.node as ClassDef;
    if (outer.kind !== 'typeParams') return null;
  }
  return null;
}

export function moduleScopeOf(scope: Scope): Scope {
  let outer = scope;
  while (outer.parent) outer = outer.parent;
  return outer;
}

/**
 * Where a binding starts to hold in its own scope: `x` in `x = f(x)` is bound only after the statement.
 * Bindings that hold from the beginning (parameters, comprehension variables) answer 0.
 */
export function boundFrom(binding: Binding): number {
  switch (binding.kind) {
    case 'import':
    case 'importFrom':
    case 'assign':
    case 'annAssign':
    case 'augAssign':
    case 'typeAlias':
      return binding.statement.end;
    case 'for':
      return binding.statement.iter.end;
    case 'with':
      return binding.item.context.end;
    case 'except':
      return binding.node.type?.end ?? binding.range.start;
    case 'walrus':
      return binding.node.end;
    case 'class':
    case 'function':
      return binding.node.end;
    case 'match':
    case 'delete':
      return binding.range.end;
    case 'parameter':
    case 'comprehension':
    case 'typeParam':
      return 0;
  }
}

/**
 * The last of the bindings of a name that may hold at an offset: those behind it begin later. A function that binds a
 * name thousands of times reads it as often, so they are not all looked at.
 */
export function lastAbove(bindings: readonly Binding[], offset: number): number {
  // Names of comprehensions hold before they are written; those of a module may come from several files.
  return bindings[0]?.scope.kind === 'function' ? lastBeginningAt(bindings, offset) : bindings.length - 1;
}

/** The bindings of a name that are written at an offset. */
export function beginningAt(bindings: readonly Binding[], offset: number): readonly Binding[] {
  if (bindings[0]?.scope.kind !== 'function') return bindings.filter(({ range }) => range.start === offset);
  const last = lastBeginningAt(bindings, offset);
  let first = last;
  while (first >= 0 && bindings[first]!.range.start === offset) first--;
  return bindings.slice(first + 1, last + 1);
}

/** Parameters in the order in which a call fills them. */
export function allParameters(
  params: Parameters,
): { parameter: Parameters['args'][number]; variadic: '' | '*' | '**' }[] {
  const result: { parameter: Parameters['args'][number]; variadic: '' | '*' | '**' }[] = [];
  for (const parameter of params.posonly) result.push({ parameter, variadic: '' });
  for (const parameter of params.args) result.push({ parameter, variadic: '' });
  if (params.vararg) result.push({ parameter: params.vararg, variadic: '*' });
  for (const parameter of params.kwonly) result.push({ parameter, variadic: '' });
  if (params.kwarg) result.push({ parameter: params.kwarg, variadic: '**' });
  return result;
}

/** Where a name declared `global` or `nonlocal` in `scope` lives. */
export function outerScope(scope: Scope, name: string, how: 'global' | 'nonlocal'): Scope {
  if (how === 'global') return moduleScopeOf(scope);
  let nearest: Scope | null = null;
  for (let outer = scope.parent; outer; outer = outer.parent) {
    if (outer.kind !== 'function' && outer.kind !== 'lambda') continue;
    nearest ??= outer;
    if (outer.bindings.has(name) && !outer.outerNames.has(name)) return outer;
  }
  return nearest ?? moduleScopeOf(scope);
}

function childAt(scope: Scope, offset: number): Scope | undefined {
  const { children, furthest } = scope as MutableScope;
  for (let i = lastBeginningAt(children, offset); i >= 0 && children[furthest[i]!]!.range.end >= offset; i--) {
    if (isInside(children[i]!, offset)) return children[i];
  }
  return undefined;
}

/** The index of the last of some scopes or bindings, in the order of the text, that begins at or before an offset, or -1. */
function lastBeginningAt(all: readonly { readonly range: TextRange }[], offset: number): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle]!.range.start <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function isInside(scope: Scope, offset: number): boolean {
  const node = scope.node as Module | Stmt | Expr;
  if (offset < node.start || offset > node.end) return false;
  if (scope.kind === 'typeParams') return insideTypeParams(node as FunctionDef | ClassDef | TypeAlias, offset);
  switch (node.kind) {
    case 'FunctionDef':
      return offset > headerEnd(node) || isParameterName(node.params, offset);
    case 'ClassDef':
      return offset > headerEnd(node);
    case 'Lambda':
      return offset >= node.body.start || isParameterName(node.params, offset);
    case 'ListComp':
    case 'SetComp':
    case 'DictComp':
    case 'GeneratorExp': {
      const first = node.generators[0]?.iter;
      return offset > node.start && offset < node.end && !(first && first.start <= offset && offset <= first.end);
    }
    default:
      return true;
  }
}

function insideTypeParams(node: FunctionDef | ClassDef | TypeAlias, offset: number): boolean {
  if (offset < node.typeParams[0]!.start) return false;
  if (node.kind !== 'FunctionDef') return true;
  return !allParameters(node.params).some(({ parameter }) => within(parameter.default, offset));
}

function headerEnd(node: FunctionDef | ClassDef): number {
  let end = node.name.end;
  for (const param of node.typeParams) end = Math.max(end, param.end);
  if (node.kind === 'ClassDef') {
    for (const base of node.bases) end = Math.max(end, base.end);
    for (const keyword of node.keywords) end = Math.max(end, keyword.end);
    return end;
  }
  for (const { parameter } of allParameters(node.params)) {
    end = Math.max(end, parameter.end, parameter.default?.end ?? 0);
  }
  return Math.max(end, node.returns?.end ?? 0);
}

function isParameterName(params: Parameters, offset: number): boolean {
  return allParameters(params).some(({ parameter }) => within(parameter.name, offset));
}

function within(range: TextRange | null, offset: number): boolean {
  return range !== null && range.start <= offset && offset <= range.end;
}
