/** Which serializer a list view of Django REST framework chooses. */
import type { Expr, Stmt } from '../../../python/syntax/nodes.ts';
import { nodesUnder } from '../../../python/syntax/visit.ts';
import type { SourceFile } from '../../../python/types.ts';
import type { Inference } from '../../infer.ts';
import { methodsNamed } from '../../members.ts';
import { assignedMember, isDocstring, isSelf } from './restMembers.ts';
import { type ClassAt, classNamed, isSuperCall } from './serialized.ts';

export interface Chosen {
  readonly file: SourceFile;
  /** Where it is named. */
  readonly at: Expr;
  readonly named: ClassAt;
}

/** The serializer that lists rows for a request without parameters; null when more than that decides. */
export function serializerOfList(view: ClassAt, inference: Inference): Chosen | null {
  for (const { file, node } of methodsNamed(view, 'get_serializer_class', inference)) {
    const given = givenForList(node.body, new Map(), { view, inference });
    if (!given || given === 'missing') return null;
    // The next method of that name is asked, in the end the library's.
    if (isSuperCall(given, 'get_serializer_class')) continue;
    if (isSelf(given, 'serializer_class')) break;
    return chosen({ file: isIn(view, given, inference) ? view.file : file, value: given }, inference);
  }
  return chosen(assignedMember(view, 'serializer_class', inference), inference);
}

function chosen(
  given: { readonly file: SourceFile; readonly value: Expr } | null,
  inference: Inference,
): Chosen | null {
  const named = given && classNamed(given.file, given.value, inference);
  return given && named ? { file: given.file, at: given.value, named } : null;
}

/** Whether an expression stands in the body of a class, as those in a dict of its serializers do. */
function isIn({ file, cls }: ClassAt, expr: Expr, { program }: Inference): boolean {
  return program.bodyOf(file, cls).some((statement) => [...nodesUnder([statement])].includes(expr));
}

interface InView {
  readonly view: ClassAt;
  readonly inference: Inference;
}

/** null when it is not known; missing when a dict has no entry for lists. */
type Given = Expr | 'missing' | null;

/** What statements return when rows are listed; undefined when they go on behind them. */
function givenForList(body: readonly Stmt[], known: Map<string, Expr>, at: InView): Given | undefined {
  for (const statement of body) {
    switch (statement.kind) {
      case 'Return':
        return statement.value && valueForList(statement.value, known, at);
      case 'Assign': {
        const [target] = statement.targets;
        if (statement.targets.length > 1 || target?.kind !== 'Name') return null;
        known.set(target.id, statement.value);
        break;
      }
      case 'If': {
        const holds = holdsForList(statement.test);
        if (holds === null) return null;
        const given = givenForList(holds ? statement.body : statement.orelse, known, at);
        if (given !== undefined) return given;
        break;
      }
      case 'Try': {
        // `try: return self.serializers[self.action]`, `except KeyError: …`
        const given = givenForList(statement.body, known, at);
        const handler = statement.handlers[0];
        const other = given === 'missing' && handler ? givenForList(handler.body, known, at) : given;
        if (other !== undefined) return other;
        break;
      }
      default:
        if (!isDocstring(statement)) return null;
    }
  }
  return undefined;
}

function valueForList(expr: Expr, known: ReadonlyMap<string, Expr>, at: InView, depth = 0): Given {
  if (depth > 10) return null;
  const inside = (each: Expr): Given => valueForList(each, known, at, depth + 1);
  switch (expr.kind) {
    case 'IfExp': {
      const holds = holdsForList(expr.test);
      return holds === null ? null : inside(holds ? expr.body : expr.orelse);
    }
    case 'Name': {
      const value = known.get(expr.id);
      return value ? inside(value) : expr;
    }
    case 'Subscript':
      return isSelf(expr.slice, 'action') ? entryForList(expr.value, at) : null;
    case 'Call': {
      const { func, args } = expr;
      const isLookUp = func.kind === 'Attribute' && func.attr.text === 'get' && args[0] && isSelf(args[0], 'action');
      if (!isLookUp) return expr;
      const entry = entryForList(func.value, at);
      return entry === 'missing' && args[1] ? inside(args[1]) : entry;
    }
    default:
      return expr;
  }
}

/** The entry for `"list"` of `self.serializers`, where that is `{"list": …}`. */
function entryForList(expr: Expr, { view, inference }: InView): Given {
  const name = expr.kind === 'Attribute' && isSelf(expr, expr.attr.text) ? expr.attr.text : null;
  const dict = name === null ? null : assignedMember(view, name, inference);
  if (dict?.value.kind !== 'Dict' || dict.file !== view.file) return null;
  const keys = dict.value.keys.map((key) => (key?.kind === 'Constant' && key.type === 'str' ? key.value : null));
  if (keys.includes(null)) return null;
  return dict.value.values[keys.lastIndexOf('list')] ?? 'missing';
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
  if (isParameters(test)) return false;
  if (test.kind === 'Call' && test.func.kind === 'Attribute' && test.func.attr.text === 'get')
    return isParameters(test.func.value) ? false : null;
  if (test.kind !== 'Compare' || test.ops.length !== 1) return null;
  if (isParameters(test.comparators[0]!)) return test.ops[0] === 'in' ? false : test.ops[0] === 'not in' ? true : null;
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

/** `self.request.query_params`, `request.GET`: there are none. */
function isParameters(expr: Expr): boolean {
  return expr.kind === 'Attribute' && /^(query_params|GET)$/.test(expr.attr.text);
}

function isMethodOfRequest(expr: Expr): boolean {
  return expr.kind === 'Attribute' && expr.attr.text === 'method' && isSelf(expr.value, 'request');
}

function textsIn(expr: Expr): readonly string[] | null {
  const items = expr.kind === 'List' || expr.kind === 'Tuple' || expr.kind === 'Set' ? expr.elts : [expr];
  const texts = items.map((each) => (each.kind === 'Constant' && each.type === 'str' ? each.value : null));
  return texts.every((text) => text !== null) ? texts : null;
}
