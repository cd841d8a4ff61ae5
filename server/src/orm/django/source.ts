/** The steps that make Django's models again. */
import type { AnnAssign, Assign, Call, ClassDef, Expr, Node, Stmt } from '../../python/syntax/nodes.ts';
import { children } from '../../python/syntax/visit.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import type { DjangoProject } from '../../query/program.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { DjangoFacts } from '../adapter.ts';
import { Classes, isReadBy, keyword, members, runsOnWrite, type ClassRef } from '../classes.ts';
import { plainSetting } from '../djangoFacts.ts';
import { resolveInstalled } from '../installed.ts';
import type { Model, ModelGraph } from '../model.ts';
import type { ClassPolicy } from '../source/policy.ts';
import { isClassFunction, StepWriter } from '../source/writer.ts';
import type { Edit } from '../source/text.ts';
import { DJANGO_SETTINGS } from './settingNames.ts';
import { writeAdded } from './added.ts';
import { contribPackage, knownModel } from './known.ts';
import { writeLookups } from './lookups.ts';
import { SAVING_METHODS } from './methods.ts';
import { receiversOfParts } from './parts.ts';
import { isQuiet, isQuietName } from './quiet.ts';
import { writeReceivers } from './receiverSteps.ts';
import { writeRouters } from './routers.ts';
import type { Receiver } from './receivers.ts';
import { fieldClass, type FieldClass } from './names.ts';
import { readFields, readTarget } from './read.ts';

/** Writes the given models and everything they need, in the order in which Django would load them. */
export function writeDjango(
  program: Program,
  graph: ModelGraph,
  models: readonly Model[],
  facts: DjangoFacts,
  receivers: readonly Receiver[],
): DjangoWriter {
  const classes = djangoClasses(program);
  const policy = new DjangoPolicy(graph, classes, models, facts);
  const writer = new StepWriter(program, classes, policy);
  for (const model of inLoadingOrder(models, facts)) {
    for (const reason of model.unknown) writer.unknown.add(reason, model.columnless?.has(reason) ? [] : [model.id]);
    const file = program.file(model.declared.path);
    if (file) writer.need(file, model.name);
  }
  writeLookups(program, writer);
  writeAdded(program, graph, classes, models, facts, writer);
  writer.finish();
  // What is not known of what a receiver needs matters where it runs, and is said there.
  writer.unknown.onlyOfModels();
  const labels = new Set(models.map((model) => `${model.appLabel}.${model.name}`.toLowerCase()));
  const written = writeReceivers(receivers, labels, writer);
  const routers = writeRouters(program, facts, writer);
  writer.unknown.within('receivers', () => writer.finish());
  const having = (method: string): readonly string[] => labelsHaving(method, classes, models);
  return {
    writer,
    standIns: policy.standIns,
    receivers: [...written, ...receiversOfParts(classes, models)],
    routers,
    overrides: { save: having('save'), delete: having('delete') },
  };
}

/** The classes of a workspace as Django sees them. */
export function djangoClasses(program: Program): Classes {
  const classes: Classes = new Classes(program, (base) =>
    base.kind === 'value' && base.value.kind === 'Attribute' ? [classes.base(base.file, base.value)] : [],
  );
  return classes;
}

/**
 * App by app, module by module, from top to bottom. It is the order in which a model has its reverse relations, and so
 * that of a cascade's statements.
 */
function inLoadingOrder(models: readonly Model[], facts: DjangoFacts): readonly Model[] {
  const app = appOrder(facts);
  const keyed = models.map((model) => ({ model, app: app(model.appLabel), start: model.declared.range.start }));
  const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return keyed
    .toSorted((a, b) => a.app - b.app || byName(a.model.module, b.model.module) || a.start - b.start)
    .map(({ model }) => model);
}

/** The place of an app in `INSTALLED_APPS`; those that are not there come last. */
function appOrder(facts: DjangoFacts): (label: string | null) => number {
  const places = new Map(facts.installedApps.map(({ label }, index) => [label, index]));
  return (label) => (label === null ? undefined : places.get(label)) ?? places.size;
}

export interface DjangoWriter {
  readonly writer: StepWriter;
  /** Apps of models that stand in for missing ones. */
  readonly standIns: ReadonlyMap<string, string>;
  readonly receivers: DjangoProject['receivers'];
  readonly routers: DjangoProject['routers'];
  readonly overrides: DjangoProject['overrides'];
}

/** Labels of the models that have a method of their own under that name. */
function labelsHaving(method: string, classes: Classes, models: readonly Model[]): readonly string[] {
  return models.flatMap((model) => {
    const ref = model.isAbstract ? null : classes.declared(model);
    const has = ref && classes.order(ref).some((base) => base.kind === 'class' && hasFunction(base.ref, method));
    return has ? `${model.appLabel}.${model.name}` : [];
  });
}

function hasFunction({ node }: ClassRef, name: string): boolean {
  return [...members(node)].some((member) => member.name === name && member.stmt.kind === 'FunctionDef');
}

/** The apps and settings that the models need. */
export function djangoProject(
  models: readonly Model[],
  written: DjangoWriter,
  facts: DjangoFacts,
  snapshot: Snapshot | null,
  program: Program,
): DjangoProject {
  const apps = new Map<string, string>(written.standIns);
  for (const model of models) {
    if (model.appLabel === null) continue;
    const installed = facts.installedApps.find((app) => app.label === model.appLabel);
    const known = apps.get(model.appLabel);
    if (known === undefined || model.appPackage !== null)
      apps.set(model.appLabel, model.appPackage ?? installed?.package ?? model.appLabel);
  }
  // `django.contrib.auth` brings permissions, which point to content types.
  if (
    apps.has('auth') ||
    written.writer.steps.some((step) => step.op === 'import' && step.from.startsWith('django.contrib.auth'))
  ) {
    apps.set('auth', apps.get('auth') ?? contribPackage('auth'));
    apps.set('contenttypes', contribPackage('contenttypes'));
  }
  if (written.writer.steps.some((step) => step.op === 'import' && step.from.startsWith('django.contrib.contenttypes')))
    apps.set('contenttypes', contribPackage('contenttypes'));
  // It has no models, but lookups for the text fields of all others.
  if (facts.installedApps.some((app) => app.package === contribPackage('postgres')))
    apps.set('postgres', contribPackage('postgres'));
  const settings: Record<string, string | number | boolean | null> = {
    AUTH_USER_MODEL: facts.authUserModel,
    DEFAULT_AUTO_FIELD: facts.defaultAutoField,
    ...(facts.useTz === null ? {} : { USE_TZ: facts.useTz }),
    ...(facts.timeZone === null ? {} : { TIME_ZONE: facts.timeZone }),
  };
  // Django's own apps read it without any code of the project that names it.
  const readByDjango = facts.installedApps.some((app) => app.package === contribPackage('sites')) ? ['SITE_ID'] : [];
  for (const name of [...readByDjango, ...written.writer.settings.keys()].toSorted()) {
    if (name in settings || !/^[A-Z][A-Z0-9_]*$/.test(name) || DJANGO_SETTINGS.has(name) || name === 'BASE_DIR')
      continue;
    const value = snapshot && facts.path ? plainSetting(program, snapshot, facts.path, name) : undefined;
    // One that was not found is an unknown value wherever it is read.
    if (value !== undefined) settings[name] = value;
  }
  const place = appOrder(facts);
  return {
    apps: [...apps]
      .map(([label, name]) => ({ label, package: name }))
      .toSorted((a, b) => place(a.label) - place(b.label) || (a.label < b.label ? -1 : 1)),
    settings,
    receivers: written.receivers,
    databases: Object.fromEntries(facts.databases.map(({ alias, dialect }) => [alias, dialect])),
    routers: written.routers,
    overrides: written.overrides,
  };
}

/** Characters of a class of plain Python that goes along: longer ones are programs of their own. */
const MAX_PLAIN_CLASS = 12_000;

function isShort({ node }: ClassRef): boolean {
  return node.end - node.start < MAX_PLAIN_CLASS;
}

class DjangoPolicy implements ClassPolicy {
  readonly keepsUnseenBases = true;
  readonly standIns = new Map<string, string>();
  readonly #graph: ModelGraph;
  readonly #classes: Classes;
  readonly #facts: DjangoFacts;
  readonly #inHierarchy = new Set<string>();
  /** By the id of a class: names of its methods that abstract bases have fields under, which are none then. */
  readonly #hiding = new Map<string, Set<string>>();

  constructor(graph: ModelGraph, classes: Classes, models: readonly Model[], facts: DjangoFacts) {
    this.#graph = graph;
    this.#classes = classes;
    this.#facts = facts;
    for (const model of models) {
      const ref = classes.declared(model);
      if (!ref) continue;
      for (const base of classes.order(ref)) if (base.kind === 'class') this.#inHierarchy.add(base.id);
      this.#noteHiding(ref);
    }
  }

  #noteHiding(model: ClassRef): void {
    const methods = new Map<string, string>();
    for (const base of this.#classes.order(model)) {
      const fields =
        base.kind === 'class'
          ? readFields(this.#classes, base.ref).map((field) => field.name)
          : (knownModel(base.id)?.fields ?? []).map(([name]) => name);
      for (const name of fields) {
        const by = methods.get(name);
        if (by) this.#hiding.set(by, (this.#hiding.get(by) ?? new Set()).add(name));
      }
      if (base.kind !== 'class') continue;
      for (const { name, stmt } of members(base.ref.node))
        if (stmt.kind === 'FunctionDef' && !methods.has(name)) methods.set(name, base.id);
    }
  }

  kindOf(ref: ClassRef): 'mapped' | 'whole' | 'none' {
    if (this.#graph.model(ref.id) || this.#inHierarchy.has(ref.id)) return 'mapped';
    const order = this.#classes.order(ref);
    if (
      order.some(
        (base) =>
          /^(django\.forms|rest_framework|django_filters|wtforms|graphene|import_export)\b/.test(base.id) &&
          base.kind === 'external',
      )
    )
      return 'none';
    if (order.some((base) => isDatabasePart(base.id) || base.kind === 'call')) return 'whole';
    const isPlain = order.every(
      (base) =>
        base.kind === 'class' ||
        (base.kind === 'external' &&
          /^(builtins|typing|typing_extensions|abc|collections|dataclasses|enum|django\.(core\.validators|utils))\./.test(
            base.id,
          )),
    );
    if (order.some((base) => base.kind !== 'class' && /(^|\.)\w*(Manager|QuerySet|Field)$/.test(base.id)))
      return 'whole';
    // What inherits from a class that is not made cannot be made either.
    return isPlain && order.every((base) => base.kind !== 'class' || isShort(base.ref)) ? 'whole' : 'none';
  }

  isModel(ref: ClassRef): boolean {
    return this.#graph.model(ref.id)?.isAbstract === false;
  }

  keeps(ref: ClassRef, stmt: Stmt, writer: StepWriter): boolean {
    switch (stmt.kind) {
      case 'Assign':
        return stmt.targets.every((target) => target.kind === 'Name' || namesIn(target) !== null);
      case 'AnnAssign':
        return stmt.value !== null && stmt.target.kind === 'Name';
      case 'FunctionDef':
        if (this.#hiding.get(ref.id)?.has(stmt.name.text)) return true;
        return runsOnWrite(ref.node, stmt) || isReadBy(ref.node, stmt.name.text) || isClassFunction(ref, stmt, writer);
      case 'ClassDef':
      case 'If':
      case 'For':
      case 'With':
      case 'Try':
        return true;
      default:
        return false;
    }
  }

  calledBy(method: string): readonly string[] {
    return SAVING_METHODS.has(method) ? ['save'] : [];
  }

  runsAtCreation(): boolean {
    return false;
  }

  isQuiet(file: SourceFile, expr: Expr): boolean {
    return isQuiet(this.#classes.program, file, expr, this.#facts);
  }

  isQuietName(dotted: string): boolean {
    return isQuietName(dotted, this.#facts);
  }

  adapt(
    ref: ClassRef,
    body: readonly Stmt[],
    writer: StepWriter,
  ): { readonly edits: readonly Edit[]; readonly extra: readonly string[] } {
    const edits: Edit[] = [];
    for (const stmt of body) {
      if (stmt.kind === 'Assign' || stmt.kind === 'AnnAssign') {
        this.#needUser(ref.file, stmt, writer);
        edits.push(...this.#assignmentEdits(ref, stmt, writer));
      } else if (stmt.kind === 'ClassDef') edits.push(...this.#nestedEdits(ref.file, stmt, writer));
    }
    return { edits, extra: this.#implicitId(ref, writer) };
  }

  /** An app with a `default_auto_field` of its own: the key is written out, for settings are one for all apps. */
  #implicitId(ref: ClassRef, writer: StepWriter): readonly string[] {
    const model = this.#graph.model(ref.id);
    const id = model && this.#graph.field(model, 'id');
    const isImplied =
      id?.owner === ref.id &&
      /AutoField$/.test(id.type) &&
      ![...members(ref.node)].some((member) => member.name === 'id');
    if (!id || !isImplied || model?.isAbstract || id.type === this.#facts.defaultAutoField.split('.').at(-1)) return [];
    if (!/^(Big|Small)?AutoField$/.test(id.type)) return [];
    writer.importAs(ref.file.moduleName, `_${id.type}`, 'django.db.models', id.type);
    return [`id = _${id.type}(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")`];
  }

  #assignmentEdits(ref: ClassRef, stmt: Assign | AnnAssign, writer: StepWriter): readonly Edit[] {
    const { file } = ref;
    const value = stmt.value!;
    const edits: Edit[] =
      stmt.kind === 'AnnAssign' ? [{ start: stmt.target.end, end: value.start, newText: ' = ' }] : [];
    const target = stmt.kind === 'Assign' ? stmt.targets[0] : stmt.target;
    const name = target?.kind === 'Name' ? target.id : '';
    const scope = this.#classes.program.scopeAt(file, value.start);
    const field = value.kind === 'Call' ? fieldClass(this.#classes, file, value.func, scope) : null;
    if (value.kind !== 'Call' || !field) {
      if (isPropertyOf(ref.node, value)) return edits;
      if (!isManagerLike(value) && hasHole(file, value, writer)) {
        // `BASIC, FRIEND = …` takes as many values apart as it has names.
        const names = target && namesIn(target) ? namesOf(target) : null;
        const unknown = (each: string): string => this.#unknownValue(ref, each, value, writer);
        const newText = names ? `[${names.map(unknown).join(', ')}]` : unknown(name);
        edits.push({ start: value.start, end: value.end, newText });
      } else if (value.kind === 'Call' && writer.runnable.isMissing(file, value.func))
        edits.push(this.#manager(file, value, writer));
      return edits;
    }
    // `ForeignKey(**OPTIONS)` with options that are not known: nothing can be said of it.
    const hidden = value.keywords.filter((each) => each.name === null).map((each) => each.value);
    if (
      [...hidden, ...value.args.flatMap((arg) => (arg.kind === 'Starred' ? arg.value : []))].some((each) =>
        hasHole(file, each, writer),
      )
    ) {
      return [...edits, { start: value.start, end: value.end, newText: 'None' }];
    }
    if (field.kind === 'tags') return [...edits, { start: value.start, end: value.end, newText: 'None' }];
    // A class of the workspace that builds on a missing one cannot be made either.
    if (field.foreign !== null || writer.runnable.isMissing(file, value.func))
      edits.push(this.#standInField(file, value, field, writer));
    for (const each of value.keywords) {
      const option = each.name?.text ?? '';
      if (IDLE_OPTIONS.has(option) && hasHole(file, each.value, writer)) {
        edits.push({ start: each.start, end: each.end, newText: '**{}' });
        continue;
      }
      // What is worked out from a value that is not known, such as a list of choices, is not known either.
      if (each.name && !isPlainUse(each.value) && hasHole(file, each.value, writer))
        edits.push({ start: each.value.start, end: each.value.end, newText: 'None' });
    }
    return [...edits, ...this.#targetEdits(ref, name, value, field, writer)];
  }

  /** What a class has under a name and the sandbox cannot make. */
  #unknownValue({ file, node }: ClassRef, name: string, value: Expr, writer: StepWriter): string {
    const made = `_unknown_${node.name.text}_${name}`;
    const symbol = resolveInstalled(writer.program, file, value.kind === 'Call' ? value.func : value, file.scope);
    if (writer.claim(file.moduleName, made))
      writer.hole(file, made, `${node.name.text}.${name}`, symbol.kind === 'external' ? symbol.name : null);
    return made;
  }

  /** A manager class of another library: its methods are unknown, its queries are those of a plain manager. */
  #manager(file: SourceFile, call: Call, writer: StepWriter): Edit {
    writer.unknown.add(writer.runnable.missingText('manager', file, call.func));
    writer.importAs(file.moduleName, '_Manager', 'django.db.models', 'Manager');
    return { start: call.start, end: call.end, newText: '_Manager()' };
  }

  /** Enumerations and `Meta` whose bases are missing lose them. */
  #nestedEdits(file: SourceFile, node: ClassDef, writer: StepWriter): readonly Edit[] {
    const edits: Edit[] = [];
    for (const base of node.bases) {
      if (writer.runnable.isMissing(file, base)) edits.push({ start: base.start, end: base.end, newText: 'object' });
    }
    for (const stmt of node.body) {
      const value = stmt.kind === 'Assign' || stmt.kind === 'AnnAssign' ? stmt.value : null;
      if (!value || (value.kind !== 'List' && value.kind !== 'Tuple')) continue;
      for (const each of value.elts) {
        if (each.kind === 'Call' && writer.runnable.isMissing(file, each.func))
          edits.push({ start: each.start, end: each.end, newText: '*()' });
      }
    }
    return edits;
  }

  // -------------------------------------------------------------- stand-ins

  #standInField(file: SourceFile, call: Call, field: FieldClass, writer: StepWriter): Edit {
    const { func } = call;
    const name = `_Unknown_${file.text.slice(func.start, func.end).replace(/\W/g, '_')}`;
    if (field.foreign === null) writer.unknown.add(writer.runnable.missingText('field class', file, func));
    if (writer.claim(file.moduleName, name)) {
      const made = STAND_INS[field.kind];
      writer.importAs(file.moduleName, `_${made}`, 'django.db.models', made);
      const source =
        field.kind === 'field'
          ? [
              `def ${name}(*args, **options):`,
              `    return _${made}(**{key: options[key] for key in options if key in (${KEPT_OPTIONS})})`,
            ]
          : [`def ${name}(*args, **options):`, `    return _${made}(*args, **options)`];
      writer.define(file.moduleName, name, source.join('\n'));
    }
    return { start: func.start, end: func.end, newText: name };
  }

  /** A relation to a model that was not found gets one that stands in for it, so that its column stays. */
  #targetEdits(ref: ClassRef, name: string, call: Call, field: FieldClass, writer: StepWriter): readonly Edit[] {
    if (
      field.kind === 'field' ||
      field.kind === 'tags' ||
      field.kind === 'compositeKey' ||
      field.kind === 'genericForeignKey'
    )
      return [];
    const edits: Edit[] = [];
    const relation = this.#relationOf(ref, name);
    const target = call.args[0] ?? keyword(call, 'to');
    if (target && relation && relation.target === null) edits.push(...this.#standInTarget(ref, name, target, writer));
    // A through model that was not found becomes the table that Django makes by itself.
    if (relation?.through === null) {
      for (const option of ['through', 'through_fields']) {
        const value = keyword(call, option);
        if (value && keyword(call, 'through')) edits.push({ start: value.start, end: value.end, newText: 'None' });
      }
    }
    return edits;
  }

  #relationOf(ref: ClassRef, name: string) {
    const model = this.#graph.model(ref.id);
    const users =
      model?.isAbstract === false
        ? [model]
        : this.#graph.models.filter((each) => !each.isAbstract && each.bases.includes(ref.id));
    return users.map((each) => this.#graph.relation(each, name)).find((each) => each !== undefined);
  }

  #standInTarget(ref: ClassRef, field: string, expr: Expr, writer: StepWriter): readonly Edit[] {
    const { file } = ref;
    const target = readTarget(this.#classes, file, this.#classes.program.scopeAt(file, expr.start), expr);
    const owner = this.#graph.model(ref.id)?.appLabel ?? 'app';
    const dotted =
      target.kind === 'name'
        ? target.name
        : target.kind === 'user'
          ? this.#facts.authUserModel
          : target.kind === 'class'
            ? target.id
            : `${owner}.Unknown_${field}`;
    const parts = dotted.split('.');
    const model = parts.at(-1)!;
    const isClass = target.kind === 'class';
    // `wagtail.images.models.Image` is `images.Image`.
    const package_ = isClass
      ? parts
          .slice(0, -1)
          .join('.')
          .replace(/\.models(\..*)?$/, '')
      : parts.length > 1
        ? parts[0]!
        : owner;
    const label = package_.split('.').at(-1)!;
    const module = `${package_}.models`;
    if (label !== owner) this.standIns.set(label, package_);
    if (writer.claim(module, model)) {
      writer.importAs(module, '_Model', 'django.db.models', 'Model');
      writer.define(
        module,
        model,
        `class ${model}(_Model):\n    class Meta:\n        app_label = ${JSON.stringify(label)}`,
      );
    }
    return target.kind === 'name' || target.kind === 'user'
      ? []
      : [{ start: expr.start, end: expr.end, newText: JSON.stringify(`${label}.${model}`) }];
  }

  /** Django's models map themselves. */
  complete(): void {}

  missingBase(ref: ClassRef, expr: Expr, writer: StepWriter): string | null {
    const written = ref.file.text.slice(expr.start, expr.end);
    const suffix = /(Manager|QuerySet|Field)(\(|\[|$)/.exec(written)?.[1];
    if (suffix && !this.#graph.model(ref.id)) {
      // Another base may be one already.
      const isOne = ref.node.bases.some(
        (each) =>
          each !== expr &&
          !writer.runnable.isMissing(ref.file, each) &&
          new RegExp(`${suffix}(\\(|\\[|$)`).test(ref.file.text.slice(each.start, each.end)),
      );
      if (isOne) return null;
      const base = suffix === 'Field' ? 'TextField' : suffix;
      writer.importAs(ref.file.moduleName, `_${base}`, 'django.db.models', base);
      return `_${base}`;
    }
    if (!this.#graph.model(ref.id)) return null;
    const others = this.#classes
      .directBases(ref)
      .filter((base) => base.kind === 'class' || base.id.startsWith('django.'));
    const isModelElsewhere = others.some((base) => (base.kind === 'class' ? this.#graph.model(base.id) : true));
    if (isModelElsewhere) return null;
    writer.importAs(ref.file.moduleName, '_Model', 'django.db.models', 'Model');
    return writer.program.resolve(ref.file, expr).kind === 'external' || ref.node.bases.indexOf(expr) === 0
      ? '_Model'
      : null;
  }

  adaptAssign(file: SourceFile, stmt: Assign | AnnAssign, writer: StepWriter): readonly Edit[] | null {
    if (stmt.value) this.#needUser(file, stmt.value, writer);
    return null;
  }

  /** `get_user_model()` finds the class only when it exists. */
  #needUser(file: SourceFile, node: Node, writer: StepWriter): void {
    if (!file.text.slice(node.start, node.end).includes('get_user_model(')) return;
    const [label, name] = [this.#facts.authUserModel.split('.')[0], this.#facts.authUserModel.split('.').at(-1)];
    const model = this.#graph.models.find(
      (each) => each.appLabel === label && each.name === name && each.declared.path !== '',
    );
    const owner = model && this.#classes.program.file(model.declared.path);
    if (model && owner) writer.need(owner, model.name);
  }
}

const STAND_INS: Record<FieldClass['kind'], string> = {
  field: 'TextField',
  foreignKey: 'ForeignKey',
  oneToOne: 'OneToOneField',
  manyToMany: 'ManyToManyField',
  genericForeignKey: 'TextField',
  genericRelation: 'TextField',
  compositeKey: 'CompositePrimaryKey',
  tags: 'TextField',
};

const KEPT_OPTIONS =
  '"null", "unique", "primary_key", "db_column", "db_index", "default", "db_default", "blank", "name"';

/** Options that change no statement: one that cannot be had is left out. */
const IDLE_OPTIONS = new Set([
  'validators',
  'choices',
  'storage',
  'upload_to',
  'encoder',
  'decoder',
  'verbose_name',
  'help_text',
  'error_messages',
  'limit_choices_to',
  'form_class',
  'widget',
  'editable',
  'blank',
]);

/** A class whose methods are part of queries: managers, querysets, fields, lookups, expressions. */
function isDatabasePart(id: string): boolean {
  return (
    /^(django\.(db|contrib)\.|enum\.)/.test(id) &&
    !/^django\.contrib\.(admin|auth\.(forms|views|backends|mixins)|messages|syndication|sitemaps)/.test(id)
  );
}

function isManagerLike(value: Expr): boolean {
  return (
    value.kind === 'Call' &&
    (value.func.kind === 'Call' ||
      (value.func.kind === 'Attribute' && value.func.attr.text === 'as_manager') ||
      /Manager$/.test(nameOf(value.func)))
  );
}

/** `total = property(_get_total, _set_total)`, of methods of the class. */
function isPropertyOf(node: ClassDef, value: Expr): boolean {
  if (value.kind !== 'Call' || value.func.kind !== 'Name' || value.func.id !== 'property') return false;
  const given = [...value.args, ...value.keywords.map((each) => each.value)].filter((each) => each.kind !== 'Constant');
  return given.every(
    (each) =>
      each.kind === 'Name' && node.body.some((stmt) => stmt.kind === 'FunctionDef' && stmt.name.text === each.id),
  );
}

/** A value that a hole can stand for as it is: a name, a call, a list of those. */
function isPlainUse(expr: Expr): boolean {
  if (expr.kind === 'List' || expr.kind === 'Tuple') return expr.elts.every(isPlainUse);
  return expr.kind === 'Name' || expr.kind === 'Attribute' || expr.kind === 'Call' || expr.kind === 'Constant';
}

/** How many names a tuple of plain names has; null for anything else. */
function namesIn(target: Expr): number | null {
  if (target.kind !== 'Tuple' && target.kind !== 'List') return null;
  return target.elts.every((each) => each.kind === 'Name') ? target.elts.length : null;
}

function namesOf(target: Expr): readonly string[] {
  return target.kind === 'Tuple' || target.kind === 'List' ? target.elts.map(nameOf) : [nameOf(target)];
}

function nameOf(expr: Expr): string {
  return expr.kind === 'Name' ? expr.id : expr.kind === 'Attribute' ? expr.attr.text : '';
}

function hasHole(file: SourceFile, expr: Expr, writer: StepWriter): boolean {
  const pending: Node[] = [expr];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Name' || node.kind === 'Attribute') {
      if (writer.isHole(file, node)) return true;
      if (node.kind === 'Attribute') continue;
    }
    for (const child of children(node)) pending.push(child);
  }
  return false;
}
