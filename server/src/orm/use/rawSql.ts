/** SQL that is put together from strings, and where its pieces come from. */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { Binding, SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Code } from './code.ts';
import { sqlParts } from './sqlPieces.ts';

export interface InterpolatedSql {
  /** The string as it is put together. */
  readonly text: Expr;
  /** A piece that is no constant, and whose value somebody else may choose: one that could be a parameter. */
  readonly part: Expr;
  /** It comes out of a request: `request.args["q"]`. */
  readonly isFromRequest: boolean;
}

export function interpolatedSql(code: Code, file: SourceFile, inference: Inference): readonly InterpolatedSql[] {
  return code.calls.flatMap(({ node }) =>
    sqlArguments(node, file, inference).flatMap((arg) => {
      const text = written(arg, file, inference);
      const parts = text ? sqlParts(text) : [];
      // `request.GET` looks like a constant.
      const part =
        parts.find(({ expr }) => isFromRequest(expr, file, inference)) ??
        parts.find(({ expr, isValue }) => isValue && !isHarmless(expr, file, inference));
      return text && part ? { text, part: part.expr, isFromRequest: isFromRequest(part.expr, file, inference) } : [];
    }),
  );
}

/** The arguments of a call that reach the database as SQL. */
function sqlArguments(call: Call, file: SourceFile, inference: Inference): readonly Expr[] {
  const first = call.args.slice(0, 1);
  if (call.func.kind === 'Attribute') {
    const method = call.func.attr.text;
    const on = inference.valueOf(file, call.func.value);
    if (/^(execute|executemany|scalar|scalars|exec_driver_sql)$/.test(method)) {
      if (on.kind === 'session' || on.kind === 'connection' || on.kind === 'engine') return first;
      if (on.kind === 'external' && /\bcursor\(\)$/.test(on.name)) return first;
    }
    if (method === 'raw' && on.kind === 'query' && on.query.orm === 'django') return first;
  }
  const callee = inference.valueOf(file, call.func);
  if (callee.kind !== 'external') return [];
  const isSql =
    /^(sqlalchemy|sqlmodel)\.(.*\.)?(text|literal_column|TextClause)$/.test(callee.name) ||
    /^django\.db\.models\.expressions\.RawSQL$/.test(callee.name);
  return isSql ? first : [];
}

/** A string that is put together here, or in the only assignment of the variable that stands here. */
function written(expr: Expr, file: SourceFile, inference: Inference): Expr | null {
  if (expr.kind !== 'Name') return isPutTogether(expr) ? expr : null;
  const bindings = bindingsOf(expr, file, inference);
  const only = bindings.length === 1 ? bindings[0] : undefined;
  return only?.kind === 'assign' && only.path.length === 0 && isPutTogether(only.statement.value)
    ? only.statement.value
    : null;
}

function isPutTogether(expr: Expr): boolean {
  switch (expr.kind) {
    case 'JoinedStr':
      return true;
    case 'BinOp':
      return (expr.op === '%' || expr.op === '+') && (isText(expr.left) || (expr.op === '+' && isText(expr.right)));
    case 'Call':
      return expr.func.kind === 'Attribute' && expr.func.attr.text === 'format' && isText(expr.func.value);
    default:
      return false;
  }
}

function isText(expr: Expr): boolean {
  return (
    (expr.kind === 'Constant' && expr.type === 'str') ||
    expr.kind === 'JoinedStr' ||
    (expr.kind === 'BinOp' && expr.op === '+' && (isText(expr.left) || isText(expr.right)))
  );
}

// ---------------------------------------------------------------- what cannot hurt

/** Functions whose result is no free text: numbers, and what quotes a name or a value. */
const HARMLESS_CALLS = /^(int|float|len|bool|id|round|column|table|\w*(quote|escape|identifier|literal)\w*)$/;
/** Names that the code itself gave: tables, columns. */
const HARMLESS_ATTRIBUTES =
  /^(db_table|table_name|tablename|__tablename__|__table__|column|attname|name|schema|key|id|pk)$/;

function isHarmless(expr: Expr, file: SourceFile, inference: Inference, depth = 0): boolean {
  if (depth > 6) return false;
  const inner = (each: Expr): boolean => isHarmless(each, file, inference, depth + 1);
  const value = inference.valueOf(file, expr);
  if (value.kind === 'scalar' && value.python !== null && /^(int|float|bool)$/.test(value.python)) return true;
  if (value.kind === 'model' || value.kind === 'attribute') return true;
  switch (expr.kind) {
    case 'Constant':
      return true;
    case 'JoinedStr':
      return sqlParts(expr).every((part) => inner(part.expr));
    case 'BinOp':
      if (expr.op === '+' || expr.op === '%') return sqlParts(expr).every((part) => inner(part.expr));
      // Of strings there is no difference and no quotient.
      return expr.op !== '*' || (inner(expr.left) && inner(expr.right));
    case 'IfExp':
      return inner(expr.body) && inner(expr.orelse);
    case 'BoolOp':
      return expr.values.every(inner);
    case 'List':
    case 'Tuple':
    case 'Set':
      return expr.elts.every(inner);
    case 'ListComp':
    case 'GeneratorExp':
      return inner(expr.elt);
    case 'Subscript':
      return inner(expr.value);
    case 'Attribute':
      // `settings.SCHEMA`, `Color.RED.value`: constants in all but name.
      return HARMLESS_ATTRIBUTES.test(expr.attr.text) || /^[A-Z][A-Z0-9_]*$/.test(expr.attr.text) || inner(expr.value);
    case 'Call': {
      const callee = expr.func;
      const name = callee.kind === 'Name' ? callee.id : callee.kind === 'Attribute' ? callee.attr.text : '';
      if (HARMLESS_CALLS.test(name)) return true;
      if (name === 'join' && callee.kind === 'Attribute') return expr.args.every(inner);
      if (name === 'range') return true;
      if (name === 'str' && callee.kind === 'Name') return expr.args.every(inner);
      return callee.kind === 'Attribute' && /^(strip|lower|upper|keys|format)$/.test(name) && inner(callee.value);
    }
    case 'Dict':
      return expr.keys.every((key) => key !== null && inner(key)) && expr.values.every(inner);
    case 'Name': {
      const bindings = bindingsOf(expr, file, inference);
      return bindings.length > 0 && bindings.every((binding) => isHarmlessBinding(binding, inner));
    }
    default:
      return false;
  }
}

function isHarmlessBinding(binding: Binding, inner: (expr: Expr) => boolean): boolean {
  switch (binding.kind) {
    case 'assign':
      return inner(binding.statement.value);
    case 'annAssign':
      return binding.statement.value !== null && inner(binding.statement.value);
    case 'augAssign':
      return inner(binding.statement.value);
    case 'for':
      return inner(binding.statement.iter);
    case 'comprehension':
      return inner(binding.node.iter);
    case 'class':
    case 'function':
    case 'import':
    case 'importFrom':
      // A constant of another module, most likely; a value that a user typed comes in no import.
      return true;
    default:
      return false;
  }
}

function bindingsOf(
  name: Expr & { readonly kind: 'Name' },
  file: SourceFile,
  { program }: Inference,
): readonly Binding[] {
  return program.lookup(program.scopeAt(file, name.start), name.id);
}

/** `request.args["q"]`, `self.request.GET.get("q")`, or a variable that was assigned one. */
function isFromRequest(expr: Expr, file: SourceFile, inference: Inference, depth = 0): boolean {
  if (depth > 6) return false;
  const inner = (each: Expr): boolean => isFromRequest(each, file, inference, depth + 1);
  switch (expr.kind) {
    case 'Attribute':
      return expr.attr.text === 'request' || inner(expr.value);
    case 'Call':
      return inner(expr.func) || expr.args.some(inner);
    case 'Subscript':
    case 'Await':
      return inner(expr.value);
    case 'Name': {
      if (expr.id === 'request') return true;
      const [only, ...more] = bindingsOf(expr, file, inference);
      return more.length === 0 && only?.kind === 'assign' && inner(only.statement.value);
    }
    default:
      return false;
  }
}
