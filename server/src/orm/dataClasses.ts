/** Objects that carry data into a function: those of pydantic, forms and serializers say what fields they have. */
import { isFirstParameter } from '../python/decorators.ts';
import type { ClassDef } from '../python/syntax/nodes.ts';
import type { Binding, SourceFile } from '../python/types.ts';
import type { DataClass } from '../query/resolver.ts';
import { isForm } from './django/forms.ts';
import { formGiven, formMade, type MadeForm } from './django/given.ts';
import type { Inference } from './infer.ts';

const BASE = /^pydantic\.(main\.)?BaseModel$/;
/** What reads all fields at once: https://docs.pydantic.dev/latest/concepts/serialization/, and what it was called in version 1. */
const DUMPS = /^(model_dump|dict)$/;

/** The class of what a parameter holds, where it is a form or the code asks it for all its fields; else null. */
export function dataClassOf(
  file: SourceFile,
  binding: Binding,
  paths: readonly string[],
  inference: Inference,
): DataClass | null {
  if (binding.kind !== 'parameter') return null;
  const value = inference.bindingValue(file, binding);
  if (value.kind === 'object' && isForm(value, inference)) {
    const isNew = formGiven(file, binding, inference)?.isNew ?? null;
    return { file: value.file, cls: value.cls, isNew, ...(isFirstParameter(binding) ? { isOwn: true } : {}) };
  }
  const made = formMade(file, binding, inference);
  if (made) return formOf(made, inference);
  if (!paths.some((path) => DUMPS.test(path))) return null;
  return value.kind === 'object' && isOfPydantic(value.file, value.cls, inference)
    ? { file: value.file, cls: value.cls }
    : null;
}

function formOf({ model: id, fields, isNew }: MadeForm, { graph, program }: Inference): DataClass | null {
  const model = graph.model(id);
  const file = model && program.file(model.declared.path);
  const binding = file?.scope.bindings.get(model!.name)?.findLast((each) => each.kind === 'class');
  return file && binding?.kind === 'class' ? { file, cls: binding.node, isNew, fields } : null;
}

function isOfPydantic(file: SourceFile, cls: ClassDef, { program }: Inference): boolean {
  return program.bases(file, cls).some((base) => base.kind === 'external' && BASE.test(base.name));
}
