/**
 * Forms of models, and serializers of the REST framework: what they look for when they check their data, and the objects
 * they write.
 * Sources: https://docs.djangoproject.com/en/5.2/topics/forms/modelforms/,
 * https://www.django-rest-framework.org/api-guide/serializers/
 */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import { keyword } from '../classes.ts';
import type { Inference } from '../infer.ts';
import type { Value } from '../values.ts';

type Form = Value & { readonly kind: 'object' };

const BASE =
  /^(django\.forms\.((forms\.)?Form|(models\.)?ModelForm)|rest_framework\.serializers\.((Hyperlinked)?Model)?Serializer)$/;

/** Methods of a form that send statements only where there is something to look for, or to link. */
const CHECKING = new Set(['is_valid', 'full_clean', 'save_m2m']);

/** Whether a method of a form checks or writes its object. */
export function isOfForm(method: string): boolean {
  return CHECKING.has(method) || method === 'save';
}

/** Whether an object is one of a form, or of a serializer. */
export function isForm({ file, cls }: Form, { program }: Inference): boolean {
  return program.bases(file, cls).some((base) => base.kind === 'external' && BASE.test(base.name));
}

/** The model that a class is a form of, by its id; null for every other class. */
export function modelOfForm(form: Form, node: Expr, inference: Inference): string | null {
  if (!isForm(form, inference)) return null;
  const meta = inference.program.member(form.file, form.cls, 'Meta').symbol;
  if (meta.kind !== 'binding' || meta.binding.kind !== 'class') return null;
  const model = inference.attributeOf(
    { kind: 'object', file: meta.file, cls: meta.binding.node },
    'model',
    meta.file,
    node,
  );
  return model.kind === 'model' && inference.graph.model(model.model)?.orm === 'django' ? model.model : null;
}

/** What a method of a form gives: the object that it writes, or will. */
export function calledOnForm(on: Form, name: string, node: Call, inference: Inference): Value | null {
  return name === 'save' ? objectOfForm(on, node, inference) : null;
}

/** `form.save()` and `form.instance`. */
export function objectOfForm(on: Form, node: Expr, inference: Inference): Value | null {
  const model = modelOfForm(on, node, inference);
  return model === null ? null : { kind: 'instance', model, origin: null };
}

/** What a call has to do with a form: it makes one of an object or checks its data, or writes its object; null for all others. */
export function callOfForm(file: SourceFile, call: Call, inference: Inference): 'check' | 'query' | null {
  const { func } = call;
  if (func.kind === 'Attribute' && isOfForm(func.attr.text)) {
    const on = inference.valueOf(file, func.value);
    if (on.kind !== 'object') return null;
    if (CHECKING.has(func.attr.text)) return isForm(on, inference) ? 'check' : null;
    if (modelOfForm(on, call, inference) === null) return null;
    return isUncommitted(call) ? 'check' : 'query';
  }
  return keyword(call, 'instance') && loadsRelations(file, call, inference) ? 'check' : null;
}

/** `form.save(commit=False)` */
export function isUncommitted(call: Call): boolean {
  const commit = keyword(call, 'commit') ?? call.args[0];
  return commit?.kind === 'Constant' && commit.type === 'bool' && !commit.value;
}

/** Whether a form is made for an object of a model with many-to-many relations: their rows are loaded with it. */
function loadsRelations(file: SourceFile, call: Call, inference: Inference): boolean {
  const made = inference.valueOf(file, call);
  const model = made.kind === 'object' ? modelOfForm(made, call, inference) : null;
  const relations = (model !== null && inference.graph.model(model)?.relations) || [];
  return relations.some(({ cardinality, direction }) => cardinality === 'many' && direction === 'through');
}
