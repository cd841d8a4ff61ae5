/**
 * What generic views of Django and of the REST framework give to methods that projects override: the form or serializer of
 * the view, checked.
 * Sources: https://docs.djangoproject.com/en/5.2/ref/class-based-views/mixins-editing/,
 * https://www.django-rest-framework.org/api-guide/generic-views/#methods
 */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { Binding, SourceFile } from '../../python/types.ts';
import { assignedValue } from '../classes.ts';
import type { Inference } from '../infer.ts';
import { staticStrings } from '../statics.ts';
import type { Value } from '../values.ts';
import { genericView } from './genericViews.ts';

type View = Value & { readonly kind: 'object' };

/** By the method that gets it: where the view says what it is, and whether its object is a new one, null where that depends on the view. */
const GIVEN: Readonly<Record<string, { readonly by: string; readonly isNew: boolean | null } | undefined>> = {
  form_valid: { by: 'form_class', isNew: null },
  perform_create: { by: 'serializer_class', isNew: true },
  perform_update: { by: 'serializer_class', isNew: false },
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
  return { view, by: given.by, isNew: given.isNew ?? makesNew(view, inference) };
}

function nameOf({ name, range }: Parameter): Expr {
  return { kind: 'Name', id: name, ...range };
}

/** Whether a call leads to a method of the library that saves what it is given: `super().form_valid(form)`. */
export function savesGiven(on: Value, call: Call, inference: Inference): boolean {
  return (
    on.kind === 'object' &&
    call.func.kind === 'Attribute' &&
    GIVEN[call.func.attr.text] !== undefined &&
    call.args.length === 1 &&
    genericView(on, inference)?.saves === true
  );
}

function makesNew({ file, cls }: View, { program }: Inference): boolean | null {
  for (const base of program.bases(file, cls)) {
    if (base.kind !== 'external') continue;
    if (/\.(CreateView|FormView)$/.test(base.name)) return true;
    if (/\.UpdateView$/.test(base.name)) return false;
  }
  return null;
}
