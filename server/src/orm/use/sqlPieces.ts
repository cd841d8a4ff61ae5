/** SQL that is put together from strings: its pieces, and which of them stand where a value does. */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import { isString } from './strings.ts';

export interface SqlPart {
  readonly expr: Expr;
  /**
   * It stands where a parameter could: behind an operator, in `IN (…)`, in `VALUES (…)`. Names of tables and columns, and
   * statements that take no parameters (`SET`, `CREATE`, `EXPLAIN`), can only be written into the text.
   */
  readonly isValue: boolean;
}

/** The pieces of a string that are no constants, in the order of the text. */
export function sqlParts(expr: Expr): readonly SqlPart[] {
  const parts: SqlPart[] = [];
  let before = '';
  for (const piece of piecesOf(expr)) {
    if (typeof piece === 'string') before += piece;
    else {
      parts.push({ expr: piece, isValue: TAKES_VALUES.test(before) && VALUE_FOLLOWS.test(before) });
      // What it stands for, as far as the text around it goes.
      before += 'x';
    }
  }
  return parts;
}

/** A statement that takes parameters, or a piece of one. */
const TAKES_VALUES =
  /^\s*(?!(set|pragma|alter|create|drop|grant|revoke|explain|kill|copy|show|use|analyze|vacuum|truncate|comment|call|do)\b)/i;
const VALUE_FOLLOWS =
  /((=|<|>|\b(like|ilike|between|limit|offset|regexp)\b)\s*\(?\s*|\bin\s*\(?\s*|\bvalues\s*\((?:[^()]|\([^()]*\))*)'?%?$/i;

function piecesOf(expr: Expr): readonly (string | Expr)[] {
  switch (expr.kind) {
    case 'Constant':
      return [expr.type === 'str' ? expr.value : expr];
    case 'JoinedStr':
      return expr.values.map((value) => (value.kind === 'FormattedValue' ? value.value : String(value.value)));
    case 'BinOp':
      if (expr.op === '+') return [...piecesOf(expr.left), ...piecesOf(expr.right)];
      return expr.op === '%' ? percentPieces(expr.left, expr.right) : [expr];
    case 'Call':
      return formatPieces(expr) ?? [expr];
    default:
      return [expr];
  }
}

/** `"… %s …" % value`; numbers (`%d`) cannot hold anything else. */
function percentPieces(template: Expr, values: Expr): readonly (string | Expr)[] {
  const text = piecesOf(template)
    .map((piece) => (typeof piece === 'string' ? piece : '\0'))
    .join('');
  const all = values.kind === 'Tuple' ? values.elts : [values];
  const pieces: (string | Expr)[] = [];
  let next = 0;
  let from = 0;
  for (const match of text.matchAll(/%(?:\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?([a-zA-Z%])/g)) {
    pieces.push(text.slice(from, match.index));
    from = match.index + match[0].length;
    const [, name, kind] = match;
    if (kind === '%') {
      pieces.push('%');
      continue;
    }
    const named = name !== undefined && values.kind === 'Dict' ? valueNamed(values, name) : undefined;
    const value = name === undefined ? all[next++] : named;
    pieces.push(value && !/[dixXoufFeEgG]/.test(kind!) ? value : '0');
  }
  return [...pieces, text.slice(from)];
}

function valueNamed({ keys, values }: Expr & { readonly kind: 'Dict' }, name: string): Expr | undefined {
  return values[keys.findIndex((key) => isString(key) && key.value === name)];
}

/** `"… {} …".format(value)`; null when it is no call of that kind. */
function formatPieces({ func, args, keywords }: Call): readonly (string | Expr)[] | null {
  if (func.kind !== 'Attribute' || func.attr.text !== 'format' || !isString(func.value)) return null;
  const text = func.value.value;
  const pieces: (string | Expr)[] = [];
  let next = 0;
  let from = 0;
  for (const match of text.matchAll(/\{\{|\}\}|\{(\w*)[^{}]*\}/g)) {
    pieces.push(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[1] === undefined) {
      pieces.push(match[0][0]!);
      continue;
    }
    const named = keywords.find(({ name }) => name?.text === match[1])?.value;
    const value = match[1] === '' ? args[next++] : /^\d+$/.test(match[1]) ? args[Number(match[1])] : named;
    pieces.push(value ?? '0');
  }
  return [...pieces, text.slice(from)];
}
