/**
 * Pydantic models that FastAPI writes rows out with
 * (https://fastapi.tiangolo.com/tutorial/response-model/, https://docs.pydantic.dev/latest/concepts/models/#arbitrary-class-instances).
 */
import type { Call, Expr, FunctionDef } from '../../../python/syntax/nodes.ts';
import type { SourceFile } from '../../../python/types.ts';
import { assignedValue, keyword } from '../../classes.ts';
import type { Inference } from '../../infer.ts';
import { type Instance, lazyRelation } from '../../lazyReads.ts';
import { elementOf } from '../../values.ts';
import {
  type ClassAt,
  classNamed,
  type FieldRead,
  libraryBases,
  MAX_NESTING,
  rowsOf,
  type SerializedRead,
} from './serialized.ts';

const ROUTE = /^(get|post|put|patch|delete|api_route)$/;

/** `@app.get("/books", response_model=list[BookOut])` */
export function readsOfRoute(file: SourceFile, node: FunctionDef, inference: Inference): readonly SerializedRead[] {
  const route = node.decorators.find(
    (each): each is Call => each.kind === 'Call' && each.func.kind === 'Attribute' && ROUTE.test(each.func.attr.text),
  );
  if (!route) return [];
  const type = route.keywords.find(({ name }) => name?.text === 'response_model')?.value ?? node.returns;
  const item = type && itemType(type);
  const model = item && classNamed(file, item, inference);
  const row = rowsOf(inference.valueReturned(file, node));
  if (!row || !model || !type) return [];
  return attributesRead(row, model, inference, 0).map((read) => ({
    ...read,
    at: type,
    serializer: model.cls.name.text,
  }));
}

/**
 * `BookOut.model_validate(book)` for each row, `from_orm` of Pydantic 1, and `TypeAdapter(list[BookOut])`
 * (https://docs.pydantic.dev/latest/concepts/type_adapter/).
 */
export function readsOfValidation(file: SourceFile, call: Call, inference: Inference): readonly SerializedRead[] {
  const { func } = call;
  const given = call.args[0] ?? keyword(call, 'obj') ?? keyword(call, 'object');
  if (func.kind !== 'Attribute' || !given) return [];
  const name = func.attr.text;
  const value = VALIDATES.test(name) ? inference.valueOf(file, given) : null;
  const row = name === 'validate_python' ? value && rowsOf(value) : value;
  const model = name === 'validate_python' ? adaptedModel(file, func.value) : func.value;
  const named = model && classNamed(file, model, inference);
  if (row?.kind !== 'instance' || !named) return [];
  return attributesRead(row, named, inference, 0).map((read) => ({
    ...read,
    at: call,
    serializer: named.cls.name.text,
  }));

  /** `BookOut` of `TypeAdapter(list[BookOut])`, also where that is a constant of the module. */
  function adaptedModel(of: SourceFile, expr: Expr): Expr | null {
    const symbol = expr.kind === 'Name' ? inference.program.resolve(of, expr) : null;
    const made = symbol?.kind === 'binding' && symbol.file === of ? assignedValue(symbol.binding) : expr;
    if (made?.kind !== 'Call') return null;
    const maker = inference.program.resolve(of, made.func);
    const type = made.args[0];
    return maker.kind === 'external' && /^pydantic\.(.*\.)?TypeAdapter$/.test(maker.name) && type
      ? itemType(type)
      : null;
  }
}

const VALIDATES = /^(model_validate|from_orm|validate_python)$/;

/** `BookOut` of `list[BookOut]`. */
function itemType(type: Expr): Expr | null {
  return type.kind === 'Subscript' && type.value.kind === 'Name' && /^(list|List|Sequence)$/.test(type.value.id)
    ? type.slice
    : null;
}

/** Pydantic reads every field of a model from the attribute of its name. */
function attributesRead(on: Instance, model: ClassAt, inference: Inference, depth: number): readonly FieldRead[] {
  const { program } = inference;
  const bases = libraryBases(model, inference);
  if (depth > MAX_NESTING || !bases.some((name) => /^(pydantic|sqlmodel)\.(.*\.)?(BaseModel|SQLModel)$/.test(name)))
    return [];
  const found: FieldRead[] = [];
  const seen = new Set<string>();
  for (const base of program.bases(model.file, model.cls)) {
    if (base.kind !== 'binding' || base.binding.kind !== 'class') continue;
    for (const statement of program.bodyOf(base.file, base.binding.node)) {
      if (statement.kind !== 'AnnAssign' || statement.target.kind !== 'Name' || seen.has(statement.target.id)) continue;
      const name = statement.target.id;
      seen.add(name);
      // `Field(alias=…)` may read another attribute.
      if (
        statement.value?.kind === 'Call' &&
        statement.value.keywords.some((each) => each.name && /alias|exclude/.test(each.name.text))
      )
        continue;
      const lazy = lazyRelation(on, name, ['all'], inference);
      const field = { path: base.file.path, at: statement, name };
      if (lazy) found.push({ ...lazy, field });
      const next = inference.attributeOf(on, name, base.file, statement.target);
      const at = next.kind === 'instance' ? next : elementOf(next);
      const nested = at.kind === 'instance' ? modelIn(base.file, statement.annotation, inference) : null;
      if (at.kind === 'instance' && nested) found.push(...attributesRead(at, nested, inference, depth + 1));
    }
  }
  return found;
}

/** `AuthorOut` of `AuthorOut | None`, `list[AuthorOut]`, `Optional[AuthorOut]`. */
function modelIn(file: SourceFile, annotation: Expr, inference: Inference): ClassAt | null {
  switch (annotation.kind) {
    case 'Name':
    case 'Attribute':
      return classNamed(file, annotation, inference);
    case 'Subscript':
      return modelIn(file, annotation.slice, inference);
    case 'BinOp':
      return modelIn(file, annotation.left, inference) ?? modelIn(file, annotation.right, inference);
    default:
      return null;
  }
}
