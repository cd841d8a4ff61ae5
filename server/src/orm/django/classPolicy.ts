/** Which classes of a Django project are made again for the renderer, and what of their bodies. */
import type { AnnAssign, Assign, ClassDef, Expr, Node, Stmt } from '../../python/syntax/nodes.ts';
import { children } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { DjangoFacts } from '../adapter.ts';
import { isReadBy, members, runsOnWrite, type Classes, type ClassRef } from '../classes.ts';
import type { Model, ModelGraph } from '../model.ts';
import type { ClassPolicy } from '../source/policy.ts';
import type { Edit } from '../source/text.ts';
import { isClassFunction, type StepWriter } from '../source/writer.ts';
import { knownModel } from './known.ts';
import { SAVING_METHODS } from './methods.ts';
import { fieldClass } from './names.ts';
import { isQuiet, isQuietName } from './quiet.ts';
import { readFields } from './read.ts';
import { StandIns } from './standIns.ts';

export class DjangoPolicy implements ClassPolicy {
  readonly keepsUnseenBases = true;
  readonly standIns: StandIns;
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
    this.standIns = new StandIns(graph, classes, facts);
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
        const unknown = (each: string): string => this.standIns.unknownValue(ref, each, value, writer);
        const newText = names ? `[${names.map(unknown).join(', ')}]` : unknown(name);
        edits.push({ start: value.start, end: value.end, newText });
      } else if (value.kind === 'Call' && writer.runnable.isMissing(file, value.func))
        edits.push(this.standIns.manager(file, value, writer));
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
      edits.push(this.standIns.field(file, value, field, writer));
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
    return [...edits, ...this.standIns.targets(ref, name, value, field, writer)];
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

/** Characters of a class of plain Python that goes along: longer ones are programs of their own. */
const MAX_PLAIN_CLASS = 12_000;

function isShort({ node }: ClassRef): boolean {
  return node.end - node.start < MAX_PLAIN_CLASS;
}

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
