/**
 * What generic views of Django and of the REST framework give to methods that projects override: the form or serializer of
 * the view, checked.
 * Sources: https://docs.djangoproject.com/en/5.2/ref/class-based-views/mixins-editing/,
 * https://www.django-rest-framework.org/api-guide/generic-views/#methods
 */
import type { Attribute, Call, Expr } from '../../python/syntax/nodes.ts';
import { isSuper } from '../../python/superCalls.ts';
import type { Binding, SourceFile } from '../../python/types.ts';
import { assignedValue } from '../classes.ts';
import type { Inference } from '../infer.ts';
import { staticStrings } from '../statics.ts';
import type { Value } from '../values.ts';
import { callOfForm, isOfForm, isUncommitted, modelOfForm } from './forms.ts';
import { genericView } from './viewKinds.ts';

type View = Value & { readonly kind: 'object' };

interface Given {
  /** The attribute of the view that says what it is, unless a method of that name does. */
  readonly by: string;
  readonly unless: string;
  /** Whether its object is a new one; null where that depends on the view. */
  readonly isNew: boolean | null;
}

const FORM = { by: 'form_class', unless: 'get_form_class' } as const;
const SERIALIZER = { by: 'serializer_class', unless: 'get_serializer_class' } as const;

/** By the method that gets it. */
const GIVEN: Readonly<Record<string, Given | undefined>> = {
  form_valid: { ...FORM, isNew: null },
  perform_create: { ...SERIALIZER, isNew: true },
  perform_update: { ...SERIALIZER, isNew: false },
};

/** A form or serializer that a method is given. */
export interface GivenForm {
  readonly form: View;
  /** Whether its object is a new one; null where that is not known. */
  readonly isNew: boolean | null;
}

/** What Django makes of a model and some of its fields. */
export interface MadeForm {
  readonly model: string;
  readonly fields: readonly string[];
  readonly isNew: boolean | null;
}

type Parameter = Binding & { readonly kind: 'parameter' };

/** `form` of `form_valid(self, form)` in a view that names its class; null for every other parameter. */
export function formGiven(file: SourceFile, binding: Parameter, inference: Inference): GivenForm | null {
  const of = viewGiving(file, binding, inference);
  const form = of && inference.attributeOf(of.view, of.by, file, nameOf(binding));
  return form?.kind === 'object' ? { form, isNew: of!.isNew } : null;
}

/** The same in a view that names its model and fields. */
export function formMade(file: SourceFile, binding: Parameter, inference: Inference): MadeForm | null {
  const of = viewGiving(file, binding, inference);
  if (of?.by !== 'form_class') return null;
  const model = inference.attributeOf(of.view, 'model', file, nameOf(binding));
  const { symbol } = inference.program.member(of.view.file, of.view.cls, 'fields');
  if (model.kind !== 'model' || symbol.kind !== 'binding') return null;
  const { program } = inference;
  const context = { program, file: symbol.file, scope: symbol.binding.scope, given: new Map() };
  const fields = staticStrings(context, assignedValue(symbol.binding));
  return fields ? { model: model.model, fields, isNew: of.isNew } : null;
}

function viewGiving(
  file: SourceFile,
  { node, owner, scope }: Parameter,
  inference: Inference,
): { readonly view: View; readonly by: string; readonly isNew: boolean | null } | null {
  const cls = scope.parent?.node;
  if (owner.kind !== 'FunctionDef' || owner.params.args[1] !== node || cls?.kind !== 'ClassDef') return null;
  const given = GIVEN[owner.name.text];
  const view: View = { kind: 'object', file, cls };
  if (!given || !genericView(view, inference)) return null;
  if (inference.program.member(file, cls, given.unless).symbol.kind !== 'unknown') return null;
  return { view, by: given.by, isNew: given.isNew ?? makesNew(view, inference) };
}

function nameOf({ name, range }: Parameter): Expr {
  return { kind: 'Name', id: name, ...range };
}

/** What a call has to do with a form: it makes one of an object or checks its data, or writes its object; null for all others. */
export function callWithForm(file: SourceFile, call: Call, inference: Inference): 'check' | 'query' | null {
  return callOfForm(file, call, inference) ?? (savesGiven(file, call, inference) ? 'query' : null);
}

/** `super().form_valid(form)`: a method of the library that saves what it is given. */
function savesGiven(file: SourceFile, { func, args }: Call, inference: Inference): boolean {
  if (func.kind !== 'Attribute' || !isSuper(func.value) || !GIVEN[func.attr.text] || args.length !== 1) return false;
  const on = inference.valueOf(file, func.value);
  return on.kind === 'object' && genericView(on, inference)?.saves === true;
}

/** The model whose objects a method checks or writes: of a form or serializer, or of a view that has one. */
export function modelWritten(file: SourceFile, { value, attr }: Attribute, inference: Inference): string | null {
  const on = inference.valueOf(file, value);
  if (on.kind !== 'object') return null;
  if (isOfForm(attr.text)) return modelOfForm(on, value, inference);
  const given = genericView(on, inference)?.saves ? GIVEN[attr.text] : undefined;
  if (!given || inference.program.member(on.file, on.cls, given.unless).symbol.kind !== 'unknown') return null;
  const form = inference.attributeOf(on, given.by, file, value);
  if (form.kind === 'object') return modelOfForm(form, value, inference);
  const model = inference.attributeOf(on, 'model', file, value);
  return model.kind === 'model' ? model.model : null;
}

/** The form whose state a call changes, or whose object: `form.is_valid()`, and `post.save()` of `post = form.save(commit=False)`. */
export function formChangedBy(call: Call, file: SourceFile, inference: Inference): Expr | null {
  const { func } = call;
  if (func.kind !== 'Attribute') return null;
  if (savesGiven(file, call, inference)) return call.args[0]!;
  if (callOfForm(file, call, inference) !== null) return func.value;
  if (func.attr.text !== 'save' || func.value.kind !== 'Name') return null;
  const scope = inference.program.scopeAt(file, call.start);
  for (const binding of inference.program.lookup(scope, func.value.id)) {
    const value = binding.kind === 'assign' ? binding.statement.value : null;
    if (value?.kind !== 'Call' || value.func.kind !== 'Attribute') continue;
    if (isUncommitted(value) && callOfForm(file, value, inference) !== null) return value.func.value;
  }
  return null;
}

function makesNew({ file, cls }: View, { program }: Inference): boolean | null {
  for (const base of program.bases(file, cls)) {
    if (base.kind !== 'external') continue;
    if (/\.(CreateView|FormView)$/.test(base.name)) return true;
    if (/\.UpdateView$/.test(base.name)) return false;
  }
  return null;
}
