/** What stands in the models for what is missing: managers and fields of other libraries, models that were not found. */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { DjangoFacts } from '../adapter.ts';
import { keyword, type Classes, type ClassRef } from '../classes.ts';
import { resolveInstalled } from '../installed.ts';
import type { ModelGraph } from '../model.ts';
import type { Edit } from '../source/text.ts';
import type { StepWriter } from '../source/writer.ts';
import type { FieldClass } from './names.ts';
import { readTarget } from './read.ts';

export class StandIns {
  readonly #graph: ModelGraph;
  readonly #classes: Classes;
  readonly #facts: DjangoFacts;
  readonly #apps = new Map<string, string>();

  constructor(graph: ModelGraph, classes: Classes, facts: DjangoFacts) {
    this.#graph = graph;
    this.#classes = classes;
    this.#facts = facts;
  }

  /** Packages of the models that stand in for missing ones, by the labels of their apps. */
  get apps(): ReadonlyMap<string, string> {
    return this.#apps;
  }

  /** What a class has under a name and the sandbox cannot make. */
  unknownValue({ file, node }: ClassRef, name: string, value: Expr, writer: StepWriter): string {
    const made = `_unknown_${node.name.text}_${name}`;
    const symbol = resolveInstalled(writer.program, file, value.kind === 'Call' ? value.func : value, file.scope);
    if (writer.claim(file.moduleName, made))
      writer.hole(file, made, `${node.name.text}.${name}`, symbol.kind === 'external' ? symbol.name : null);
    return made;
  }

  /** A manager class of another library: its methods are unknown, its queries are those of a plain manager. */
  manager(file: SourceFile, call: Call, writer: StepWriter): Edit {
    writer.unknown.add(writer.runnable.missingText('manager', file, call.func));
    writer.importAs(file.moduleName, '_Manager', 'django.db.models', 'Manager');
    return { start: call.start, end: call.end, newText: '_Manager()' };
  }

  field(file: SourceFile, call: Call, field: FieldClass, writer: StepWriter): Edit {
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
  targets(ref: ClassRef, name: string, call: Call, field: FieldClass, writer: StepWriter): readonly Edit[] {
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
    if (target && relation && relation.target === null) edits.push(...this.#target(ref, name, target, writer));
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

  #target(ref: ClassRef, field: string, expr: Expr, writer: StepWriter): readonly Edit[] {
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
    if (label !== owner) this.#apps.set(label, package_);
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
