/** Tables of one statement that nothing joins: each row of one comes with each row of the other. */
import type { Call, Expr, Node } from '../../python/syntax/nodes.ts';
import { children } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Model } from '../model.ts';
import type { Code } from './code.ts';
import { pathText } from './places.ts';

export interface CartesianProduct {
  /** `select(…)` or `.query(…)`, where the statement begins. */
  readonly root: Call;
  /** Models, as they are written, of which the first is not joined with the second. */
  readonly names: readonly [string, string];
}

const EXECUTES = /^(execute|scalars|scalar|stream|stream_scalars|exec)$/;
const ENDS = /^(all|first|one|one_or_none|scalar|count|get)$/;
/** What adds no table and no condition of its own. */
const KEEPS = /^(order_by|group_by|limit|offset|distinct|options|execution_options|with_for_update|filter_by|params)$/;

export function cartesianProducts(code: Code, file: SourceFile, inference: Inference): readonly CartesianProduct[] {
  return code.calls.flatMap(({ node }) => {
    const statement = sent(node, file, inference);
    return (statement && productIn(statement, file, inference)) ?? [];
  });
}

/** The statement that a call sends: only one that is written in one piece is known whole. */
function sent(call: Call, file: SourceFile, inference: Inference): Expr | null {
  const { func } = call;
  if (func.kind !== 'Attribute') return null;
  const [first] = call.args;
  const chain =
    EXECUTES.test(func.attr.text) && first?.kind === 'Call' ? first : ENDS.test(func.attr.text) ? func.value : null;
  if (chain?.kind !== 'Call') return null;
  const value = inference.valueOf(file, chain);
  if (value.kind !== 'query' || value.query.orm !== 'sqlalchemy') return null;
  return chain === first || value.query.form === 'query' ? chain : null;
}

function productIn(statement: Expr, file: SourceFile, inference: Inference): CartesianProduct | null {
  const conditions: Expr[] = [];
  let at = statement;
  for (;;) {
    if (at.kind !== 'Call') return null;
    const { func } = at;
    if (func.kind === 'Attribute' && /^(where|filter)$/.test(func.attr.text)) conditions.push(...at.args);
    else if (func.kind !== 'Attribute' || !KEEPS.test(func.attr.text)) break;
    at = func.value;
  }
  const root = at;
  const isSelect =
    root.func.kind === 'Attribute'
      ? /^(query|select)$/.test(root.func.attr.text)
      : root.func.kind === 'Name' && root.func.id === 'select';
  if (!isSelect || root.args.length === 0) return null;
  const tables = new Tables(file, inference);
  for (const arg of root.args) if (!tables.add(arg, true)) return null;
  for (const condition of conditions.flatMap(conjuncts)) if (!tables.add(condition, false)) return null;
  const names = tables.unjoined();
  return names && { root, names };
}

/** `and_(a, b)`, `a & b` */
function conjuncts(expr: Expr): readonly Expr[] {
  if (expr.kind === 'BinOp' && expr.op === '&') return [...conjuncts(expr.left), ...conjuncts(expr.right)];
  if (expr.kind === 'Call' && /(^|\.)and_$/.test(pathText(expr.func) ?? '')) return expr.args.flatMap(conjuncts);
  return [expr];
}

/** The models that are mentioned, by how they are written, and which of them one condition joins. */
class Tables {
  readonly #file: SourceFile;
  readonly #inference: Inference;
  readonly #models = new Map<string, Model>();
  readonly #joined = new Map<string, string>();

  constructor(file: SourceFile, inference: Inference) {
    this.#file = file;
    this.#inference = inference;
  }

  /** False when it cannot be known what the expression brings in. */
  add(expr: Expr, isColumn: boolean): boolean {
    const mentioned = new Set<string>();
    const pending: Node[] = [expr];
    if (expr.kind === 'Starred' || expr.kind === 'Constant') return false;
    // A condition in a variable may join anything.
    if (!isColumn && (expr.kind === 'Name' || expr.kind === 'Subscript' || expr.kind === 'BoolOp')) return false;
    for (let node = pending.pop(); node; node = pending.pop()) {
      if (node.kind === 'Starred' || node.kind === 'Lambda') return false;
      if (node.kind === 'Name' || node.kind === 'Attribute') {
        const found = this.#mention(node);
        if (found === false) return false;
        if (found !== null) {
          mentioned.add(found);
          continue;
        }
      }
      if (node.kind === 'Call' && this.#isSubquery(node)) continue;
      for (const child of children(node)) pending.push(child);
    }
    if (isColumn && mentioned.size === 0) return false;
    const [first, ...others] = mentioned;
    if (first !== undefined) for (const other of [first, ...others]) this.#join(first, other);
    return true;
  }

  unjoined(): readonly [string, string] | null {
    const names = [...this.#joined.keys()];
    const [first] = names;
    const other = names.find((name) => this.#rootOf(name) !== this.#rootOf(first!));
    if (first === undefined || other === undefined) return null;
    const models = [...this.#models.values()];
    // A model and its parent, or one model under two names: they may be one table.
    const mayMeet = models.some((left, i) =>
      models.some((right, j) => i !== j && (left.id === right.id || left.bases.includes(right.id) || left.sharesTable)),
    );
    return mayMeet ? null : [first, other];
  }

  /** The name of a model; false when it cannot be known what is mentioned. */
  #mention(node: Expr): string | false | null {
    const value = this.#inference.valueOf(this.#file, node);
    if (value.kind === 'external') {
      // Columns of subqueries, aliases and tables.
      return /^(sqlalchemy|sqlmodel)\..*\(\)/.test(value.name) ? false : null;
    }
    if (value.kind === 'query') return null;
    if (value.kind !== 'model' && value.kind !== 'attribute')
      return node.kind === 'Attribute' && node.attr.text === 'c' ? false : null;
    const { graph } = this.#inference;
    const model = graph.model(value.model);
    const name = pathText(value.kind === 'model' ? node : node.kind === 'Attribute' ? node.value : node);
    if (!model || name === null || model.unknown.length > 0) return false;
    if (value.kind === 'attribute') {
      if (node.kind !== 'Attribute') return false;
      const field = graph.field(model, value.name);
      // What a hybrid is made of is not read.
      if (field?.column === null) return false;
    }
    this.#models.set(name, model);
    if (!this.#joined.has(name)) this.#joined.set(name, name);
    return name;
  }

  /** Its tables are its own, and those around it are not joined by it. */
  #isSubquery(call: Call): boolean {
    const value = this.#inference.valueOf(this.#file, call);
    if (value.kind === 'query') return true;
    return (
      value.kind === 'external' &&
      /^sqlalchemy\.(scalar_subquery|as_scalar|subquery|exists|cte|alias|lateral)\(\)/.test(value.name)
    );
  }

  #rootOf(name: string): string {
    let at = name;
    while (this.#joined.get(at)! !== at) at = this.#joined.get(at)!;
    return at;
  }

  #join(left: string, right: string): void {
    this.#joined.set(this.#rootOf(right), this.#rootOf(left));
  }
}
