/** Finds the model that a field refers to, and what a key that points to it holds. */
import type { ExtractContext } from '../../adapter.ts';
import type { Model } from '../../model.ts';
import { knownModel, type KnownModel } from '../known.ts';
import type { DjangoModel } from '../models.ts';
import { pythonOfField } from '../names.ts';
import type { RawField, RawTarget } from '../read.ts';
import { knownPrimaryColumn, knownTable } from './knownModels.ts';

export class Targets {
  /** By id. */
  readonly models: ReadonlyMap<string, DjangoModel>;
  /** Models of Django itself that somebody refers to; grows while targets are looked up. */
  readonly known: ReadonlyMap<string, KnownModel>;
  readonly #context: ExtractContext;
  readonly #known = new Map<string, KnownModel>();
  /** `shop.order` of concrete models. */
  readonly #byLabel = new Map<string, DjangoModel>();
  readonly #tables = new Map<string, Model['table']>();
  readonly #ownKeys = new Map<string, RawField | undefined>();

  constructor(context: ExtractContext, models: readonly DjangoModel[]) {
    this.#context = context;
    this.known = this.#known;
    this.models = new Map(models.map((model) => [model.ref.id, model]));
    for (const model of models) if (!model.isAbstract) this.#byLabel.set(labelOf(model), model);
    for (const model of models) {
      for (const id of model.knownBases) this.#know(id);
      for (const parent of model.parents) if (typeof parent === 'string') this.#know(parent);
    }
  }

  /** The id of the model that a field of `model` names, or null when it was not found. */
  find(model: DjangoModel, target: RawTarget | null): string | null {
    switch (target?.kind) {
      case 'user':
        return this.#labelled(this.#context.djangoOf(model.ref.file.path).authUserModel);
      case 'name':
        if (target.name === 'self') return model.ref.id;
        return this.#labelled(target.name.includes('.') ? target.name : `${model.label}.${target.name}`);
      case 'class':
        return this.models.has(target.id) ? target.id : this.#know(target.id);
      default:
        return null;
    }
  }

  /** The model itself, or the one that a proxy stands for. */
  concrete(model: DjangoModel): DjangoModel {
    const parent = model.isProxy ? model.parents[0] : undefined;
    return parent && typeof parent !== 'string' ? this.concrete(parent) : model;
  }

  /** Null for an abstract model, and for a name that is computed. */
  table(id: string): Model['table'] {
    const model = this.models.get(id);
    if (!model) return knownTable(id);
    let table = this.#tables.get(id);
    if (table === undefined) this.#tables.set(id, (table = this.#readTable(model)));
    return table;
  }

  /** The column that foreign keys to a model point to. */
  primaryColumn(id: string): string {
    const model = this.models.get(id);
    if (!model) return knownPrimaryColumn(id);
    if (model.isProxy) return typeof model.parents[0] === 'object' ? this.primaryColumn(model.parents[0].ref.id) : 'id';
    const own = this.#ownKey(model);
    if (own) return own.column ?? (own.kind === 'field' ? own.name : `${own.name}_id`);
    const parent = model.parents[0];
    return parent === undefined ? 'id' : `${nameOf(parent).toLowerCase()}_ptr_id`;
  }

  /** The Python type of the primary key, through keys that are relations themselves. */
  primaryPython(id: string, depth = 0): string | null {
    const model = this.models.get(id);
    if (!model || depth > 8) return 'int';
    const own = this.#ownKey(model);
    if (own && own.kind === 'field') return pythonOfField(own.of);
    const next = own ? this.find(model, own.to) : idOf(model.parents[0]);
    return next ? this.primaryPython(next, depth + 1) : 'int';
  }

  /** The class of the field that Django adds as the primary key of a model, and of its through tables: `BigAutoField`. */
  autoField(model: DjangoModel): string {
    const dotted = model.app.defaultAutoField ?? this.#context.djangoOf(model.ref.file.path).defaultAutoField;
    return dotted.split('.').at(-1)!;
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

  #readTable(model: DjangoModel): Model['table'] {
    if (model.isAbstract) return null;
    if (model.isProxy) {
      const parent = idOf(model.parents[0]);
      return parent === null ? null : this.table(parent);
    }
    const written = model.meta.string('db_table');
    if (written === null && model.meta.has('db_table')) return null;
    // `"schema"."table"` is the usual way around the missing schema option.
    const quoted = written === null ? null : /^"?(\w+)"\."(\w+)"?$/.exec(written);
    if (quoted) return { schema: quoted[1]!, name: quoted[2]! };
    return { schema: null, name: written ?? `${model.label}_${nameOf(model).toLowerCase()}` };
  }

  #ownKey(model: DjangoModel): RawField | undefined {
    const { id } = model.ref;
    if (!this.#ownKeys.has(id)) {
      this.#ownKeys.set(
        id,
        model.fields.find((field) => field.primaryKey || field.parentLink),
      );
    }
    return this.#ownKeys.get(id);
  }
}

/** The name of the class behind a model or the id of one. */
export function nameOf(model: DjangoModel | string): string {
  return typeof model === 'string' ? model.split('.').at(-1)! : model.ref.node.name.text;
}

function idOf(model: DjangoModel | string | undefined): string | null {
  if (model === undefined) return null;
  return typeof model === 'string' ? model : model.ref.id;
}

function labelOf(model: DjangoModel): string {
  return `${model.label}.${nameOf(model)}`.toLowerCase();
}
