/** The names in `fields` of a serializer, also where its lists are put together. */
import type { Expr } from '../../../python/syntax/nodes.ts';
import type { SourceFile } from '../../../python/types.ts';
import { assignedValue } from '../../classes.ts';
import type { Inference } from '../../infer.ts';

export interface FieldNames {
  readonly names: readonly string[];
  /** `"__all__"` */
  readonly isAll: boolean;
  /** Whether these are all: a part may come from elsewhere. */
  readonly complete: boolean;
}

const UNKNOWN: FieldNames = { names: [], isAll: false, complete: false };
/** Lists made of lists made of lists …: further than this nobody would look. */
const MAX_DEPTH = 20;

/** `["a", "b"]`, `("a", *OTHERS)`, `Base.Meta.fields + ["c"]`, `fields_small + fields_m2m`, `"__all__"`. */
export function fieldNames(file: SourceFile, expr: Expr, inference: Inference, depth = 0): FieldNames {
  if (depth > MAX_DEPTH) return UNKNOWN;
  const inside = (each: Expr): FieldNames => fieldNames(file, each, inference, depth + 1);
  switch (expr.kind) {
    case 'Constant':
      return expr.type === 'str' && expr.value === '__all__' ? { names: [], isAll: true, complete: true } : UNKNOWN;
    case 'List':
    case 'Tuple':
    case 'Set':
      return expr.elts.map((each) => nameOrNames(each, inside)).reduce(joined, { ...UNKNOWN, complete: true });
    case 'BinOp':
      return expr.op === '+' ? joined(inside(expr.left), inside(expr.right)) : UNKNOWN;
    case 'Call': {
      const [only, ...more] = expr.args;
      const isCopy = expr.func.kind === 'Name' && /^(list|tuple|set|sorted)$/.test(expr.func.id);
      return isCopy && only && more.length === 0 ? inside(only) : UNKNOWN;
    }
    case 'Name':
    case 'Attribute': {
      const symbol = inference.program.resolve(file, expr);
      const value = symbol.kind === 'binding' ? assignedValue(symbol.binding) : null;
      // A name that takes its own value and adds to it has another one above.
      return symbol.kind === 'binding' && value && !(value.start <= expr.start && expr.end <= value.end)
        ? fieldNames(symbol.file, value, inference, depth + 1)
        : UNKNOWN;
    }
    default:
      return UNKNOWN;
  }
}

function nameOrNames(item: Expr, namesOf: (expr: Expr) => FieldNames): FieldNames {
  if (item.kind === 'Starred') return namesOf(item.value);
  return item.kind === 'Constant' && item.type === 'str'
    ? { names: [item.value], isAll: false, complete: true }
    : UNKNOWN;
}

function joined(a: FieldNames, b: FieldNames): FieldNames {
  // Nobody adds to all of them.
  if (a.isAll || b.isAll) return UNKNOWN;
  return { names: [...a.names, ...b.names], isAll: false, complete: a.complete && b.complete };
}
