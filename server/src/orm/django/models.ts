/**
 * Django's model classes as models. What is inherited, named and implied follows Django's own rules
 * (https://docs.djangoproject.com/en/stable/topics/db/models/#model-inheritance and ref/models/options/).
 */
import type { ExtractContext, Extracted } from '../adapter.ts';
import type { MemorySession } from '../../python/memory.ts';
import type { SourceFile } from '../../python/types.ts';
import { Classes, definitions, members, missingBase, type Base, type ClassRef } from '../classes.ts';
import type { Manager } from '../model.ts';
import { Apps, type App } from './apps.ts';
import { knownModel } from './known.ts';
import { linkDjango } from './link/link.ts';
import { ownManagers } from './managers.ts';
import { Meta } from './meta.ts';
import { HARMLESS_BASES, isModelBase } from './names.ts';
import { readFields, removedNames, type RawField } from './read.ts';

/** A model class before the names of other models are looked up. */
export interface DjangoModel {
  readonly ref: ClassRef;
  readonly app: App;
  readonly label: string;
  readonly meta: Meta;
  readonly isAbstract: boolean;
  readonly isProxy: boolean;
  /** What its classes have under the name of a field that a base may have, which is none then. */
  readonly removed: ReadonlySet<string>;
  /** Models it inherits from that have a table: classes of the workspace, or ids of Django's own. */
  readonly parents: readonly (DjangoModel | string)[];
  /** Abstract bases of Django itself: `AbstractUser`. */
  readonly knownBases: readonly string[];
  /** Every base that is a model or adds fields, nearest first. */
  readonly bases: readonly string[];
  /** Own fields and those of abstract bases, in the order Django made them. */
  readonly fields: readonly RawField[];
  /** By depth, then in order of declaration; without the implied `objects`. */
  readonly managers: readonly Manager[];
  readonly unknown: readonly string[];
  /** See `Model.columnless`. */
  readonly columnless: ReadonlySet<string>;
}

export function* djangoModels(context: ExtractContext): Generator<void, Extracted, void> {
  const classes: Classes = new Classes(context.program, (base) =>
    base.kind === 'value' && base.value.kind === 'Attribute' ? [classes.base(base.file, base.value)] : [],
  );
  const apps = new Apps(context, classes);
  const reader = new Reader(classes, apps, context);
  for (const file of context.files) {
    for (const ref of classes.inFile(file)) reader.add(ref);
    yield;
  }
  return context.memory.watch('link django', () => linkDjango(context, reader.models));
}

class Reader {
  readonly #classes: Classes;
  readonly #apps: Apps;
  readonly #memory: MemorySession;
  /** Files of which every class is read anyway; those of installed packages are not among them. */
  readonly #listed: ReadonlySet<string>;
  readonly #models = new Map<string, DjangoModel | null>();
  readonly #underWay = new Set<string>();
  readonly #appOfFile = new Map<SourceFile, { readonly app: App; readonly key: string }>();

  constructor(classes: Classes, apps: Apps, { memory, files }: ExtractContext) {
    this.#classes = classes;
    this.#apps = apps;
    this.#memory = memory;
    this.#listed = new Set(files.map((file) => file.path));
  }

  get models(): readonly DjangoModel[] {
    return [...this.#models.values()].filter((model) => model !== null);
  }

  add(ref: ClassRef): DjangoModel | null {
    // A class that inherits from itself ends here.
    if (this.#underWay.has(ref.id)) return null;
    this.#underWay.add(ref.id);
    // Children come before their parents.
    if (!this.#models.has(ref.id)) this.#models.set(ref.id, null);
    const { app, key } = this.#appOf(ref.file);
    const { model, installed } = this.#memory.remember(`${key} ${ref.id}`, ref.file.path, () => {
      const read = this.#read(ref, app);
      return { model: read, installed: read ? this.#installedBases(ref) : [] };
    });
    for (const base of installed) this.add(base);
    this.#underWay.delete(ref.id);
    this.#models.set(ref.id, model);
    return model;
  }

  /** Nobody else reads these, so whoever inherits from them does, also when what it says itself is remembered. */
  #installedBases(ref: ClassRef): readonly ClassRef[] {
    return this.#classes
      .order(ref)
      .flatMap((base) => (base.kind === 'class' && !this.#listed.has(base.ref.file.path) ? base.ref : []));
  }

  /** The app of a file, and a key for what is read of its classes, which depends on the app. */
  #appOf(file: SourceFile): { readonly app: App; readonly key: string } {
    let known = this.#appOfFile.get(file);
    if (!known) {
      const app = this.#apps.of(file);
      known = { app, key: `django ${file.path} ${app.label} ${app.package} ${app.defaultAutoField}` };
      this.#appOfFile.set(file, known);
    }
    return known;
  }

  #read(ref: ClassRef, app: App): DjangoModel | null {
    const order = this.#classes.order(ref);
    const unknownBases = order.filter((base) => isUnknownBase(base));
    if (!order.some((base) => isModelBase(base)) && !(unknownBases.length > 0 && looksLikeModel(this.#classes, order)))
      return null;
    const own = order.flatMap((base) => (base.kind === 'class' ? base.ref : []));
    const meta = new Meta(this.#classes, own, (each) => this.#isAbstract(each));
    const [, ...ancestors] = order;
    const parents: (DjangoModel | string)[] = [];
    const knownBases: string[] = [];
    for (const base of ancestors) {
      if (base.kind === 'class') {
        const model = this.add(base.ref);
        // Only the nearest ones: a grandparent with a table is the parent's business.
        const isCovered = parents.some((parent) => typeof parent !== 'string' && inherits(parent, base.id));
        if (model && !model.isAbstract && !isCovered) parents.push(model);
      } else if (base.kind === 'external') {
        const model = knownModel(base.id);
        if (model?.isAbstract) knownBases.push(model.id);
        else if (model && !parents.some((parent) => typeof parent !== 'string' && inherits(parent, model.id)))
          parents.push(model.id);
      }
    }
    const covered = new Set(
      parents.flatMap((parent) =>
        typeof parent === 'string' ? [] : this.#classes.order(parent.ref).map((base) => base.id),
      ),
    );
    const fields = this.#fields(ref, covered);
    const unknown = [...unknownBases.map(missingBase), ...fields.flatMap((field) => field.unknown)];
    if (definitions(ref.file, ref.node.name.text) > 1)
      unknown.push(`\`${ref.node.name.text}\` is defined more than once in its file`);
    return {
      ref,
      app,
      meta,
      fields,
      removed: new Set(own.flatMap((each) => removedNames(this.#classes, each))),
      knownBases,
      parents,
      unknown,
      columnless: new Set(fields.flatMap((field) => (field.kind === 'tags' ? field.unknown : []))),
      label: meta.string('app_label') ?? app.label,
      isAbstract: meta.ownFlag('abstract'),
      isProxy: meta.ownFlag('proxy'),
      bases: ancestors.flatMap((base) => this.#baseId(base)),
      managers: this.#managers(own, meta, parents),
    };
  }

  #baseId(base: Base): readonly string[] {
    if (base.kind === 'external') return knownModel(base.id) ? [knownModel(base.id)!.id] : [];
    if (base.kind !== 'class') return [];
    return this.add(base.ref) ? [base.id] : [];
  }

  #isAbstract(ref: ClassRef): boolean {
    return this.#classes.once('abstract', ref, () => new Meta(this.#classes, [ref], () => false).ownFlag('abstract'));
  }

  /** Base classes made their fields before the class did; of two with one name the nearest wins. */
  #fields(ref: ClassRef, covered: ReadonlySet<string>): readonly RawField[] {
    const made: RawField[] = [];
    const nearest = this.#classes
      .order(ref)
      .flatMap((base) => (base.kind === 'class' && !covered.has(base.id) ? base.ref : []));
    const left = new Set(nearest.map((each) => each.id));
    const visit = (each: ClassRef): void => {
      if (!left.delete(each.id)) return;
      for (const base of this.#classes.directBases(each)) if (base.kind === 'class') visit(base.ref);
      made.push(...readFields(this.#classes, each));
    };
    visit(ref);
    const chosen = new Map<string, RawField | null>();
    for (const each of nearest) {
      for (const name of removedNames(this.#classes, each)) if (!chosen.has(name)) chosen.set(name, null);
      for (const field of readFields(this.#classes, each)) if (!chosen.has(field.name)) chosen.set(field.name, field);
    }
    return made.filter((field) => {
      const pick = chosen.get(field.name);
      return pick?.ref.id === field.ref.id;
    });
  }

  #managers(order: readonly ClassRef[], meta: Meta, parents: readonly (DjangoModel | string)[]): readonly Manager[] {
    const found = new Map<string, Manager>();
    for (const ref of order) {
      for (const manager of ownManagers(this.#classes, ref))
        if (!found.has(manager.name)) found.set(manager.name, manager);
    }
    const all = [...found.values()];
    // Without managers of its own, a child takes the choice of its parent.
    const parent = parents[0];
    const inherited =
      typeof parent === 'object' && ownManagers(this.#classes, order[0]!).length === 0
        ? parent.meta.string('default_manager_name')
        : null;
    const chosen = meta.string('default_manager_name') ?? inherited ?? all[0]?.name;
    return all.map((manager) => ({ ...manager, isDefault: manager.name === chosen }));
  }
}

function inherits(model: DjangoModel, id: string): boolean {
  return model.ref.id === id || model.bases.includes(id);
}

function isUnknownBase(base: Base): boolean {
  if (base.kind === 'class') return false;
  return base.kind !== 'external' || !HARMLESS_BASES.test(base.id);
}

/** With a base that cannot be found, fields of `django.db.models` still tell a model. */
function looksLikeModel(classes: Classes, order: readonly Base[]): boolean {
  return order.some((base) => {
    if (base.kind !== 'class' || !base.ref.file.text.includes('models')) return false;
    return [...members(base.ref.node)].some((member) => {
      if (member.value?.kind !== 'Call') return false;
      const { func } = member.value;
      const symbol =
        func.kind === 'Attribute' || func.kind === 'Name' ? classes.program.resolve(base.ref.file, func) : null;
      return symbol?.kind === 'external' && /^django\.db\.models\..*(Field|ForeignKey)$/.test(symbol.name);
    });
  });
}
