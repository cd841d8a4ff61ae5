/** Objects that carry data into a function: those of pydantic say what fields they have. */
import type { ClassDef } from '../python/syntax/nodes.ts';
import type { Binding, SourceFile } from '../python/types.ts';
import type { DataClass } from '../query/resolver.ts';
import type { Inference } from './infer.ts';

const BASE = /^pydantic\.(main\.)?BaseModel$/;
/** What reads all fields at once: https://docs.pydantic.dev/latest/concepts/serialization/, and what it was called in version 1. */
const DUMPS = /^(model_dump|dict)$/;

/** The class of what a name holds, where the code asks it for all its fields; else null. */
export function dataClassOf(
  file: SourceFile,
  binding: Binding,
  paths: readonly string[],
  inference: Inference,
): DataClass | null {
  if (binding.kind !== 'parameter' || !paths.some((path) => DUMPS.test(path))) return null;
  const value = inference.bindingValue(file, binding);
  return value.kind === 'object' && isOfPydantic(value.file, value.cls, inference)
    ? { file: value.file, cls: value.cls }
    : null;
}

function isOfPydantic(file: SourceFile, cls: ClassDef, { program }: Inference): boolean {
  return program.bases(file, cls).some((base) => base.kind === 'external' && BASE.test(base.name));
}
