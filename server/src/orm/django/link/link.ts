/** Joins Django models: targets by label, reverse relations, inherited fields, tables behind many-to-many fields. */
import type { ExtractContext, Extracted } from '../../adapter.ts';
import { ELSEWHERE } from '../../declared.ts';
import type { Field, Manager, Model } from '../../model.ts';
import { contribPackage, knownModel, type KnownModel } from '../known.ts';
import type { DjangoModel } from '../models.ts';
import { Fields } from './fields.ts';
import { Joiner } from './join.ts';
import { inOrderOfFields, knownBases, knownFields } from './knownModels.ts';
import { Relations } from './relations.ts';
import { nameOf, Targets } from './targets.ts';

export function linkDjango(context: ExtractContext, models: readonly DjangoModel[]): Extracted {
  return new Linker(context, models).run(models);
}

const IMPLIED_MANAGER: Manager = { name: 'objects', classId: null, queryset: null, isDefault: true };

class Linker {
  readonly #context: ExtractContext;
  readonly #targets: Targets;
  readonly #fields: Fields;
  readonly #relations = new Relations();
  readonly #joiner: Joiner;

  constructor(context: ExtractContext, models: readonly DjangoModel[]) {
    this.#context = context;
    this.#targets = new Targets(context, models);
    this.#fields = new Fields(this.#targets, context.locator);
    this.#joiner = new Joiner(this.#targets, this.#relations, context.locator);
  }

  run(models: readonly DjangoModel[]): Extracted {
    for (const model of models) this.#join(model);
    // Looking up targets may bring in models of Django, which bring in others.
    for (const known of this.#targets.known.values()) this.#joiner.joinKnown(known);
    return {
      models: [
        ...models.map((model) => this.#model(model)),
        ...[...this.#targets.known.values()].map((known) => this.#knownModel(known)),
      ],
      tables: this.#joiner.tables,
    };
  }

  #join(model: DjangoModel): void {
    for (const { parent, up, down } of this.#fields.parentLinks(model)) {
      this.#relations.add(model.ref.id, up);
      this.#relations.addChildLink(parent, down);
    }
    for (const base of inOrderOfFields(model.knownBases)) this.#joiner.joinInherited(model, base);
    for (const field of model.fields) this.#joiner.join(model, field);
  }

  #model(model: DjangoModel): Model {
    const { ref, label, app, meta } = model;
    const fields = this.#fields.all(model);
    let columns: ReadonlyMap<string, string | null> | undefined;
    const columnOf = (name: string): string => (columns ??= columnsByName(fields)).get(name) ?? name;
    const notFound = this.#joiner.notFound.get(ref.id) ?? [];
    return {
      id: ref.id,
      orm: 'django',
      module: ref.file.moduleName,
      name: nameOf(model),
      declared: this.#context.locator.at(ref.file.path, nameOf(model)),
      isAbstract: model.isAbstract,
      table: this.#targets.table(ref.id),
      bases: model.bases,
      fields,
      relations: this.#relations.all(model),
      managers: managersOf(model),
      appLabel: label,
      appPackage: label === app.label ? app.package : null,
      registry: null,
      sharesTable: model.isProxy,
      isManaged: meta.flag('managed') ?? true,
      ordering: orderingOf(model),
      constraints: model.isProxy || model.isAbstract ? [] : meta.constraints(columnOf, { label, model: nameOf(model) }),
      unknown: [...new Set([...unknownOf(model), ...notFound])],
      columnless: model.columnless,
    };
  }

  #knownModel(known: KnownModel): Model {
    return {
      id: known.id,
      orm: 'django',
      module: known.id.split('.').slice(0, -1).join('.'),
      name: nameOf(known.id),
      declared: ELSEWHERE,
      isAbstract: known.isAbstract,
      table: this.#targets.table(known.id),
      bases: knownBases(known),
      fields: knownFields(known.id),
      relations: this.#relations.own(known.id),
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

function unknownOf(model: DjangoModel): readonly string[] {
  const inherited = model.parents.flatMap((parent) => (typeof parent === 'string' ? [] : unknownOf(parent)));
  return [...model.unknown, ...inherited];
}

/** The `Meta.ordering` that holds: its own, or the first that a parent has. */
function orderingOf(model: DjangoModel): readonly string[] {
  const own = model.meta.strings('ordering');
  if (own || model.meta.has('ordering')) return own ?? [];
  for (const parent of model.parents) {
    const ordering = typeof parent === 'string' ? knownModel(parent)?.ordering : orderingOf(parent);
    if (ordering && ordering.length > 0) return ordering;
  }
  return [];
}

function managersOf(model: DjangoModel): readonly Manager[] {
  const all = [...model.managers];
  for (const id of [...model.knownBases, ...model.parents.filter((parent) => typeof parent === 'string')]) {
    if (!knownModel(id)?.manager || all.some((manager) => manager.name === 'objects')) continue;
    all.push({ ...IMPLIED_MANAGER, isDefault: all.length === 0 });
  }
  return all.length > 0 || model.isAbstract ? all : [IMPLIED_MANAGER];
}

/** Of several fields with one name, as a field or a column, the first. */
function columnsByName(fields: readonly Field[]): ReadonlyMap<string, string | null> {
  const columns = new Map<string, string | null>();
  for (const { name, column } of fields) {
    for (const key of [name, column]) if (key !== null && !columns.has(key)) columns.set(key, column);
  }
  return columns;
}
