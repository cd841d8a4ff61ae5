import type { Call, Dict, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Unit } from '../../python/units.ts';
import { databaseOf } from '../graph.ts';
import type { Inference } from '../infer.ts';
import type { Code } from './code.ts';
import { assignedAt, isString } from './strings.ts';

/** `text("… IN :ids")` with a list: one parameter is one value, so the list reaches the database as it is. */
export interface UnexpandedIn {
  /** The `text(…)`, and the name of its parameter. */
  readonly text: Call;
  readonly parameter: string;
  /** Whether parentheses stand around the parameter, which expanding puts there itself. */
  readonly isInParentheses: boolean;
}

/** Drivers that write values into the SQL themselves, and a tuple as `(1, 2)`. */
const WRITES_TUPLES = /(^postgresql(\+psycopg2)?|\+(psycopg2|mysqldb|pymysql))$|^(mysql|mariadb)$/;

export function unexpandedIns(code: Code, unit: Unit, file: SourceFile, inference: Inference): readonly UnexpandedIn[] {
  return code.calls.flatMap(({ node }) => {
    const { func } = node;
    const [statement, parameters] = node.args;
    if (func.kind !== 'Attribute' || !/^(execute|scalar|scalars|stream)$/.test(func.attr.text)) return [];
    const text = statement && assignedAt(statement, file, inference);
    if (text?.kind !== 'Call' || parameters?.kind !== 'Dict' || !isText(text, file, inference)) return [];
    // Somebody thought of it, in a way that is not read here.
    if (/expanding/.test(file.text.slice(unit.node.start, unit.node.end))) return [];
    const sql = text.args[0];
    if (!isString(sql)) return [];
    for (const [, open, parameter] of sql.value.matchAll(/\bIN\s*(\(?)\s*:(\w+)\s*\)?/gi)) {
      const value = valueOf(parameters, parameter!);
      const kind = value && collectionKind(value, file, inference);
      if (!kind || (kind === 'tuple' && open === '' && mayWriteTuples(file, inference))) continue;
      return { text, parameter: parameter!, isInParentheses: open !== '' };
    }
    return [];
  });
}

function isText(call: Call, file: SourceFile, inference: Inference): boolean {
  const callee = inference.valueOf(file, call.func);
  return callee.kind === 'external' && /^(sqlalchemy|sqlmodel)\.(.*\.)?text$/.test(callee.name);
}

function valueOf({ keys, values }: Dict, name: string): Expr | undefined {
  return values[keys.findIndex((key) => isString(key) && key.value === name)];
}

/** What is certainly a list, a set or a tuple. */
function collectionKind(expr: Expr, file: SourceFile, inference: Inference): 'tuple' | 'other' | null {
  const value = assignedAt(expr, file, inference);
  switch (value?.kind) {
    case 'Tuple':
      return 'tuple';
    case 'List':
    case 'Set':
    case 'ListComp':
    case 'SetComp':
      return 'other';
    case 'Call': {
      const callee = inference.valueOf(file, value.func);
      if (callee.kind !== 'external' || !/^(tuple|list|set|sorted)$/.test(callee.name)) return null;
      return callee.name === 'tuple' ? 'tuple' : 'other';
    }
    default: {
      const known = inference.valueOf(file, expr);
      return known.kind === 'collection' ? 'other' : null;
    }
  }
}

function mayWriteTuples(file: SourceFile, { graph }: Inference): boolean {
  const database = databaseOf(graph, file.path);
  return database === null || WRITES_TUPLES.test(database);
}
