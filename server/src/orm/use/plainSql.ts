import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Code } from './code.ts';
import { isSqlalchemy2 } from './release.ts';
import { assignedAt, isString } from './strings.ts';

/** `session.execute("SELECT …")`: since 2.0 SQLAlchemy takes statements, and a string is none. */
export interface PlainSql {
  readonly arg: Expr;
  readonly method: string;
  /** The project is known to have 2.0. */
  readonly isCertain: boolean;
  /** `text(…)` around it means the same: a constant without colons that would become parameters, or with a dict for them. */
  readonly canBeText: boolean;
}

const EXECUTES = /^(execute|scalar|scalars|stream|stream_scalars|exec)$/;

export function plainSql(code: Code, file: SourceFile, inference: Inference): readonly PlainSql[] {
  return code.calls.flatMap(({ node }) => {
    const { func } = node;
    const arg = node.args[0];
    if (func.kind !== 'Attribute' || !EXECUTES.test(func.attr.text) || !arg) return [];
    const source = assignedAt(arg, file, inference);
    if (!source || !isPlainString(source) || !executesStatements(func.value, file, inference)) return [];
    const release = isSqlalchemy2(file, inference);
    if (release === 'no') return [];
    return {
      arg,
      method: func.attr.text,
      isCertain: release === 'yes',
      canBeText: isString(arg) && canBeText(arg.value, node),
    };
  });
}

function executesStatements(on: Expr, file: SourceFile, inference: Inference): boolean {
  const value = inference.valueOf(file, on);
  return (
    value.kind === 'session' ||
    value.kind === 'connection' ||
    (value.kind === 'sessionFactory' && value.isScoped === true)
  );
}

/** What is certainly a string: constants, f-strings, and what is joined to or formatted from one. */
function isPlainString(expr: Expr): boolean {
  switch (expr.kind) {
    case 'Constant':
      return expr.type === 'str';
    case 'JoinedStr':
      return true;
    case 'BinOp':
      return (expr.op === '%' || expr.op === '+') && isPlainString(expr.left);
    case 'Call':
      return expr.func.kind === 'Attribute' && expr.func.attr.text === 'format' && isPlainString(expr.func.value);
    default:
      return false;
  }
}

function canBeText(sql: string, call: Call): boolean {
  const parameters = call.args[1] ?? call.keywords.find(({ name }) => name?.text === 'params')?.value;
  const hasColons = /(?<![:\w\\]):\w/.test(sql);
  return parameters?.kind === 'Dict' ? hasColons : parameters === undefined && !hasColons;
}
