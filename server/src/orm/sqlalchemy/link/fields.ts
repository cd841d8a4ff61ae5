/** The fields of mapped classes and tables, with what their foreign keys point to. */
import { take } from '../../../base/take.ts';
import type { Locator } from '../../declared.ts';
import type { Declared, Field } from '../../model.ts';
import type { RawColumn, RawForeignKey } from '../columns.ts';
import type { Mapped } from '../models.ts';
import type { RawTable } from '../tables.ts';
import { declaredIn } from './declared.ts';
import { fullName, type Targets } from './targets.ts';

export class Fields {
  readonly #targets: Targets;
  readonly #locator: Locator;
  readonly #fields = new Map<string, readonly Field[]>();
  /** By the names of their columns. */
  readonly #columns = new Map<string, ReadonlyMap<string, RawColumn>>();

  constructor(targets: Targets, locator: Locator) {
    this.#targets = targets;
    this.#locator = locator;
  }

  /** Those of the mapped parents, then its own; the nearest of a name wins. */
  ofClass(each: Mapped): readonly Field[] {
    const known = this.#fields.get(each.ref.id);
    if (known) return known;
    // A class that inherits from itself ends here.
    this.#fields.set(each.ref.id, []);
    const inherited = each.parent ? this.ofClass(each.parent) : [];
    const own = this.#ownFields(each);
    const fields = [...inherited.map((field) => take(own, field.name) ?? field), ...own.values()];
    this.#fields.set(each.ref.id, fields);
    return fields;
  }

  ofTable(table: RawTable): readonly Field[] {
    const declared = this.#locator.at(table.file.path, table.variable);
    const primary = new Set(table.constraints.flatMap((each) => (each.kind === 'primaryKey' ? each.columns : [])));
    return table.columns.map((column) => {
      const field = this.#field(column, table.id, declared);
      return primary.has(column.column) ? { ...field, primaryKey: true, nullable: false } : field;
    });
  }

  #ownFields(each: Mapped): Map<string, Field> {
    const owner = each.sharesTable ? tableOwner(each).ref.id : each.ref.id;
    const own = new Map<string, Field>();
    const before = plainFields.get(each);
    const plain = new Map<RawColumn, Field>();
    for (const column of this.#columnsWithTable(each)) {
      const kept = before?.get(column);
      const field =
        kept?.owner === owner ? kept : this.#field(column, owner, declaredIn(this.#locator, each, column.attribute));
      if (column.foreignKey === null) plain.set(column, field);
      own.set(column.attribute, field);
    }
    plainFields.set(each, plain);
    for (const other of each.others) {
      own.set(other.name, {
        name: other.name,
        column: null,
        type: other.type,
        python: other.python,
        primaryKey: false,
        nullable: true,
        unique: false,
        index: false,
        default: null,
        serverDefault: null,
        foreignKey: null,
        deferred: false,
        owner,
        declared: declaredIn(this.#locator, each, other.name),
      });
    }
    return own;
  }

  /** The columns of a class whose table is written apart from it are those of the table, some by other names. */
  #columnsWithTable(each: Mapped): readonly RawColumn[] {
    const table = each.tableId === null || each.sharesTable ? null : this.#targets.tables.get(each.tableId);
    if (!table) return each.columns;
    const named = (column: RawColumn): RawColumn => {
      const attribute = each.renamed.get(column.column);
      return attribute === undefined ? column : { ...column, attribute };
    };
    return [...table.columns.map(named), ...each.columns];
  }

  #field(column: RawColumn, owner: string, declared: Declared): Field {
    const key = column.foreignKey && this.#foreignKey(column.foreignKey, owner);
    const target = column.type === null ? this.#targetColumn(column.foreignKey, owner, 0) : null;
    return {
      name: column.attribute,
      column: column.column,
      type: column.type ?? target?.type ?? 'NullType',
      python: column.python ?? target?.python ?? null,
      primaryKey: column.primaryKey,
      nullable: column.nullable,
      unique: column.unique,
      index: column.index,
      default: column.default,
      serverDefault: column.serverDefault,
      foreignKey: key,
      deferred: column.deferred,
      owner,
      declared,
    };
  }

  #foreignKey(raw: RawForeignKey, owner: string): NonNullable<Field['foreignKey']> {
    const { table, column, id } = this.#targetOf(raw, owner);
    return { table, column, model: id !== null && this.#targets.mapped.has(id) ? id : null, onDelete: raw.onDelete };
  }

  #targetOf(raw: RawForeignKey, from: string): KeyTarget {
    if (raw.target !== null) {
      const parts = raw.target.split('.');
      const column = parts.length > 1 ? parts.pop()! : null;
      const table = parts.join('.');
      return { table, column, id: this.#targets.withTable(table, from) };
    }
    if (!raw.owner) return { table: null, column: null, id: null };
    const id = this.#targets.namedBy(raw.owner.piece);
    const mapped = id === null ? null : this.#targets.mapped.get(id);
    if (mapped) {
      const table = this.#targets.tableOf(mapped);
      const column = mapped.columns.find((each) => each.attribute === raw.owner!.column)?.column ?? raw.owner.column;
      return { table: table && fullName(table), column, id };
    }
    const table = id === null ? null : this.#targets.tables.get(id);
    return {
      table: table?.name != null ? fullName({ schema: table.schema, name: table.name }) : null,
      column: raw.owner.column,
      id: table ? id : null,
    };
  }

  /** `ForeignKey("users.id")` without a type has that of `users.id`, which may be a foreign key in turn. */
  #targetColumn(raw: RawForeignKey | null, from: string, depth: number): RawColumn | null {
    if (!raw || depth > 10) return null;
    const target = this.#targetOf(raw, from);
    if (target.id === null || target.column === null) return null;
    const column = this.#columnsOf(target.id).get(target.column);
    if (!column) return null;
    return column.type !== null ? column : this.#targetColumn(column.foreignKey, target.id, depth + 1);
  }

  /** Of two columns with one name the first. */
  #columnsOf(id: string): ReadonlyMap<string, RawColumn> {
    let columns = this.#columns.get(id);
    if (!columns) {
      const named = this.#rawColumns(id).map((column) => [column.column, column] as const);
      columns = new Map(named.toReversed());
      this.#columns.set(id, columns);
    }
    return columns;
  }

  #rawColumns(id: string): readonly RawColumn[] {
    const mapped = this.#targets.mapped.get(id);
    const table = this.#targets.tables.get(mapped?.tableId ?? id);
    return [...(table?.columns ?? []), ...(mapped?.columns ?? [])];
  }
}

/** What a foreign key points to: the table's name, its column, and the model or table that has it. */
interface KeyTarget {
  readonly table: string | null;
  readonly column: string | null;
  readonly id: string | null;
}

/** Fields without a foreign key say the same in every graph that the class is in. */
const plainFields = new WeakMap<Mapped, ReadonlyMap<RawColumn, Field>>();

function tableOwner(each: Mapped): Mapped {
  let owner = each;
  while (owner.sharesTable && owner.parent) owner = owner.parent;
  return owner;
}
