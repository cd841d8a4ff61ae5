/**
 * Relations with their targets and directions, as SQLAlchemy's mapper finds them from foreign keys
 * (https://docs.sqlalchemy.org/en/20/orm/relationship_api.html).
 */
import { append } from '../../../base/groups.ts';
import { take } from '../../../base/take.ts';
import type { Classes } from '../../classes.ts';
import type { Locator } from '../../declared.ts';
import type { Cardinality, Field, Relation } from '../../model.ts';
import type { Mapped } from '../models.ts';
import type { RawRelation } from '../relations.ts';
import { readTable } from '../tables.ts';
import { declaredIn } from './declared.ts';
import type { Fields } from './fields.ts';
import { Keys } from './keys.ts';
import type { Targets } from './targets.ts';

export class Relations {
  /** What was not found, by the id of the model whose relation refers to it. */
  readonly notFound: ReadonlyMap<string, readonly string[]>;
  readonly #targets: Targets;
  readonly #fields: Fields;
  readonly #classes: Classes;
  readonly #locator: Locator;
  /** By the ids of classes and by their own names. */
  readonly #relations = new Map<string, Map<string, Relation>>();
  readonly #keys = new Map<string, Keys>();
  readonly #notFound = new Map<string, string[]>();

  constructor(targets: Targets, fields: Fields, classes: Classes, locator: Locator) {
    this.#targets = targets;
    this.#fields = fields;
    this.#classes = classes;
    this.#locator = locator;
    this.notFound = this.#notFound;
    for (const each of targets.mapped.values()) {
      const relations = each.relations.map((raw) => this.#relation(each, raw));
      this.#relations.set(each.ref.id, new Map(relations.map((relation) => [relation.name, relation])));
    }
    for (const each of targets.models) for (const raw of each.relations) this.#addBackref(each, raw);
  }

  /** Relations of the mapped parents, then its own; the nearest wins. */
  ofClass(each: Mapped): readonly Relation[] {
    const inherited = each.parent ? this.ofClass(each.parent) : [];
    const own = new Map(this.#relations.get(each.ref.id));
    return [...inherited.map((relation) => take(own, relation.name) ?? relation), ...own.values()];
  }

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
      declared: declaredIn(this.#locator, each, raw.attribute),
    };
  }

  /** `backref="posts"` makes a relation on the other side. */
  #addBackref(each: Mapped, raw: RawRelation): void {
    const relation = this.#relations.get(each.ref.id)?.get(raw.attribute);
    if (!raw.backref || !relation?.target) return;
    const other = this.#relations.get(relation.target)!;
    if (other.has(raw.backref.name)) return;
    const direction =
      relation.direction === 'forward' ? 'reverse' : relation.direction === 'reverse' ? 'forward' : relation.direction;
    const target = this.#targets.mapped.get(relation.target)!;
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

  // -------------------------------------------------------------- targets

  #target(each: Mapped, raw: RawRelation): Mapped | null {
    const { name, piece } = raw.target;
    const id = piece && this.#targets.namedBy(piece);
    const direct = id === null || id === undefined ? undefined : this.#targets.mapped.get(id);
    if (direct) return direct;
    const found = name === null ? [] : this.#targets.withName(name, each);
    if (found.length === 1) return found[0]!;
    const shown = name ?? (piece ? piece.source.slice(piece.expr.start, piece.expr.end) : raw.attribute);
    const subject = `\`${shown}\` of \`${each.ref.node.name.text}.${raw.attribute}\``;
    const message =
      found.length > 1
        ? `${subject} is the name of several models: ${found.map(({ ref }) => ref.id).join(', ')}`
        : `target ${subject} was not found`;
    this.#miss(each, message);
    return null;
  }

  /** The association table of a many-to-many relation; one that is written inside of it becomes known here. */
  #secondary(each: Mapped, raw: RawRelation): string | null {
    const { name, piece } = raw.secondary!;
    if (name !== null) {
      const found =
        this.#targets.withTable(name, each.ref.id) ??
        this.#targets.withVariable(name) ??
        this.#targets.withName(name.replace(/\.__table__$/, ''), each)[0]?.ref.id;
      if (found) return found;
    }
    if (piece) {
      const inlineId = `${each.ref.id}.${raw.attribute}`;
      const inline = readTable(this.#classes, piece, inlineId, raw.attribute);
      if (inline) {
        this.#targets.addTable(inline);
        return inlineId;
      }
      const id = this.#targets.namedBy(piece);
      if (id !== null && this.#targets.isKnown(id)) return id;
      const behind = this.#targets.classBehind(piece);
      if (behind !== null) return behind;
    }
    this.#miss(each, `association table of \`${each.ref.node.name.text}.${raw.attribute}\` was not found`);
    return null;
  }

  #miss(each: Mapped, message: string): void {
    if (each.kind === 'model') append(this.#notFound, each.ref.id, message);
  }

  // -------------------------------------------------------------- directions

  #side(each: Mapped, target: Mapped | null, raw: RawRelation): Side {
    if (raw.secondary) return { direction: 'through', cardinality: raw.many === false ? 'one' : 'many', columns: [] };
    const forward = target ? this.#keysBetween(each, target, raw) : [];
    const reverse = target ? this.#keysBetween(target, each, raw) : [];
    if (target !== null && this.#isForward(each, target, raw, { forward, reverse }))
      return { direction: 'forward', cardinality: raw.many === true ? 'many' : 'one', columns: forward };
    if (reverse.length === 0 && raw.many === false) return { direction: 'forward', cardinality: 'one', columns: [] };
    return { direction: 'reverse', cardinality: raw.many === false ? 'one' : 'many', columns: [] };
  }

  #isForward(
    each: Mapped,
    target: Mapped,
    { remoteSide, foreignKeys }: RawRelation,
    { forward, reverse }: { readonly forward: readonly Field[]; readonly reverse: readonly Field[] },
  ): boolean {
    const targetNames = this.#targets.tableNames(target);
    const isSelf = this.#targets.tableNames(each).some((name) => targetNames.includes(name));
    if (isSelf) {
      return remoteSide.some((column) =>
        forward.some(
          ({ foreignKey }) => foreignKey?.column === column || this.#columnOf(target, column) === foreignKey?.column,
        ),
      );
    }
    if (forward.length === 0 || reverse.length === 0) return forward.length > 0;
    return foreignKeys.some(
      ({ owner, column }) => owner !== target.ref.node.name.text && forward.some((field) => matches(field, column)),
    );
  }

  /** Foreign keys of `from` to a table of `to`; those that `foreign_keys` speaks of when it speaks of any. */
  #keysBetween(from: Mapped, to: Mapped, raw: RawRelation): readonly Field[] {
    const keys = this.#keysOf(from);
    const tables = this.#targets.tableNames(to);
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
    if (!keys) this.#keys.set(each.ref.id, (keys = new Keys(this.#fields.ofClass(each))));
    return keys;
  }

  #isNamed(each: Mapped, name: string): boolean {
    return (
      each.hierarchy.classes.some((ref) => ref.node.name.text === name) ||
      this.#targets.tableNames(each).includes(name) ||
      /^(self|cls)$/.test(name)
    );
  }

  /** The column behind an attribute. */
  #columnOf(each: Mapped, attribute: string): string | null {
    const named = this.#keysOf(each).named(attribute);
    return named.find((field) => field.name === attribute)?.column ?? null;
  }
}

interface Side {
  readonly direction: Relation['direction'];
  readonly cardinality: Cardinality;
  readonly columns: readonly Field[];
}

function matches(field: Field, column: string): boolean {
  return field.name === column || field.column === column;
}
