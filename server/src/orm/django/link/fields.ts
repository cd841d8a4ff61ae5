/** The fields of a model with their columns: what it declares, what Django adds, what it inherits. */
import type { Locator } from '../../declared.ts';
import type { Field, Relation } from '../../model.ts';
import type { DjangoModel } from '../models.ts';
import { pythonOfField } from '../names.ts';
import type { RawField } from '../read.ts';
import { abstractFields, inOrderOfFields, knownFields } from './knownModels.ts';
import { relation } from './relations.ts';
import { nameOf, type Targets } from './targets.ts';

export class Fields {
  readonly #targets: Targets;
  readonly #locator: Locator;
  readonly #own = new Map<string, readonly Field[]>();
  readonly #all = new Map<string, readonly Field[]>();

  constructor(targets: Targets, locator: Locator) {
    this.#targets = targets;
    this.#locator = locator;
  }

  /** Own fields and those of all parents, each parent's before. */
  all(model: DjangoModel): readonly Field[] {
    const known = this.#all.get(model.ref.id);
    if (known) return known;
    // A class that inherits from itself ends here.
    this.#all.set(model.ref.id, []);
    const fields = new Map<string, Field>();
    for (const parent of model.parents) {
      const inherited = typeof parent === 'string' ? knownFields(parent) : this.all(parent);
      for (const field of inherited) if (!fields.has(field.name)) fields.set(field.name, field);
    }
    for (const field of this.#ownOf(model)) {
      fields.delete(field.name);
      fields.set(field.name, field);
    }
    const all = [...fields.values()];
    this.#all.set(model.ref.id, all);
    return all;
  }

  /**
   * `place_ptr` of multi-table inheritance, where the class does not bring its own parent link: the fields, and the
   * relations they are, from the child to the parent (`up`) and back.
   */
  parentLinks(model: DjangoModel): readonly ParentLink[] {
    if (model.isProxy || model.isAbstract) return [];
    const links: ParentLink[] = [];
    for (const parent of model.parents) {
      const parentId = typeof parent === 'string' ? parent : this.#targets.concrete(parent).ref.id;
      const isLinked = model.fields.some(
        (field) => field.kind === 'oneToOne' && field.parentLink && this.#targets.find(model, field.to) === parentId,
      );
      if (!isLinked)
        links.push(this.#parentLink(model, parentId, `${nameOf(parent).toLowerCase()}_ptr`, links.length === 0));
    }
    return links;
  }

  #parentLink(model: DjangoModel, parent: string, name: string, primaryKey: boolean): ParentLink {
    const declared = this.#locator.at(model.ref.file.path, nameOf(model));
    const column = `${name}_id`;
    const child = nameOf(model).toLowerCase();
    return {
      parent,
      field: {
        name,
        column,
        type: 'OneToOneField',
        python: 'int',
        primaryKey,
        nullable: false,
        unique: true,
        index: false,
        default: null,
        serverDefault: null,
        foreignKey: {
          table: this.#targets.table(parent)?.name ?? null,
          column: this.#targets.primaryColumn(parent),
          model: parent,
          onDelete: 'CASCADE',
        },
        deferred: false,
        owner: model.ref.id,
        declared,
      },
      up: relation({ name, target: parent, declared, columns: [column], backReference: child }),
      down: relation({
        name: child,
        target: model.ref.id,
        declared,
        direction: 'reverse',
        nullable: true,
        backReference: name,
      }),
    };
  }

  #ownOf(model: DjangoModel): readonly Field[] {
    const known = this.#own.get(model.ref.id);
    if (known) return known;
    const fields: Field[] = [];
    for (const base of inOrderOfFields(model.knownBases))
      fields.push(...abstractFields(base, model.ref.id).filter(({ name }) => !model.removed.has(name)));
    const links = this.parentLinks(model);
    for (const { field } of links) fields.push(field);
    const isChild = links.length > 0 || model.fields.some((each) => each.parentLink);
    for (const raw of model.fields) {
      const made = this.#field(model, raw, isChild);
      if (made) fields.push(made);
    }
    const composite = new Set(model.fields.flatMap((field) => field.parts));
    for (const [i, field] of fields.entries())
      if (composite.has(field.name)) fields[i] = { ...field, primaryKey: true };
    const hasPrimary = composite.size > 0 || fields.some((field) => field.primaryKey);
    if (!hasPrimary && !model.isAbstract && !model.isProxy) fields.unshift(this.#implicitId(model));
    this.#own.set(model.ref.id, fields);
    return fields;
  }

  #implicitId(model: DjangoModel): Field {
    const auto = this.#targets.autoField(model);
    return {
      name: 'id',
      column: 'id',
      type: auto,
      python: pythonOfField(auto) ?? 'int',
      primaryKey: true,
      nullable: false,
      unique: true,
      index: false,
      default: null,
      serverDefault: null,
      foreignKey: null,
      deferred: false,
      owner: model.ref.id,
      declared: this.#locator.at(model.ref.file.path, nameOf(model)),
    };
  }

  /** Null for what has no column. */
  #field(model: DjangoModel, raw: RawField, isChild: boolean): Field | null {
    const isKey = raw.kind === 'foreignKey' || raw.kind === 'oneToOne';
    if (!isKey && raw.kind !== 'field') return null;
    const target = isKey ? this.#targets.find(model, raw.to) : null;
    const primaryKey = raw.primaryKey || (raw.parentLink && isChild && !model.fields.some((field) => field.primaryKey));
    return {
      name: raw.name,
      column: raw.column ?? (isKey ? `${raw.name}_id` : raw.name),
      type: raw.type,
      python: isKey ? (target ? this.#targets.primaryPython(target) : null) : pythonOfField(raw.of),
      primaryKey,
      nullable: raw.null,
      unique: raw.unique || primaryKey,
      index: raw.index && !raw.unique && !primaryKey,
      default: raw.default,
      serverDefault: raw.databaseDefault,
      foreignKey: isKey
        ? {
            table: target ? (this.#targets.table(target)?.name ?? null) : null,
            column: raw.toField ?? (target ? this.#targets.primaryColumn(target) : null),
            model: target,
            onDelete: raw.onDelete,
          }
        : null,
      deferred: false,
      owner: model.ref.id,
      declared: this.#locator.at(raw.ref.file.path, raw.ref.node.name.text, raw.name),
    };
  }
}

export interface ParentLink {
  /** The id of the parent. */
  readonly parent: string;
  readonly field: Field;
  readonly up: Relation;
  readonly down: Relation;
}
