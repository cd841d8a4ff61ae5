/** Joins Django models: targets by label, reverse relations, inherited fields, tables behind many-to-many fields. */
import { append } from '../../base/groups.ts';
import type { ExtractContext, Extracted } from '../adapter.ts';
import { ELSEWHERE } from '../declared.ts';
import type { Declared, Field, Manager, MappedTable, Model, Relation } from '../model.ts';
import { contribPackage, knownModel, type KnownField, type KnownModel, type KnownRelation } from './known.ts';
import type { DjangoModel } from './models.ts';
import { pythonOfField } from './names.ts';
import type { RawField, RawTarget } from './read.ts';

export function linkDjango(context: ExtractContext, models: readonly DjangoModel[]): Extracted {
  return new Linker(context, models).run();
}

const IMPLIED_MANAGER: Manager = { name: 'objects', classId: null, queryset: null, isDefault: true };

class Linker {
  readonly #context: ExtractContext;
  readonly #models: ReadonlyMap<string, DjangoModel>;
  /** `shop.order` of concrete models. */
  readonly #byLabel = new Map<string, DjangoModel>();
  /** Models of Django itself that somebody refers to. */
  readonly #known = new Map<string, KnownModel>();
  readonly #tables: MappedTable[] = [];
  readonly #own = new Map<string, Field[]>();
  readonly #fields = new Map<string, readonly Field[]>();
  readonly #relations = new Map<string, Map<string, Relation>>();
  readonly #allRelationsOf = new Map<string, readonly Relation[]>();
  readonly #tableOfModel = new Map<string, Model['table']>();
  readonly #keyOfModel = new Map<string, RawField | undefined>();
  readonly #unknown = new Map<string, string[]>();
  /** What a child with a table of its own adds to its parent: siblings do not have it. */
  readonly #childLinks = new Set<Relation>();

  constructor(context: ExtractContext, models: readonly DjangoModel[]) {
    this.#context = context;
    this.#models = new Map(models.map((model) => [model.ref.id, model]));
    for (const model of models) if (!model.isAbstract) this.#byLabel.set(labelOf(model), model);
  }

  run(): Extracted {
    const models = [...this.#models.values()];
    for (const model of models) {
      for (const id of model.knownBases) this.#know(id);
      for (const parent of model.parents) if (typeof parent === 'string') this.#know(parent);
    }
    for (const model of models) this.#readOwn(model);
    // Reading relations may bring in models of Django, which bring in others.
    for (const known of this.#known.values()) this.#readKnown(known);
    return {
      models: [
        ...models.map((model) => this.#model(model)),
        ...[...this.#known.values()].map((known) => this.#knownModel(known)),
      ],
      tables: this.#tables,
    };
  }

  // -------------------------------------------------------------- models

  #model(model: DjangoModel): Model {
    const { ref } = model;
    const fields = this.#allFields(model);
    let columns: ReadonlyMap<string, string | null> | undefined;
    const columnOf = (name: string): string => (columns ??= columnsByName(fields)).get(name) ?? name;
    return {
      id: ref.id,
      orm: 'django',
      module: ref.file.moduleName,
      name: ref.node.name.text,
      declared: this.#context.locator.at(ref.file.path, ref.node.name.text),
      isAbstract: model.isAbstract,
      table: this.#table(model),
      bases: model.bases,
      fields,
      relations: this.#allRelations(model),
      managers: this.#managers(model),
      appLabel: model.label,
      appPackage: model.label === model.app.label ? model.app.package : null,
      registry: null,
      sharesTable: model.isProxy,
      isManaged: model.meta.flag('managed') ?? true,
      ordering: this.#ordering(model),
      constraints:
        model.isProxy || model.isAbstract
          ? []
          : model.meta.constraints(columnOf, { label: model.label, model: ref.node.name.text }),
      unknown: [...new Set([...model.unknown, ...this.#inheritedUnknown(model), ...(this.#unknown.get(ref.id) ?? [])])],
      columnless: model.columnless,
    };
  }

  #inheritedUnknown(model: DjangoModel): readonly string[] {
    return model.parents.flatMap((parent) =>
      typeof parent === 'string' ? [] : [...parent.unknown, ...this.#inheritedUnknown(parent)],
    );
  }

  #table(model: DjangoModel): Model['table'] {
    let table = this.#tableOfModel.get(model.ref.id);
    if (table === undefined) this.#tableOfModel.set(model.ref.id, (table = this.#readTable(model)));
    return table;
  }

  #readTable(model: DjangoModel): Model['table'] {
    if (model.isAbstract) return null;
    if (model.isProxy) {
      const parent = model.parents[0];
      if (parent === undefined) return null;
      return typeof parent === 'string' ? knownTable(parent) : this.#table(parent);
    }
    const written = model.meta.string('db_table');
    if (written === null && model.meta.has('db_table')) return null;
    // `"schema"."table"` is the usual way around the missing schema option.
    const quoted = written === null ? null : /^"?(\w+)"\."(\w+)"?$/.exec(written);
    if (quoted) return { schema: quoted[1]!, name: quoted[2]! };
    return { schema: null, name: written ?? `${model.label}_${model.ref.node.name.text.toLowerCase()}` };
  }

  #ordering(model: DjangoModel): readonly string[] {
    const own = model.meta.strings('ordering');
    if (own || model.meta.has('ordering')) return own ?? [];
    for (const parent of model.parents) {
      const ordering = typeof parent === 'string' ? knownModel(parent)?.ordering : this.#ordering(parent);
      if (ordering && ordering.length > 0) return ordering;
    }
    return [];
  }

  #managers(model: DjangoModel): readonly Manager[] {
    const all = [...model.managers];
    for (const id of [...model.knownBases, ...model.parents.filter((parent) => typeof parent === 'string')]) {
      const known = knownModel(id);
      if (known?.manager && !all.some((manager) => manager.name === 'objects')) {
        all.push({ name: 'objects', classId: null, queryset: null, isDefault: all.length === 0 });
      }
    }
    return all.length > 0 || model.isAbstract ? all : [IMPLIED_MANAGER];
  }

  // -------------------------------------------------------------- fields

  #allFields(model: DjangoModel): readonly Field[] {
    const known = this.#fields.get(model.ref.id);
    if (known) return known;
    this.#fields.set(model.ref.id, []);
    const fields = new Map<string, Field>();
    for (const parent of model.parents) {
      const inherited = typeof parent === 'string' ? this.#knownFields(parent) : this.#allFields(parent);
      for (const field of inherited) if (!fields.has(field.name)) fields.set(field.name, field);
    }
    for (const field of this.#own.get(model.ref.id) ?? []) {
      fields.delete(field.name);
      fields.set(field.name, field);
    }
    const all = [...fields.values()];
    this.#fields.set(model.ref.id, all);
    return all;
  }

  #readOwn(model: DjangoModel): void {
    const fields: Field[] = [];
    const id = model.ref.id;
    for (const known of knownOrder(model.knownBases)) fields.push(...this.#abstractKnownFields(known, id));
    const links = model.isProxy || model.isAbstract ? [] : this.#parentLinks(model);
    for (const link of links) fields.push(link);
    const raw = model.fields;
    const isChild = links.length > 0 || raw.some((each) => each.parentLink);
    for (const field of raw) {
      const made = this.#field(model, field, isChild);
      if (made) fields.push(made);
    }
    const composite = new Set(raw.flatMap((field) => field.parts));
    for (const [i, field] of fields.entries())
      if (composite.has(field.name)) fields[i] = { ...field, primaryKey: true };
    const hasPrimary = composite.size > 0 || fields.some((field) => field.primaryKey);
    if (!hasPrimary && !model.isAbstract && !model.isProxy) fields.unshift(this.#implicitId(model));
    this.#own.set(id, fields);
    for (const known of knownOrder(model.knownBases)) this.#inheritKnownRelations(model, known);
    for (const field of raw) this.#relate(model, field);
  }

  #implicitId(model: DjangoModel): Field {
    const auto = (model.app.defaultAutoField ?? this.#context.djangoOf(model.ref.file.path).defaultAutoField)
      .split('.')
      .at(-1)!;
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
      declared: this.#context.locator.at(model.ref.file.path, model.ref.node.name.text),
    };
  }

  /** `place_ptr` of multi-table inheritance, where the class does not bring its own parent link. */
  #parentLinks(model: DjangoModel): readonly Field[] {
    const links: Field[] = [];
    for (const parent of model.parents) {
      const name = typeof parent === 'string' ? parent.split('.').at(-1)! : parent.ref.node.name.text;
      const parentId = typeof parent === 'string' ? parent : this.#concrete(parent).ref.id;
      const isLinked = model.fields.some(
        (field) => field.kind === 'oneToOne' && field.parentLink && this.#targetOf(model, field.to) === parentId,
      );
      if (isLinked) continue;
      const attribute = `${name.toLowerCase()}_ptr`;
      const declared = this.#context.locator.at(model.ref.file.path, model.ref.node.name.text);
      links.push({
        name: attribute,
        column: `${attribute}_id`,
        type: 'OneToOneField',
        python: 'int',
        primaryKey: links.length === 0,
        nullable: false,
        unique: true,
        index: false,
        default: null,
        serverDefault: null,
        foreignKey: {
          table: this.#tableOf(parentId)?.name ?? null,
          column: this.#primaryColumn(parentId),
          model: parentId,
          onDelete: 'CASCADE',
        },
        deferred: false,
        owner: model.ref.id,
        declared,
      });
      this.#push(
        model.ref.id,
        relation({
          name: attribute,
          target: parentId,
          declared,
          columns: [`${attribute}_id`],
          backReference: model.ref.node.name.text.toLowerCase(),
        }),
      );
      this.#pushChild(
        parentId,
        relation({
          name: model.ref.node.name.text.toLowerCase(),
          target: model.ref.id,
          declared,
          direction: 'reverse',
          nullable: true,
          backReference: attribute,
        }),
      );
    }
    return links;
  }

  #field(model: DjangoModel, raw: RawField, isChild: boolean): Field | null {
    if (
      raw.kind === 'tags' ||
      raw.kind === 'compositeKey' ||
      raw.kind === 'manyToMany' ||
      raw.kind === 'genericForeignKey' ||
      raw.kind === 'genericRelation'
    )
      return null;
    const isKey = raw.kind === 'foreignKey' || raw.kind === 'oneToOne';
    const target = isKey ? this.#targetOf(model, raw.to) : null;
    const primaryKey = raw.primaryKey || (raw.parentLink && isChild && !model.fields.some((field) => field.primaryKey));
    return {
      name: raw.name,
      column: raw.column ?? (isKey ? `${raw.name}_id` : raw.name),
      type: raw.type,
      python: isKey ? (target ? this.#primaryPython(target) : null) : pythonOfField(raw.of),
      primaryKey,
      nullable: raw.null,
      unique: raw.unique || primaryKey,
      index: raw.index && !raw.unique && !primaryKey,
      default: raw.default,
      serverDefault: raw.databaseDefault,
      foreignKey: isKey
        ? {
            table: target ? (this.#tableOf(target)?.name ?? null) : null,
            column: raw.toField ?? (target ? this.#primaryColumn(target) : null),
            model: target,
            onDelete: raw.onDelete,
          }
        : null,
      deferred: false,
      owner: model.ref.id,
      declared: this.#declared(raw),
    };
  }

  #declared(raw: RawField): Declared {
    return this.#context.locator.at(raw.ref.file.path, raw.ref.node.name.text, raw.name);
  }

  // -------------------------------------------------------------- targets

  #targetOf(model: DjangoModel, target: RawTarget | null): string | null {
    switch (target?.kind) {
      case 'user':
        return this.#labelled(this.#context.djangoOf(model.ref.file.path).authUserModel);
      case 'name':
        if (target.name === 'self') return model.ref.id;
        return this.#labelled(target.name.includes('.') ? target.name : `${model.label}.${target.name}`);
      case 'class': {
        if (this.#models.has(target.id)) return target.id;
        return this.#know(target.id);
      }
      default:
        return null;
    }
  }

  /** `auth.User` of the workspace, or of Django itself. */
  #labelled(name: string): string | null {
    const [label, model] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)];
    const own = this.#byLabel.get(`${label}.${model}`.toLowerCase());
    if (own) return own.ref.id;
    return this.#know(`django.contrib.${label}.models.${model}`);
  }

  #know(id: string): string | null {
    const known = knownModel(id);
    if (!known) return null;
    if (!this.#known.has(known.id)) {
      this.#known.set(known.id, known);
      for (const base of known.bases) this.#know(base);
      for (const each of known.relations) this.#know(each.to);
    }
    return known.id;
  }

  #concrete(model: DjangoModel): DjangoModel {
    const parent = model.isProxy ? model.parents[0] : undefined;
    return parent && typeof parent !== 'string' ? this.#concrete(parent) : model;
  }

  #tableOf(id: string): Model['table'] {
    const model = this.#models.get(id);
    return model ? this.#table(model) : knownTable(id);
  }

  /** The column that foreign keys to a model point to. */
  #primaryColumn(id: string): string {
    const model = this.#models.get(id);
    if (!model) return allKnownFields(id).find(isPrimary)?.[0] ?? 'id';
    if (model.isProxy)
      return typeof model.parents[0] === 'object' ? this.#primaryColumn(model.parents[0].ref.id) : 'id';
    const own = this.#ownKey(model);
    if (own) return own.column ?? (own.kind === 'field' ? own.name : `${own.name}_id`);
    const parent = model.parents[0];
    if (parent === undefined) return 'id';
    return `${(typeof parent === 'string' ? parent.split('.').at(-1)! : parent.ref.node.name.text).toLowerCase()}_ptr_id`;
  }

  #ownKey(model: DjangoModel): RawField | undefined {
    const { id } = model.ref;
    if (!this.#keyOfModel.has(id))
      this.#keyOfModel.set(
        id,
        model.fields.find((field) => field.primaryKey || field.parentLink),
      );
    return this.#keyOfModel.get(id);
  }

  #primaryPython(id: string, depth = 0): string | null {
    const model = this.#models.get(id);
    if (!model || depth > 8) return 'int';
    const own = this.#ownKey(model);
    if (own && own.kind === 'field') return pythonOfField(own.of);
    const next = own
      ? this.#targetOf(model, own.to)
      : model.parents[0] === undefined
        ? null
        : typeof model.parents[0] === 'string'
          ? model.parents[0]
          : model.parents[0].ref.id;
    return next ? this.#primaryPython(next, depth + 1) : 'int';
  }

  // -------------------------------------------------------------- relations

  #relate(model: DjangoModel, raw: RawField): void {
    const declared = this.#declared(raw);
    if (raw.kind === 'field' || raw.kind === 'compositeKey' || raw.kind === 'tags') return;
    if (raw.kind === 'genericForeignKey') {
      this.#push(
        model.ref.id,
        relation({ name: raw.name, target: null, declared, direction: 'generic', nullable: true }),
      );
      return;
    }
    const target = this.#targetOf(model, raw.to);
    if (target === null) {
      if (!model.isAbstract && !raw.isHidden)
        this.#note(
          model,
          `target \`${targetText(raw.to)}\` of \`${model.ref.node.name.text}.${raw.name}\` was not found`,
        );
    }
    if (raw.kind === 'genericRelation') {
      this.#push(
        model.ref.id,
        relation({ name: raw.name, target, declared, direction: 'generic', cardinality: 'many' }),
      );
      return;
    }
    const reverse = this.#reverseNames(model, raw, target);
    const isSelf = raw.to?.kind === 'name' && raw.to.name === 'self';
    const isSymmetrical = raw.kind === 'manyToMany' && target === model.ref.id && (raw.symmetrical ?? isSelf);
    const backReference = isSymmetrical ? null : reverse.accessor;
    const table = raw.kind === 'manyToMany' ? this.#throughOf(model, raw, target) : null;
    this.#push(
      model.ref.id,
      relation({
        name: raw.name,
        target,
        declared,
        backReference,
        through: table,
        direction: raw.kind === 'manyToMany' ? 'through' : 'forward',
        cardinality: raw.kind === 'manyToMany' ? 'many' : 'one',
        columns: raw.kind === 'manyToMany' ? [] : [raw.column ?? `${raw.name}_id`],
        nullable: raw.null,
      }),
    );
    if (target === null || model.isAbstract || backReference === null) return;
    const owner = this.#models.get(target);
    const push = raw.parentLink ? this.#pushChild.bind(this) : this.#push.bind(this);
    push(
      owner ? this.#concrete(owner).ref.id : target,
      relation({
        name: backReference,
        target: model.ref.id,
        declared,
        backReference: raw.name,
        through: table,
        queryName: reverse.query,
        direction: raw.kind === 'manyToMany' ? 'through' : 'reverse',
        cardinality: raw.kind === 'oneToOne' ? 'one' : 'many',
        nullable: raw.kind === 'oneToOne',
      }),
    );
  }

  /** Names on the other side (`related_accessor` and `related_query_name` of django/db/models/fields/related.py). */
  #reverseNames(
    model: DjangoModel,
    raw: RawField,
    target: string | null,
  ): { readonly accessor: string | null; readonly query: string } {
    const name = model.ref.node.name.text.toLowerCase();
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

  /** The through model, or the table that Django makes by itself. */
  #throughOf(model: DjangoModel, raw: RawField, target: string | null): string | null {
    if (raw.through) {
      const id = this.#targetOf(model, raw.through);
      if (id === null && !model.isAbstract)
        this.#note(
          model,
          `through model \`${targetText(raw.through)}\` of \`${model.ref.node.name.text}.${raw.name}\` was not found`,
        );
      return id;
    }
    const id = `${model.ref.id}_${raw.name}`;
    const own = this.#table(model);
    if (!own || model.isAbstract) return null;
    const from = model.ref.node.name.text.toLowerCase();
    const to =
      target === null
        ? raw.name
        : (this.#models.get(target)?.ref.node.name.text ?? target.split('.').at(-1)!).toLowerCase();
    const [left, right] = to === from ? [`from_${from}`, `to_${to}`] : [from, to];
    const auto = (model.app.defaultAutoField ?? this.#context.djangoOf(model.ref.file.path).defaultAutoField)
      .split('.')
      .at(-1)!;
    const declared = this.#declared(raw);
    const key = (name: string, model_: string | null): Field => ({
      name,
      column: `${name}_id`,
      type: 'ForeignKey',
      python: model_ ? this.#primaryPython(model_) : null,
      primaryKey: false,
      nullable: false,
      unique: false,
      index: true,
      default: null,
      serverDefault: null,
      foreignKey: {
        table: model_ ? (this.#tableOf(model_)?.name ?? null) : null,
        column: model_ ? this.#primaryColumn(model_) : null,
        model: model_,
        onDelete: 'CASCADE',
      },
      deferred: false,
      owner: id,
      declared,
    });
    this.#tables.push({
      id,
      orm: 'django',
      module: model.ref.file.moduleName,
      name: `${model.ref.node.name.text}_${raw.name}`,
      declared,
      table: { schema: own.schema, name: raw.table ?? `${own.name}_${raw.name}` },
      fields: [
        {
          ...key(left, model.ref.id),
          name: 'id',
          column: 'id',
          type: auto,
          python: 'int',
          primaryKey: true,
          unique: true,
          index: false,
          foreignKey: null,
        },
        key(left, model.ref.id),
        key(right, target),
      ],
      constraints: [{ kind: 'unique', name: null, columns: [`${left}_id`, `${right}_id`] }],
      unknown: [],
    });
    return id;
  }

  #pushChild(id: string, made: Relation): void {
    this.#childLinks.add(made);
    this.#push(id, made);
  }

  #push(id: string, made: Relation): void {
    let all = this.#relations.get(id);
    if (!all) this.#relations.set(id, (all = new Map()));
    if (!all.has(made.name)) all.set(made.name, made);
  }

  #allRelations(model: DjangoModel): readonly Relation[] {
    const known = this.#allRelationsOf.get(model.ref.id);
    if (known) return known;
    const found = new Map<string, Relation>();
    for (const parent of model.parents) {
      const inherited = typeof parent === 'string' ? this.#knownRelations(parent) : this.#allRelations(parent);
      for (const each of inherited) if (!this.#childLinks.has(each) || model.isProxy) found.set(each.name, each);
    }
    for (const [name, each] of this.#relations.get(model.ref.id) ?? []) found.set(name, each);
    const all = [...found.values()];
    this.#allRelationsOf.set(model.ref.id, all);
    return all;
  }

  #note(model: DjangoModel, message: string): void {
    append(this.#unknown, model.ref.id, message);
  }

  // -------------------------------------------------------------- Django's own models

  #readKnown(known: KnownModel): void {
    if (known.isAbstract) return;
    for (const each of relationsOf(known)) this.#relateKnown(known.id, known.id.split('.').at(-1)!.toLowerCase(), each);
  }

  #relateKnown(id: string, name: string, each: KnownRelation): void {
    const isMany = each.kind === 'manyToMany';
    const through = isMany ? this.#knownTable(id, each) : null;
    const back = each.relatedName ?? `${name}_set`;
    this.#push(
      id,
      relation({
        name: each.name,
        target: each.to,
        declared: ELSEWHERE,
        backReference: back,
        direction: isMany ? 'through' : 'forward',
        cardinality: isMany ? 'many' : 'one',
        columns: isMany ? [] : [`${each.name}_id`],
        nullable: each.nullable,
        through,
      }),
    );
    this.#push(
      each.to,
      relation({
        name: back,
        target: id,
        declared: ELSEWHERE,
        backReference: each.name,
        direction: isMany ? 'through' : 'reverse',
        cardinality: 'many',
        through,
        queryName: each.relatedQueryName ?? each.relatedName ?? name,
      }),
    );
  }

  /** `auth_user_groups` and the like. */
  #knownTable(id: string, each: KnownRelation): string | null {
    const own = knownTable(id);
    if (!own) return null;
    const name = id.split('.').at(-1)!;
    const tableId = `${id}_${each.name}`;
    const key = (to: string): Field => ({
      ...knownField([to.split('.').at(-1)!.toLowerCase(), 'ForeignKey', 'int', 'index'], tableId),
      column: `${to.split('.').at(-1)!.toLowerCase()}_id`,
      foreignKey: { table: knownTable(to)?.name ?? null, column: 'id', model: to, onDelete: 'CASCADE' },
    });
    const fields = [knownField(['id', 'AutoField', 'int', 'pk'], tableId), key(id), key(each.to)];
    this.#tables.push({
      id: tableId,
      orm: 'django',
      module: id.split('.').slice(0, -1).join('.'),
      name: `${name}_${each.name}`,
      declared: ELSEWHERE,
      table: { schema: null, name: `${own.name}_${each.name}` },
      fields,
      constraints: [{ kind: 'unique', name: null, columns: [fields[1]!.column!, fields[2]!.column!] }],
      unknown: [],
    });
    return tableId;
  }

  /** A user model that inherits from `AbstractUser` has its groups and permissions, with tables of its own. */
  #inheritKnownRelations(model: DjangoModel, id: string): void {
    const known = knownModel(id);
    if (!known) return;
    for (const each of known.relations) {
      if (model.isAbstract) continue;
      const raw: RawField = {
        name: each.name,
        kind: 'manyToMany',
        type: 'ManyToManyField',
        of: 'ManyToManyField',
        ref: model.ref,
        to: { kind: 'class', id: each.to },
        through: null,
        relatedName: each.relatedName,
        relatedQueryName: each.relatedQueryName,
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
      this.#relate(model, raw);
    }
  }

  #abstractKnownFields(id: string, owner: string): readonly Field[] {
    const known = knownModel(id);
    return known ? known.fields.map((field) => knownField(field, owner)) : [];
  }

  #knownFields(id: string): readonly Field[] {
    const known = knownModel(id);
    if (!known) return [];
    const keys = relationsOf(known).filter((each) => each.kind === 'foreignKey');
    return [
      ...allKnownFields(id).map((field) => knownField(field, id)),
      ...keys.map((each): Field => ({
        ...knownField([each.name, 'ForeignKey', 'int', 'index'], id),
        column: `${each.name}_id`,
        nullable: each.nullable,
        foreignKey: { table: knownTable(each.to)?.name ?? null, column: 'id', model: each.to, onDelete: 'CASCADE' },
      })),
    ];
  }

  #knownRelations(id: string): readonly Relation[] {
    return [...(this.#relations.get(id)?.values() ?? [])];
  }

  #knownModel(known: KnownModel): Model {
    const name = known.id.split('.').at(-1)!;
    return {
      id: known.id,
      orm: 'django',
      module: known.id.split('.').slice(0, -1).join('.'),
      name,
      declared: ELSEWHERE,
      isAbstract: known.isAbstract,
      table: known.table === null ? null : { schema: null, name: known.table },
      bases: knownBases(known),
      fields: this.#knownFields(known.id),
      relations: this.#knownRelations(known.id),
      managers: known.isAbstract ? [] : [IMPLIED_MANAGER],
      appLabel: known.app,
      appPackage: contribPackage(known.app),
      registry: null,
      sharesTable: false,
      isManaged: true,
      ordering: known.ordering ?? [],
      constraints: [],
      unknown: [],
    };
  }
}

function relation(given: Partial<Relation> & Pick<Relation, 'name' | 'target' | 'declared'>): Relation {
  return {
    cardinality: 'one',
    direction: 'forward',
    loading: 'select',
    backReference: null,
    through: null,
    columns: [],
    nullable: false,
    queryName: given.name,
    ...given,
  };
}

/** Of several fields with one name, as a field or a column, the first. */
function columnsByName(fields: readonly Field[]): ReadonlyMap<string, string | null> {
  const columns = new Map<string, string | null>();
  for (const { name, column } of fields) {
    for (const key of [name, column]) if (key !== null && !columns.has(key)) columns.set(key, column);
  }
  return columns;
}

function labelOf(model: DjangoModel): string {
  return `${model.label}.${model.ref.node.name.text}`.toLowerCase();
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

function knownTable(id: string): Model['table'] {
  const table = knownModel(id)?.table ?? null;
  return table === null ? null : { schema: null, name: table };
}

/** Abstract bases of Django with their own bases before them, as their fields were made. */
function knownOrder(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.flatMap((id) => [...knownOrder(knownModel(id)?.bases ?? []), id]))];
}

function knownBases(known: KnownModel): readonly string[] {
  return known.bases.flatMap((id) => [id, ...(knownModel(id) ? knownBases(knownModel(id)!) : [])]);
}

function allKnownFields(id: string): readonly KnownField[] {
  const known = knownModel(id);
  if (!known) return [];
  const own = known.fields;
  const inherited = known.bases.flatMap((base) => allKnownFields(base));
  return [...own.filter(isPrimary), ...inherited, ...own.filter((field) => !isPrimary(field))];
}

function relationsOf(known: KnownModel): readonly KnownRelation[] {
  return [
    ...known.bases.flatMap((base) => (knownModel(base) ? relationsOf(knownModel(base)!) : [])),
    ...known.relations,
  ];
}

function isPrimary(field: KnownField): boolean {
  return field.includes('pk', 3);
}

function knownField([name, type, python, ...flags]: KnownField, owner: string): Field {
  const has = (flag: (typeof flags)[number]): boolean => flags.includes(flag);
  return {
    name,
    column: name,
    type,
    python,
    primaryKey: has('pk'),
    nullable: has('null'),
    unique: has('unique') || has('pk'),
    index: has('index'),
    default: null,
    serverDefault: null,
    foreignKey: null,
    deferred: false,
    owner,
    declared: ELSEWHERE,
  };
}
