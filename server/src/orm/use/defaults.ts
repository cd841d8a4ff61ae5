import { isConstant } from '../../python/syntax/docstrings.ts';
import type { TextRange } from '../../base/text.ts';
import type { Call, Expr, FunctionDef, Keyword } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Code } from './code.ts';

/** A default of a column that is made once, when the class is, and then used for every row. */
export interface SharedDefault {
  readonly expr: Expr;
  readonly kind: 'mutable' | 'evaluated';
  /** What gives a new value each time: `list`, `timezone.now`; null when no name does. */
  readonly factory: string | null;
  /** The option that takes such a function: SQLModel's `Field` has one of its own. */
  readonly option: 'default' | 'default_factory' | 'onupdate';
  /** The name of the option that is there. */
  readonly keyword: TextRange;
}

/** Functions of libraries that give something else each time they are called. */
const CHANGING =
  /^(datetime\.(datetime|date)\.(now|utcnow|today)|django\.utils\.timezone\.(now|localtime|localdate)|uuid\.uuid[14]|time\.(time|time_ns)|random\.(random|randint|choice|randrange|getrandbits)|secrets\.(token_\w+|randbelow|choice)|os\.urandom|django\.utils\.crypto\.get_random_string)$/;

const SQLALCHEMY_COLUMN = /^(sqlalchemy|flask_sqlalchemy)\.(.*\.)?(Column|mapped_column)$/;
const SQLMODEL_FIELD = /^sqlmodel\.(.*\.)?Field$/;
const DJANGO_FIELD = /^django\.(contrib\.postgres\.fields|db\.models)\.(.*\.)?\w+Field$/;
/** Django's own check (fields.E010) is about these; others rarely hold what can be changed. */
const HOLDS_MUTABLE = /\.(JSONField|ArrayField|HStoreField)$/;

export function sharedDefaults(code: Code, file: SourceFile, inference: Inference): readonly SharedDefault[] {
  return code.calls.flatMap(({ node }) => {
    if (node.keywords.length === 0) return [];
    const hasDefault = node.keywords.some(({ name }) => name?.text === 'default' || name?.text === 'onupdate');
    if (!hasDefault) return [];
    const callee = inference.valueOf(file, node.func);
    if (callee.kind !== 'external') return [];
    const { name } = callee;
    const shares =
      !SQLMODEL_FIELD.test(name) &&
      !(DJANGO_FIELD.test(name) && !HOLDS_MUTABLE.test(name)) &&
      // `MutableDict.as_mutable(JSON)` makes a copy of its own for each object.
      !/mutable/i.test(file.text.slice(node.start, node.end));
    if (!SQLMODEL_FIELD.test(name) && !SQLALCHEMY_COLUMN.test(name) && !DJANGO_FIELD.test(name)) return [];
    return node.keywords.flatMap((option) => sharedDefault(option, shares, SQLMODEL_FIELD.test(name), file, inference));
  });
}

/** `sharesMutable`: the column hands out the very object it was given; pydantic, behind SQLModel, copies it. */
function sharedDefault(
  { name, value: expr }: Keyword,
  sharesMutable: boolean,
  isSqlModel: boolean,
  file: SourceFile,
  inference: Inference,
): readonly SharedDefault[] {
  if (name?.text !== 'default' && name?.text !== 'onupdate') return [];
  const shared = { expr, keyword: { start: name.start, end: name.end } };
  const mutable = sharesMutable ? mutableFactory(expr, file, inference) : null;
  if (mutable) return [{ ...shared, kind: 'mutable', factory: mutable.factory, option: name.text }];
  const changing = changingCall(expr, file, inference);
  if (!changing) return [];
  const factory =
    changing === expr && changing.args.length + changing.keywords.length === 0
      ? file.text.slice(changing.func.start, changing.func.end)
      : null;
  return [{ ...shared, kind: 'evaluated', factory, option: isSqlModel ? 'default_factory' : name.text }];
}

function mutableFactory(
  expr: Expr,
  file: SourceFile,
  inference: Inference,
): { readonly factory: string | null } | null {
  switch (expr.kind) {
    case 'Dict':
      return { factory: expr.values.length === 0 ? 'dict' : null };
    case 'List':
      return { factory: expr.elts.length === 0 ? 'list' : null };
    case 'Set':
      return { factory: null };
    case 'Call': {
      const { func } = expr;
      if (func.kind !== 'Name' || !/^(dict|list|set)$/.test(func.id)) return null;
      const isEmpty = expr.args.length + expr.keywords.length === 0;
      return inference.program.resolve(file, func).kind === 'builtin' ? { factory: isEmpty ? func.id : null } : null;
    }
    default:
      return null;
  }
}

/** The call at the root of `datetime.now()`, `date.today().year`, `timezone.now() + timedelta(days=30)`. */
function changingCall(expr: Expr, file: SourceFile, inference: Inference, depth = 0): Call | null {
  if (depth > 6) return null;
  const inner = (each: Expr): Call | null => changingCall(each, file, inference, depth + 1);
  switch (expr.kind) {
    case 'Attribute':
    case 'Subscript':
      return inner(expr.value);
    case 'BinOp':
      return inner(expr.left) ?? inner(expr.right);
    case 'Call': {
      const symbol = inference.program.resolve(file, expr.func);
      if (symbol.kind === 'external') return CHANGING.test(symbol.name) ? expr : null;
      if (symbol.kind === 'binding' && symbol.binding.kind === 'function')
        return givesChanging(symbol.file, symbol.binding.node, inference, depth) ? expr : null;
      if (expr.func.kind === 'Name' && /^(str|int|float)$/.test(expr.func.id) && expr.args[0])
        return inner(expr.args[0]);
      return expr.func.kind === 'Attribute' ? inner(expr.func.value) : null;
    }
    default:
      return null;
  }
}

/** A function of the workspace that returns nothing but such a call. */
function givesChanging(file: SourceFile, node: FunctionDef, inference: Inference, depth: number): boolean {
  const body = inference.program.bodyOf(file, node).filter((each) => !isConstant(each));
  const [only, ...more] = body;
  return (
    more.length === 0 &&
    only?.kind === 'Return' &&
    only.value !== null &&
    changingCall(only.value, file, inference, depth + 1) !== null
  );
}
