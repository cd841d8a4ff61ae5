/** What the names in the body of a class mean that stand for other classes and tables. */
import type { Program, Symbol } from '../../../python/types.ts';
import type { Piece } from '../../pieces.ts';

/** The ids of what an expression may name. */
export interface Meaning {
  readonly id: string | null;
  /** The last binding of a name may be a schema of the same name, further down in the file. */
  readonly others: readonly string[];
}

export function meaningOf(program: Program, { file, scope, expr: written }: Piece): Meaning {
  const isTable = written.kind === 'Attribute' && written.attr.text === '__table__';
  const expr = isTable ? written.value : written;
  const bindings = expr.kind === 'Name' ? (file.scope.bindings.get(expr.id) ?? []) : [];
  return {
    id: idOf(program.resolve(file, expr, scope)),
    others: bindings.flatMap((binding) => idOf(program.follow(file, binding)) ?? []),
  };
}

function idOf(symbol: Symbol): string | null {
  return symbol.kind === 'binding' ? `${symbol.file.moduleName}.${symbol.binding.name}` : null;
}
