/**
 * What generic views of Django and of the REST framework do with what they say of themselves.
 * Sources: https://docs.djangoproject.com/en/5.2/ref/class-based-views/mixins-single-object/,
 * https://docs.djangoproject.com/en/5.2/ref/class-based-views/mixins-multiple-object/,
 * https://www.django-rest-framework.org/api-guide/generic-views/
 */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { methodsNamed } from '../members.ts';
import { elementOf, type Query, rowOf, type Value } from '../values.ts';
import { eitherLoads, type MayLoad, querysetMayLoad } from './narrowing.ts';
import { manager } from './queries.ts';
import { genericView } from './viewKinds.ts';

type View = Value & { readonly kind: 'object' };

/** What a method of a view gives that no class of the workspace defines. */
export function calledOnView(on: View, name: string, node: Call, file: SourceFile, inference: Inference): Value | null {
  if (name === 'get_queryset') return querysetOfView(on, node, file, inference);
  if (name === 'get_object') return objectOfView(on, node, file, inference);
  if (name === 'get_serializer') return serializerOfView(on, node, file, inference);
  return throughView(on, name, node, file, inference);
}

/** `self.get_object()` and `self.object`: one of the rows that the view starts from. */
export function objectOfView(on: View, node: Expr, file: SourceFile, inference: Inference): Value | null {
  if (!genericView(on, inference)) return null;
  const own = inference.program.member(on.file, on.cls, 'get_queryset').symbol;
  const rows =
    own.kind === 'binding' && own.binding.kind === 'function'
      ? inference.returnedBy(own.file, own.binding.node)
      : querysetOfView(on, node, file, inference);
  return rows?.kind === 'query' && rows.query.orm === 'django' && rows.query.instances
    ? rowOf(rows.query, true, true)
    : null;
}

/** `self.get_serializer(data=request.data)`, in a view that has one class for all requests. */
function serializerOfView(on: View, node: Call, file: SourceFile, inference: Inference): Value | null {
  if (genericView(on, inference)?.library !== 'rest_framework') return null;
  if (inference.program.member(on.file, on.cls, 'get_serializer_class').symbol.kind !== 'unknown') return null;
  const serializer = inference.attributeOf(on, 'serializer_class', file, node);
  return serializer.kind === 'object' ? serializer : null;
}

/** What a view starts from, when no class of the workspace says otherwise. */
function querysetOfView(on: View, node: Expr, file: SourceFile, inference: Inference): Value | null {
  const found = startOfView(on, node, file, inference);
  const loadsUnknown = found !== null && eitherLoads([found.loadsUnknown, mixinsLoad(on, node, inference)]);
  return found && { kind: 'query', query: { ...found, form: 'queryset', loadsUnknown } };
}

function startOfView(on: View, node: Expr, file: SourceFile, inference: Inference): Query | null {
  const queryset = inference.attributeOf(on, 'queryset', file, node);
  if (queryset.kind === 'query' && queryset.query.orm === 'django') return { ...queryset.query, tip: node, file };
  const model = inference.attributeOf(on, 'model', file, node);
  return model.kind === 'model' && inference.graph.model(model.model)?.orm === 'django'
    ? manager(model.model, file, node).query
    : null;
}

/** The rows that a view of the REST framework hands through: `self.paginate_queryset(self.filter_queryset(rows))`. */
function throughView(
  { file: of, cls }: View,
  name: string,
  { args }: Call,
  file: SourceFile,
  inference: Inference,
): Value | null {
  const { program } = inference;
  if ((name !== 'filter_queryset' && name !== 'paginate_queryset') || !args[0]) return null;
  // What a method of the project does with them, it may do to what they load.
  if (program.member(of, cls, name).symbol.kind !== 'unknown') return null;
  if (!program.bases(of, cls).some((base) => base.kind === 'external' && base.name.startsWith('rest_framework.')))
    return null;
  const rows = inference.valueOf(file, args[0]);
  return name === 'paginate_queryset' && rows.kind === 'query' ? { kind: 'collection', of: elementOf(rows) } : rows;
}

/** Whether classes between a view and the library load relations in a `get_queryset` of their own. */
function mixinsLoad({ file, cls }: View, { start, end }: Expr, inference: Inference): MayLoad {
  const all = methodsNamed({ file, cls }, 'get_queryset', inference).filter(
    (each) => !(each.file === file && each.node.start <= start && end <= each.node.end),
  );
  return eitherLoads(all.map(({ node }) => querysetMayLoad(node)));
}
