/** Moves trees to where their text has moved, in place. Must be fast: an edit at the top of a file moves all of it. */
import type { TextRange } from '../../base/text.ts';
import type { Identifier, Node, NodeKind } from './nodes.ts';
import type { NodeOfKind } from './visit.ts';

/** Moves nodes and all under them by `distance` characters. */
export function shiftNodes(nodes: readonly Node[], distance: number): void {
  if (distance === 0) return;
  // Without recursion, so that the deepest tree cannot overflow the stack.
  const open: Node[] = [];
  for (const node of nodes) {
    open.push(node);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      shiftRange(next, distance);
      const shiftParts = SHIFT_PARTS[next.kind] as ShiftAny | null;
      if (shiftParts !== null) shiftParts(next, open, distance);
    }
  }
}

export function shiftRange(range: TextRange, distance: number): void {
  const moved = range as { start: number; end: number };
  moved.start += distance;
  moved.end += distance;
}

/** The one for a node's own kind. */
type ShiftAny = (node: Node, open: Node[], distance: number) => void;

/** Moves the identifiers of a node, and adds the nodes directly under it to `open`. */
type Shift<K extends NodeKind> = (node: NodeOfKind<K>, open: Node[], distance: number) => void;

function addAll(nodes: readonly (Node | null)[], open: Node[]): void {
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index]!;
    if (node !== null) open.push(node);
  }
}

function add(node: Node | null, open: Node[]): void {
  if (node !== null) open.push(node);
}

function shiftName(name: Identifier | null, distance: number): void {
  if (name !== null) shiftRange(name, distance);
}

function shiftNames(names: readonly Identifier[], distance: number): void {
  for (const name of names) shiftRange(name, distance);
}

const SHIFT_PARTS: { readonly [K in NodeKind]: Shift<K> | null } = {
  Module: (node, open) => addAll(node.body, open),

  FunctionDef: (node, open, distance) => {
    shiftRange(node.name, distance);
    addAll(node.decorators, open);
    addAll(node.typeParams, open);
    open.push(node.params);
    add(node.returns, open);
    addAll(node.body, open);
  },
  ClassDef: (node, open, distance) => {
    shiftRange(node.name, distance);
    addAll(node.decorators, open);
    addAll(node.typeParams, open);
    addAll(node.bases, open);
    addAll(node.keywords, open);
    addAll(node.body, open);
  },
  Return: (node, open) => add(node.value, open),
  Delete: (node, open) => addAll(node.targets, open),
  Assign: (node, open) => {
    addAll(node.targets, open);
    open.push(node.value);
  },
  AugAssign: (node, open) => open.push(node.target, node.value),
  AnnAssign: (node, open) => {
    open.push(node.target, node.annotation);
    add(node.value, open);
  },
  TypeAlias: (node, open) => {
    open.push(node.name, node.value);
    addAll(node.typeParams, open);
  },
  For: (node, open) => {
    open.push(node.target, node.iter);
    addAll(node.body, open);
    addAll(node.orelse, open);
  },
  While: (node, open) => {
    open.push(node.test);
    addAll(node.body, open);
    addAll(node.orelse, open);
  },
  If: (node, open) => {
    open.push(node.test);
    addAll(node.body, open);
    addAll(node.orelse, open);
  },
  With: (node, open) => {
    addAll(node.items, open);
    addAll(node.body, open);
  },
  Match: (node, open) => {
    open.push(node.subject);
    addAll(node.cases, open);
  },
  Raise: (node, open) => {
    add(node.exc, open);
    add(node.cause, open);
  },
  Try: (node, open) => {
    addAll(node.body, open);
    addAll(node.handlers, open);
    addAll(node.orelse, open);
    addAll(node.finalbody, open);
  },
  Assert: (node, open) => {
    open.push(node.test);
    add(node.msg, open);
  },
  Import: (node, open) => addAll(node.names, open),
  ImportFrom: (node, open, distance) => {
    shiftName(node.module, distance);
    addAll(node.names, open);
  },
  Global: (node, _, distance) => shiftNames(node.names, distance),
  Nonlocal: (node, _, distance) => shiftNames(node.names, distance),
  Expr: (node, open) => open.push(node.value),
  Pass: null,
  Break: null,
  Continue: null,
  InvalidStmt: (node, open) => {
    addAll(node.parts, open);
    addAll(node.body, open);
  },

  Parameters: (node, open) => {
    addAll(node.posonly, open);
    addAll(node.args, open);
    add(node.vararg, open);
    addAll(node.kwonly, open);
    add(node.kwarg, open);
  },
  Parameter: (node, open, distance) => {
    shiftRange(node.name, distance);
    add(node.annotation, open);
    add(node.default, open);
  },
  Keyword: (node, open, distance) => {
    shiftName(node.name, distance);
    open.push(node.value);
  },
  Alias: (node, _, distance) => {
    shiftRange(node.name, distance);
    shiftName(node.asName, distance);
  },
  WithItem: (node, open) => {
    open.push(node.context);
    add(node.target, open);
  },
  MatchCase: (node, open) => {
    open.push(node.pattern);
    add(node.guard, open);
    addAll(node.body, open);
  },
  ExceptHandler: (node, open, distance) => {
    add(node.type, open);
    shiftName(node.name, distance);
    addAll(node.body, open);
  },
  Comprehension: (node, open) => {
    open.push(node.target, node.iter);
    addAll(node.ifs, open);
  },
  TypeVar: shiftTypeParam,
  TypeVarTuple: shiftTypeParam,
  ParamSpec: shiftTypeParam,

  MatchValue: (node, open) => open.push(node.value),
  MatchSingleton: null,
  MatchSequence: (node, open) => addAll(node.patterns, open),
  MatchMapping: (node, open, distance) => {
    addAll(node.keys, open);
    addAll(node.patterns, open);
    shiftName(node.rest, distance);
  },
  MatchClass: (node, open, distance) => {
    open.push(node.cls);
    addAll(node.patterns, open);
    shiftNames(node.kwdAttrs, distance);
    addAll(node.kwdPatterns, open);
  },
  MatchStar: (node, _, distance) => shiftName(node.name, distance),
  MatchAs: (node, open, distance) => {
    add(node.pattern, open);
    shiftName(node.name, distance);
  },
  MatchOr: (node, open) => addAll(node.patterns, open),

  BoolOp: (node, open) => addAll(node.values, open),
  NamedExpr: (node, open) => open.push(node.target, node.value),
  BinOp: (node, open) => open.push(node.left, node.right),
  UnaryOp: (node, open) => open.push(node.operand),
  Lambda: (node, open) => open.push(node.params, node.body),
  IfExp: (node, open) => open.push(node.test, node.body, node.orelse),
  Dict: (node, open) => {
    addAll(node.keys, open);
    addAll(node.values, open);
  },
  Set: (node, open) => addAll(node.elts, open),
  ListComp: (node, open) => {
    open.push(node.elt);
    addAll(node.generators, open);
  },
  SetComp: (node, open) => {
    open.push(node.elt);
    addAll(node.generators, open);
  },
  DictComp: (node, open) => {
    open.push(node.key, node.value);
    addAll(node.generators, open);
  },
  GeneratorExp: (node, open) => {
    open.push(node.elt);
    addAll(node.generators, open);
  },
  Await: (node, open) => open.push(node.value),
  Yield: (node, open) => add(node.value, open),
  YieldFrom: (node, open) => open.push(node.value),
  Compare: (node, open) => {
    open.push(node.left);
    addAll(node.comparators, open);
  },
  Call: (node, open) => {
    open.push(node.func);
    addAll(node.args, open);
    addAll(node.keywords, open);
  },
  FormattedValue: (node, open) => {
    open.push(node.value);
    add(node.formatSpec, open);
  },
  JoinedStr: (node, open) => addAll(node.values, open),
  TemplateStr: (node, open) => addAll(node.values, open),
  Constant: null,
  Attribute: (node, open, distance) => {
    open.push(node.value);
    shiftRange(node.attr, distance);
  },
  Subscript: (node, open) => open.push(node.value, node.slice),
  Starred: (node, open) => open.push(node.value),
  Name: null,
  List: (node, open) => addAll(node.elts, open),
  Tuple: (node, open) => addAll(node.elts, open),
  Slice: (node, open) => {
    add(node.lower, open);
    add(node.upper, open);
    add(node.step, open);
  },
  Missing: null,
  Invalid: (node, open) => addAll(node.parts, open),
};

function shiftTypeParam(
  node: NodeOfKind<'TypeVar' | 'TypeVarTuple' | 'ParamSpec'>,
  open: Node[],
  distance: number,
): void {
  shiftRange(node.name, distance);
  add(node.bound, open);
  add(node.default, open);
}
