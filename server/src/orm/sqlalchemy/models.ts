/**
 * SQLAlchemy's classes and tables as models: declarative 2.0 and 1.x, imperative, Flask-SQLAlchemy, SQLModel.
 * What is inherited, named and shared follows SQLAlchemy's declarative scan
 * (https://docs.sqlalchemy.org/en/20/orm/declarative_mixins.html and declarative_tables.html).
 */
import type { MemorySession } from '../../python/memory.ts';
import type { ExtractContext, Extracted } from '../adapter.ts';
import { assignedValue, Classes, definitions, keyword, type ClassRef } from '../classes.ts';
import type { Model, TableConstraint } from '../model.ts';
import { pieceOf, pieceText, type Piece } from '../pieces.ts';
import { staticBoolean, staticString, type Static } from '../statics.ts';
import { readAttributes, type Attributes } from './attributes.ts';
import { expandBase, hierarchyOf, isDeclarativeBase, type Hierarchy } from './bases.ts';
import type { RawColumn } from './columns.ts';
import { imperativeMappings, readImperative, type ImperativeMapping } from './imperative.ts';
import { link } from './link/link.ts';
import { libraryName } from './names.ts';
import { queryPropertiesIn } from './queryProperty.ts';
import { contextOf, readTable, readTableArgs, tablesIn, type RawTable } from './tables.ts';
import type { RawRelation } from './relations.ts';

/** A class as the mapper sees it, before names of other classes are looked up. */
export interface Mapped {
  readonly ref: ClassRef;
  readonly hierarchy: Hierarchy;
  readonly kind: 'model' | 'abstract';
  /** The nearest mapped class it inherits from. */
  readonly parent: Mapped | null;
  /** Mixins, abstract bases and parents that map something, nearest first. */
  readonly bases: readonly string[];
  readonly table: Model['table'];
  readonly sharesTable: boolean;
  /** Columns that its own body and its mixins bring. */
  readonly columns: readonly RawColumn[];
  readonly others: Attributes['others'];
  readonly relations: readonly RawRelation[];
  readonly constraints: readonly TableConstraint[];
  /** `__table__ = users`: the id of that table. */
  readonly tableId: string | null;
  /** Attributes by the columns of that table which have another name. */
  readonly renamed: ReadonlyMap<string, string>;
  /** The file that maps it, when it does not map itself. */
  readonly mappedIn: string | null;
  readonly isFlask: boolean;
  readonly unknown: readonly string[];
}

const NONE_RENAMED: Mapped['renamed'] = new Map();

export function* sqlalchemyModels(context: ExtractContext): Generator<void, Extracted, void> {
  const classes: Classes = new Classes(
    context.program,
    expandBase(() => classes),
  );
  const mapper = new Mapper(classes, context);
  const tables: RawTable[] = [];
  for (const file of context.files) {
    mapper.addImperative(
      context.memory.remember(`mappings ${file.path}`, file.path, () => imperativeMappings(classes, file)),
    );
  }
  yield;
  for (const file of context.files) {
    for (const ref of classes.inFile(file)) mapper.add(ref);
    tables.push(...context.memory.remember(`tables ${file.path}`, file.path, () => tablesIn(classes, file)));
    yield;
  }
  mapper.finish();
  return context.memory.watch('link sqlalchemy', () =>
    link(context, classes, mapper.mapped(), [...tables, ...mapper.inlineTables], withQuery(context, classes)),
  );
}

/** The ids of the classes and bases that are given a query of their own. */
function withQuery({ program, memory }: ExtractContext, classes: Classes): ReadonlySet<string> {
  const files = program.pathsMentioning(['query_property']).flatMap((path) => program.file(path) ?? []);
  const properties = files.flatMap((file) =>
    memory.remember(`query properties ${file.path}`, file.path, () => queryPropertiesIn(classes, file)),
  );
  return new Set(properties.map(([id]) => id));
}

/** What mapping one class brings. */
interface Mapping {
  readonly mapped: Mapped | null;
  readonly inlineTables: readonly RawTable[];
  /** Classes among its bases that map something without being mapped. */
  readonly mixins: readonly ClassRef[];
  /** Bases in installed packages: nobody else maps them. */
  readonly installed: readonly ClassRef[];
}

class Mapper {
  readonly #classes: Classes;
  readonly #mapped = new Map<string, Mapped | null>();
  readonly #busy = new Set<string>();
  readonly #mixins = new Map<string, ClassRef>();
  readonly #memory: MemorySession;
  /** Files of which every class is read anyway; those of installed packages are not among them. */
  readonly #listed: ReadonlySet<string>;
  readonly inlineTables: RawTable[] = [];
  /** By the ids of the classes that they map, with the others of their files. */
  readonly #imperative = new Map<string, readonly [ImperativeMapping, readonly ImperativeMapping[]]>();
  readonly #mappedAgain = new Set<string>();
  /** What was met while the class that is under way was mapped. */
  #met: { readonly inlineTables: RawTable[]; readonly mixins: ClassRef[] } = { inlineTables: [], mixins: [] };

  constructor(classes: Classes, { memory, files }: ExtractContext) {
    this.#classes = classes;
    this.#memory = memory;
    this.#listed = new Set(files.map((file) => file.path));
  }

  /** Models, then the abstract bases and mixins they use. */
  mapped(): readonly Mapped[] {
    const models = [...this.#mapped.values()].filter((each) => each !== null);
    const known = new Set(models.map((each) => each.ref.id));
    const mixins = [...this.#mixins.values()].filter((ref) => !known.has(ref.id));
    return [...models, ...mixins.map((ref) => this.#mixin(ref))];
  }

  /** The mappings of a file; of two for one class the first counts, and that is said. */
  addImperative(all: readonly ImperativeMapping[]): void {
    for (const each of all) {
      if (this.#imperative.has(each.cls.id)) this.#mappedAgain.add(each.cls.id);
      else this.#imperative.set(each.cls.id, [each, all]);
    }
  }

  /** Classes that others map may stand in files that know nothing of the library. */
  finish(): void {
    for (const [{ cls }] of this.#imperative.values()) this.add(cls);
  }

  add(ref: ClassRef): Mapped | null {
    if (this.#busy.has(ref.id)) return null;
    this.#busy.add(ref.id);
    const key = `sqlalchemy ${ref.file.path} ${ref.id}`;
    // What another file says of a class is no fact about the class.
    const { mapped, inlineTables, mixins, installed } = this.#imperative.has(ref.id)
      ? this.#memory.watch(key, () => this.#mapping(ref))
      : this.#memory.remember(key, ref.file.path, () => this.#mapping(ref));
    for (const base of installed) this.add(base);
    this.#busy.delete(ref.id);
    if (this.#mapped.has(ref.id)) return mapped;
    this.#mapped.set(ref.id, mapped);
    this.inlineTables.push(...inlineTables);
    for (const mixin of mixins) this.#mixins.set(mixin.id, mixin);
    return mapped;
  }

  #mapping(ref: ClassRef): Mapping {
    const outer = this.#met;
    const met = { inlineTables: [], mixins: [] };
    this.#met = met;
    const mapped = this.#map(ref);
    this.#met = outer;
    const bases = mapped?.hierarchy.classes.filter((each) => !this.#listed.has(each.file.path)) ?? [];
    return { mapped, ...met, installed: bases };
  }

  #map(ref: ClassRef): Mapped | null {
    const imperative = this.#imperative.get(ref.id);
    if (imperative) return this.#mapImperatively(ref, ...imperative);
    const hierarchy = hierarchyOf(this.#classes, ref) ?? this.#decorated(ref);
    if (!hierarchy) return null;
    const { flavor } = hierarchy.registry;
    const isSqlModel = flavor === 'sqlmodel';
    const own = readAttributes(this.#classes, ref, ref.node.name.text, isSqlModel);
    if (this.#isAbstract(ref, own, isSqlModel)) return this.#abstract(ref, hierarchy, own);

    const ancestors = hierarchy.classes.slice(1);
    const parent = ancestors.map((each) => this.add(each)).find((each) => each?.kind === 'model') ?? null;
    const inherited = new Set(parent?.hierarchy.classes.map((each) => each.id) ?? []);
    const mixins = ancestors.filter((each) => !inherited.has(each.id));
    const all = [own, ...mixins.map((each) => readAttributes(this.#classes, each, ref.node.name.text, isSqlModel))];
    const bases = this.#noteBases(ancestors, isSqlModel);

    const special = (name: string) => all.find((each) => each.special.has(name))?.special.get(name) ?? null;
    const columns = isSqlModel
      ? inFieldOrder(all)
      : firstOfName(
          all.flatMap((each) => each.columns),
          (column) => column.attribute,
        );
    const named = new Set(columns.map((column) => column.attribute));
    const unknown: string[] = [...hierarchy.unknown, ...columns.flatMap((column) => column.unknown)];
    if (definitions(ref.file, ref.node.name.text) > 1)
      unknown.push(`\`${ref.node.name.text}\` is defined more than once in its file`);
    const metaclass = ref.node.keywords.find((each) => each.name?.text === 'metaclass');
    if (metaclass && libraryName(this.#classes, ref.file, metaclass.value) === null) {
      unknown.push(
        `metaclass \`${pieceText(pieceOf(ref.file, ref.file.scope, metaclass.value))}\` may change the class`,
      );
    }

    const given = new Map<string, Static>([['cls', { className: ref.node.name.text }]]);
    const attributeColumn = new Map(columns.map((column) => [column.attribute, column.column]));
    const argsPiece = special('__table_args__');
    const args =
      argsPiece && readTableArgs(this.#classes, argsPiece.piece, (name) => attributeColumn.get(name) ?? name, given);
    const placed = this.#table(ref, hierarchy, own, columns, parent, args?.schema ?? null, given, unknown);
    return {
      ref,
      hierarchy,
      kind: 'model',
      parent,
      bases,
      table: placed.table,
      sharesTable: placed.shares,
      columns: withPrimaryKeys(byOrder(columns), args?.constraints ?? []),
      others: firstOfName(
        all.flatMap((each) => each.others),
        (other) => other.name,
      ).filter((other) => !named.has(other.name)),
      relations: firstOfName(
        all.flatMap((each) => each.relations),
        (relation) => relation.attribute,
      ),
      constraints: args?.constraints ?? [],
      tableId: placed.tableId,
      renamed: NONE_RENAMED,
      mappedIn: null,
      isFlask: flavor === 'flask',
      unknown,
    };
  }

  /** A class as a call says: of its body only hybrids and proxies count, and it inherits from whom the call says. */
  #mapImperatively(ref: ClassRef, mapping: ImperativeMapping, all: readonly ImperativeMapping[]): Mapped {
    const parts = readImperative(this.#classes, mapping, all);
    const order = this.#classes.order(ref);
    const own = order.flatMap((base) => (base.kind === 'class' ? base.ref : []));
    const inherits =
      parts.inherits && this.#classes.named(parts.inherits.file, parts.inherits.expr, parts.inherits.scope);
    const parent = inherits && this.add(inherits);
    const unknown = [...parts.unknown];
    if (this.#mappedAgain.has(ref.id)) unknown.push(`\`${ref.node.name.text}\` is mapped more than once`);
    if (parts.inherits && parent?.kind !== 'model') unknown.push(`\`${pieceText(parts.inherits)}\` was not found`);
    const table = parts.table && this.#givenTable(ref, parts.table);
    if (parts.table && !table?.id) unknown.push(`table \`${pieceText(parts.table)}\` was not found`);
    if (!parts.table && !parent) unknown.push(`table of \`${ref.node.name.text}\` was not found`);
    const computed = own
      .flatMap((each) => readAttributes(this.#classes, each, ref.node.name.text, false).others)
      .filter((other) => /^(hybrid_\w+|association_proxy)$/.test(other.type));
    return {
      ref,
      hierarchy: { registry: { id: mapping.registry, flavor: 'sqlalchemy' }, classes: own, unknown: [] },
      kind: 'model',
      parent,
      bases: parent ? [parent.ref.id] : [],
      table: table ? table.name : (parent?.table ?? null),
      sharesTable: !table && parent !== null,
      columns: [],
      others: firstOfName([...parts.others, ...computed], (other) => other.name),
      relations: parts.relations,
      constraints: [],
      tableId: table ? table.id : (parent?.tableId ?? null),
      renamed: parts.renamed,
      mappedIn: mapping.file.path,
      isFlask: false,
      unknown,
    };
  }

  /** Which table a class is mapped to, after `_setup_table` of SQLAlchemy and `NameMixin` of Flask-SQLAlchemy. */
  #table(
    ref: ClassRef,
    hierarchy: Hierarchy,
    own: Attributes,
    columns: readonly RawColumn[],
    parent: Mapped | null,
    schema: string | null,
    given: ReadonlyMap<string, Static>,
    unknown: string[],
  ): { readonly table: Model['table']; readonly shares: boolean; readonly tableId: string | null } {
    const shared = { table: parent?.table ?? null, shares: true, tableId: parent?.tableId ?? null };
    const direct = own.special.get('__table__');
    if (direct) {
      const table = this.#givenTable(ref, direct.piece);
      if (table.id === null) unknown.push(`table \`${pieceText(direct.piece)}\` was not found`);
      return { table: table.name, shares: false, tableId: table.id };
    }
    const { flavor } = hierarchy.registry;
    const primary = columns.some((column) => column.primaryKey);
    const at = (name: string) => ({
      table: { schema: schema ?? this.#defaultSchema(hierarchy), name },
      shares: false,
      tableId: null,
    });
    const automatic = (name: string) => (primary || !parent ? at(name) : shared);

    const found = this.#tableName(ref, hierarchy);
    if (found) {
      const name = staticString(contextOf(this.#classes, found.piece.file, found.piece.scope, given), found.piece.expr);
      if (name !== undefined) return flavor === 'flask' ? automatic(name) : at(name);
      if (found.piece.expr.kind === 'Constant' && found.piece.expr.type === 'None' && parent) return shared;
      unknown.push(`table name of \`${ref.node.name.text}\` could not be read`);
      return { table: null, shares: false, tableId: null };
    }
    if (flavor === 'flask') return automatic(camelToSnake(ref.node.name.text));
    if (flavor === 'sqlmodel') return automatic(ref.node.name.text.toLowerCase());
    if (parent) return shared;
    unknown.push(`table name of \`${ref.node.name.text}\` was not found`);
    return { table: null, shares: false, tableId: null };
  }

  /** `__tablename__` of the class, its mixins and abstract bases; that of a mapped parent only when it is computed. */
  #tableName(ref: ClassRef, hierarchy: Hierarchy): { readonly piece: Piece } | null {
    for (const each of hierarchy.classes) {
      const found = readAttributes(this.#classes, each, ref.node.name.text, false).special.get('__tablename__');
      if (!found) continue;
      if (each.id === ref.id || found.isComputed || this.add(each)?.kind !== 'model') return found;
      if (hierarchy.registry.flavor === 'flask') return null;
    }
    return null;
  }

  #givenTable(ref: ClassRef, piece: Piece): { readonly id: string | null; readonly name: Model['table'] } {
    const inline = readTable(this.#classes, piece, `${ref.id}.__table__`, '__table__');
    if (inline) {
      this.#met.inlineTables.push(inline);
      return { id: inline.id, name: inline.name === null ? null : { schema: inline.schema, name: inline.name } };
    }
    const symbol = this.#classes.program.resolve(piece.file, piece.expr, piece.scope);
    const value = symbol.kind === 'binding' ? assignedValue(symbol.binding) : null;
    if (symbol.kind !== 'binding' || !value) return { id: null, name: null };
    const id = `${symbol.file.moduleName}.${symbol.binding.name}`;
    const table = readTable(this.#classes, pieceOf(symbol.file, symbol.binding.scope, value), id, symbol.binding.name);
    return table
      ? { id, name: table.name === null ? null : { schema: table.schema, name: table.name } }
      : { id: null, name: null };
  }

  /** `metadata = MetaData(schema="…")` of the declarative base. */
  #defaultSchema(hierarchy: Hierarchy): string | null {
    for (const each of hierarchy.classes) {
      const metadata =
        readAttributes(this.#classes, each, each.node.name.text, false).special.get('metadata') ??
        this.#metadataOf(each);
      const schema = metadata && this.#schemaOf(metadata.piece, 0);
      if (schema) return schema;
    }
    return this.#schemaOfGenerated(hierarchy);
  }

  #metadataOf(ref: ClassRef): { readonly piece: Piece } | null {
    const bindings = this.#classes.program
      .scopeAt(ref.file, ref.node.body[0]?.start ?? ref.node.end)
      .bindings.get('metadata');
    const last = bindings?.at(-1);
    const value = last && last.scope.kind === 'class' ? assignedValue(last) : null;
    return value ? { piece: pieceOf(ref.file, last!.scope, value) } : null;
  }

  #schemaOfGenerated(hierarchy: Hierarchy): string | null {
    const last = hierarchy.classes.at(-1);
    if (!last) return null;
    for (const base of this.#classes.order(last)) {
      if (base.kind !== 'value' && base.kind !== 'call' && base.kind !== 'attribute') continue;
      const call = base.kind === 'call' ? base.call : base.value;
      const metadata = call.kind === 'Call' ? keyword(call, 'metadata') : null;
      const schema = metadata && this.#schemaOf(pieceOf(base.file, base.file.scope, metadata), 0);
      if (schema) return schema;
    }
    return null;
  }

  #schemaOf(piece: Piece, depth: number): string | null {
    const { expr } = piece;
    if (expr.kind === 'Call') {
      if (libraryName(this.#classes, piece.file, expr.func, piece.scope) !== 'MetaData') return null;
      return staticString(contextOf(this.#classes, piece.file, piece.scope), keyword(expr, 'schema')) ?? null;
    }
    const symbol = this.#classes.program.resolve(piece.file, expr, piece.scope);
    const value = symbol.kind === 'binding' ? assignedValue(symbol.binding) : null;
    return symbol.kind === 'binding' && value && depth < 4
      ? this.#schemaOf(pieceOf(symbol.file, symbol.binding.scope, value), depth + 1)
      : null;
  }

  // -------------------------------------------------------------- abstract classes and mixins

  #isAbstract(ref: ClassRef, own: Attributes, isSqlModel: boolean): boolean {
    if (isSqlModel) {
      const table = ref.node.keywords.find((each) => each.name?.text === 'table');
      return !table || staticBoolean(contextOf(this.#classes, ref.file, ref.file.scope), table.value) !== true;
    }
    if (isDeclarativeBase(this.#classes, ref)) return true;
    const flag = own.special.get('__abstract__');
    return (
      flag !== undefined &&
      staticBoolean(contextOf(this.#classes, flag.piece.file, flag.piece.scope), flag.piece.expr) !== false
    );
  }

  #abstract(ref: ClassRef, hierarchy: Hierarchy, own: Attributes): Mapped {
    return {
      ref,
      hierarchy,
      kind: 'abstract',
      parent: null,
      bases: this.#noteBases(hierarchy.classes.slice(1), false),
      table: null,
      sharesTable: false,
      columns: own.columns,
      others: own.others,
      relations: own.relations,
      constraints: [],
      tableId: null,
      renamed: NONE_RENAMED,
      mappedIn: null,
      isFlask: false,
      unknown: hierarchy.unknown,
    };
  }

  #mixin(ref: ClassRef): Mapped {
    const order = this.#classes.order(ref).flatMap((base) => (base.kind === 'class' ? base.ref : []));
    const hierarchy: Hierarchy = { registry: { id: '', flavor: 'sqlalchemy' }, classes: order, unknown: [] };
    return this.#abstract(ref, hierarchy, readAttributes(this.#classes, ref, ref.node.name.text, false));
  }

  /** Ids of the bases that map something; mixins among them become abstract models. */
  #noteBases(ancestors: readonly ClassRef[], isSqlModel: boolean): readonly string[] {
    return ancestors.flatMap((each) => {
      if (hierarchyOf(this.#classes, each)) return each.id;
      const { columns, relations, others, special } = readAttributes(
        this.#classes,
        each,
        each.node.name.text,
        isSqlModel,
      );
      if (columns.length + relations.length + others.length + special.size === 0) return [];
      this.#met.mixins.push(each);
      return each.id;
    });
  }

  /** `@reg.mapped` and `@reg.mapped_as_dataclass`: a registry without a base class. */
  #decorated(ref: ClassRef): Hierarchy | null {
    for (const decorator of ref.node.decorators) {
      const func = decorator.kind === 'Call' ? decorator.func : decorator;
      if (func.kind !== 'Attribute' || !/^mapped(_as_dataclass)?$/.test(func.attr.text)) continue;
      const owner = this.#classes.base(ref.file, func.value);
      if (owner.kind !== 'value' || owner.value.kind !== 'Call') continue;
      if (libraryName(this.#classes, owner.file, owner.value.func) !== 'registry') continue;
      const order = this.#classes.order(ref).flatMap((base) => (base.kind === 'class' ? base.ref : []));
      return { registry: { id: owner.id, flavor: 'sqlalchemy' }, classes: order, unknown: [] };
    }
    return null;
  }
}

/** Flask-SQLAlchemy's table name for a class (`camel_to_snake_case` in flask_sqlalchemy/model.py). */
export function camelToSnake(name: string): string {
  return name
    .replace(/((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))/g, '_$1')
    .toLowerCase()
    .replace(/^_+/, '');
}

function firstOfName<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  const result = new Map<string, T>();
  for (const item of items) if (!result.has(nameOf(item))) result.set(nameOf(item), item);
  return [...result.values()];
}

/** Pydantic has the fields of bases first; one that is declared again stays where it was. */
function inFieldOrder(all: readonly Attributes[]): readonly RawColumn[] {
  const result = new Map<string, RawColumn>();
  for (const { columns } of all.toReversed()) for (const column of columns) result.set(column.attribute, column);
  return [...result.values()];
}

/** `PrimaryKeyConstraint` says it for several columns at once. */
function withPrimaryKeys(columns: readonly RawColumn[], constraints: readonly TableConstraint[]): readonly RawColumn[] {
  const primary = new Set(constraints.flatMap((each) => (each.kind === 'primaryKey' ? each.columns : [])));
  return columns.map((column) =>
    primary.has(column.column) ? { ...column, primaryKey: true, nullable: false } : column,
  );
}

function byOrder(columns: readonly RawColumn[]): readonly RawColumn[] {
  return columns.toSorted((a, b) => a.sortOrder - b.sortOrder);
}
