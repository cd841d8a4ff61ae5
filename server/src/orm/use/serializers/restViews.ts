/**
 * List views of Django REST framework: which rows they give to which serializer
 * (https://www.django-rest-framework.org/api-guide/generic-views/).
 */
import type { Call, Expr, FunctionDef, Stmt } from '../../../python/syntax/nodes.ts';
import { nodesUnder } from '../../../python/syntax/visit.ts';
import type { SourceFile } from '../../../python/types.ts';
import { derivedNames, mentions } from '../../derivedNames.ts';
import type { Inference } from '../../infer.ts';
import type { Value } from '../../values.ts';
import { fieldsRead } from './restFramework.ts';
import {
  type ClassAt,
  classNamed,
  isSuper,
  isSuperCall,
  libraryBases,
  rowsOf,
  type SerializedRead,
} from './serialized.ts';

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
  const { program } = inference;
  const own = (name: string): FunctionDef | 'none' | 'unknown' => {
    const { symbol } = program.member(view.file, view.cls, name);
    if (symbol.kind === 'unknown' || symbol.kind === 'external') return 'none';
    return symbol.kind === 'binding' && symbol.binding.kind === 'function' ? symbol.binding.node : 'unknown';
  };
  if (['get_serializer', 'paginate_queryset'].some((name) => own(name) !== 'none')) return false;
  return (
    methodsNamed(view, 'list', inference).every(passesOn) &&
    methodsNamed(view, 'filter_queryset', inference).every(narrows)
  );
}

/** The methods of that name of a class and its bases, in the order in which `super()` leads from one to the next. */
function methodsNamed({ file, cls }: ClassAt, name: string, { program }: Inference): readonly FunctionDef[] {
  return program.bases(file, cls).flatMap((base) => {
    if (base.kind !== 'binding' || base.binding.kind !== 'class') return [];
    const own = program.bodyOf(base.file, base.binding.node);
    return own.filter((each) => each.kind === 'FunctionDef' && each.name.text === name) as FunctionDef[];
  });
}

/** `def list(self, …): return super().list(…)`, decorated or not, as for a cache. */
function passesOn({ name, body }: FunctionDef): boolean {
  return body.every(
    (each) =>
      isDocstring(each) || (each.kind === 'Return' && each.value !== null && isSuperCall(each.value, name.text)),
  );
}

/** A `filter_queryset` that only takes rows away, and asks nobody else to. */
function narrows({ params, body }: FunctionDef): boolean {
  const given = params.args[1];
  if (!given) return false;
  const rows = derivedNames([given.name.text], body);
  for (const node of nodesUnder(body)) {
    if (node.kind === 'Return' && !(node.value && mentions(node.value, rows))) return false;
    if (node.kind !== 'Call') continue;
    const name = node.func.kind === 'Attribute' ? node.func.attr.text : '';
    if (/related|prefetch|eager|load|^(raw|values|values_list|union|alias)$/.test(name)) return false;
    if (isGivenTo(node, rows) && name !== 'filter_queryset') return false;
  }
  return true;
}

function isGivenTo({ func, args, keywords }: Call, names: ReadonlySet<string>): boolean {
  const isMethod = func.kind === 'Attribute' && mentions(func.value, names);
  return !isMethod && [...args, ...keywords.map(({ value }) => value)].some((each) => mentions(each, names));
}

// ---------------------------------------------------------------- its rows

function rowsOfList({ file, cls }: ClassAt, inference: Inference): Value | null {
  const { program } = inference;
  const getter = program.member(file, cls, 'get_queryset').symbol;
  if (getter.kind === 'unknown') {
    const queryset = assignedMember({ file, cls }, 'queryset', inference);
    return queryset && inference.valueOf(queryset.file, queryset.value);
  }
  if (getter.kind !== 'binding' || getter.binding.kind !== 'function') return null;
  const { node } = getter.binding;
  // What a base makes of the members of `self` is another query for each class that inherits it.
  if (!program.bodyOf(file, cls).includes(node) && dependsOnClass(node)) return null;
  return inference.returnedBy(getter.file, node);
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

function assignedMember(
  { file, cls }: ClassAt,
  name: string,
  { program }: Inference,
): { readonly file: SourceFile; readonly value: Expr } | null {
  const { symbol } = program.member(file, cls, name);
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'assign') return null;
  return { file: symbol.file, value: symbol.binding.statement.value };
}

// ---------------------------------------------------------------- its serializer

interface Chosen {
  readonly file: SourceFile;
  /** Where it is named. */
  readonly at: Expr;
  readonly named: ClassAt;
}

/** The serializer that lists rows; null when only a request tells. */
function serializerOfList(view: ClassAt, inference: Inference): Chosen | null {
  const [own] = methodsNamed(view, 'get_serializer_class', inference);
  if (!own) return chosen(assignedMember(view, 'serializer_class', inference), inference);
  // One that is inherited chooses among members of its own class.
  if (!inference.program.bodyOf(view.file, view.cls).includes(own)) return null;
  const given = givenForList(own.body) ?? null;
  const asks = given !== null && isSuperCall(given, 'get_serializer_class');
  if (asks && methodsNamed(view, 'get_serializer_class', inference).length > 1) return null;
  return asks || (given && isSelf(given, 'serializer_class'))
    ? chosen(assignedMember(view, 'serializer_class', inference), inference)
    : chosen(given && { file: view.file, value: given }, inference);
}

function chosen(
  given: { readonly file: SourceFile; readonly value: Expr } | null,
  inference: Inference,
): Chosen | null {
  const named = given && classNamed(given.file, given.value, inference);
  return given && named ? { file: given.file, at: given.value, named } : null;
}

/** What a method returns when rows are listed; undefined when it goes on behind these statements. */
function givenForList(body: readonly Stmt[]): Expr | null | undefined {
  for (const statement of body) {
    if (isDocstring(statement)) continue;
    if (statement.kind === 'Return') return statement.value && valueForList(statement.value);
    if (statement.kind !== 'If') return null;
    const holds = holdsForList(statement.test);
    if (holds === null) return null;
    const given = givenForList(holds ? statement.body : statement.orelse);
    if (given !== undefined) return given;
  }
  return undefined;
}

function valueForList(expr: Expr): Expr | null {
  if (expr.kind !== 'IfExp') return expr;
  const holds = holdsForList(expr.test);
  return holds === null ? null : valueForList(holds ? expr.body : expr.orelse);
}

/** Whether a condition holds while rows are listed: `self.action == "list"`, `self.request.method in ("POST", "PUT")`. */
function holdsForList(test: Expr): boolean | null {
  if (test.kind === 'UnaryOp' && test.op === 'not') {
    const holds = holdsForList(test.operand);
    return holds === null ? null : !holds;
  }
  if (test.kind === 'BoolOp') {
    const all = test.values.map(holdsForList);
    const decides = test.op === 'or';
    if (all.includes(decides)) return decides;
    return all.includes(null) ? null : !decides;
  }
  // For a schema alone: https://drf-yasg.readthedocs.io/en/stable/openapi.html
  if (test.kind === 'Call' && test.func.kind === 'Name' && test.func.id === 'getattr')
    return test.args[1]?.kind === 'Constant' && test.args[1].value === 'swagger_fake_view' ? false : null;
  if (test.kind !== 'Compare' || test.ops.length !== 1) return null;
  const value = isSelf(test.left, 'action') ? 'list' : isMethodOfRequest(test.left) ? 'GET' : null;
  const texts = textsIn(test.comparators[0]!);
  if (value === null || !texts) return null;
  switch (test.ops[0]) {
    case '==':
    case 'in':
      return texts.includes(value);
    case '!=':
    case 'not in':
      return !texts.includes(value);
    default:
      return null;
  }
}

function isSelf(expr: Expr, name: string): boolean {
  return expr.kind === 'Attribute' && expr.attr.text === name && expr.value.kind === 'Name' && expr.value.id === 'self';
}

function isMethodOfRequest(expr: Expr): boolean {
  return expr.kind === 'Attribute' && expr.attr.text === 'method' && isSelf(expr.value, 'request');
}

function textsIn(expr: Expr): readonly string[] | null {
  const items = expr.kind === 'List' || expr.kind === 'Tuple' || expr.kind === 'Set' ? expr.elts : [expr];
  const texts = items.map((each) => (each.kind === 'Constant' && each.type === 'str' ? each.value : null));
  return texts.every((text) => text !== null) ? texts : null;
}

function isDocstring(statement: Stmt): boolean {
  return statement.kind === 'Expr' && statement.value.kind === 'Constant';
}
