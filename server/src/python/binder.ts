/**
 * Scopes and bindings of one file, by the rules of Python's own symbol table
 * (https://docs.python.org/3/reference/executionmodel.html#naming-and-binding).
 */
import type { TextRange } from '../base/text.ts';
import { children, suitesOf } from './syntax/visit.ts';
import type {
  Alias,
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
  Name,
  Node,
  Parameters,
  SetComp,
  Stmt,
  TypeAlias,
  TypeParam,
} from './syntax/nodes.ts';
import { allParameters, outerScope } from './scopes.ts';
import type { Binding, Scope, ScopeKind } from './types.ts';

/**
 * Binds every name of a module. Never throws; half-typed parts bind what can be read in them.
 * Without recursion, so that deep nesting cannot overflow the stack. The insides of a function are bound when somebody
 * looks into its scope, except where they bind names outside of it (`global`).
 *
 * Give the scope of the tree that `module` came from by `reparse`: the scopes of functions and classes that are the same
 * objects as before are taken over from it, and it must not be used any more.
 */
export function bindModule(module: Module, previous?: Scope): Scope {
  const kept = new Map<Scope['node'], MutableScope>();
  if (previous instanceof MutableScope) collectReusable(previous, kept);
  const root = new MutableScope('module', module, null);
  new Binder(kept).bindModule(root, module);
  return root;
}

type Comp = ListComp | SetComp | DictComp | GeneratorExp;

export class MutableScope implements Scope {
  readonly kind: ScopeKind;
  readonly node: Scope['node'];
  parent: MutableScope | null;
  readonly ownChildren: MutableScope[] = [];
  readonly ownBindings = new Map<string, Binding[]>();
  readonly ownOuterNames = new Map<string, 'global' | 'nonlocal'>();
  /** Binds what is inside; null once that is done. */
  pending: (() => void) | null = null;
  #furthest: readonly number[] = [];

  constructor(kind: ScopeKind, node: Scope['node'], parent: MutableScope | null) {
    this.kind = kind;
    this.node = node;
    this.parent = parent;
    parent?.ownChildren.push(this);
  }

  /** The range of the node, also when that has moved. */
  get range(): TextRange {
    return this.node;
  }

  get children(): readonly MutableScope[] {
    this.#open();
    return this.ownChildren;
  }

  get bindings(): ReadonlyMap<string, readonly Binding[]> {
    this.#open();
    return this.ownBindings;
  }

  get outerNames(): ReadonlyMap<string, 'global' | 'nonlocal'> {
    this.#open();
    return this.ownOuterNames;
  }

  /** At `i` which of `children[0..i]` ends last; lets a search stop early. */
  get furthest(): readonly number[] {
    this.#open();
    return this.#furthest;
  }

  /** Puts everything in order, once all is bound. */
  seal(): void {
    for (const bindings of this.ownBindings.values()) {
      if (bindings.length > 1) bindings.sort((a, b) => a.range.start - b.range.start);
    }
    const children = this.ownChildren;
    children.sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end);
    let last = 0;
    this.#furthest = children.map((child, i) => {
      if (child.range.end > children[last]!.range.end) last = i;
      return last;
    });
  }

  #open(): void {
    const bind = this.pending;
    this.pending = null;
    bind?.();
  }
}

/** The scopes of functions and classes of a module or class, by node, as far as they bind nothing outside of them. */
function collectReusable(outer: MutableScope, reusable: Map<Scope['node'], MutableScope>): void {
  for (const scope of outer.ownChildren) {
    if (scope.kind !== 'function' && scope.kind !== 'class') continue;
    if (!declaresGlobal(scope.node as FunctionDef | ClassDef)) reusable.set(scope.node, scope);
    if (scope.kind === 'class') collectReusable(scope, reusable);
  }
}

const declaring = new WeakMap<FunctionDef | ClassDef, boolean>();

/** Whether a definition, or one inside of it, declares a name `global`. */
function declaresGlobal(definition: FunctionDef | ClassDef): boolean {
  let answer = declaring.get(definition);
  if (answer === undefined) declaring.set(definition, (answer = holdsGlobal(definition)));
  return answer;
}

function holdsGlobal(definition: FunctionDef | ClassDef): boolean {
  const open: Stmt[] = [definition];
  for (let statement = open.pop(); statement; statement = open.pop()) {
    if (statement.kind === 'Global') return true;
    for (const suite of suitesOf(statement)) for (const inner of suite) open.push(inner);
  }
  return false;
}

/** Where the first name of `import a.b` stands. */
class FirstName implements TextRange {
  readonly #alias: Alias;
  readonly #length: number;

  constructor(alias: Alias, length: number) {
    this.#alias = alias;
    this.#length = length;
  }

  get start(): number {
    return this.#alias.name.start;
  }

  get end(): number {
    return this.start + this.#length;
  }
}

/** What tells one kind of binding from another; a distributing `Omit`, so that the union stays one. */
type Detail<T> = T extends Binding ? Omit<T, 'name' | 'range' | 'scope'> : never;

class Binder {
  /** Nodes still to visit, the next one last. */
  readonly #nodes: Node[] = [];
  readonly #scopes: MutableScope[] = [];
  /** Functions wait until the scopes around them are complete: `nonlocal` looks for names bound there. */
  readonly #functions: MutableScope[] = [];
  /** Scopes that are bound here, to be sealed in the end. */
  readonly #bound: MutableScope[] = [];
  /** Scopes of an older tree that can stay. */
  readonly #kept: ReadonlyMap<Scope['node'], MutableScope>;
  #isLazy = false;

  constructor(kept: ReadonlyMap<Scope['node'], MutableScope> = NOTHING_KEPT) {
    this.#kept = kept;
  }

  bindModule(root: MutableScope, module: Module): void {
    this.#isLazy = true;
    this.#bound.push(root);
    this.#push(module.body, root);
    this.#finish();
  }

  bindFunction(scope: MutableScope): void {
    this.#functions.push(scope);
    this.#finish();
  }

  #finish(): void {
    this.#drain();
    for (let i = 0; i < this.#functions.length; i++) {
      this.#insides(this.#functions[i]!);
      this.#drain();
    }
    for (const scope of this.#bound) scope.seal();
  }

  /** Parameters and body of a function or lambda. What stands in the parameters belongs to the scopes around it. */
  #insides(scope: MutableScope): void {
    const owner = scope.node as FunctionDef | Lambda;
    this.#bound.push(scope);
    for (const { parameter, variadic } of allParameters(owner.params)) {
      this.#add(parameter.name, scope, { kind: 'parameter', node: parameter, owner, variadic });
    }
    if (owner.kind === 'Lambda') this.#pushOne(owner.body, scope);
    else this.#push(owner.body, scope);
  }

  #scope(kind: ScopeKind, node: Scope['node'], parent: MutableScope): MutableScope {
    const scope = new MutableScope(kind, node, parent);
    this.#bound.push(scope);
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
          else {
            const range = new FirstName(alias, first.length);
            this.#addNamed(first, range, scope, { kind: 'import', statement: node, alias });
          }
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
            scope.ownOuterNames.set(name.text, node.kind === 'Global' ? 'global' : 'nonlocal');
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
          this.#target(target, [], scope, (name) => this.#add(name, scope, { kind: 'delete', node: name }));
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
        this.#functions.push(new MutableScope('lambda', node, scope));
        this.#parameters(node.params, scope, scope);
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
    if (!this.#keep(node, header)) {
      const inner = new MutableScope('function', node, header);
      if (this.#isLazy && !declaresGlobal(node)) inner.pending = () => new Binder().bindFunction(inner);
      else this.#functions.push(inner);
    }
    this.#pushOne(node.returns, header);
    this.#parameters(node.params, header, scope);
    this.#push(node.decorators, scope);
  }

  #class(node: ClassDef, scope: MutableScope): void {
    this.#add(node.name, scope, { kind: 'class', node });
    const header = this.#typeParams(node, node.typeParams, scope);
    if (!this.#keep(node, header)) this.#push(node.body, this.#scope('class', node, header));
    for (const keyword of node.keywords) this.#pushOne(keyword.value, header);
    this.#push(node.bases, header);
    this.#push(node.decorators, scope);
  }

  /** Takes over the scope of a definition that is the same as before. */
  #keep(node: FunctionDef | ClassDef, parent: MutableScope): boolean {
    const kept = this.#kept.get(node);
    if (!kept) return false;
    kept.parent = parent;
    parent.ownChildren.push(kept);
    return true;
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

  /** Annotations are read in `header`, defaults in `outer`. */
  #parameters(params: Parameters, header: MutableScope, outer: MutableScope): void {
    for (const { parameter } of allParameters(params)) {
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
    bind: (name: Name, path: readonly number[]) => void,
  ): void {
    switch (target.kind) {
      case 'Name':
        bind(target, path);
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

  #add(name: Identifier | Name, scope: MutableScope, detail: Detail<Binding>): void {
    this.#addNamed('kind' in name ? name.id : name.text, name, scope, detail);
  }

  /** `range` is kept as it is, so that it moves with its node. */
  #addNamed(name: string, range: TextRange, scope: MutableScope, detail: Detail<Binding>): void {
    if (name === '') return;
    const owner = ownerOf(scope, name);
    const binding = { ...detail, name, range, scope: owner } as Binding;
    const known = owner.ownBindings.get(name);
    if (known) known.push(binding);
    else owner.ownBindings.set(name, [binding]);
  }
}

const NOTHING_KEPT: ReadonlyMap<Scope['node'], MutableScope> = new Map();

function ownerOf(scope: MutableScope, name: string): MutableScope {
  const outer = scope.ownOuterNames.get(name);
  if (!outer) return scope;
  const owner = outerScope(scope, name, outer);
  return owner as MutableScope;
}
