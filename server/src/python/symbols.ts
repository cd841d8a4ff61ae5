/** Symbols: which are the same thing, which say what a name is, which bases add nothing. */
import type { Binding, Symbol } from './types.ts';

export const unknown: Symbol = { kind: 'unknown' };

/** Equal for symbols that are the same thing. */
export function keyOf(symbol: Symbol): unknown {
  switch (symbol.kind) {
    case 'binding':
      return symbol.binding;
    case 'module':
      return symbol.file;
    case 'external':
    case 'builtin':
      return `${symbol.kind} ${symbol.name}`;
    case 'unknown':
      return symbol;
  }
}

/** Not just `x = None` or a bare `x: int`, which say nothing about what x will be. */
export function isTelling(symbol: Symbol): boolean {
  if (symbol.kind === 'unknown') return false;
  if (symbol.kind !== 'binding') return true;
  const { binding } = symbol;
  if (binding.kind === 'augAssign') return false;
  if (binding.kind !== 'assign' && binding.kind !== 'annAssign') return true;
  const { value } = binding.statement;
  return value !== null && !(value.kind === 'Constant' && value.type === 'None');
}

export function lastUseful(bindings: readonly Binding[]): Binding | undefined {
  const bound = bindings.filter((binding) => binding.kind !== 'delete');
  return bound.findLast((binding) => isTelling({ kind: 'binding', file: undefined as never, binding })) ?? bound.at(-1);
}

/** Bases that add no names a member could be found under. */
export function isEmptyBase(symbol: Symbol): boolean {
  if (symbol.kind === 'builtin') return symbol.name === 'object';
  return symbol.kind === 'external' && emptyBases.has(symbol.name);
}

const emptyBases = new Set([
  'typing.Generic',
  'typing.Protocol',
  'typing_extensions.Generic',
  'typing_extensions.Protocol',
  'abc.ABC',
]);
