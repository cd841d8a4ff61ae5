/** The classes that models are declared by. */
import type { ClassDef } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Model } from '../model.ts';

/** null for models of a library. */
export function classOf(
  model: Model,
  from: SourceFile,
  { program }: Inference,
): { readonly file: SourceFile; readonly node: ClassDef } | null {
  const file = program.moduleNamed(model.module, from);
  const binding = file && program.lookup(file.scope, model.name).at(-1);
  return file && binding?.kind === 'class' ? { file, node: binding.node } : null;
}

/** Whether a model, or a base of it in the workspace, has a member of its own under a name; true when it is not known. */
export function mayHaveMember(model: Model, name: string, from: SourceFile, inference: Inference): boolean {
  const cls = classOf(model, from, inference);
  if (!cls || model.unknown.length > 0) return true;
  return inference.program.member(cls.file, cls.node, name).symbol.kind === 'binding';
}
