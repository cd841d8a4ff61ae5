/** `Table(...)` and `__table_args__`. */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { Scope, SourceFile } from '../../python/types.ts';
import { assignedValue, dottedName, keyword, type Classes } from '../classes.ts';
import type { TableConstraint } from '../model.ts';
import { inside, pieceOf, pieceText, type Piece } from '../pieces.ts';
import { staticBoolean, staticString, staticStrings, type Static, type StaticContext } from '../statics.ts';
import { columnCall, readColumn, type RawColumn } from './columns.ts';
import { libraryName } from './names.ts';

export interface RawTable {
  readonly id: string;
  readonly file: SourceFile;
  readonly variable: string;
  readonly name: string | null;
  readonly schema: string | null;
  readonly columns: readonly RawColumn[];
  readonly constraints: readonly TableConstraint[];
  /** What the second argument says: `Base.metadata`, `metadata`. */
  readonly metadata: Piece | null;
}

/** `name = Table(...)` at the level of a module. */
export function tablesIn(classes: Classes, file: SourceFile): readonly RawTable[] {
  if (!file.text.includes('Table(')) return [];
  const found: RawTable[] = [];
  for (const [variable, bindings] of file.scope.bindings) {
    const last = bindings.at(-1);
    const value = last && assignedValue(last);
    if (value) {
      const table = readTable(classes, pieceOf(file, file.scope, value), `${file.moduleName}.${variable}`, variable);
      if (table) found.push(table);
    }
  }
  return found;
}

/** A `Table(...)` call, or null for everything else. */
export function readTable(classes: Classes, piece: Piece, id: string, variable: string): RawTable | null {
  const call = piece.expr;
  if (call.kind !== 'Call' || libraryName(classes, piece.file, call.func, piece.scope) !== 'Table') return null;
  const context = contextOf(classes, piece.file, piece.scope);
  // `db.Table("name", *columns)` has no metadata argument; other positions tell themselves apart.
  const rest = call.args.slice(1);
  const columns: RawColumn[] = [];
  const constraints: TableConstraint[] = [];
  let metadata: Piece | null = null;
  for (const [i, arg] of rest.entries()) {
    const at = inside(piece, arg);
    if (columnCall(classes, at)) columns.push(readColumn(classes, '', at, null, new Map()));
    else if (i === 0 && (arg.kind === 'Name' || arg.kind === 'Attribute')) metadata = at;
    else {
      const constraint = readConstraint(classes, at, context, (name) => name);
      if (constraint) constraints.push(constraint);
    }
  }
  return {
    id,
    file: piece.file,
    variable,
    name: staticString(context, call.args[0] ?? keyword(call, 'name')) ?? null,
    schema: staticString(context, keyword(call, 'schema')) ?? null,
    columns: columns.map((column) => ({ ...column, attribute: column.column })),
    constraints,
    metadata,
  };
}

export interface TableArgs {
  readonly schema: string | null;
  readonly constraints: readonly TableConstraint[];
}

/** `__table_args__`: a tuple of constraints that may end in a dict, or the dict alone. */
export function readTableArgs(
  classes: Classes,
  piece: Piece,
  columnOf: (attribute: string) => string,
  given: ReadonlyMap<string, Static>,
): TableArgs {
  const context = contextOf(classes, piece.file, piece.scope, given);
  const { expr } = piece;
  switch (expr.kind) {
    case 'Dict':
      return { schema: staticString(context, dictValue(context, expr, 'schema')) ?? null, constraints: [] };
    case 'Tuple':
    case 'List': {
      const parts = expr.elts.map((each) =>
        each.kind === 'Dict'
          ? readTableArgs(classes, inside(piece, each), columnOf, given)
          : {
              schema: null,
              constraints: readConstraint(classes, inside(piece, each), context, columnOf) ?? [],
            },
      );
      return merged(parts.map((part) => ({ schema: part.schema, constraints: [part.constraints].flat() })));
    }
    case 'BinOp':
      return merged(
        [expr.left, expr.right].map((each) => readTableArgs(classes, inside(piece, each), columnOf, given)),
      );
    case 'Name':
    case 'Attribute': {
      const symbol = classes.program.resolve(piece.file, expr, piece.scope);
      const value = symbol.kind === 'binding' ? assignedValue(symbol.binding) : null;
      if (symbol.kind !== 'binding' || !value || value === expr) return NO_ARGS;
      return value.kind === 'Name'
        ? NO_ARGS
        : readTableArgs(classes, pieceOf(symbol.file, symbol.binding.scope, value), columnOf, given);
    }
    default:
      return NO_ARGS;
  }
}

const NO_ARGS: TableArgs = { schema: null, constraints: [] };

function merged(parts: readonly TableArgs[]): TableArgs {
  return {
    schema: parts.findLast((part) => part.schema !== null)?.schema ?? null,
    constraints: parts.flatMap((part) => part.constraints),
  };
}

function dictValue(context: StaticContext, dict: Expr & { kind: 'Dict' }, key: string): Expr | null {
  const at = dict.keys.findLastIndex((each) => each !== null && staticString(context, each) === key);
  return dict.values[at] ?? null;
}

/** `UniqueConstraint`, `Index`, `PrimaryKeyConstraint` and `ForeignKeyConstraint`; null for those that name no columns. */
export function readConstraint(
  classes: Classes,
  piece: Piece,
  context: StaticContext,
  columnOf: (attribute: string) => string,
): TableConstraint | null {
  const call = piece.expr;
  if (call.kind !== 'Call') return null;
  const kind = libraryName(classes, piece.file, call.func, piece.scope);
  const name = staticString(context, keyword(call, 'name')) ?? null;
  const columns = (args: readonly Expr[]): string[] => args.map((arg) => columnName(context, piece, arg, columnOf));
  switch (kind) {
    case 'UniqueConstraint':
      return { kind: 'unique', name, columns: columns(call.args) };
    case 'PrimaryKeyConstraint':
      return { kind: 'primaryKey', name, columns: columns(call.args) };
    case 'Index': {
      const first = call.args[0];
      return {
        kind: 'index',
        name: staticString(context, first ?? null) ?? name,
        columns: columns(call.args.slice(1)),
        unique: staticBoolean(context, keyword(call, 'unique')) ?? false,
      };
    }
    case 'ForeignKeyConstraint':
      return foreignKeyConstraint(call, context, name);
    default:
      return null;
  }
}

function foreignKeyConstraint(call: Call, context: StaticContext, name: string | null): TableConstraint | null {
  const columns = staticStrings(context, call.args[0] ?? keyword(call, 'columns'));
  const targets = staticStrings(context, call.args[1] ?? keyword(call, 'refcolumns'));
  const first = targets?.[0];
  if (!columns || !targets || first === undefined) return null;
  return {
    kind: 'foreignKey',
    name,
    columns,
    targetTable: first.split('.').slice(0, -1).join('.'),
    targetColumns: targets.map((target) => target.split('.').at(-1)!),
    onDelete: staticString(context, keyword(call, 'ondelete')) ?? null,
  };
}

function columnName(context: StaticContext, piece: Piece, arg: Expr, columnOf: (attribute: string) => string): string {
  const literal = arg.kind === 'Constant' ? staticString(context, arg) : undefined;
  if (literal !== undefined) return literal;
  if (arg.kind === 'Name') return columnOf(arg.id);
  if (arg.kind === 'Attribute' && dottedName(arg.value)) return columnOf(arg.attr.text);
  return pieceText(inside(piece, arg));
}

export function contextOf(
  classes: Classes,
  file: SourceFile,
  scope: Scope,
  given: ReadonlyMap<string, Static> = new Map(),
): StaticContext {
  return { program: classes.program, file, scope, given };
}
