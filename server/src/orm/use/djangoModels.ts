/** What Django's own checks and documentation say of model classes. */
import type { Call, Expr, FunctionDef } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Unit } from '../../python/units.ts';
import { hasHiddenArguments, keyword } from '../classes.ts';
import { libraryVersionOf } from '../graph.ts';
import type { Inference } from '../infer.ts';
import type { Model, Relation } from '../model.ts';
import type { Code } from './code.ts';
import { nodesIn } from './places.ts';

/** A `save()` that does something and never saves. */
export interface ForgottenSave {
  readonly method: FunctionDef;
  readonly model: Model;
}

/** `ForeignKey(Author)` without `on_delete`. */
export interface MissingOnDelete {
  readonly call: Call;
  /** `models.` before the name of the class, as it is written; empty when it is imported itself. */
  readonly prefix: string;
}

/** A text column that may be NULL, and so has two values for "nothing". */
export interface NullString {
  readonly call: Call;
  readonly option: { readonly start: number; readonly end: number };
}

/** Two relations of one model that make the same attribute on their target. */
export interface RelatedNameClash {
  readonly call: Call;
  readonly model: Model;
  readonly relation: Relation;
  readonly other: Relation;
}

export function forgottenSaves({ node }: Unit, file: SourceFile, inference: Inference): readonly ForgottenSave[] {
  if (node.kind !== 'FunctionDef' || node.name.text !== 'save') return [];
  const model = modelAround(node, file, inference);
  if (model?.orm !== 'django' || !model.isManaged || model.unknown.length > 0) return [];
  let does = false;
  for (const each of nodesIn(...node.body)) {
    if (each.kind === 'Raise') return [];
    if (each.kind === 'Name' && each.id === 'super') return [];
    // Saved in another way, or by somebody else.
    if (each.kind === 'Attribute' && /save|create|update|insert/.test(each.attr.text)) return [];
    if (each.kind === 'Call' && each.args.some((arg) => arg.kind === 'Name' && arg.id === 'self')) return [];
    if (each.kind === 'Assign' || each.kind === 'AugAssign' || each.kind === 'Call') does = true;
  }
  return does ? [{ method: node, model }] : [];
}

export function missingOnDeletes(code: Code, file: SourceFile, inference: Inference): readonly MissingOnDelete[] {
  return code.calls.flatMap(({ node: call }) => {
    if (call.args.length > 1 || keyword(call, 'on_delete') || hasHiddenArguments(call)) return [];
    if (call.args.length + call.keywords.length === 0) return [];
    const name = djangoField(call, file, inference);
    if (name !== 'ForeignKey' && name !== 'OneToOneField') return [];
    // Before 2.0 it was CASCADE by itself.
    if (Number(libraryVersionOf(inference.graph, file.path, 'django')?.split('.')[0] ?? 2) < 2) return [];
    const { func } = call;
    return { call, prefix: func.kind === 'Attribute' ? `${file.text.slice(func.value.start, func.value.end)}.` : '' };
  });
}

export function nullStrings(code: Code, file: SourceFile, inference: Inference): readonly NullString[] {
  return code.calls.flatMap(({ node: call, around: [outer] }) => {
    const option = call.keywords.find(({ name }) => name?.text === 'null');
    if (option?.value.kind !== 'Constant' || option.value.value !== true || keyword(call, 'unique')) return [];
    const name = djangoField(call, file, inference);
    // Several empty strings would not be unique, so there NULL is right.
    if (!name || !/^(CharField|TextField|SlugField|EmailField|URLField)$/.test(name)) return [];
    const target = outer?.kind === 'Assign' ? outer.targets[0] : undefined;
    if (target?.kind === 'Name' && isUniqueWithOthers(target.id, modelAround(call, file, inference))) return [];
    return { call, option: { start: option.start, end: option.end } };
  });
}

/** `unique_together`, `UniqueConstraint`: rows with NULL are not compared. */
function isUniqueWithOthers(name: string, model: Model | undefined): boolean {
  const column = model?.fields.find((field) => field.name === name)?.column;
  return Boolean(
    model?.constraints.some(
      (each) =>
        (each.kind === 'unique' || (each.kind === 'index' && each.unique)) &&
        each.columns.some((one) => one === column),
    ),
  );
}

export function relatedNameClashes(unit: Unit, file: SourceFile, inference: Inference): readonly RelatedNameClash[] {
  const { node } = unit;
  if (node.kind !== 'Assign' || node.targets[0]?.kind !== 'Name' || node.value.kind !== 'Call') return [];
  const name = node.targets[0].id;
  const model = modelAround(node, file, inference);
  if (model?.orm !== 'django' || model.isAbstract || model.unknown.length > 0) return [];
  const relation = inference.graph.relation(model, name);
  if (!relation?.target || !relation.backReference || relation.direction === 'reverse') return [];
  if (!djangoField(node.value, file, inference)) return [];
  const other = model.relations.find(
    (each) =>
      each.name !== name &&
      each.direction !== 'reverse' &&
      each.target === relation.target &&
      each.backReference === relation.backReference,
  );
  // The first of two is left alone.
  const isLater = other && model.relations.indexOf(other) < model.relations.indexOf(relation);
  return isLater ? [{ call: node.value, model, relation, other }] : [];
}

function djangoField(call: Call, file: SourceFile, inference: Inference): string | null {
  const symbol = isNamed(call.func) ? inference.program.resolve(file, call.func) : null;
  return symbol?.kind === 'external' ? (/^django\.db\.models\.(?:.*\.)?(\w+)$/.exec(symbol.name)?.[1] ?? null) : null;
}

function isNamed(expr: Expr): boolean {
  return expr.kind === 'Name' || expr.kind === 'Attribute';
}

/** The model whose class body a statement stands in. */
function modelAround(node: { readonly start: number }, file: SourceFile, inference: Inference): Model | undefined {
  let scope = inference.program.scopeAt(file, node.start);
  if (scope.kind === 'function' && scope.parent) scope = scope.parent;
  return scope.kind === 'class' && scope.node.kind === 'ClassDef'
    ? inference.graph.model(`${file.moduleName}.${scope.node.name.text}`)
    : undefined;
}
