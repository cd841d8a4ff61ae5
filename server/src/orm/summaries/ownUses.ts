/** What one function does with what it is given: which attributes it reads, what it calls, where it hands it on. */
import type { Call, Expr, FunctionDef, Node } from '../../python/syntax/nodes.ts';
import { isWritten } from '../../python/syntax/written.ts';
import { children } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { type AccessPath, accessPath } from './accessPaths.ts';
import { type Callee, calleeOf, type FunctionRef, parameterFor, selfParameter } from './callees.ts';
import { type Around, isCertain } from './certainty.ts';

export interface Use extends AccessPath {
  /** Methods called on what the path leads to, one after another: `posts.all().filter(…)` has `all` and `filter`. */
  readonly calls: readonly string[];
  /**
   * `text`: it is written as text. `write`: it is assigned. `escape`: it is given to code that cannot be read, kept or
   * returned, so that anything may happen to it.
   */
  readonly kind: 'read' | 'text' | 'write' | 'escape';
  /** It happens whenever the function runs, or is guarded by a look at the same thing only. */
  readonly isCertain: boolean;
  /** Where: the whole chain of attributes and calls. */
  readonly file: SourceFile;
  readonly node: Expr;
}

/** A value that is handed to a function of the workspace. */
export interface Pass extends AccessPath {
  readonly callee: FunctionRef;
  readonly parameter: string;
  readonly isCertain: boolean;
  readonly call: Call;
}

export interface OwnUses {
  readonly uses: readonly Use[];
  readonly passes: readonly Pass[];
  /** All functions of the workspace that it calls. */
  readonly callees: readonly FunctionRef[];
}

/** Builtins that only look at what they are given. */
export const HARMLESS =
  /^(print|len|isinstance|issubclass|type|id|bool|hasattr|getattr|repr|hash|callable|any|all|sum|zip|enumerate|list|tuple|set|frozenset|sorted|reversed|iter|next|min|max|range|super)$/;

export function ownUses({ file, node: within }: FunctionRef, inference: Inference): OwnUses {
  const { program } = inference;
  const uses: Use[] = [];
  const passes: Pass[] = [];
  const pathOf = (expr: Expr): AccessPath | null => accessPath(expr, file, within, program);
  const callees = new Set<FunctionDef>();
  const calleeRefs: FunctionRef[] = [];
  const pending: { readonly node: Node; readonly around: Around }[] = program
    .bodyOf(file, within)
    .map((node) => ({ node, around: null }))
    .reverse();
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, around } = next;
    if (node.kind === 'Call') addCall(node, around);
    if (node.kind === 'Name' || node.kind === 'Attribute') {
      // The longest chain of attributes says all that its beginnings say.
      if (around?.node.kind !== 'Attribute') addPath(node, around);
      else if (node.kind === 'Name') continue;
    }
    const inner: Around = { node, outer: around };
    for (const child of [...children(node)].reverse())
      if (!isNameTarget(child, node)) pending.push({ node: child, around: inner });
  }
  return { uses: withoutWritten(uses), passes, callees: calleeRefs };

  function addPath(node: Expr, around: Around): void {
    const parent = around?.node;
    // The method of a call belongs to the call, not to the path.
    const isMethod = parent?.kind === 'Call' && parent.func === node && node.kind === 'Attribute';
    const path = pathOf(isMethod ? node.value : node);
    if (!path) return;
    const add = (kind: Use['kind'], calls: readonly string[] = [], at: Expr = node): void => {
      uses.push({
        ...path,
        kind,
        calls,
        isCertain: isCertain(node, around, path, within.body, pathOf),
        file,
        node: at,
      });
    };
    if (isMethod) {
      const callee = calleeOf(file, parent, inference);
      if (callee?.receiver === node.value) return; // handed to the method: see addCall
      // The chain was read from its first call on.
      if (isCallOnRows(node.value)) return;
      const chain = chainOf(node, around);
      add('read', chain.calls, chain.end);
      return;
    }
    if (isWritten(node, parent)) return add('write');
    if (path.steps.length > 0) add('read');
    const fate = fateOf(node, around, file, inference);
    if (fate) add(fate);
  }

  function addCall(call: Call, around: Around): void {
    const callee = calleeOf(file, call, inference);
    if (!callee) return;
    if (!callees.has(callee.node)) {
      callees.add(callee.node);
      calleeRefs.push({ file: callee.file, node: callee.node });
    }
    const pass = (expr: Expr, parameter: string | undefined): void => {
      const path = parameter === undefined ? null : pathOf(expr);
      if (!path || parameter === undefined) return;
      const certain = isCertain(call, around, path, within.body, pathOf);
      passes.push({ ...path, callee, parameter, isCertain: certain, call });
    };
    if (callee.receiver) pass(callee.receiver, selfParameter(callee.node)?.name.text);
    argumentsOf(call, callee).forEach(([expr, parameter]) => pass(expr, parameter));
  }
}

/** Arguments with the parameters they go to. What a star spreads goes nowhere in particular. */
export function argumentsOf(call: Call, callee: Callee): readonly (readonly [Expr, string])[] {
  const found: [Expr, string][] = [];
  call.args.forEach((arg, index) => {
    const parameter = arg.kind === 'Starred' ? null : parameterFor(callee, { index });
    if (parameter) found.push([arg, parameter.name.text]);
  });
  for (const { name, value } of call.keywords) {
    const parameter = name && parameterFor(callee, { keyword: name.text });
    if (parameter) found.push([value, parameter.name.text]);
  }
  return found;
}

/** `posts.all().filter(…)` from `posts.all`: the methods, and the expression that ends with the last call. */
function chainOf(method: Expr, around: Around): { readonly calls: readonly string[]; readonly end: Expr } {
  const calls: string[] = [];
  let end = method;
  for (let at = around; at; at = at.outer) {
    const { node } = at;
    if (node.kind === 'Call' && node.func === end) {
      if (end.kind === 'Attribute') calls.push(end.attr.text);
    } else if (node.kind !== 'Await' && !(node.kind === 'Attribute' && node.value === end)) break;
    end = node as Expr;
  }
  return { calls, end };
}

/** What becomes of a value that stands here by itself. */
function fateOf(node: Expr, around: Around, file: SourceFile, inference: Inference): 'text' | 'escape' | null {
  const parent = around?.node;
  switch (parent?.kind) {
    case 'FormattedValue':
      return 'text';
    case 'Return':
    case 'Yield':
    case 'YieldFrom':
    case 'List':
    case 'Tuple':
    case 'Set':
    case 'Dict':
      return 'escape';
    case 'Assign':
      return parent.value === node && parent.targets.some((target) => target.kind !== 'Name') ? 'escape' : null;
    case 'Keyword': {
      const call = around?.outer?.node;
      return call?.kind === 'Call' ? fateOfArgument(node, call, file, inference) : null;
    }
    case 'Starred':
      return 'escape';
    case 'Call':
      return parent.func === node ? null : fateOfArgument(node, parent, file, inference);
    default:
      return null;
  }
}

function fateOfArgument(node: Expr, call: Call, file: SourceFile, inference: Inference): 'text' | 'escape' | null {
  const callee = calleeOf(file, call, inference);
  // Handed on: what happens to it is what the function does.
  if (callee && argumentsOf(call, callee).some(([expr]) => expr === node)) return null;
  const { func } = call;
  if (func.kind === 'Name') {
    if (func.id === 'str') return 'text';
    if (HARMLESS.test(func.id)) return null;
  }
  return 'escape';
}

/** `posts.all()` of `posts.all().filter(…)`. */
function isCallOnRows(expr: Expr): boolean {
  return expr.kind === 'Call' && expr.func.kind === 'Attribute';
}

/** What only binds names: the target of a loop, `a, b` of an assignment. */
function isNameTarget(node: Node, parent: Node): boolean {
  switch (parent.kind) {
    case 'For':
    case 'Comprehension':
    case 'WithItem':
    case 'NamedExpr':
      return node === parent.target;
    case 'Assign':
      return parent.targets.includes(node as Expr) && node.kind !== 'Attribute';
    case 'AnnAssign':
      return node === parent.annotation || (node === parent.target && node.kind === 'Name');
    case 'AugAssign':
      return node === parent.target && node.kind === 'Name';
    default:
      return false;
  }
}

/** What a function assigns it does not have to load. */
function withoutWritten(uses: readonly Use[]): readonly Use[] {
  const written = uses.filter(({ kind, steps }) => kind === 'write' && steps.length > 0);
  if (written.length === 0) return uses;
  return uses.filter(
    (use) =>
      use.kind !== 'read' ||
      !written.some(({ root, steps }) => root === use.root && steps.every((step, i) => use.steps[i] === step)),
  );
}
