/** Makes both ends of the relation that a field declares, and the table behind a many-to-many field. */
import { append } from '../../../base/groups.ts';
import type { Locator } from '../../declared.ts';
import { ELSEWHERE } from '../../declared.ts';
import type { MappedTable } from '../../model.ts';
import { knownModel, type KnownModel, type KnownRelation } from '../known.ts';
import type { DjangoModel } from '../models.ts';
import type { RawField, RawTarget } from '../read.ts';
import { knownRelations } from './knownModels.ts';
import { relation, type Relations } from './relations.ts';
import { nameOf, type Targets } from './targets.ts';
import { throughTable } from './throughTable.ts';

export class Joiner {
  readonly tables: readonly MappedTable[];
  /** What was not found, by the id of the model whose field refers to it. */
  readonly notFound: ReadonlyMap<string, readonly string[]>;
  readonly #targets: Targets;
  readonly #relations: Relations;
  readonly #locator: Locator;
  readonly #tables: MappedTable[] = [];
  readonly #notFound = new Map<string, string[]>();

  constructor(targets: Targets, relations: Relations, locator: Locator) {
    this.#targets = targets;
    this.#relations = relations;
    this.#locator = locator;
    this.tables = this.#tables;
    this.notFound = this.#notFound;
  }

  /** The relation of a field, if it is one. */
  join(model: DjangoModel, raw: RawField): void {
    if (raw.kind === 'field' || raw.kind === 'compositeKey' || raw.kind === 'tags') return;
    const { id } = model.ref;
    const { name } = raw;
    const declared = this.#locator.at(raw.ref.file.path, raw.ref.node.name.text, name);
    if (raw.kind === 'genericForeignKey') {
      this.#relations.add(id, relation({ name, target: null, declared, direction: 'generic', nullable: true }));
      return;
    }
    const target = this.#targets.find(model, raw.to);
    if (target === null && !raw.isHidden) this.#miss(model, raw, 'target', raw.to);
    if (raw.kind === 'genericRelation') {
      this.#relations.add(id, relation({ name, target, declared, direction: 'generic', cardinality: 'many' }));
      return;
    }
    const isMany = raw.kind === 'manyToMany';
    const reverse = reverseNames(model, raw, target);
    const isSelf = raw.to?.kind === 'name' && raw.to.name === 'self';
    const isSymmetrical = isMany && target === id && (raw.symmetrical ?? isSelf);
    const backReference = isSymmetrical ? null : reverse.accessor;
    const through = isMany ? this.#through(model, raw, target) : null;
    this.#relations.add(
      id,
      relation({
        name,
        target,
        declared,
        backReference,
        through,
        direction: isMany ? 'through' : 'forward',
        cardinality: isMany ? 'many' : 'one',
        columns: isMany ? [] : [raw.column ?? `${name}_id`],
        nullable: raw.null,
      }),
    );
    if (target === null || model.isAbstract || backReference === null) return;
    const owner = this.#targets.models.get(target);
    const back = relation({
      name: backReference,
      target: id,
      declared,
      backReference: name,
      through,
      queryName: reverse.query,
      direction: isMany ? 'through' : 'reverse',
      cardinality: raw.kind === 'oneToOne' ? 'one' : 'many',
      nullable: raw.kind === 'oneToOne',
    });
    const backOwner = owner ? this.#targets.concrete(owner).ref.id : target;
    if (raw.parentLink) this.#relations.addChildLink(backOwner, back);
    else this.#relations.add(backOwner, back);
  }

  /** A user model that inherits from `AbstractUser` has its groups and permissions, with tables of its own. */
  joinInherited(model: DjangoModel, base: string): void {
    if (model.isAbstract) return;
    for (const each of knownModel(base)?.relations ?? []) this.join(model, asField(model, each));
  }

  /** The relations of a model of Django itself. */
  joinKnown(known: KnownModel): void {
    if (known.isAbstract) return;
    for (const each of knownRelations(known)) this.#joinKnown(known.id, each);
  }

  #joinKnown(id: string, { name, to, kind, relatedName, relatedQueryName, nullable }: KnownRelation): void {
    const isMany = kind === 'manyToMany';
    const own = nameOf(id).toLowerCase();
    const through = isMany ? this.#knownThrough(id, name, to) : null;
    const backReference = relatedName ?? `${own}_set`;
    this.#relations.add(
      id,
      relation({
        name,
        target: to,
        declared: ELSEWHERE,
        backReference,
        direction: isMany ? 'through' : 'forward',
        cardinality: isMany ? 'many' : 'one',
        columns: isMany ? [] : [`${name}_id`],
        nullable,
        through,
      }),
    );
    this.#relations.add(
      to,
      relation({
        name: backReference,
        target: id,
        declared: ELSEWHERE,
        backReference: name,
        direction: isMany ? 'through' : 'reverse',
        cardinality: 'many',
        through,
        queryName: relatedQueryName ?? relatedName ?? own,
      }),
    );
  }

  /** The through model, or the table that Django makes by itself. */
  #through(model: DjangoModel, raw: RawField, target: string | null): string | null {
    if (raw.through) {
      const id = this.#targets.find(model, raw.through);
      if (id === null) this.#miss(model, raw, 'through model', raw.through);
      return id;
    }
    const own = this.#targets.table(model.ref.id);
    if (!own || model.isAbstract) return null;
    const id = `${model.ref.id}_${raw.name}`;
    this.#tables.push(
      throughTable(this.#targets, {
        id,
        name: `${nameOf(model)}_${raw.name}`,
        module: model.ref.file.moduleName,
        table: { schema: own.schema, name: raw.table ?? `${own.name}_${raw.name}` },
        autoField: this.#targets.autoField(model),
        from: model.ref.id,
        to: target,
        field: raw.name,
        declared: this.#locator.at(raw.ref.file.path, raw.ref.node.name.text, raw.name),
      }),
    );
    return id;
  }

  /** `auth_user_groups` and the like. */
  #knownThrough(from: string, field: string, to: string): string | null {
    const own = this.#targets.table(from);
    if (!own) return null;
    const id = `${from}_${field}`;
    this.#tables.push(
      throughTable(this.#targets, {
        id,
        name: `${nameOf(from)}_${field}`,
        module: from.split('.').slice(0, -1).join('.'),
        table: { schema: null, name: `${own.name}_${field}` },
        autoField: 'AutoField',
        from,
        to,
        field,
        declared: ELSEWHERE,
      }),
    );
    return id;
  }

  #miss(model: DjangoModel, raw: RawField, what: string, target: RawTarget | null): void {
    if (model.isAbstract) return;
    const text = `${what} \`${targetText(target)}\` of \`${nameOf(model)}.${raw.name}\` was not found`;
    append(this.#notFound, model.ref.id, text);
  }
}

/** Names on the other side (`related_accessor` and `related_query_name` of django/db/models/fields/related.py). */
function reverseNames(
  model: DjangoModel,
  raw: RawField,
  target: string | null,
): { readonly accessor: string | null; readonly query: string } {
  const name = nameOf(model).toLowerCase();
  const fill = (text: string): string =>
    text
      .replaceAll('%(class)s', name)
      .replaceAll('%(model_name)s', name)
      .replaceAll('%(app_label)s', model.label.toLowerCase());
  const written = raw.relatedName ?? model.meta.string('default_related_name');
  const related = written === null ? null : fill(written);
  const query = raw.relatedQueryName === null ? (related ?? name) : fill(raw.relatedQueryName);
  if (related?.endsWith('+')) return { accessor: null, query };
  if (raw.parentLink && target !== null && related === null) return { accessor: name, query };
  return { accessor: related ?? (raw.kind === 'oneToOne' ? name : `${name}_set`), query };
}

/** A many-to-many field of one of Django's abstract models, as if `model` had written it. */
function asField(model: DjangoModel, { name, to, relatedName, relatedQueryName }: KnownRelation): RawField {
  return {
    name,
    kind: 'manyToMany',
    type: 'ManyToManyField',
    of: 'ManyToManyField',
    ref: model.ref,
    to: { kind: 'class', id: to },
    through: null,
    relatedName,
    relatedQueryName,
    symmetrical: null,
    parentLink: false,
    null: false,
    unique: false,
    index: false,
    primaryKey: false,
    column: null,
    table: null,
    toField: null,
    default: null,
    databaseDefault: null,
    onDelete: null,
    parts: [],
    isHidden: false,
    unknown: [],
  };
}

function targetText(target: RawTarget | null): string {
  switch (target?.kind) {
    case 'name':
      return target.name;
    case 'class':
      return target.id;
    case 'user':
      return 'settings.AUTH_USER_MODEL';
    case 'unknown':
      return target.text;
    case undefined:
      return '?';
  }
}
