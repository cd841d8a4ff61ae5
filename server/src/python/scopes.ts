/**
 * Scopes and bindings of one file, by the rules of Python's own symbol table
 * (https://docs.python.org/3/reference/executionmodel.html#naming-and-binding).
 */
import type { TextRange } from '../base/text.ts';
import { children } from './syntax/visit.ts';
import type {
  ClassDef,
  Comprehension,
  DictComp,
  Expr,
  FunctionDef,
  GeneratorExp,
  Identifier,
  Lambda,
  ListComp,
  Module,
  Node,
  Parameters,
  SetComp,
  Stmt,
  TypeAlias,
  TypeParam,
} from './syntax/nodes.ts';
import type { Binding, Scope, ScopeKind } from './types.ts';

/**
 * Binds every name of a module. Never throws; half-typed parts bind what can be read in them.
 * One pass over the tree, without recursion, so that deep nesting cannot overflow the stack.
 */
export function bindModule(module: Module): Scope {
  return new Binder(module).bind();
}

/**
 * The innermost scope at an offset. Decorators, defaults, annotations, base classes and the first iterable of a
 * comprehension are evaluated in the outer scope, so they belong to it.
 * O(log children) per level of nesting.
 */
export function scopeAtOffset(module: Scope, offset: number): Scope {
  let scope = module;
  for (;;) {
    const inner = childAt(scope, offset);
    if (!inner) return scope;
    scope = inner;
  }
}

/**
 * The scopes in which a name read in `scope` is looked up, innermost first: class scopes are seen only from their own
 * body and from the headers of generic members.
 */
export function* visibleScopes(scope: Scope): Generator<Scope, void, undefined> {
  yield scope;
  let isHeader = scope.kind === 'typeParams';
  for (let outer = scope.parent; outer; outer = outer.parent) {
    if (outer.kind !== 'class' || isHeader) yield outer;
    isHeader = false;
  }
}

/** Every scope of a module by the node that opens it (type-parameter scopes aside). Computed once per module. */
export function scopesByNode(module: Scope): ReadonlyMap<Scope['node'], Scope> {
  let byNode = nodeMaps.get(module);
  if (!byNode) {
    byNode = new Map<Scope['node'], Scope>();
    const open: Scope[] = [module];
    for (let scope = open.pop(); scope; scope = open.pop()) {
      if (scope.kind !== 'typeParams') byNode.set(scope.node, scope);
      for (const child of scope.children) open.push(child);
    }
    nodeMaps.set(module, byNode);
  }
  return byNode;
}

const nodeMaps = new WeakMap<Scope, Map<Scope['node'], Scope>>();

/** The class whose body directly holds this function scope, if any: `self` belongs to it. */
export function enclosingClass(scope: Scope): ClassDef | null {
  for (let outer = scope.parent; outer; outer = outer.parent) {
    if (outer.kind === 'class') return outer.node as ClassDef;
    if (outer.kind !== 'typeParams') return null;
  }
  return null;
}

export function moduleScopeOf(scope: Scope): Scope {
  let outer = scope;
  while (outer.parent) outer = outer.parent;
  return outer;
}

/**
 * Where a binding starts to hold in its own scope: `x` in `x = f(x)` is bound only after the statement.
 * Bindings that hold from the beginning (parameters, comprehension variables) answer 0.
 */
export function boundFrom(binding: Binding): number {
  switch (binding.kind) {
    case 'import':
    case 'importFrom':
    case 'assign':
    case 'annAssign':
    case 'augAssign':
    case 'typeAlias':
      return binding.statement.end;
    case 'for':
      return binding.statement.iter.end;
    case 'with':
      return binding.item.context.end;
    case 'except':
      return binding.node.type?.end ?? binding.range.start;
    case 'walrus':
      return binding.node.end;
    case 'class':
    case 'function':
      return binding.node.end;
    case 'match':
    case 'delete':
      return binding.range.end;
    case 'parameter':
    case 'comprehension':
    case 'typeParam':
      return 0;
  }
}

type Comp = ListComp | SetComp | DictComp | GeneratorExp;

class MutableScope implements Scope {
  readonly kind: ScopeKind;
  readonly node: Scope['node'];
  readonly parent: MutableScope | null;
  readonly range: TextRange;
  readonly children: MutableScope[] = [];
  readonly bindings = new Map<string, Binding[]>();
  readonly outerNames = new Map<string, 'global' | 'nonlocal'>();
  /** `maxEnds[i]`: the furthest end among `children[0..i]`; lets a search stop early. Filled when the scope is sealed. */
  maxEnds: number[] = [];

  constructor(kind: ScopeKind, node: Scope['node'], parent: MutableScope | null) {
    this.kind = kind;
    this.node = node;
    this.parent = parent;
    this.range = { start: node.start, end: node.end };
    parent?.children.push(this);
  }
}

/** What tells one kind of binding from another; a distributing `Omit`, so that the union stays one. */
type Detail<T> = T extends Binding ? Omit<T, 'name' | 'range' | 'scope'> : never;

class Binder {
  readonly #root: MutableScope;
  /** Nodes still to visit, the next one last. */
  readonly #nodes: Node[] = [];
  readonly #scopes: MutableScope[] = [];
  /** Function bodies wait until the scopes around them are complete: `nonlocal` looks for names bound there. */
  readonly #bodies: { readonly body: readonly Node[]; readonly scope: MutableScope }[] = [];
  readonly #all: MutableScope[] = [];

  constructor(module: Module) {
    this.#root = this.#scope('module', module, null);
  }

  bind(): Scope {
    this.#push((this.#root.node as Module).body, this.#root);
    this.#drain();
    for (let i = 0; i < this.#bodies.length; i++) {
      const { body, scope } = this.#bodies[i]!;
      this.#push(body, scope);
      this.#drain();
    }
    for (const scope of this.#all) seal(scope);
    return this.#root;
  }

  #scope(kind: ScopeKind, node: Scope['node'], parent: MutableScope | null): MutableScope {
    const scope = new MutableScope(kind, node, parent);
    this.#all.push(scope);
    return scope;
  }

  #push(nodes: readonly Node[], scope: MutableScope): void {
    for (let i = nodes.length - 1; i >= 0; i--) this.#pushOne(nodes[i]!, scope);
  }

  #pushOne(node: Node | null, scope: MutableScope): void {
    // Half of all nodes are names and constants, which bind nothing.
    if (!node || node.kind === 'Name' || node.kind === 'Constant') return;
    this.#nodes.push(node);
    this.#scopes.push(scope);
  }

  #drain(): void {
    while (this.#nodes.length > 0) {
      const node = this.#nodes.pop()!;
      const scope = this.#scopes.pop()!;
      this.#visit(node, scope);
    }
  }

  #visit(node: Node, scope: MutableScope): void {
    switch (node.kind) {
      // The commonest by far, without the list that `children` makes.
      case 'Attribute':
      case 'Keyword':
      case 'Expr':
        return this.#pushOne(node.value, scope);
      case 'Call':
        this.#push(node.keywords, scope);
        this.#push(node.args, scope);
        return this.#pushOne(node.func, scope);
      case 'Import':
        for (const alias of node.names) {
          const first = alias.name.text.split('.', 1)[0]!;
          if (alias.asName) this.#add(alias.asName, scope, { kind: 'import', statement: node, alias });
          else
            this.#add({ text: first, start: alias.name.start, end: alias.name.start + first.length }, scope, {
              kind: 'import',
              statement: node,
              alias,
            });
        }
        return;
      case 'ImportFrom':
        for (const alias of node.names)
          this.#add(alias.asName ?? alias.name, scope, { kind: 'importFrom', statement: node, alias });
        return;
      case 'Global':
      case 'Nonlocal':
        if (scope.kind !== 'module') {
          for (const name of node.names)
            scope.outerNames.set(name.text, node.kind === 'Global' ? 'global' : 'nonlocal');
        }
        return;
      case 'Assign':
        this.#pushOne(node.value, scope);
        for (const target of node.targets) {
          this.#target(target, [], scope, (name, path) =>
            this.#add(name, scope, { kind: 'assign', statement: node, path }),
          );
        }
        return;
      case 'AnnAssign':
        this.#pushOne(node.value, scope);
        this.#pushOne(node.annotation, scope);
        this.#target(node.target, [], scope, (name) => this.#add(name, scope, { kind: 'annAssign', statement: node }));
        return;
      case 'AugAssign':
        this.#pushOne(node.value, scope);
        this.#target(node.target, [], scope, (name) => this.#add(name, scope, { kind: 'augAssign', statement: node }));
        return;
      case 'For':
        this.#push(node.orelse, scope);
        this.#push(node.body, scope);
        this.#pushOne(node.iter, scope);
        this.#target(node.target, [], scope, (name, path) =>
          this.#add(name, scope, { kind: 'for', statement: node, path }),
        );
        return;
      case 'With':
        this.#push(node.body, scope);
        for (const item of node.items) {
          this.#pushOne(item.context, scope);
          if (item.target) {
            this.#target(item.target, [], scope, (name, path) =>
              this.#add(name, scope, { kind: 'with', item, isAsync: node.isAsync, path }),
            );
          }
        }
        return;
      case 'Delete':
        for (const target of node.targets) {
          this.#target(target, [], scope, (name, _path, expr) =>
            this.#add(name, scope, { kind: 'delete', node: expr }),
          );
        }
        return;
      case 'ExceptHandler':
        this.#push(node.body, scope);
        this.#pushOne(node.type, scope);
        if (node.name) this.#add(node.name, scope, { kind: 'except', node });
        return;
      case 'MatchAs':
      case 'MatchStar':
        if (node.name) this.#add(node.name, scope, { kind: 'match', node });
        if (node.kind === 'MatchAs') this.#pushOne(node.pattern, scope);
        return;
      case 'MatchMapping':
        if (node.rest) this.#add(node.rest, scope, { kind: 'match', node });
        this.#push(node.patterns, scope);
        this.#push(node.keys, scope);
        return;
      case 'NamedExpr': {
        this.#pushOne(node.value, scope);
        let owner = scope;
        while (owner.kind === 'comprehension' && owner.parent) owner = owner.parent;
        this.#target(node.target, [], scope, (name) => this.#add(name, owner, { kind: 'walrus', node }));
        return;
      }
      case 'FunctionDef':
        return this.#function(node, scope);
      case 'ClassDef':
        return this.#class(node, scope);
      case 'TypeAlias':
        return this.#typeAlias(node, scope);
      case 'Lambda': {
        const inner = this.#scope('lambda', node, scope);
        this.#parameters(node.params, node, inner, scope, scope);
        this.#bodies.push({ body: [node.body], scope: inner });
        return;
      }
      case 'ListComp':
      case 'SetComp':
      case 'DictComp':
      case 'GeneratorExp':
        return this.#comprehension(node, scope);
      default:
        this.#children(node, scope);
    }
  }

  #children(node: Node, scope: MutableScope): void {
    this.#push(children(node), scope);
  }

  #function(node: FunctionDef, scope: MutableScope): void {
    this.#add(node.name, scope, { kind: 'function', node });
    const header = this.#typeParams(node, node.typeParams, scope);
    const inner = this.#scope('function', node, header);
    this.#pushOne(node.returns, header);
    this.#parameters(node.params, node, inner, header, scope);
    this.#push(node.decorators, scope);
    this.#bodies.push({ body: node.body, scope: inner });
  }

  #class(node: ClassDef, scope: MutableScope): void {
    this.#add(node.name, scope, { kind: 'class', node });
    const header = this.#typeParams(node, node.typeParams, scope);
    const inner = this.#scope('class', node, header);
    this.#push(node.body, inner);
    for (const keyword of node.keywords) this.#pushOne(keyword.value, header);
    this.#push(node.bases, header);
    this.#push(node.decorators, scope);
  }

  #typeAlias(node: TypeAlias, scope: MutableScope): void {
    const inner = this.#typeParams(node, node.typeParams, scope);
    this.#target(node.name, [], scope, (name) => this.#add(name, scope, { kind: 'typeAlias', statement: node }));
    this.#pushOne(node.value, inner);
  }

  #typeParams(
    node: FunctionDef | ClassDef | TypeAlias,
    params: readonly TypeParam[],
    scope: MutableScope,
  ): MutableScope {
    if (params.length === 0) return scope;
    const inner = this.#scope('typeParams', node, scope);
    for (const param of params) {
      this.#add(param.name, inner, { kind: 'typeParam', node: param });
      this.#pushOne(param.bound, inner);
      this.#pushOne(param.default, inner);
    }
    return inner;
  }

  /** Names go into `inner`, annotations are read in `header`, defaults in `outer`. */
  #parameters(
    params: Parameters,
    owner: FunctionDef | Lambda,
    inner: MutableScope,
    header: MutableScope,
    outer: MutableScope,
  ): void {
    for (const { parameter, variadic } of allParameters(params)) {
      this.#add(parameter.name, inner, { kind: 'parameter', node: parameter, owner, variadic });
      this.#pushOne(parameter.annotation, header);
      this.#pushOne(parameter.default, outer);
    }
  }

  #comprehension(node: Comp, scope: MutableScope): void {
    const inner = this.#scope('comprehension', node, scope);
    if (node.kind === 'DictComp') {
      this.#pushOne(node.value, inner);
      this.#pushOne(node.key, inner);
    } else {
      this.#pushOne(node.elt, inner);
    }
    node.generators.forEach((generator, index) => {
      this.#push(generator.ifs, inner);
      this.#pushOne(generator.iter, index === 0 ? scope : inner);
      this.#generatorTarget(generator, inner);
    });
  }

  #generatorTarget(generator: Comprehension, inner: MutableScope): void {
    this.#target(generator.target, [], inner, (name, path) =>
      this.#add(name, inner, { kind: 'comprehension', node: generator, path }),
    );
  }

  /** Calls `bind` for each name of a target; anything else in it (`a.b`, `a[i]`) is an ordinary expression. */
  #target(
    target: Expr,
    path: readonly number[],
    scope: MutableScope,
    bind: (name: Identifier, path: readonly number[], expr: Expr) => void,
  ): void {
    switch (target.kind) {
      case 'Name':
        bind({ text: target.id, start: target.start, end: target.end }, path, target);
        return;
      case 'Tuple':
      case 'List': {
        const star = target.elts.findIndex((element) => element.kind === 'Starred');
        target.elts.forEach((element, index) => {
          const step = star === -1 || index < star ? index : index === star ? Infinity : index - target.elts.length;
          this.#target(element.kind === 'Starred' ? element.value : element, [...path, step], scope, bind);
        });
        return;
      }
      case 'Starred':
        this.#target(target.value, path, scope, bind);
        return;
      default:
        this.#pushOne(target, scope);
    }
  }

  #add(name: Identifier, scope: MutableScope, detail: Detail<Binding>): void {
    if (name.text === '') return;
    const owner = ownerOf(scope, name.text);
    const binding = {
      ...detail,
      name: name.text,
      range: { start: name.start, end: name.end },
      scope: owner,
    } as Binding;
    const known = owner.bindings.get(name.text);
    if (known) known.push(binding);
    else owner.bindings.set(name.text, [binding]);
  }
}

/** Parameters in the order in which a call fills them. */
export function allParameters(
  params: Parameters,
): { parameter: Parameters['args'][number]; variadic: '' | '*' | '**' }[] {
  const result: { parameter: Parameters['args'][number]; variadic: '' | '*' | '**' }[] = [];
  for (const parameter of params.posonly) result.push({ parameter, variadic: '' });
  for (const parameter of params.args) result.push({ parameter, variadic: '' });
  if (params.vararg) result.push({ parameter: params.vararg, variadic: '*' });
  for (const parameter of params.kwonly) result.push({ parameter, variadic: '' });
  if (params.kwarg) result.push({ parameter: params.kwarg, variadic: '**' });
  return result;
}

function ownerOf(scope: MutableScope, name: string): MutableScope {
  const outer = scope.outerNames.get(name);
  if (!outer) return scope;
  const owner = outerScope(scope, name, outer);
  return owner as MutableScope;
}

/** Where a name declared `global` or `nonlocal` in `scope` lives. */
export function outerScope(scope: Scope, name: string, how: 'global' | 'nonlocal'): Scope {
  if (how === 'global') return moduleScopeOf(scope);
  let nearest: Scope | null = null;
  for (let outer = scope.parent; outer; outer = outer.parent) {
    if (outer.kind !== 'function' && outer.kind !== 'lambda') continue;
    nearest ??= outer;
    if (outer.bindings.has(name) && !outer.outerNames.has(name)) return outer;
  }
  return nearest ?? moduleScopeOf(scope);
}

function seal(scope: MutableScope): void {
  for (const bindings of scope.bindings.values()) {
    if (bindings.length > 1) bindings.sort((a, b) => a.range.start - b.range.start);
  }
  scope.children.sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end);
  let end = -1;
  scope.maxEnds = scope.children.map((child) => (end = Math.max(end, child.range.end)));
}

function childAt(scope: Scope, offset: number): Scope | undefined {
  const { children, maxEnds } = scope as MutableScope;
  let low = 0;
  let high = children.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (children[middle]!.range.start <= offset) low = middle + 1;
    else high = middle;
  }
  for (let i = low - 1; i >= 0 && maxEnds[i]! >= offset; i--) {
    if (isInside(children[i]!, offset)) return children[i];
  }
  return undefined;
}

function isInside(scope: Scope, offset: number): boolean {
  const node = scope.node as Module | Stmt | Expr;
  if (offset < node.start || offset > node.end) return false;
  if (scope.kind === 'typeParams') return insideTypeParams(node as FunctionDef | ClassDef | TypeAlias, offset);
  switch (node.kind) {
    case 'FunctionDef':
      return offset > headerEnd(node) || isParameterName(node.params, offset);
    case 'ClassDef':
      return offset > headerEnd(node);
    case 'Lambda':
      return offset >= node.body.start || isParameterName(node.params, offset);
    case 'ListComp':
    case 'SetComp':
    case 'DictComp':
    case 'GeneratorExp': {
      const first = node.generators[0]?.iter;
      return offset > node.start && offset < node.end && !(first && first.start <= offset && offset <= first.end);
    }
    default:
      return true;
  }
}

function insideTypeParams(node: FunctionDef | ClassDef | TypeAlias, offset: number): boolean {
  if (offset < node.typeParams[0]!.start) return false;
  if (node.kind !== 'FunctionDef') return true;
  return !allParameters(node.params).some(({ parameter }) => within(parameter.default, offset));
}

function headerEnd(node: FunctionDef | ClassDef): number {
  let end = node.name.end;
  for (const param of node.typeParams) end = Math.max(end, param.end);
  if (node.kind === 'ClassDef') {
    for (const base of node.bases) end = Math.max(end, base.end);
    for (const keyword of node.keywords) end = Math.max(end, keyword.end);
    return end;
  }
  for (const { parameter } of allParameters(node.params)) {
    end = Math.max(end, parameter.end, parameter.default?.end ?? 0);
  }
  return Math.max(end, node.returns?.end ?? 0);
}

function isParameterName(params: Parameters, offset: number): boolean {
  return allParameters(params).some(({ parameter }) => within(parameter.name, offset));
}

function within(range: TextRange | null, offset: number): boolean {
  return range !== null && range.start <= offset && offset <= range.end;
}
