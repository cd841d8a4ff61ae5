/**
 * Serializers of Django REST framework
 * (https://www.django-rest-framework.org/api-guide/serializers/, https://www.django-rest-framework.org/api-guide/relations/).
 */
import type { Call, Expr } from '../../../python/syntax/nodes.ts';
import type { SourceFile } from '../../../python/types.ts';
import { keyword } from '../../classes.ts';
import type { Inference } from '../../infer.ts';
import { type Instance, type LazyRelation, lazyRelation } from '../../lazyReads.ts';
import { readsOfArgument, readsOfMember } from '../../summaries/modelReads.ts';
import {
  assignmentsIn,
  type ClassAt,
  classNamed,
  type DeclaredField,
  declaredFields,
  type FieldRead,
  isTrue,
  libraryBases,
  MAX_NESTING,
  namesIn,
  rowsOf,
  type SerializedRead,
  readAlong,
} from './serialized.ts';

// ---------------------------------------------------------------- views

const LISTING = /(^|\.)(ListAPIView|ListCreateAPIView|ListModelMixin|ModelViewSet|ReadOnlyModelViewSet)$/;
/** What decides at run time which serializer or query is used, or what a query loads. */
const OVERRIDES = ['get_serializer_class', 'get_serializer', 'filter_queryset', 'list', 'paginate_queryset'];

/** The list views: what they give for `queryset` and `serializer_class`. */
export function readsOfView(view: ClassAt, inference: Inference): readonly SerializedRead[] {
  const { file, cls } = view;
  const { program } = inference;
  if (!libraryBases(view, inference).some((name) => name.startsWith('rest_framework.') && LISTING.test(name)))
    return [];
  if (OVERRIDES.some((name) => program.member(file, cls, name).symbol.kind !== 'unknown')) return [];
  const serializer = assignedMember(view, 'serializer_class', inference);
  const named = serializer && classNamed(serializer.file, serializer.value, inference);
  const getter = program.member(file, cls, 'get_queryset').symbol;
  const queryset = getter.kind === 'unknown' ? assignedMember(view, 'queryset', inference) : null;
  const value =
    getter.kind === 'binding' && getter.binding.kind === 'function'
      ? inference.returnedBy(getter.file, getter.binding.node)
      : queryset && inference.valueOf(queryset.file, queryset.value);
  const row = value && rowsOf(value);
  if (!row || !named || !serializer || serializer.file !== file) return [];
  return fieldsRead(row, named, inference).map((read) => ({
    ...read,
    at: serializer.value,
    serializer: named.cls.name.text,
  }));
}

function assignedMember(
  { file, cls }: ClassAt,
  name: string,
  { program }: Inference,
): { readonly file: SourceFile; readonly value: Expr } | null {
  const { symbol } = program.member(file, cls, name);
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'assign') return null;
  return { file: symbol.file, value: symbol.binding.statement.value };
}

// ---------------------------------------------------------------- serializers

/** `BookSerializer(Book.objects.all(), many=True)` */
export function readsOfCall(file: SourceFile, call: Call, inference: Inference): readonly SerializedRead[] {
  if (!isTrue(keyword(call, 'many'))) return [];
  const rows = call.args[0] ?? keyword(call, 'instance');
  const serializer = rows && classNamed(file, call.func, inference);
  const row = rows && rowsOf(inference.valueOf(file, rows));
  if (!row || !serializer) return [];
  return fieldsRead(row, serializer, inference).map((read) => ({
    ...read,
    at: call,
    serializer: serializer.cls.name.text,
  }));
}

function fieldsRead(on: Instance, serializer: ClassAt, inference: Inference, depth = 0): readonly FieldRead[] {
  const { program } = inference;
  const bases = libraryBases(serializer, inference);
  if (depth > MAX_NESTING || !bases.some((name) => /^rest_framework\.serializers\.\w*Serializer$/.test(name)))
    return [];
  // Whoever writes rows out himself reads what he likes.
  if (program.member(serializer.file, serializer.cls, 'to_representation').symbol.kind !== 'unknown') return [];
  const meta = metaOf(serializer, inference);
  if (meta && meta.has('depth')) return [];
  const listed = meta?.get('fields');
  const names = listed ? namesIn(listed) : null;
  const excluded = meta?.get('exclude');
  const found: FieldRead[] = [];
  const declared = new Set<string>();
  for (const field of declaredFields(serializer, inference)) {
    const { name } = field;
    declared.add(name);
    if (names && !names.includes(name)) continue;
    // A list that is put together elsewhere surely has what the class itself declares: the library insists on it.
    if (!names && listed?.kind !== 'Constant' && listed && field.cls !== serializer.cls) continue;
    if (excluded && namesIn(excluded)?.includes(name)) continue;
    found.push(...readsOfField(on, field, serializer, inference, depth));
  }
  // A relation to many rows is written as the keys of its rows.
  for (const name of names ?? []) {
    if (declared.has(name) || !listed) continue;
    const lazy = lazyRelation(on, name, ['all'], inference);
    if (lazy && lazy.relation.cardinality === 'many')
      found.push({
        ...lazy,
        field: { path: serializer.file.path, at: listed, name },
      });
  }
  return found;
}

function readsOfField(
  on: Instance,
  { file, name, value: call }: DeclaredField,
  serializer: ClassAt,
  inference: Inference,
  depth: number,
): readonly FieldRead[] {
  if (isTrue(keyword(call, 'write_only'))) return [];
  const field = { path: file.path, at: call, name };
  const callee = inference.program.resolve(file, call.func);
  const kind = callee.kind === 'external' ? callee.name.split('.').at(-1)! : '';
  if (kind === 'SerializerMethodField')
    return readsOfMethod(on, name, serializer, inference).map((read) => ({ ...read, field }));
  const source = keyword(call, 'source');
  if (source && !(source.kind === 'Constant' && source.type === 'str')) return [];
  const steps = source?.kind === 'Constant' ? source.value.split('.') : [name];
  if (steps[0] === '*') return [];
  const isMany = isTrue(keyword(call, 'many'));
  const nested = callee.kind === 'binding' ? classNamed(file, call.func, inference) : null;
  const isObject =
    kind === 'StringRelatedField' || kind === 'SlugRelatedField' || (nested !== null && readsObject(nested, inference));
  // The key of one object is in the row itself; of a path all but the end is loaded.
  const loads = isObject || isMany ? steps : steps.slice(0, -1);
  const { reads: found, end: at } = readAlong(on, loads, { field, at: call, file }, inference);
  if (at?.kind !== 'instance' || at === on) return found;
  if (nested) found.push(...fieldsRead(at, nested, inference, depth + 1));
  if (kind === 'StringRelatedField')
    found.push(...readsOfMember(at, '__str__', true, inference).map((read) => ({ ...read, field })));
  return found;
}

/**
 * A serializer or a field of the project is given the object, unless it is one that asks for the key alone, or finds its
 * value by itself.
 */
function readsObject(of: ClassAt, inference: Inference): boolean {
  const isKey = libraryBases(of, inference).some((name) => /\.(PrimaryKey|Hyperlinked)RelatedField$/.test(name));
  return (
    !isKey &&
    ['get_attribute', 'use_pk_only_optimization'].every(
      (name) => inference.program.member(of.file, of.cls, name).symbol.kind === 'unknown',
    )
  );
}

/** `get_NAME(self, row)` */
function readsOfMethod(
  on: Instance,
  name: string,
  { file, cls }: ClassAt,
  inference: Inference,
): readonly LazyRelation[] {
  const { symbol } = inference.program.member(file, cls, `get_${name}`);
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'function') return [];
  const { node } = symbol.binding;
  const parameter = node.params.args[1];
  return parameter ? readsOfArgument(on, { file: symbol.file, node }, parameter.name.text, inference) : [];
}

/** What `class Meta` assigns, of the nearest class that has one. */
function metaOf({ file, cls }: ClassAt, inference: Inference): ReadonlyMap<string, Expr> | null {
  const { symbol } = inference.program.member(file, cls, 'Meta');
  return symbol.kind === 'binding' && symbol.binding.kind === 'class'
    ? assignmentsIn({ file: symbol.file, cls: symbol.binding.node }, inference)
    : null;
}
