/**
 * Classes that are mapped from outside of their bodies: `registry.map_imperatively(User, users, properties={…})`, and
 * `mapper(User, users)` before SQLAlchemy 2.0.
 * https://docs.sqlalchemy.org/en/20/orm/mapping_styles.html#imperative-mapping
 */
import type { Call, Expr, Stmt } from '../../python/syntax/nodes.ts';
import type { Scope, SourceFile } from '../../python/types.ts';
import { flatBody, hasHiddenArguments, keyword, type Classes, type ClassRef } from '../classes.ts';
import { pieceOf, type Piece } from '../pieces.ts';
import { libraryName } from './names.ts';
import { isRelationship, readRelation, type RawRelation } from './relations.ts';
import { contextOf } from './tables.ts';

/** One call that maps a class. */
export interface ImperativeMapping {
  readonly cls: ClassRef;
  readonly file: SourceFile;
  readonly scope: Scope;
  readonly call: Call;
  /** The statement it is: of the module, or of a function that maps when the program starts. */
  readonly stmt: Stmt;
  /** The name its mapper is given, for others to relate to. */
  readonly variable: string | null;
  /** Id of the registry; of `mapper(…)` that of the library's own. */
  readonly registry: string;
}

/** A look at the text that says whether reading it for such calls is worth it. */
export const MAPS_IMPERATIVELY = /\bmap(?:per|_imperatively)\(/;

/** The calls of a file that map classes of the workspace, in text order. */
export function imperativeMappings(classes: Classes, file: SourceFile): readonly ImperativeMapping[] {
  if (!MAPS_IMPERATIVELY.test(file.text)) return [];
  return [...statementsOf(file)].flatMap((stmt) => mappingOf(classes, file, stmt) ?? []);
}

/** Those of the module, and of the functions in it. */
function* statementsOf(file: SourceFile): Generator<Stmt> {
  for (const stmt of flatBody(file.module.body)) {
    if (stmt.kind !== 'FunctionDef') yield stmt;
    else if (MAPS_IMPERATIVELY.test(file.text.slice(stmt.start, stmt.end))) yield* flatBody(stmt.body);
  }
}

function mappingOf(classes: Classes, file: SourceFile, stmt: Stmt): ImperativeMapping | null {
  const call = stmt.kind === 'Expr' || stmt.kind === 'Assign' ? stmt.value : null;
  if (call?.kind !== 'Call') return null;
  const scope = classes.program.scopeAt(file, call.start);
  const registry = registryOf(classes, file, call.func, scope);
  const named = registry === null ? null : (call.args[0] ?? keyword(call, 'class_'));
  const cls = named && classes.named(file, named, scope);
  if (registry === null || !cls) return null;
  const target = stmt.kind === 'Assign' ? stmt.targets[0] : undefined;
  return { cls, file, scope, call, stmt, registry, variable: target?.kind === 'Name' ? target.id : null };
}

/** The registry that a function maps into; null for functions that map nothing. */
function registryOf(classes: Classes, file: SourceFile, func: Expr, scope: Scope): string | null {
  if (func.kind === 'Attribute' && func.attr.text === 'map_imperatively')
    return classes.base(file, func.value, scope).id;
  if (libraryName(classes, file, func, scope) === 'mapper') return OF_LIBRARY;
  const base = func.kind === 'Name' || func.kind === 'Attribute' ? classes.base(file, func, scope) : null;
  // `mapper = orm.mapper`
  return base?.kind === 'value' && libraryName(classes, base.file, base.value) === 'mapper' ? OF_LIBRARY : null;
}

const OF_LIBRARY = 'sqlalchemy.orm.mapper';

/** What the arguments of such a call say, beside the class. */
export interface ImperativeParts {
  readonly table: Piece | null;
  readonly inherits: Piece | null;
  /** Names of attributes by the columns that they are given to in place of the column's own name. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly relations: readonly RawRelation[];
  /** Mapped attributes without a column of their own, by the function that makes them. */
  readonly others: readonly { readonly name: string; readonly type: string; readonly python: null }[];
  readonly unknown: readonly string[];
}

/** Reads the arguments of one of the calls; `all` are those of its file. */
export function readImperative(
  classes: Classes,
  mapping: ImperativeMapping,
  all: readonly ImperativeMapping[],
): ImperativeParts {
  const { call, file, scope } = mapping;
  const renamed = new Map<string, string>();
  const relations: RawRelation[] = [];
  const others: ImperativeParts['others'][number][] = [];
  const unknown: string[] = [];
  const properties = keyword(call, 'properties') ?? call.args[2] ?? null;
  const isUnread = properties !== null && properties.kind !== 'Dict' && !isNone(properties);
  if (isUnread || hasHiddenArguments(call))
    unknown.push(`properties of \`${mapping.cls.node.name.text}\` could not be read`);
  for (const { name, value } of entriesOf(mapping)) {
    const at = pieceOf(file, scope, value);
    if (name === null) unknown.push(`properties of \`${mapping.cls.node.name.text}\` could not be read`);
    else if (isRelationship(classes, at)) {
      const relation = readRelation(name, at, null, contextOf(classes, file, scope));
      relations.push({ ...relation, target: throughMapper(relation.target, all) });
    } else {
      const column = columnOf(value);
      if (column !== null) renamed.set(column, name);
      else if (value.kind === 'Call')
        others.push({ name, type: libraryName(classes, file, value.func, scope) ?? '', python: null });
    }
  }
  const piece = (expr: Expr | null | undefined): Piece | null =>
    expr && !isNone(expr) ? pieceOf(file, scope, expr) : null;
  return {
    table: piece(call.args[1] ?? keyword(call, 'local_table')),
    inherits: piece(keyword(call, 'inherits')),
    renamed,
    relations,
    others,
    unknown,
  };
}

/** The entries of `properties={…}`; the name is null where it is no plain string. */
export function entriesOf({
  call,
}: ImperativeMapping): readonly { readonly name: string | null; readonly key: Expr | null; readonly value: Expr }[] {
  const properties = keyword(call, 'properties') ?? call.args[2];
  if (properties?.kind !== 'Dict') return [];
  return properties.values.map((value, i) => {
    const key = properties.keys[i] ?? null;
    return { name: key?.kind === 'Constant' && key.type === 'str' ? key.value : null, key, value };
  });
}

/** `relationship(lines_mapper)`: the class of that mapper. */
function throughMapper(target: RawRelation['target'], all: readonly ImperativeMapping[]): RawRelation['target'] {
  const { piece } = target;
  if (piece?.expr.kind !== 'Name') return target;
  const { id } = piece.expr;
  const found = all.findLast(
    ({ variable, scope }) => variable === id && (scope === piece.scope || scope.kind === 'module'),
  );
  const named = found && (found.call.args[0] ?? keyword(found.call, 'class_'));
  return named ? { name: null, piece: pieceOf(found.file, found.scope, named) } : target;
}

/** `users.c.name`, also in `column_property(…)` and `deferred(…)`: the name of the column. */
function columnOf(value: Expr): string | null {
  if (value.kind === 'Call') {
    const name =
      value.func.kind === 'Attribute' ? value.func.attr.text : value.func.kind === 'Name' ? value.func.id : '';
    const first = value.args[0];
    return first && /^(column_property|deferred)$/.test(name) ? columnOf(first) : null;
  }
  const isOfTable = (of: Expr): boolean => of.kind === 'Attribute' && /^(c|columns)$/.test(of.attr.text);
  if (value.kind === 'Attribute') return isOfTable(value.value) ? value.attr.text : null;
  if (value.kind !== 'Subscript' || !isOfTable(value.value)) return null;
  return value.slice.kind === 'Constant' && value.slice.type === 'str' ? value.slice.value : null;
}

function isNone(expr: Expr): boolean {
  return expr.kind === 'Constant' && expr.type === 'None';
}
