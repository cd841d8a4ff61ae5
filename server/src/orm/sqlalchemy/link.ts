/** Joins mapped classes and tables by what they say of each other: targets, foreign keys, back references. */
import { append, groupBy } from '../../base/groups.ts';
import type { ClassDef } from '../../python/syntax/nodes.ts';
import type { Symbol } from '../../python/types.ts';
import type { ExtractContext, Extracted } from '../adapter.ts';
import { canMean } from '../aside.ts';
import { assignedValue, type Classes } from '../classes.ts';
import type { Cardinality, Declared, Field, Manager, MappedTable, Model, Relation, TableConstraint } from '../model.ts';
import type { Piece } from '../pieces.ts';
import type { RawColumn, RawForeignKey } from './columns.ts';
import type { Mapped } from './models.ts';
import type { RawRelation } from './relations.ts';
import { readTable, type RawTable } from './tables.ts';

export function link(
  context: ExtractContext,
  classes: Classes,
  mapped: readonly Mapped[],
  rawTables: readonly RawTable[],
): Extracted {
  return new Linker(context, classes, mapped, rawTables).run();
}

class Linker {
  readonly #context: ExtractContext;
  readonly #classes: Classes;
  readonly #mapped: ReadonlyMap<string, Mapped>;
  readonly #models: readonly Mapped[];
  /** The same by the names of their classes. */
  readonly #named = new Map<string, Mapped[]>();
  readonly #tables = new Map<string, RawTable>();
  /** The first table with each name of a variable. */
  readonly #byVariable = new Map<string, string>();
  /** Models and tables by table name, with and without schema. */
  readonly #byTable = new Map<string, string[]>();
  readonly #fields = new Map<string, readonly Field[]>();
  readonly #keys = new Map<string, Keys>();
  readonly #tableNamesOf = new Map<string, readonly string[]>();
  /** What the names mean that stand for classes and tables in the bodies of classes. */
  readonly #meanings = new Map<Piece, Meaning>();
  /** By the names of their columns. */
  readonly #columns = new Map<string, ReadonlyMap<string, RawColumn>>();
  /** By their names. */
  readonly #relations = new Map<string, Map<string, Relation>>();
  readonly #unknown = new Map<string, string[]>();

  constructor(context: ExtractContext, classes: Classes, mapped: readonly Mapped[], rawTables: readonly RawTable[]) {
    this.#context = context;
    this.#classes = classes;
    this.#mapped = new Map(mapped.map((each) => [each.ref.id, each]));
    this.#models = mapped.filter((each) => each.kind === 'model');
    for (const each of this.#models) append(this.#named, each.ref.node.name.text, each);
    for (const table of rawTables) this.#addTable(table);
  }

  run(): Extracted {
    for (const each of this.#models) if (each.table && !each.sharesTable) this.#noteTable(each.table, each.ref.id);
    for (const table of this.#tables.values()) {
      if (table.name !== null) this.#noteTable({ schema: table.schema, name: table.name }, table.id);
    }
    for (const each of this.#mapped.values()) {
      for (const [piece, meaning] of this.#meaningsIn(each)) this.#meanings.set(piece, meaning);
    }
    for (const each of this.#mapped.values()) this.#fieldsOf(each);
    for (const each of this.#mapped.values()) {
      const relations = each.relations.map((raw) => this.#relation(each, raw));
      this.#relations.set(each.ref.id, new Map(relations.map((relation) => [relation.name, relation])));
    }
    for (const each of this.#models) for (const raw of each.relations) this.#addBackref(each, raw);
    const owned = new Set(this.#models.flatMap((each) => each.tableId ?? []));
    return {
      models: [...this.#mapped.values()].map((each) => this.#model(each)),
      tables: [...this.#tables.values()].flatMap((table) => (owned.has(table.id) ? [] : this.#table(table))),
    };
  }

  #noteTable(table: { readonly schema: string | null; readonly name: string }, id: string): void {
    const names = table.schema === null ? [table.name] : [`${table.schema}.${table.name}`, table.name];
    for (const name of names) append(this.#byTable, name, id);
  }

  #addTable(table: RawTable): void {
    this.#tables.set(table.id, table);
    if (!this.#byVariable.has(table.variable)) this.#byVariable.set(table.variable, table.id);
  }

  // -------------------------------------------------------------- models and tables

  #model(each: Mapped): Model {
    const { ref, hierarchy } = each;
    const table = each.tableId === null ? each.table : this.#tableName(each.tableId);
    return {
      id: ref.id,
      orm: 'sqlalchemy',
      module: ref.file.moduleName,
      name: ref.node.name.text,
      declared: this.#context.locator.at(ref.file.path, ref.node.name.text),
      isAbstract: each.kind === 'abstract',
      table,
      bases: each.bases,
      fields: this.#fields.get(ref.id) ?? [],
      relations: this.#allRelations(each),
      managers: each.isFlask && each.kind === 'model' ? [FLASK_QUERY] : [],
      appLabel: null,
      appPackage: null,
      registry: hierarchy.registry.id || null,
      sharesTable: each.sharesTable,
      isManaged: true,
      ...(each.tableId === null || each.sharesTable ? {} : { tableVariable: each.tableId }),
      ...(each.mappedIn === null ? {} : { mappedIn: each.mappedIn }),
      ordering: [],
      constraints: [...each.constraints, ...this.#constraintsOf(each.tableId)],
      unknown: [...new Set([...each.unknown, ...(each.parent?.unknown ?? []), ...(this.#unknown.get(ref.id) ?? [])])],
    };
  }

  #tableName(id: string): Model['table'] {
    const table = this.#tables.get(id);
    return table?.name != null ? { schema: table.schema, name: table.name } : null;
  }

  #constraintsOf(tableId: string | null): readonly TableConstraint[] {
    return tableId === null ? [] : (this.#tables.get(tableId)?.constraints ?? []);
  }

  #table(table: RawTable): readonly MappedTable[] {
    if (table.name === null) return [];
    return [
      {
        id: table.id,
        orm: 'sqlalchemy',
        module: table.file.moduleName,
        name: table.variable,
        declared: this.#context.locator.at(
          table.file.path,
          ...table.id.slice(table.file.moduleName.length + 1).split('.'),
        ),
        table: { schema: table.schema, name: table.name },
        fields: this.#tableFields(table),
        constraints: table.constraints,
        unknown: table.columns.flatMap((column) => column.unknown),
      },
    ];
  }

  #tableFields(table: RawTable): readonly Field[] {
    const declared = this.#context.locator.at(table.file.path, table.variable);
    const primary = new Set(table.constraints.flatMap((each) => (each.kind === 'primaryKey' ? each.columns : [])));
    return table.columns.map((column) => {
      const field = this.#field(column, table.id, declared);
      return primary.has(column.column) ? { ...field, primaryKey: true, nullable: false } : field;
    });
  }

  // -------------------------------------------------------------- fields

  #fieldsOf(each: Mapped): readonly Field[] {
    const known = this.#fields.get(each.ref.id);
    if (known) return known;
    this.#fields.set(each.ref.id, []);
    const inherited = each.parent ? this.#fieldsOf(each.parent) : [];
    const owner = each.sharesTable ? this.#tableOwner(each).ref.id : each.ref.id;
    const own = new Map<string, Field>();
    const table = each.tableId === null || each.sharesTable ? null : this.#tables.get(each.tableId);
    const named = (column: RawColumn): RawColumn => {
      const attribute = each.renamed.get(column.column);
      return attribute === undefined ? column : { ...column, attribute };
    };
    const columns = [...(table?.columns.map(named) ?? []), ...each.columns];
    const before = plainFields.get(each);
    const plain = new Map<RawColumn, Field>();
    for (const column of columns) {
      const kept = before?.get(column);
      const field = kept?.owner === owner ? kept : this.#field(column, owner, this.#declared(each, column.attribute));
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
        declared: this.#declared(each, other.name),
      });
    }
    const fields = [...inherited.map((field) => take(own, field.name) ?? field), ...own.values()];
    this.#fields.set(each.ref.id, fields);
    return fields;
  }

  #tableOwner(each: Mapped): Mapped {
    let owner = each;
    while (owner.sharesTable && owner.parent) owner = owner.parent;
    return owner;
  }

  #declared(each: Mapped, attribute: string): Declared {
    for (const ref of each.hierarchy.classes) {
      if (namesIn(ref.node).has(attribute))
        return this.#context.locator.at(ref.file.path, ref.node.name.text, attribute);
    }
    return this.#context.locator.at(each.ref.file.path, each.ref.node.name.text, attribute);
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
    const found = this.#targetOf(raw, owner);
    return {
      table: found.table,
      column: found.column,
      model: found.id !== null && this.#mapped.has(found.id) ? found.id : null,
      onDelete: raw.onDelete,
    };
  }

  /** What a foreign key points to: the table's name, its column, and the model or table that has it. */
  #targetOf(
    raw: RawForeignKey,
    from: string,
  ): { readonly table: string | null; readonly column: string | null; readonly id: string | null } {
    if (raw.target !== null) {
      const parts = raw.target.split('.');
      const column = parts.length > 1 ? parts.pop()! : null;
      const table = parts.join('.');
      return { table, column, id: this.#holderOf(table, from) };
    }
    if (!raw.owner) return { table: null, column: null, id: null };
    const id = this.#idNamed(raw.owner.piece);
    const mapped = id === null ? null : this.#mapped.get(id);
    if (mapped) {
      const table = mapped.tableId === null ? mapped.table : this.#tableName(mapped.tableId);
      const column = mapped.columns.find((each) => each.attribute === raw.owner!.column)?.column ?? raw.owner.column;
      return { table: table && fullName(table), column, id };
    }
    const table = id === null ? null : this.#tables.get(id);
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
      columns = new Map(
        this.#rawColumns(id)
          .map((column) => [column.column, column] as const)
          .toReversed(),
      );
      this.#columns.set(id, columns);
    }
    return columns;
  }

  #rawColumns(id: string): readonly RawColumn[] {
    const mapped = this.#mapped.get(id);
    if (!mapped) return this.#tables.get(id)?.columns ?? [];
    return mapped.tableId === null
      ? mapped.columns
      : [...(this.#tables.get(mapped.tableId)?.columns ?? []), ...mapped.columns];
  }

  /** The model or table with a table name; of several, one of the same registry. */
  #holderOf(table: string, from: string): string | null {
    const path = this.#pathOf(from);
    const ids = (this.#byTable.get(table) ?? []).filter((id) => canMean(path, this.#pathOf(id)));
    const registry = this.#mapped.get(from)?.hierarchy.registry.id;
    return (
      ids.find((id) => registry !== undefined && this.#mapped.get(id)?.hierarchy.registry.id === registry) ??
      ids[0] ??
      null
    );
  }

  #pathOf(id: string): string {
    return this.#mapped.get(id)?.ref.file.path ?? this.#tables.get(id)?.file.path ?? '';
  }

  /** The id of the class or table that an expression names. */
  #idNamed(piece: Piece): string | null {
    const { id, others } = this.#meanings.get(piece) ?? meaningOf(this.#classes, piece);
    const isKnown = (each: string): boolean => this.#mapped.has(each) || this.#tables.has(each);
    return id !== null && isKnown(id) ? id : (others.find(isKnown) ?? id);
  }

  /** Remembered beside the class: its names can come to mean something else when only another file changes. */
  #meaningsIn({ ref, relations, columns }: Mapped): readonly (readonly [Piece, Meaning])[] {
    const pieces = [
      ...relations.flatMap(({ target }) => target.piece ?? []),
      ...columns.flatMap(({ foreignKey }) => foreignKey?.owner?.piece ?? []),
    ];
    if (pieces.length === 0) return [];
    return this.#context.memory.remember(`names ${ref.file.path} ${ref.id}`, ref.file.path, () =>
      pieces.map((piece) => [piece, meaningOf(this.#classes, piece)] as const),
    );
  }

  // -------------------------------------------------------------- relations

  #relation(each: Mapped, raw: RawRelation): Relation {
    const target = this.#target(each, raw);
    const through = raw.secondary ? this.#secondary(each, raw) : null;
    const side = this.#side(each, target, raw);
    return {
      name: raw.attribute,
      target: target?.ref.id ?? null,
      cardinality: side.cardinality,
      direction: side.direction,
      loading: raw.loading,
      backReference: raw.backPopulates ?? raw.backref?.name ?? null,
      through,
      columns: side.columns.map((field) => field.column ?? field.name),
      queryName: raw.attribute,
      nullable:
        side.direction === 'forward' ? side.columns.every((field) => field.nullable) : side.cardinality === 'one',
      declared: this.#declared(each, raw.attribute),
    };
  }

  #side(
    each: Mapped,
    target: Mapped | null,
    raw: RawRelation,
  ): {
    readonly direction: Relation['direction'];
    readonly cardinality: Cardinality;
    readonly columns: readonly Field[];
  } {
    if (raw.secondary) return { direction: 'through', cardinality: raw.many === false ? 'one' : 'many', columns: [] };
    const forward = target ? this.#keysBetween(each, target, raw) : [];
    const reverse = target ? this.#keysBetween(target, each, raw) : [];
    const isSelf = target !== null && this.#tableNames(each).some((name) => this.#tableNames(target).includes(name));
    const isForward = isSelf
      ? raw.remoteSide.some((column) =>
          forward.some(
            (field) =>
              field.foreignKey?.column === column || this.#attributeOf(target, column) === field.foreignKey?.column,
          ),
        )
      : forward.length > 0 &&
        (reverse.length === 0 ||
          raw.foreignKeys.some((key) =>
            forward.some((field) => matches(field, key.column) && key.owner !== target?.ref.node.name.text),
          ));
    if (isForward) return { direction: 'forward', cardinality: raw.many === true ? 'many' : 'one', columns: forward };
    if (reverse.length === 0 && raw.many === false) return { direction: 'forward', cardinality: 'one', columns: [] };
    return { direction: 'reverse', cardinality: raw.many === false ? 'one' : 'many', columns: [] };
  }

  /** Foreign keys of `from` to a table of `to`; those that `foreign_keys` speaks of when it speaks of any. */
  #keysBetween(from: Mapped, to: Mapped, raw: RawRelation): readonly Field[] {
    const keys = this.#keysOf(from);
    const tables = this.#tableNames(to);
    const composite = new Set(
      from.constraints.flatMap((each) =>
        each.kind === 'foreignKey' && tables.includes(each.targetTable) ? each.columns : [],
      ),
    );
    if (raw.foreignKeys.length > 0) {
      const isKey = ({ foreignKey, column }: Field): boolean =>
        (foreignKey?.table != null && tables.includes(foreignKey.table)) || (column !== null && composite.has(column));
      return keys.inOrder(
        raw.foreignKeys.flatMap(({ owner, column }) =>
          keys
            .named(column)
            .filter((field) =>
              owner === null ? from.ref.id !== to.ref.id || isKey(field) : this.#isNamed(from, owner),
            ),
        ),
      );
    }
    const ofConstraints = [...composite].flatMap((name) => keys.named(name).filter(({ column }) => column === name));
    const all = keys.inOrder([...tables.flatMap((table) => keys.to(table)), ...ofConstraints]);
    const joined = all.filter((field) =>
      raw.joinColumns.some(
        (key) => matches(field, key.column) && (key.owner === null || this.#isNamed(from, key.owner)),
      ),
    );
    return joined.length > 0 ? joined : all;
  }

  #keysOf(each: Mapped): Keys {
    let keys = this.#keys.get(each.ref.id);
    if (!keys) this.#keys.set(each.ref.id, (keys = new Keys(this.#fieldsOf(each))));
    return keys;
  }

  #isNamed(each: Mapped, name: string): boolean {
    return (
      each.hierarchy.classes.some((ref) => ref.node.name.text === name) ||
      this.#tableNames(each).includes(name) ||
      /^(self|cls)$/.test(name)
    );
  }

  #attributeOf(each: Mapped, name: string): string | null {
    const named = this.#keysOf(each).named(name);
    return named.find((field) => field.name === name)?.column ?? null;
  }

  /** Names of the tables of a class and of those it inherits from, as foreign keys write them. */
  #tableNames(each: Mapped): readonly string[] {
    const known = this.#tableNamesOf.get(each.ref.id);
    if (known) return known;
    const names: string[] = [];
    for (let at: Mapped | null = each; at; at = at.parent) {
      const table = at.tableId === null ? at.table : this.#tableName(at.tableId);
      if (table) names.push(fullName(table));
    }
    const all = [...new Set(names)];
    this.#tableNamesOf.set(each.ref.id, all);
    return all;
  }

  #target(each: Mapped, raw: RawRelation): Mapped | null {
    const { name, piece } = raw.target;
    const id = piece && this.#idNamed(piece);
    const direct = id === null || id === undefined ? undefined : this.#mapped.get(id);
    if (direct) return direct;
    const found = name === null ? [] : this.#namedInRegistry(each, name);
    if (found.length === 1) return found[0]!;
    if (each.kind === 'model') {
      const shown = name ?? (piece ? piece.source.slice(piece.expr.start, piece.expr.end) : raw.attribute);
      this.#note(
        each,
        found.length > 1
          ? `\`${shown}\` of \`${each.ref.node.name.text}.${raw.attribute}\` is the name of several models: ${found.map((m) => m.ref.id).join(', ')}`
          : `target \`${shown}\` of \`${each.ref.node.name.text}.${raw.attribute}\` was not found`,
      );
    }
    return null;
  }

  /** Models that a string can mean: of the same registry, by class name or by the end of the dotted path. */
  #namedInRegistry(each: Mapped, name: string): readonly Mapped[] {
    const short = name.split('.').at(-1)!;
    const named = (this.#named.get(short) ?? []).filter(
      (m) =>
        canMean(each.ref.file.path, m.ref.file.path) &&
        (short === name || m.ref.id === name || m.ref.id.endsWith(`.${name}`)),
    );
    if (each.kind === 'abstract') return named.length === 1 ? named : [];
    const { id, flavor } = each.hierarchy.registry;
    const same = named.filter((m) => m.hierarchy.registry.id === id);
    if (same.length > 0) return preferSameFile(same, each);
    // Without the base it is not known which registry this is: any will do.
    return named.filter((m) => flavor === 'unknown' || m.hierarchy.registry.flavor === 'unknown');
  }

  #secondary(each: Mapped, raw: RawRelation): string | null {
    const { name, piece } = raw.secondary!;
    if (name !== null) {
      const found = this.#holderOf(name, each.ref.id) ?? this.#byVariable.get(name);
      const model = this.#namedInRegistry(each, name.replace(/\.__table__$/, ''))[0]?.ref.id;
      if (found ?? model) return found ?? model ?? null;
    }
    if (piece) {
      const inlineId = `${each.ref.id}.${raw.attribute}`;
      const inline = readTable(this.#classes, piece, inlineId, raw.attribute);
      if (inline) {
        this.#addTable(inline);
        if (inline.name !== null) this.#noteTable({ schema: inline.schema, name: inline.name }, inlineId);
        return inlineId;
      }
      const id = this.#idNamed(piece);
      if (id !== null && (this.#tables.has(id) || this.#mapped.has(id))) return id;
      // `user_groups = db.Table(...)` behind another name.
      const symbol = this.#classes.program.resolve(piece.file, piece.expr, piece.scope);
      const value = symbol.kind === 'binding' ? assignedValue(symbol.binding) : null;
      const held =
        value?.kind === 'Attribute' && symbol.kind === 'binding'
          ? this.#idNamed({ ...piece, file: symbol.file, scope: symbol.binding.scope, expr: value })
          : null;
      if (held !== null && this.#mapped.has(held)) return held;
    }
    if (each.kind === 'model')
      this.#note(each, `association table of \`${each.ref.node.name.text}.${raw.attribute}\` was not found`);
    return null;
  }

  #note(each: Mapped, message: string): void {
    append(this.#unknown, each.ref.id, message);
  }

  /** `backref="posts"` makes a relation on the other side. */
  #addBackref(each: Mapped, raw: RawRelation): void {
    const relation = this.#relations.get(each.ref.id)?.get(raw.attribute);
    if (!raw.backref || !relation?.target) return;
    const other = this.#relations.get(relation.target)!;
    if (other.has(raw.backref.name)) return;
    const direction =
      relation.direction === 'forward' ? 'reverse' : relation.direction === 'reverse' ? 'forward' : relation.direction;
    const target = this.#mapped.get(relation.target)!;
    const columns = direction === 'forward' ? this.#keysBetween(target, each, raw) : [];
    const many = raw.backref.many ?? direction !== 'forward';
    other.set(raw.backref.name, {
      name: raw.backref.name,
      target: each.ref.id,
      cardinality: many ? 'many' : 'one',
      direction,
      loading: raw.backref.loading,
      backReference: raw.attribute,
      through: relation.through,
      columns: columns.map((field) => field.column ?? field.name),
      queryName: raw.backref.name,
      nullable: direction === 'forward' ? columns.every((field) => field.nullable) : !many,
      declared: relation.declared,
    });
  }

  /** Relations of the mapped parents, then its own; the nearest wins. */
  #allRelations(each: Mapped): readonly Relation[] {
    const inherited = each.parent ? this.#allRelations(each.parent) : [];
    const own = new Map(this.#relations.get(each.ref.id));
    return [...inherited.map((relation) => take(own, relation.name) ?? relation), ...own.values()];
  }
}

/** Fields without a foreign key say the same in every graph that the class is in. */
const plainFields = new WeakMap<Mapped, ReadonlyMap<RawColumn, Field>>();

/** The fields of a class, to be found by what foreign keys are asked for. */
class Keys {
  readonly #fields: readonly Field[];
  #byTable: ReadonlyMap<string, readonly Field[]> | undefined;
  #named: ReadonlyMap<string, readonly Field[]> | undefined;
  #places: ReadonlyMap<Field, number> | undefined;

  constructor(fields: readonly Field[]) {
    this.#fields = fields;
  }

  /** Those that point to a table. */
  to(table: string): readonly Field[] {
    this.#byTable ??= groupBy(
      this.#fields.filter(({ foreignKey }) => foreignKey?.table != null),
      ({ foreignKey }) => foreignKey!.table!,
    );
    return this.#byTable.get(table) ?? [];
  }

  /** Those with a field or a column of that name. */
  named(name: string): readonly Field[] {
    if (!this.#named) {
      const named = new Map<string, Field[]>();
      for (const field of this.#fields) {
        append(named, field.name, field);
        if (field.column !== null && field.column !== field.name) append(named, field.column, field);
      }
      this.#named = named;
    }
    return this.#named.get(name) ?? [];
  }

  /** Each once, in the order of the class. */
  inOrder(fields: readonly Field[]): readonly Field[] {
    if (fields.length < 2) return fields;
    const places = (this.#places ??= new Map(this.#fields.map((field, place) => [field, place])));
    return [...new Set(fields)].sort((a, b) => places.get(a)! - places.get(b)!);
  }
}

/** The ids of what an expression may name. */
interface Meaning {
  readonly id: string | null;
  /** The last binding of a name may be a schema of the same name, further down in the file. */
  readonly others: readonly string[];
}

function meaningOf({ program }: Classes, { file, scope, expr: written }: Piece): Meaning {
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

const FLASK_QUERY: Manager = { name: 'query', classId: null, queryset: null, isDefault: true };

function take<T>(map: Map<string, T>, key: string): T | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}

function matches(field: Field, column: string): boolean {
  return field.name === column || field.column === column;
}

function preferSameFile(models: readonly Mapped[], from: Mapped): readonly Mapped[] {
  const near = models.filter((each) => each.ref.file.path === from.ref.file.path);
  return near.length === 1 ? near : models;
}

function fullName(table: { readonly schema: string | null; readonly name: string }): string {
  return table.schema === null ? table.name : `${table.schema}.${table.name}`;
}

function namesIn(node: ClassDef): ReadonlySet<string | null> {
  let names = knownNames.get(node);
  if (!names) knownNames.set(node, (names = new Set(node.body.map(nameOf))));
  return names;
}

/** A class in whose body something changes is another node. */
const knownNames = new WeakMap<ClassDef, ReadonlySet<string | null>>();

function nameOf(stmt: Mapped['ref']['node']['body'][number]): string | null {
  switch (stmt.kind) {
    case 'Assign':
      return stmt.targets[0]?.kind === 'Name' ? stmt.targets[0].id : null;
    case 'AnnAssign':
      return stmt.target.kind === 'Name' ? stmt.target.id : null;
    case 'FunctionDef':
      return stmt.name.text;
    default:
      return null;
  }
}
