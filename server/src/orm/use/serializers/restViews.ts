/**
 * List views of Django REST framework: which rows they give to which serializer
 * (https://www.django-rest-framework.org/api-guide/generic-views/).
 */
import { encloses } from '../../../base/text.ts';
import { isConstant } from '../../../python/syntax/docstrings.ts';
import { isSuper } from '../../../python/superCalls.ts';
import type { FunctionDef } from '../../../python/syntax/nodes.ts';
import { nodesUnder } from '../../../python/syntax/visit.ts';
import { mentions } from '../../derivedNames.ts';
import { eitherLoads, parameterMayLoad, querysetMayLoad } from '../../django/narrowing.ts';
import type { Inference } from '../../infer.ts';
import { type Method, methodsNamed } from '../../members.ts';
import type { Query, Value } from '../../values.ts';
import { ListRequest } from './listRequest.ts';
import { fieldsRead } from './restFramework.ts';
import { assignedMember } from './restMembers.ts';
import { type ClassAt, isSuperCall, libraryBases, rowsOf, type SerializedRead } from './serialized.ts';

/** Also those of https://github.com/miki725/django-rest-framework-bulk, which are made of them. */
const LISTING =
  /^rest_framework(_bulk)?\.(.*\.)?(ListAPIView|ListCreateAPIView|ListModelMixin|ModelViewSet|ReadOnlyModelViewSet|BulkModelViewSet|ListBulkCreate\w*APIView)$/;

/** What the list views of a file load row by row, told at the serializer that the view names. */
export function readsOfView(view: ClassAt, inference: Inference): readonly SerializedRead[] {
  const isList = libraryBases(view, inference).some((name) => LISTING.test(name));
  if (!isList || !listsAsUsual(view, inference)) return [];
  const request = new ListRequest(view, inference);
  const serializer = request.call('get_serializer_class');
  if (serializer.kind !== 'class' || serializer.file !== view.file) return [];
  const queryset = request.call('get_queryset');
  const rows = queryset.kind === 'query' ? queryset.value : rowsOfList(view, inference);
  const loaded = rows && loadedBySerializer(rows, view, serializer.named, inference);
  const own = loaded?.kind === 'query' ? ownPartOf(loaded.query, [view, serializer.named], inference) : null;
  const row = loaded && rowsOf(own ? { kind: 'query', query: own } : loaded);
  if (!row) return [];
  return fieldsRead(row, serializer.named, inference).map((read) => ({
    ...read,
    at: serializer.at,
    serializer: serializer.named.cls.name.text,
    isShared: loaded.kind === 'query' && !own,
  }));
}

/** The query as far as it is not built in the bases of these classes, which others inherit too; null when it all is. */
function ownPartOf(query: Query, classes: readonly ClassAt[], { program }: Inference): Query | null {
  const bases = classes.flatMap(({ file, cls }) =>
    program
      .bases(file, cls)
      .flatMap((base) =>
        base.kind === 'binding' && base.binding.kind === 'class' && base.binding.node !== cls
          ? { file: base.file, cls: base.binding.node }
          : [],
      ),
  );
  for (let part: Query | null = query; part; part = part.before) {
    const { file, tip } = part;
    if (!bases.some((base) => base.file === file && encloses(base.cls, tip)))
      return { ...part, loads: query.loads, loadsUnknown: query.loadsUnknown };
  }
  return null;
}

// ---------------------------------------------------------------- what a view does with its rows

/** Whether what lies between the query and the serializer is the library's, as far as loading goes. */
function listsAsUsual(view: ClassAt, inference: Inference): boolean {
  const all = (name: string, isUsual: (method: Method) => boolean): boolean =>
    methodsNamed(view, name, inference).every(isUsual);
  return (
    all('list', ({ node }) => passesOn(node)) &&
    all('get_serializer', ({ node }) => addsOptions(node)) &&
    all('filter_queryset', ({ node }) => parameterMayLoad(node) !== true) &&
    all('paginate_queryset', () => false)
  );
}

/** `def list(self, …): return super().list(…)`, decorated or not, as for a cache. */
function passesOn({ name, body }: FunctionDef): boolean {
  return body.every(
    (each) => isConstant(each) || (each.kind === 'Return' && each.value !== null && isSuperCall(each.value, name.text)),
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
  const loads = eitherLoads(methods.map(({ node }) => querysetMayLoad(node)));
  const queryset = loads === true ? null : assignedMember(view, 'queryset', inference);
  const value = queryset && inference.valueOf(queryset.file, queryset.value);
  if (value?.kind !== 'query') return value;
  return { kind: 'query', query: { ...value.query, loadsUnknown: value.query.loadsUnknown || loads } };
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

/** The rows with what the serializer loads where the view asks it to, as many projects have it. */
function loadedBySerializer(rows: Value, view: ClassAt, serializer: ClassAt, inference: Inference): Value {
  if (rows.kind !== 'query') return rows;
  const filters = methodsNamed(view, 'filter_queryset', inference);
  const asks = eitherLoads([rows.query.loadsUnknown, ...filters.map(({ node }) => parameterMayLoad(node))]);
  if (asks !== 'serializer') return rows;
  const [own] = methodsNamed(serializer, 'setup_eager_loading', inference);
  const loads = own ? pathsLoaded(own.node) : [];
  const query = { ...rows.query, loads: [...rows.query.loads, ...(loads ?? [])], loadsUnknown: loads === null };
  return { kind: 'query', query };
}

/** The relations that a `setup_eager_loading` names; null when it may load others. */
function pathsLoaded({ params, body }: FunctionDef): readonly string[] | null {
  const paths: string[] = [];
  const rows = new Set(params.args.map(({ name }) => name.text));
  for (const node of nodesUnder(body)) {
    if (node.kind !== 'Call') continue;
    if (node.args.some((each) => mentions(each, rows))) return null;
    const name = node.func.kind === 'Attribute' ? node.func.attr.text : '';
    if (name === 'setup_eager_loading' || (/related|prefetch/.test(name) && node.args.length === 0)) return null;
    for (const arg of /^(select|prefetch)_related$/.test(name) ? node.args : []) {
      if (arg.kind !== 'Constant' || arg.type !== 'str') return null;
      const steps = arg.value.split('__');
      paths.push(...steps.map((_, i) => steps.slice(0, i + 1).join('.')));
    }
  }
  return paths;
}
