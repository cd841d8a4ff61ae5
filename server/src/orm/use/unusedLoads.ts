/** Relations that a query loads with its rows, and that nobody reads. Only where all that becomes of the rows is seen. */
import type { Call, Expr, Node, Stmt } from '../../python/syntax/nodes.ts';
import { isWritten } from '../../python/syntax/written.ts';
import type { SourceFile } from '../../python/types.ts';
import { memberNamed } from '../members.ts';
import type { Inference } from '../infer.ts';
import type { Model } from '../model.ts';
import { loaderPaths } from '../sqlalchemy/loaderPaths.ts';
import type { Query } from '../values.ts';
import type { Code, CodeSite } from './code.ts';
import { bodyAround, functionOf, withParents } from './places.ts';

export interface UnusedLoad {
  /** `.select_related("author")`, and the argument in it that names the relation. */
  readonly call: Call;
  readonly argument: Expr;
  readonly model: Model;
  readonly relation: string;
}

export function unusedLoads(code: Code, file: SourceFile, inference: Inference): readonly UnusedLoad[] {
  return code.calls.flatMap((site) => {
    const { func, args } = site.node;
    if (func.kind !== 'Attribute' || !/^(select_related|prefetch_related|options)$/.test(func.attr.text)) return [];
    const value = inference.valueOf(file, site.node);
    if (value.kind !== 'query' || value.query.row.length !== 1 || !functionOf(site)) return [];
    const row = value.query.row[0]!;
    const model = row.kind === 'instance' ? inference.graph.model(row.model) : undefined;
    if (!model || model.unknown.length > 0) return [];
    const named = args.flatMap((argument) => {
      const relation = relationNamed(argument, func.attr.text, value.query, file, inference);
      return relation && inference.graph.relation(model, relation) ? { argument, relation } : [];
    });
    const read = named.length > 0 ? attributesRead(site, model, file, inference) : null;
    if (!read) return [];
    return named.filter(({ relation }) => !read.has(relation)).map((each) => ({ ...each, call: site.node, model }));
  });
}

/** The first step of what an argument loads. */
function relationNamed(
  argument: Expr,
  method: string,
  { orm }: Query,
  file: SourceFile,
  inference: Inference,
): string | null {
  if (orm === 'django')
    return method !== 'options' && argument.kind === 'Constant' && argument.type === 'str'
      ? argument.value.split('__')[0]!
      : null;
  // `contains_eager` loads what a join has, which is there for a reason of its own.
  if (method !== 'options' || file.text.slice(argument.start, argument.end).includes('contains_eager')) return null;
  const { paths, unknown } = loaderPaths([argument], file, inference);
  return unknown ? null : (paths[0]?.split('.')[0] ?? null);
}

/** Methods that give the rows, or one of them, as they are. */
const SAME_ROWS =
  /^(all|filter|exclude|order_by|where|limit|offset|distinct|select_related|prefetch_related|options|scalars|unique|first|one|one_or_none|get|last|latest|earliest|reverse|execution_options)$/;

/** The attributes that are read of the rows of a query; null when not all that becomes of them is seen. */
function attributesRead(
  { node, around }: CodeSite<Call>,
  model: Model,
  file: SourceFile,
  inference: Inference,
): ReadonlySet<string> | null {
  let end: Node = node;
  for (const outer of around) {
    const isLink =
      outer.kind === 'Await' ||
      (outer.kind === 'Attribute' && outer.value === end && SAME_ROWS.test(outer.attr.text)) ||
      (outer.kind === 'Call' && (outer.func === end || isSent(outer, end, file, inference)));
    if (!isLink) {
      const read = new Set<string>();
      const statements = bodyAround({ around }, file);
      const isSeen =
        outer.kind === 'Assign' && outer.value === end && outer.targets.length === 1
          ? isName(outer.targets[0]!) && seen(outer.targets[0].id, statements, outer, model, inference, read)
          : (outer.kind === 'For' || outer.kind === 'Comprehension') && outer.iter === end && isName(outer.target)
            ? seen(outer.target.id, statements, outer, model, inference, read)
            : false;
      return isSeen ? read : null;
    }
    end = outer;
  }
  return null;
}

/** `session.scalars(statement)` */
function isSent({ func, args }: Call, statement: Node, file: SourceFile, inference: Inference): boolean {
  return (
    args[0] === statement &&
    func.kind === 'Attribute' &&
    /^scalars?$/.test(func.attr.text) &&
    inference.valueOf(file, func.value).kind === 'session'
  );
}

function isName(expr: Expr): expr is Expr & { readonly kind: 'Name' } {
  return expr.kind === 'Name';
}

/** Adds what is read of the object or the rows that a name stands for; false when something else becomes of them. */
function seen(
  name: string,
  statements: readonly Stmt[],
  binding: Node,
  model: Model,
  inference: Inference,
  read: Set<string>,
): boolean {
  const names = new Set([name]);
  for (const { node, parents } of withParents(statements)) {
    // A function in the function may do anything with them.
    if (node.kind === 'FunctionDef' || node.kind === 'Lambda') return false;
    if ((node.kind === 'For' || node.kind === 'Comprehension') && isName(node.iter) && names.has(node.iter.id)) {
      if (!isName(node.target)) return false;
      names.add(node.target.id);
    }
    if (node.kind !== 'Name' || !names.has(node.id)) continue;
    const [parent, outer] = parents;
    switch (parent?.kind) {
      case 'Attribute': {
        const attribute = parent.attr.text;
        // A member of the model may read the relation.
        if (isWritten(parent, outer) || memberNamed(model, attribute, inference)) return false;
        read.add(attribute);
        break;
      }
      case 'For':
      case 'Comprehension':
      case 'If':
      case 'UnaryOp':
        break;
      case 'Assign':
        if (parent !== binding) return false;
        break;
      case 'Call':
        if (!(isName(parent.func) && parent.func.id === 'len')) return false;
        break;
      default:
        return false;
    }
  }
  return true;
}
