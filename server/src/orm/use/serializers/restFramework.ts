/**
 * Serializers of Django REST framework, and serpy's, which are declared alike
 * (https://www.django-rest-framework.org/api-guide/serializers/, https://www.django-rest-framework.org/api-guide/relations/).
 */
import type { Call, Expr, FunctionDef, Node } from '../../../python/syntax/nodes.ts';
import { nodePathAt, nodesUnder } from '../../../python/syntax/visit.ts';
import type { SourceFile } from '../../../python/types.ts';
import { assignedValue, keyword } from '../../classes.ts';
import type { Inference } from '../../infer.ts';
import { type Instance, type LazyRelation, lazyRelation } from '../../lazyReads.ts';
import { hasMember, methodsNamed } from '../../members.ts';
import { readsOfArgument, readsOfMember } from '../../summaries/modelReads.ts';
import { type FieldNames, fieldNames } from './fieldNames.ts';
import {
  assignmentsIn,
  type ClassAt,
  classNamed,
  type DeclaredField,
  declaredFields,
  type FieldRead,
  isSuperCall,
  isTrue,
  libraryBases,
  MAX_NESTING,
  rowsOf,
  type SerializedRead,
  readAlong,
} from './serialized.ts';

/** `BookSerializer(Book.objects.all(), many=True)`, `self.get_serializer(page, many=True)` */
export function readsOfCall(file: SourceFile, call: Call, inference: Inference): readonly SerializedRead[] {
  if (!isTrue(keyword(call, 'many'))) return [];
  const rows = call.args[0] ?? keyword(call, 'instance');
  const serializer = rows && (classNamed(file, call.func, inference) ?? serializerOfView(file, call, inference));
  const row = rows && rowsOf(inference.valueOf(file, rows));
  if (!row || !serializer) return [];
  return fieldsRead(row, serializer, inference).map((read) => ({
    ...read,
    at: call,
    serializer: serializer.cls.name.text,
  }));
}

/** What `self.get_serializer` makes: `serializer_class`, of the view or of its extra action. */
function serializerOfView(file: SourceFile, { func, start }: Call, inference: Inference): ClassAt | null {
  if (func.kind !== 'Attribute' || func.attr.text !== 'get_serializer') return null;
  const { program } = inference;
  const view = inference.valueOf(file, func.value);
  if (view.kind !== 'object') return null;
  const isOwn = (name: string): boolean => program.member(view.file, view.cls, name).symbol.kind !== 'unknown';
  if (isOwn('get_serializer') || isOwn('get_serializer_class')) return null;
  const around = nodePathAt(file.module, start).findLast((each) => each.kind === 'FunctionDef');
  for (const decorator of around?.kind === 'FunctionDef' ? around.decorators : []) {
    const given = decorator.kind === 'Call' ? keyword(decorator, 'serializer_class') : null;
    if (given) return classNamed(file, given, inference);
  }
  const { symbol } = program.member(view.file, view.cls, 'serializer_class');
  const value = symbol.kind === 'binding' ? assignedValue(symbol.binding) : null;
  return symbol.kind === 'binding' && value ? classNamed(symbol.file, value, inference) : null;
}

/** What writing out a row reads of it: by the fields of the serializer, and by its own `to_representation`. */
export function fieldsRead(on: Instance, serializer: ClassAt, inference: Inference, depth = 0): readonly FieldRead[] {
  const bases = libraryBases(serializer, inference);
  if (depth > MAX_NESTING || !bases.some((name) => SERIALIZER.test(name))) return [];
  const { reads, writesFields } = readsOfOwnCode(on, serializer, inference);
  return writesFields ? [...reads, ...readsOfFields(on, serializer, inference, depth)] : reads;
}

/** serpy has no `Meta`: it writes what is declared (https://serpy.readthedocs.io/en/latest/). */
const SERIALIZER = /^(rest_framework\.serializers\.\w*Serializer|serpy(\.\w+)?\.Serializer)$/;

/** Whoever writes rows out himself reads what he likes, and most often what the library writes besides. */
function readsOfOwnCode(
  on: Instance,
  { file, cls }: ClassAt,
  inference: Inference,
): { readonly reads: readonly FieldRead[]; readonly writesFields: boolean } {
  const reads: FieldRead[] = [];
  for (const own of methodsNamed({ file, cls }, 'to_representation', inference)) {
    const row = own.node.params.args[1];
    if (!row) return { reads, writesFields: false };
    const field = { path: own.file.path, at: own.node.name, name: 'to_representation' };
    for (const read of readsOfArgument(on, own, row.name.text, inference)) reads.push({ ...read, field });
    if (!surelyCallsSuper(own.node)) return { reads, writesFields: false };
  }
  return { reads, writesFields: true };
}

/** `data = super().to_representation(row)` before anything may have left the method. */
function surelyCallsSuper({ name, body }: FunctionDef): boolean {
  for (const statement of body) {
    const isPlain = statement.kind === 'Assign' || statement.kind === 'Return' || statement.kind === 'Expr';
    for (const node of nodesUnder([statement])) {
      if (isPlain && isSuperCall(node, name.text)) return true;
      if (node.kind === 'Return') return false;
    }
  }
  return false;
}

function readsOfFields(on: Instance, serializer: ClassAt, inference: Inference, depth: number): readonly FieldRead[] {
  const meta = metaOf(serializer, inference);
  const listed = meta?.get('fields') ?? null;
  const excluded = meta?.get('exclude') ?? null;
  const names = listed && fieldNames(listed.file, listed.value, inference);
  const left = excluded && fieldNames(excluded.file, excluded.value, inference);
  const taken = namesTaken(serializer, inference);
  if (!taken || (left && !left.complete)) return [];
  const isWritten = (field: DeclaredField): boolean => {
    if (left?.names.includes(field.name) || taken.has(field.name)) return false;
    if (!names || names.isAll || names.names.includes(field.name)) return true;
    // A list that is put together elsewhere surely has what the class itself declares: the library insists on it.
    return !names.complete && field.cls === serializer.cls;
  };
  const found: FieldRead[] = [];
  const declared = new Set<string>();
  for (const field of declaredFields(serializer, inference)) {
    declared.add(field.name);
    if (field.value && isWritten(field))
      found.push(...readsOfField(on, { ...field, value: field.value }, serializer, inference, depth));
  }
  const at = listed ?? excluded;
  if (!at) return found;
  const field = (name: string): FieldRead['field'] => ({ path: at.file.path, at: at.value, name });
  const isNested = meta?.has('depth') ?? false;
  const hidden = writeOnlyNames(meta?.get('extra_kwargs')?.value ?? null);
  for (const name of namesOfModel(on, names, left, meta?.get('model') ?? null, inference)) {
    if (declared.has(name) || taken.has(name) || hidden.has(name)) continue;
    const model = inference.graph.model(on.model);
    const relation = model && inference.graph.relation(model, name);
    // A relation to many rows is written as the keys of its rows, one to a single row as its own column.
    if (relation) {
      const lazy = relation.cardinality === 'many' || isNested ? lazyRelation(on, name, ['all'], inference) : null;
      if (lazy) found.push({ ...lazy, field: field(name) });
    } else found.push(...readsOfMembers(on, name, inference).map((read) => ({ ...read, field: field(name) })));
  }
  return found;
}

/** `extra_kwargs = {'members': {'write_only': True}}`: read from requests, never written out. */
function writeOnlyNames(extra: Expr | null): ReadonlySet<string> {
  const names = new Set<string>();
  if (extra?.kind !== 'Dict') return names;
  for (const [i, key] of extra.keys.entries()) {
    const options = extra.values[i]!;
    if (key?.kind !== 'Constant' || key.type !== 'str' || options.kind !== 'Dict') continue;
    const at = options.keys.findIndex((each) => each?.kind === 'Constant' && each.value === 'write_only');
    if (at >= 0 && isTrue(options.values[at]!)) names.add(key.value);
  }
  return names;
}

/** The fields that `get_fields` or a `fields` of its own takes away, at times or always; null when it may be any. */
function namesTaken(serializer: ClassAt, inference: Inference): ReadonlySet<string> | null {
  const taken = new Set<string>();
  for (const { file, node } of ['get_fields', 'fields'].flatMap((name) => methodsNamed(serializer, name, inference)))
    for (const each of nodesUnder(node.body, (inner) => !isForOwnClass(inner, file, inference))) {
      if (each.kind === 'Delete' || each.kind === 'DictComp') return null;
      if (each.kind === 'Attribute' && each.attr.text === 'write_only') return null;
      if (each.kind !== 'Call' || each.func.kind !== 'Attribute' || each.func.attr.text !== 'pop') continue;
      const [name] = each.args;
      if (name?.kind !== 'Constant' || name.type !== 'str') return null;
      taken.add(name.value);
    }
  return taken;
}

/** `if isinstance(field, SecretField): …`: what happens to fields of a class of the project is no matter of relations. */
function isForOwnClass(node: Node, file: SourceFile, inference: Inference): boolean {
  if (node.kind !== 'If') return false;
  const test = node.test.kind === 'BoolOp' && node.test.op === 'and' ? node.test.values[0]! : node.test;
  const isCheck = test.kind === 'Call' && test.func.kind === 'Name' && test.func.id === 'isinstance';
  const named = isCheck && test.args[1] ? classNamed(file, test.args[1], inference) : null;
  return (
    named !== null && node.orelse.length === 0 && !libraryBases(named, inference).some((name) => RELATED.test(name))
  );
}

const RELATED = /(RelatedField|Serializer)$/;

/** The fields that are made of the model: those that are named, or all that it declares itself. */
function namesOfModel(
  on: Instance,
  names: FieldNames | null,
  left: FieldNames | null,
  named: AssignedIn | null,
  inference: Inference,
): readonly string[] {
  if (names && !names.isAll) return names.names;
  const model = inference.graph.model(on.model);
  const value = named && inference.valueOf(named.file, named.value);
  // A field of a model that the rows are no objects of is not theirs.
  if (!model || value?.kind !== 'model' || value.model !== on.model) return [];
  return model.relations
    .filter(
      ({ name }) => model.declared.path !== '' && hasMember(model, name, inference) && !left?.names.includes(name),
    )
    .map(({ name }) => name);
}

/** A property, or a method that the library calls. */
function readsOfMembers(on: Instance, name: string, inference: Inference): readonly LazyRelation[] {
  return [...readsOfMember(on, name, false, inference), ...readsOfMember(on, name, true, inference)];
}

function readsOfField(
  on: Instance,
  { file, name, value: call }: DeclaredField & { readonly value: Call },
  serializer: ClassAt,
  inference: Inference,
  depth: number,
): readonly FieldRead[] {
  if (isTrue(keyword(call, 'write_only'))) return [];
  const field = { path: file.path, at: call, name };
  const callee = inference.program.resolve(file, call.func);
  const kind = callee.kind === 'external' ? callee.name.split('.').at(-1)! : '';
  if (kind === 'SerializerMethodField' || kind === 'MethodField') {
    const method = call.args[0] ?? keyword(call, 'method_name') ?? keyword(call, 'method');
    const own = method?.kind === 'Constant' && method.type === 'str' ? method.value : `get_${name}`;
    return readsOfMethod(on, own, serializer, inference).map((read) => ({ ...read, field }));
  }
  const source = keyword(call, 'source') ?? keyword(call, 'attr');
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
  const last = steps.at(-1)!;
  const model = at?.kind === 'instance' ? inference.graph.model(at.model) : undefined;
  if (at?.kind === 'instance' && loads.length < steps.length && model && !inference.graph.relation(model, last))
    found.push(...readsOfMembers(at, last, inference).map((read) => ({ ...read, field })));
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

/** `get_author(self, row)` */
function readsOfMethod(
  on: Instance,
  name: string,
  { file, cls }: ClassAt,
  inference: Inference,
): readonly LazyRelation[] {
  const { symbol } = inference.program.member(file, cls, name);
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'function') return [];
  const { node } = symbol.binding;
  const parameter = node.params.args[1];
  return parameter ? readsOfArgument(on, { file: symbol.file, node }, parameter.name.text, inference) : [];
}

interface AssignedIn {
  readonly file: SourceFile;
  readonly value: Expr;
}

/** What `class Meta` assigns, of the nearest class that has one, and what that inherits from. */
function metaOf({ file, cls }: ClassAt, inference: Inference): ReadonlyMap<string, AssignedIn> | null {
  const { program } = inference;
  const { symbol } = program.member(file, cls, 'Meta');
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'class') return null;
  const found = new Map<string, AssignedIn>();
  for (const base of program.bases(symbol.file, symbol.binding.node)) {
    if (base.kind !== 'binding' || base.binding.kind !== 'class') continue;
    for (const [name, value] of assignmentsIn({ file: base.file, cls: base.binding.node }, inference))
      if (!found.has(name)) found.set(name, { file: base.file, value });
  }
  return found;
}
