/** Ways through a syntax tree. None of them recurses, so that the deepest tree cannot overflow the stack. */
import type { TextRange } from '../../base/text.ts';
import type { Dict, Expr, MatchMapping, Module, Node, NodeKind, Parameters, Stmt } from './nodes.ts';

/** The nodes directly under a node, in the order of the text. Identifiers are no nodes. */
export function children(node: Node): readonly Node[] {
  return (CHILDREN[node.kind] as (node: Node) => readonly Node[])(node);
}

/**
 * Visits a node and all under it: `enter` before the children of a node, `leave` after them.
 * `ancestors` runs from the root to the parent; it is reused, so copy what you keep. When `enter` returns false, the
 * children (not `leave`) are skipped.
 */
export function walk(root: Node, enter: Visitor<boolean | void>, leave?: Visitor<void>): void {
  const ancestors: Node[] = [];
  const open: { readonly node: Node; readonly nodes: readonly Node[]; next: number }[] = [];
  const visit = (node: Node): void => {
    const nodes = enter(node, ancestors) === false ? NONE : children(node);
    if (nodes.length > 0) {
      open.push({ node, nodes, next: 0 });
      ancestors.push(node);
    } else {
      leave?.(node, ancestors);
    }
  };
  visit(root);
  while (open.length > 0) {
    const level = open.at(-1)!;
    if (level.next < level.nodes.length) {
      visit(level.nodes[level.next++]!);
    } else {
      open.pop();
      ancestors.pop();
      leave?.(level.node, ancestors);
    }
  }
}

/** All nodes of some trees in text order, roots included. `into` tells whose children count. */
export function* nodesUnder(roots: readonly Node[], into: (node: Node) => boolean = () => true): Generator<Node> {
  const pending = [...roots].reverse();
  for (let node = pending.pop(); node; node = pending.pop()) {
    yield node;
    if (!into(node)) continue;
    // One by one: as many arguments as a long list has elements would overflow the stack.
    const parts = children(node);
    for (let i = parts.length - 1; i >= 0; i--) pending.push(parts[i]!);
  }
}

export type Visitor<Result> = (node: Node, ancestors: readonly Node[]) => Result;

/**
 * The nodes around an offset, from the module to the innermost. A node also counts where the offset is just behind
 * its end, as a cursor is when a name has been typed; of two such neighbours, the later one is taken.
 */
export function nodePathAt(module: Module, offset: number): readonly Node[] {
  const path: Node[] = [module];
  for (let node: Node | undefined = module; node !== undefined;) {
    node = children(node).findLast((child) => {
      const { start, end } = fullRange(child);
      return start <= offset && offset <= end;
    });
    if (node !== undefined) path.push(node);
  }
  return path;
}

/**
 * The range of a node with what CPython leaves out of it although it belongs to it: the decorators of a definition
 * (without the `@`) and the default of a parameter.
 */
export function fullRange(node: Node): TextRange {
  if ((node.kind === 'FunctionDef' || node.kind === 'ClassDef') && node.decorators.length > 0) {
    return { start: node.decorators[0]!.start, end: node.end };
  }
  if (node.kind === 'Parameter' && node.default !== null) return { start: node.start, end: node.default.end };
  return node;
}

/** The suites of a statement, in the order of the text; none of a simple one. */
export function suitesOf(statement: Stmt): readonly (readonly Stmt[])[] {
  switch (statement.kind) {
    case 'FunctionDef':
    case 'ClassDef':
    case 'With':
    case 'InvalidStmt':
      return [statement.body];
    case 'For':
    case 'While':
    case 'If':
      return [statement.body, statement.orelse];
    case 'Try':
      return [statement.body, ...statement.handlers.map(({ body }) => body), statement.orelse, statement.finalbody];
    case 'Match':
      return statement.cases.map(({ body }) => body);
    default:
      return [];
  }
}

/** Statements and all that stand below them, in the order of the text; those of functions and classes inside are left out. */
export function* statementsUnder(body: readonly Stmt[]): Generator<Stmt> {
  const pending = body.toReversed();
  for (let stmt = pending.pop(); stmt; stmt = pending.pop()) {
    yield stmt;
    if (stmt.kind !== 'FunctionDef' && stmt.kind !== 'ClassDef') pending.push(...suitesOf(stmt).flat().toReversed());
  }
}

/** The node type of a kind. */
export type NodeOfKind<K extends NodeKind, N extends Node = Node> = N extends Node
  ? K extends N['kind']
    ? N
    : never
  : never;

const NONE: readonly Node[] = [];

const CHILDREN: { readonly [K in NodeKind]: (node: NodeOfKind<K>) => readonly Node[] } = {
  Module: (node) => node.body,

  FunctionDef: (node) => [...node.decorators, ...node.typeParams, node.params, ...optional(node.returns), ...node.body],
  ClassDef: (node) => [...node.decorators, ...node.typeParams, ...inOrder(node.bases, node.keywords), ...node.body],
  Return: (node) => optional(node.value),
  Delete: (node) => node.targets,
  Assign: (node) => [...node.targets, node.value],
  AugAssign: (node) => [node.target, node.value],
  AnnAssign: (node) => [node.target, node.annotation, ...optional(node.value)],
  TypeAlias: (node) => [node.name, ...node.typeParams, node.value],
  For: (node) => [node.target, node.iter, ...node.body, ...node.orelse],
  While: (node) => [node.test, ...node.body, ...node.orelse],
  If: (node) => [node.test, ...node.body, ...node.orelse],
  With: (node) => [...node.items, ...node.body],
  Match: (node) => [node.subject, ...node.cases],
  Raise: (node) => [...optional(node.exc), ...optional(node.cause)],
  Try: (node) => [...node.body, ...node.handlers, ...node.orelse, ...node.finalbody],
  Assert: (node) => [node.test, ...optional(node.msg)],
  Import: (node) => node.names,
  ImportFrom: (node) => node.names,
  Global: () => NONE,
  Nonlocal: () => NONE,
  Expr: (node) => [node.value],
  Pass: () => NONE,
  Break: () => NONE,
  Continue: () => NONE,
  InvalidStmt: (node) => [...node.parts, ...node.body],

  Parameters: parametersInOrder,
  Parameter: (node) => [...optional(node.annotation), ...optional(node.default)],
  Keyword: (node) => [node.value],
  Alias: () => NONE,
  WithItem: (node) => [node.context, ...optional(node.target)],
  MatchCase: (node) => [node.pattern, ...optional(node.guard), ...node.body],
  ExceptHandler: (node) => [...optional(node.type), ...node.body],
  Comprehension: (node) => [node.target, node.iter, ...node.ifs],
  TypeVar: (node) => [...optional(node.bound), ...optional(node.default)],
  TypeVarTuple: (node) => [...optional(node.bound), ...optional(node.default)],
  ParamSpec: (node) => [...optional(node.bound), ...optional(node.default)],

  MatchValue: (node) => [node.value],
  MatchSingleton: () => NONE,
  MatchSequence: (node) => node.patterns,
  MatchMapping: mappingInOrder,
  MatchClass: (node) => [node.cls, ...inOrder(node.patterns, node.kwdPatterns)],
  MatchStar: () => NONE,
  MatchAs: (node) => optional(node.pattern),
  MatchOr: (node) => node.patterns,

  BoolOp: (node) => node.values,
  NamedExpr: (node) => [node.target, node.value],
  BinOp: (node) => [node.left, node.right],
  UnaryOp: (node) => [node.operand],
  Lambda: (node) => [node.params, node.body],
  IfExp: (node) => [node.body, node.test, node.orelse],
  Dict: dictInOrder,
  Set: (node) => node.elts,
  ListComp: (node) => [node.elt, ...node.generators],
  SetComp: (node) => [node.elt, ...node.generators],
  DictComp: (node) => [node.key, node.value, ...node.generators],
  GeneratorExp: (node) => [node.elt, ...node.generators],
  Await: (node) => [node.value],
  Yield: (node) => optional(node.value),
  YieldFrom: (node) => [node.value],
  Compare: (node) => [node.left, ...node.comparators],
  Call: (node) => [node.func, ...inOrder(node.args, node.keywords)],
  FormattedValue: (node) => [node.value, ...optional(node.formatSpec)],
  JoinedStr: (node) => node.values,
  TemplateStr: (node) => node.values,
  Constant: () => NONE,
  Attribute: (node) => [node.value],
  Subscript: (node) => [node.value, node.slice],
  Starred: (node) => [node.value],
  Name: () => NONE,
  List: (node) => node.elts,
  Tuple: (node) => node.elts,
  Slice: (node) => [...optional(node.lower), ...optional(node.upper), ...optional(node.step)],
  Missing: () => NONE,
  Invalid: (node) => node.parts,
};

function optional(node: Node | null): readonly Node[] {
  return node === null ? NONE : [node];
}

/** Two lists as one. Usually all of the second comes after the first, but `f(a=1, *b)` mixes them. */
function inOrder(first: readonly Node[], second: readonly Node[]): readonly Node[] {
  if (second.length === 0) return first;
  const both = [...first, ...second];
  const isMixed = first.length > 0 && first.at(-1)!.start > second[0]!.start;
  return isMixed ? both.sort((a, b) => a.start - b.start) : both;
}

/** Valid ones are in this order anyway. */
function parametersInOrder({ posonly, args, vararg, kwonly, kwarg }: Parameters): readonly Node[] {
  const parameters = [...posonly, ...args, ...optional(vararg), ...kwonly, ...optional(kwarg)];
  return parameters.sort((a, b) => a.start - b.start);
}

function dictInOrder({ keys, values }: Dict): readonly Expr[] {
  return values.flatMap((value, index) => {
    const key = keys[index] ?? null;
    return key === null ? [value] : [key, value];
  });
}

function mappingInOrder({ keys, patterns }: MatchMapping): readonly Node[] {
  return keys.flatMap((key, index) => [key, patterns[index]!]);
}
