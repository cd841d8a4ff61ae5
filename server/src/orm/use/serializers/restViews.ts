/**
 * List views of Django REST framework: which rows they give to which serializer
 * (https://www.django-rest-framework.org/api-guide/generic-views/).
 */
import type { FunctionDef } from '../../../python/syntax/nodes.ts';
import { nodesUnder } from '../../../python/syntax/visit.ts';
import { narrowsParameter, narrowsQueryset } from '../../django/narrowing.ts';
import type { Inference } from '../../infer.ts';
import { type Method, methodsNamed } from '../../members.ts';
import type { Value } from '../../values.ts';
import { serializerOfList } from './chosenSerializer.ts';
import { fieldsRead } from './restFramework.ts';
import { assignedMember, isDocstring } from './restMembers.ts';
import { type ClassAt, isSuper, isSuperCall, libraryBases, rowsOf, type SerializedRead } from './serialized.ts';

const LISTING = /(^|\.)(ListAPIView|ListCreateAPIView|ListModelMixin|ModelViewSet|ReadOnlyModelViewSet)$/;

/** What the list views of a file load row by row, told at the serializer that the view names. */
export function readsOfView(view: ClassAt, inference: Inference): readonly SerializedRead[] {
  const isList = libraryBases(view, inference).some((name) => /^rest_framework\b/.test(name) && LISTING.test(name));
  if (!isList || !listsAsUsual(view, inference)) return [];
  const serializer = serializerOfList(view, inference);
  const rows = serializer && serializer.file === view.file ? rowsOfList(view, inference) : null;
  const row = rows && rowsOf(rows);
  if (!row || !serializer) return [];
  return fieldsRead(row, serializer.named, inference).map((read) => ({
    ...read,
    at: serializer.at,
    serializer: serializer.named.cls.name.text,
  }));
}

// ---------------------------------------------------------------- what a view does with its rows

/** Whether what lies between the query and the serializer is the library's, as far as loading goes. */
function listsAsUsual(view: ClassAt, inference: Inference): boolean {
  const all = (name: string, isUsual: (method: Method) => boolean): boolean =>
    methodsNamed(view, name, inference).every(isUsual);
  return (
    all('list', ({ node }) => passesOn(node)) &&
    all('get_serializer', ({ node }) => addsOptions(node)) &&
    all('filter_queryset', ({ node }) => narrowsParameter(node)) &&
    all('paginate_queryset', () => false)
  );
}

/** `def list(self, …): return super().list(…)`, decorated or not, as for a cache. */
function passesOn({ name, body }: FunctionDef): boolean {
  return body.every(
    (each) =>
      isDocstring(each) || (each.kind === 'Return' && each.value !== null && isSuperCall(each.value, name.text)),
  );
}

/** A `get_serializer` that hands on what it is given, and sets an option or two: `kwargs["many"] = True`. */
function addsOptions({ name, params, body }: FunctionDef): boolean {
  const options = params.kwarg?.name.text;
  for (const node of nodesUnder(body)) {
    if (node.kind === 'Return' && !(node.value && isSuperCall(node.value, name.text))) return false;
    if (node.kind === 'Assign')
      for (const target of node.targets)
        if (!(target.kind === 'Subscript' && target.value.kind === 'Name' && target.value.id === options)) return false;
  }
  return true;
}

// ---------------------------------------------------------------- its rows

function rowsOfList(view: ClassAt, inference: Inference): Value | null {
  const methods = methodsNamed(view, 'get_queryset', inference);
  const [own] = methods;
  if (own && (isOf(view, own, inference) || !dependsOnClass(own.node))) return inference.returnedBy(own.file, own.node);
  // What bases make of the members of `self` is another query for each class that inherits it.
  if (!methods.every(({ node }) => narrowsQueryset(node))) return null;
  const queryset = assignedMember(view, 'queryset', inference);
  return queryset && inference.valueOf(queryset.file, queryset.value);
}

function isOf({ file, cls }: ClassAt, { node }: Method, { program }: Inference): boolean {
  return program.bodyOf(file, cls).includes(node);
}

function dependsOnClass({ params, body }: FunctionDef): boolean {
  const self = params.args[0]?.name.text;
  for (const node of nodesUnder(body)) {
    if (isSuper(node)) return true;
    if (node.kind === 'Attribute' && node.value.kind === 'Name' && node.value.id === self)
      if (!/^(request|kwargs|args|action)$/.test(node.attr.text)) return true;
  }
  return false;
}
