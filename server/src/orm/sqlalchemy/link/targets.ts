/** Finds the mapped class or the table that foreign keys and relationships refer to, by any of their names. */
import { append } from '../../../base/groups.ts';
import type { ExtractContext } from '../../adapter.ts';
import { canMean } from '../../aside.ts';
import { assignedValue, type Classes } from '../../classes.ts';
import type { Model } from '../../model.ts';
import type { Piece } from '../../pieces.ts';
import type { Mapped } from '../models.ts';
import type { RawTable } from '../tables.ts';
import { meaningOf, type Meaning } from './meaning.ts';

export class Targets {
  /** Classes by id: models and the abstract ones. */
  readonly mapped: ReadonlyMap<string, Mapped>;
  readonly models: readonly Mapped[];
  /** By id; grows while association tables are found inside of relationships. */
  readonly tables: ReadonlyMap<string, RawTable>;
  readonly #classes: Classes;
  readonly #roots: readonly string[];
  readonly #tables = new Map<string, RawTable>();
  /** Models by the names of their classes. */
  readonly #named = new Map<string, Mapped[]>();
  /** The first table with each name of a variable. */
  readonly #byVariable = new Map<string, string>();
  /** Models and tables by table name, with and without schema. */
  readonly #byTable = new Map<string, string[]>();
  readonly #tableNamesOf = new Map<string, readonly string[]>();
  readonly #meanings = new Map<Piece, Meaning>();

  constructor(context: ExtractContext, classes: Classes, mapped: readonly Mapped[], tables: readonly RawTable[]) {
    this.#classes = classes;
    this.#roots = context.program.snapshot.roots;
    this.tables = this.#tables;
    this.mapped = new Map(mapped.map((each) => [each.ref.id, each]));
    this.models = mapped.filter((each) => each.kind === 'model');
    for (const each of this.models) {
      append(this.#named, each.ref.node.name.text, each);
      if (each.table && !each.sharesTable) this.#noteTable(each.table, each.ref.id);
    }
    for (const table of tables) this.addTable(table);
    for (const each of mapped) {
      for (const [piece, meaning] of meaningsIn(context, classes, each)) this.#meanings.set(piece, meaning);
    }
  }

  addTable(table: RawTable): void {
    this.#tables.set(table.id, table);
    if (!this.#byVariable.has(table.variable)) this.#byVariable.set(table.variable, table.id);
    if (table.name !== null) this.#noteTable({ schema: table.schema, name: table.name }, table.id);
  }

  /** The table of a class, wherever it is written; null when it has none, or one whose name is computed. */
  tableOf(each: Mapped): Model['table'] {
    if (each.tableId === null) return each.table;
    const table = this.#tables.get(each.tableId);
    return table?.name != null ? { schema: table.schema, name: table.name } : null;
  }

  /** Names of the tables of a class and of those it inherits from, as foreign keys write them. */
  tableNames(each: Mapped): readonly string[] {
    const known = this.#tableNamesOf.get(each.ref.id);
    if (known) return known;
    const names: string[] = [];
    for (let at: Mapped | null = each; at; at = at.parent) {
      const table = this.tableOf(at);
      if (table) names.push(fullName(table));
    }
    const all = [...new Set(names)];
    this.#tableNamesOf.set(each.ref.id, all);
    return all;
  }

  /** The model or table with a table name, as `from` means it; of several, one of the same registry. */
  withTable(name: string, from: string): string | null {
    const path = this.#pathOf(from);
    const ids = (this.#byTable.get(name) ?? []).filter((id) => canMean(this.#roots, path, this.#pathOf(id)));
    const registry = this.mapped.get(from)?.hierarchy.registry.id;
    return (
      ids.find((id) => registry !== undefined && this.mapped.get(id)?.hierarchy.registry.id === registry) ??
      ids[0] ??
      null
    );
  }

  /** The id of the first table that is assigned to a variable of that name, in any module. */
  withVariable(name: string): string | null {
    return this.#byVariable.get(name) ?? null;
  }

  /** Models that a string can mean: of the same registry, by class name or by the end of the dotted path. */
  withName(name: string, from: Mapped): readonly Mapped[] {
    const short = name.split('.').at(-1)!;
    const named = (this.#named.get(short) ?? []).filter(
      (each) =>
        canMean(this.#roots, from.ref.file.path, each.ref.file.path) &&
        (short === name || each.ref.id === name || each.ref.id.endsWith(`.${name}`)),
    );
    if (from.kind === 'abstract') return named.length === 1 ? named : [];
    const { id, flavor } = from.hierarchy.registry;
    const same = named.filter((each) => each.hierarchy.registry.id === id);
    if (same.length > 0) return preferSameFile(same, from);
    // Without the base it is not known which registry this is: any will do.
    return named.filter((each) => flavor === 'unknown' || each.hierarchy.registry.flavor === 'unknown');
  }

  /** The id that an expression names, if possible of a class or table that is known here. */
  namedBy(piece: Piece): string | null {
    const { id, others } = this.#meanings.get(piece) ?? meaningOf(this.#classes.program, piece);
    return id !== null && this.isKnown(id) ? id : (others.find((each) => this.isKnown(each)) ?? id);
  }

  /** The class that an expression names through an attribute: `user_groups = db.Table(...)` behind another name. */
  classBehind(piece: Piece): string | null {
    const symbol = this.#classes.program.resolve(piece.file, piece.expr, piece.scope);
    if (symbol.kind !== 'binding') return null;
    const value = assignedValue(symbol.binding);
    if (value?.kind !== 'Attribute') return null;
    const id = this.namedBy({ ...piece, file: symbol.file, scope: symbol.binding.scope, expr: value });
    return id !== null && this.mapped.has(id) ? id : null;
  }

  isKnown(id: string): boolean {
    return this.mapped.has(id) || this.#tables.has(id);
  }

  #pathOf(id: string): string {
    return this.mapped.get(id)?.ref.file.path ?? this.#tables.get(id)?.file.path ?? '';
  }

  #noteTable(table: { readonly schema: string | null; readonly name: string }, id: string): void {
    const names = table.schema === null ? [table.name] : [`${table.schema}.${table.name}`, table.name];
    for (const name of names) append(this.#byTable, name, id);
  }
}

/** As foreign keys write it: with the schema in front. */
export function fullName(table: { readonly schema: string | null; readonly name: string }): string {
  return table.schema === null ? table.name : `${table.schema}.${table.name}`;
}

/** Remembered beside the class: its names can come to mean something else when only another file changes. */
function meaningsIn(
  { memory }: ExtractContext,
  { program }: Classes,
  { ref, relations, columns }: Mapped,
): readonly (readonly [Piece, Meaning])[] {
  const pieces = [
    ...relations.flatMap(({ target }) => target.piece ?? []),
    ...columns.flatMap(({ foreignKey }) => foreignKey?.owner?.piece ?? []),
  ];
  if (pieces.length === 0) return [];
  return memory.remember(`names ${ref.file.path} ${ref.id}`, ref.file.path, () =>
    pieces.map((piece) => [piece, meaningOf(program, piece)] as const),
  );
}

function preferSameFile(models: readonly Mapped[], from: Mapped): readonly Mapped[] {
  const near = models.filter((each) => each.ref.file.path === from.ref.file.path);
  return near.length === 1 ? near : models;
}
