/**
 * Finds what expressions are worth to an ORM, by following names through assignments, parameters, annotations,
 * returns, loops and attributes. Not a type checker: it stops early and says `unknown`.
 */
import { isSuper } from '../python/superCalls.ts';
import { boundFrom, lastAbove } from '../python/scopes.ts';
import type { Call, Expr, FunctionDef, Node } from '../python/syntax/nodes.ts';
import type { Binding, Program, Scope, SourceFile, Symbol } from '../python/types.ts';
import { djangoSemantics } from './django/infer.ts';
import type { Recorded } from '../base/recorder.ts';
import type { ModelGraph } from './model.ts';
import { gatheredIn } from './gathered.ts';
import { Annotations } from './inference/annotations.ts';
import { Answers } from './inference/answers.ts';
import { builtinCall, ofMapping } from './inference/builtins.ts';
import { entered } from './inference/dependencies.ts';
import { inherited, memberOf, memberOfModel, objectAround } from './inference/members.ts';
import { parameterValue } from './inference/parameters.ts';
import { resultsOf } from './inference/results.ts';
import { LIMITS, type OnLimit } from './limits.ts';
import { givenExpiry } from './sqlalchemy/expiry.ts';
import { userOfRequest } from './sqlalchemy/flaskUsers.ts';
import { sqlalchemySemantics } from './sqlalchemy/infer.ts';
import { asOne, commonValue, elementOf, joinValues, UNKNOWN, type Value } from './values.ts';
import { isOneWay } from './ways.ts';

export interface Inference {
  readonly program: Program;
  readonly graph: ModelGraph;
  /** To be called by whoever gives something up. */
  readonly onLimit: OnLimit;
  valueOf(file: SourceFile, expr: Expr): Value;
  /** What a name is worth where it is read: `before` picks the last assignment above that offset. */
  bindingValue(file: SourceFile, binding: Binding): Value;
  /** `self.session`, `request.user`: an attribute of a value. */
  attributeOf(value: Value, name: string, file: SourceFile, node: Expr): Value;
  /** What a method of a value gives where `call` stands: `queryset.filter(…)`. */
  calledOn(on: Value, name: string, file: SourceFile, call: Call): Value;
  /** What calling a function of the workspace gives: its annotation, else what its return statements give. */
  returnedBy(file: SourceFile, node: FunctionDef): Value;
  /** What its return statements give, whatever its annotation says: that of a route names what is made of the rows. */
  valueReturned(file: SourceFile, node: FunctionDef): Value;
}

/** What one ORM says of its own classes, functions and objects. null: not mine. */
export interface OrmSemantics {
  /** Calling a class or function of a library. */
  call(name: string, call: Call, file: SourceFile, inference: Inference): Value | null;
  /** Calling a method of a value. */
  method(on: Value, name: string, call: Call, file: SourceFile, inference: Inference): Value | null;
  attribute(on: Value, name: string, file: SourceFile, node: Expr, inference: Inference): Value | null;
  /** An object of a library class, from an annotation: `Session` → a session. `args` are those in brackets. */
  annotation(name: string, args: readonly Value[]): Value | null;
}

const SEMANTICS: readonly OrmSemantics[] = [djangoSemantics, sqlalchemySemantics];

/** `onLimit` is told where something was given up, again each time that it is asked for. */
export function createInference(program: Program, graph: ModelGraph, onLimit: OnLimit = () => {}): Inference {
  return new Inferrer(program, graph, onLimit);
}

class Inferrer implements Inference {
  readonly program: Program;
  readonly graph: ModelGraph;
  readonly onLimit: OnLimit;
  /** Keyed by node: trees are replaced when their text changes, so an entry cannot be stale for its own text. */
  readonly #values = new WeakMap<Node, Recorded<Value>>();
  readonly #bindingValues = new WeakMap<Binding, Recorded<Value>>();
  readonly #answers: Answers;
  readonly #annotations: Annotations;

  constructor(program: Program, graph: ModelGraph, onLimit: OnLimit) {
    this.program = program;
    this.graph = graph;
    this.onLimit = onLimit;
    this.#answers = new Answers(program.recorder, onLimit);
    this.#annotations = new Annotations(this, SEMANTICS);
  }

  valueOf(file: SourceFile, expr: Expr): Value {
    // The links of `a.b().c()` one by one from its beginning, so that a chain of any length is no deeper than one link.
    const links: Expr[] = [];
    for (let link = beginningOf(expr); link && !this.#values.has(link); link = beginningOf(link)) links.push(link);
    while (links.length > 0) this.#ownValue(file, links.pop()!);
    return this.#ownValue(file, expr);
  }

  #ownValue(file: SourceFile, expr: Expr): Value {
    return this.#answers.of(file.path, this.#values, expr, () => this.#expression(file, expr));
  }

  valueReturned(file: SourceFile, node: FunctionDef): Value {
    let value: Value = { kind: 'none' };
    for (const result of resultsOf(this.program.bodyOf(file, node))) {
      const given: Value = result.value ? this.valueOf(file, result.value) : { kind: 'none' };
      const joined = joinValues(value, given);
      // Rows here and something else there: what comes behind does not decide between them.
      if (joined.kind === 'unknown' && value.kind !== 'none' && given.kind !== 'none') {
        if (value.kind !== 'unknown' && given.kind !== 'unknown') return UNKNOWN;
      }
      value = joined;
    }
    return value.kind === 'none' ? UNKNOWN : value;
  }

  bindingValue(file: SourceFile, binding: Binding): Value {
    return this.#answers.of(file.path, this.#bindingValues, binding, () => this.#binding(file, binding));
  }

  attributeOf(value: Value, name: string, file: SourceFile, node: Expr): Value {
    for (const semantics of SEMANTICS) {
      const found = semantics.attribute(value, name, file, node, this);
      if (found) return found;
    }
    switch (value.kind) {
      case 'object':
        return memberOf(value, name, this, this.#annotations);
      case 'external':
        return this.#external(`${value.name}.${name}`);
      case 'unknown':
      case 'none':
      case 'scalar':
      case 'tuple':
        return UNKNOWN;
      case 'instance':
      case 'model':
        return memberOfModel(value, name, this) ?? { kind: 'method', on: value, name };
      default:
        return { kind: 'method', on: value, name };
    }
  }

  // -------------------------------------------------------------- expressions

  #expression(file: SourceFile, expr: Expr): Value {
    switch (expr.kind) {
      case 'Name':
        return this.#name(file, expr.id, expr.start);
      case 'Attribute': {
        if (isSuper(expr.value)) return inherited(file, expr, this);
        // Of a model and its objects the ORM decides what an attribute is, not the class body.
        const on = this.valueOf(file, expr.value);
        if (on.kind === 'model' || on.kind === 'instance') {
          const known = this.attributeOf(on, expr.attr.text, file, expr);
          if (known.kind !== 'method') return known;
        }
        const symbol = this.program.resolve(file, expr);
        if (symbol.kind === 'external' || symbol.kind === 'binding') {
          const value = this.#symbol(symbol);
          if (value.kind !== 'unknown' && value.kind !== 'external') return value;
          if (value.kind === 'external' && this.#isModulePath(file, expr.value)) return value;
        }
        return this.attributeOf(on, expr.attr.text, file, expr);
      }
      case 'Call':
        return isSuper(expr) ? objectAround(file, expr, this) : this.#call(file, expr);
      case 'Await':
      case 'Starred':
        return this.valueOf(file, expr.value);
      case 'NamedExpr':
        return this.valueOf(file, expr.value);
      case 'IfExp':
        return joinValues(this.valueOf(file, expr.body), this.valueOf(file, expr.orelse));
      case 'BoolOp':
        return expr.values.map((value) => this.valueOf(file, value)).reduce(joinValues);
      case 'Subscript':
        return this.#subscript(file, expr.value, expr.slice, expr);
      case 'List':
      case 'Set': {
        const first = expr.elts[0];
        if (first?.kind === 'Starred') return { kind: 'collection', of: elementOf(this.valueOf(file, first.value)) };
        return { kind: 'collection', of: commonValue(expr.elts.map((one) => this.valueOf(file, one))) };
      }
      case 'Dict':
        return { kind: 'mapping', of: commonValue(expr.values.map((one) => this.valueOf(file, one))) };
      case 'DictComp':
        return { kind: 'mapping', of: this.valueOf(file, expr.value) };
      case 'Tuple':
        return { kind: 'tuple', items: expr.elts.map((item) => this.valueOf(file, item)) };
      case 'ListComp':
      case 'SetComp':
      case 'GeneratorExp':
        return { kind: 'collection', of: this.valueOf(file, expr.elt) };
      case 'Constant':
        return constantValue(expr.type);
      case 'JoinedStr':
        return { kind: 'scalar', python: 'str' };
      case 'Compare':
        return { kind: 'scalar', python: 'bool' };
      case 'BinOp': {
        // Django combines querysets with `|`, `&` and `^`.
        const left = this.valueOf(file, expr.left);
        return left.kind === 'query' ? { kind: 'query', query: { ...left.query, tip: expr, file } } : UNKNOWN;
      }
      default:
        return UNKNOWN;
    }
  }

  #isModulePath(file: SourceFile, expr: Expr): boolean {
    const symbol = this.program.resolve(file, expr);
    return symbol.kind === 'external' || symbol.kind === 'module';
  }

  #name(file: SourceFile, name: string, offset: number): Value {
    const scope = this.program.scopeAt(file, offset);
    const bindings = this.program.lookup(scope, name);
    if (bindings.length === 0) {
      const symbol = this.program.resolve(file, { kind: 'Name', id: name, start: offset, end: offset }, scope);
      return this.#symbol(symbol);
    }
    const same = bindings[0]!.scope;
    // Inside its own scope the last binding above counts; from another scope the last of all.
    const here = functionScope(scope) === functionScope(same);
    const value = this.#lastOf(file, bindings, here ? offset : Infinity, here ? offset : null);
    return value ?? this.#lastOf(file, bindings, Infinity, here ? offset : null) ?? UNKNOWN;
  }

  /** What the bindings of a name up to an offset are worth where it is read; null when there is none. */
  #lastOf(file: SourceFile, bindings: readonly Binding[], until: number, readAt: number | null): Value | null {
    let value: Value | null = null;
    const last = lastAbove(bindings, until);
    for (let i = last; i >= 0; i--) {
      // Nobody writes so many ways by hand.
      if (last - i > LIMITS.ways.most) {
        this.onLimit('ways', file.path);
        return UNKNOWN;
      }
      const candidate = bindings[i]!;
      if (boundFrom(candidate) > until) continue;
      value = joinValues(value ?? UNKNOWN, this.bindingValue(file, candidate));
      if (value.kind === 'unknown' || value.kind === 'none') continue;
      // What stands above under a condition leaves what was there before.
      const isAssigned = candidate.kind === 'assign' || candidate.kind === 'annAssign';
      if (readAt === null || !isAssigned || !isOneWay(file.module, candidate.statement, readAt)) return value;
    }
    return value;
  }

  #symbol(symbol: Symbol): Value {
    switch (symbol.kind) {
      case 'binding':
        return this.bindingValue(symbol.file, symbol.binding);
      case 'external':
        return this.#external(symbol.name);
      case 'builtin':
        return { kind: 'external', name: symbol.name };
      case 'module':
      case 'unknown':
        return UNKNOWN;
    }
  }

  #external(name: string): Value {
    if (this.graph.model(name)) return { kind: 'model', model: name };
    return userOfRequest(name, this) ?? { kind: 'external', name };
  }

  #subscript(file: SourceFile, object: Expr, index: Expr, node: Expr): Value {
    const value = this.valueOf(file, object);
    for (const semantics of SEMANTICS) {
      const found = semantics.attribute(value, index.kind === 'Slice' ? '[:]' : '[]', file, node, this);
      if (found) return found;
    }
    if (index.kind === 'Slice') return value;
    if (value.kind === 'mapping') return value.of;
    // One row of many is one: reading it is no loop.
    if (value.kind === 'collection' && index.kind === 'Constant' && value.of.kind === 'instance')
      return asOne(value.of);
    if (value.kind === 'tuple' && index.kind === 'Constant' && index.type === 'int') {
      return value.items[Number(index.value)] ?? UNKNOWN;
    }
    return elementOf(value);
  }

  // -------------------------------------------------------------- calls

  #call(file: SourceFile, call: Call): Value {
    const func = call.func;
    const callee = this.valueOf(file, func);
    switch (callee.kind) {
      case 'external': {
        const builtin = builtinCall(callee.name, call, file, this);
        if (builtin) return builtin;
        for (const semantics of SEMANTICS) {
          const found = semantics.call(callee.name, call, file, this);
          if (found) return found;
        }
        // `get_session().query(User)`: a session that nobody declared.
        const known =
          func.kind === 'Attribute'
            ? this.calledOn(this.valueOf(file, func.value), func.attr.text, file, call)
            : UNKNOWN;
        return known.kind === 'unknown' ? { kind: 'external', name: `${callee.name}()` } : known;
      }
      case 'model':
        return { kind: 'instance', model: callee.model, origin: null };
      case 'function': {
        const value = this.returnedBy(callee.file, callee.node);
        // What a mixin does with `super().get_queryset()` depends on the class that has it.
        if (value.kind !== 'unknown' || func.kind !== 'Attribute') return value;
        return this.calledOn(this.valueOf(file, func.value), func.attr.text, file, call);
      }
      case 'method':
        return this.calledOn(callee.on, callee.name, file, call);
      case 'sessionFactory':
        return { kind: 'session', isAsync: callee.isAsync, ...(givenExpiry(call.keywords) ?? expiring(callee)) };
      case 'query':
        // Django: `museum.exhibit_set(manager="current")` is that manager.
        if (callee.query.form === 'manager') return callee;
        break;
      case 'object':
        // `get_queryset = …` objects and classes alike: calling a class of the workspace gives one of its objects.
        return callee;
      default:
        break;
    }
    if (func.kind === 'Attribute') return this.calledOn(this.valueOf(file, func.value), func.attr.text, file, call);
    return UNKNOWN;
  }

  calledOn(on: Value, name: string, file: SourceFile, call: Call): Value {
    if (on.kind === 'mapping') return ofMapping(on.of, name);
    if (on.kind === 'collection' && (name === 'pop' || name === 'copy')) return name === 'pop' ? asOne(on.of) : on;
    for (const semantics of SEMANTICS) {
      const found = semantics.method(on, name, call, file, this);
      if (found) return found;
    }
    return UNKNOWN;
  }

  returnedBy(file: SourceFile, node: FunctionDef): Value {
    const scope = this.program.scopeAt(file, node.start);
    if (node.returns) {
      const annotated = this.#annotations.valueOf(file, node.returns, scope);
      if (annotated.kind !== 'unknown' && annotated.kind !== 'external') return annotated;
    }
    return this.valueReturned(file, node);
  }

  // -------------------------------------------------------------- bindings

  #binding(file: SourceFile, binding: Binding): Value {
    switch (binding.kind) {
      case 'import':
      case 'importFrom':
        return this.#symbol(this.program.follow(file, binding));
      case 'class': {
        const id = `${file.moduleName}.${binding.name}`;
        const model = this.graph.model(id);
        if (model) return { kind: 'model', model: id };
        return { kind: 'object', file, cls: binding.node };
      }
      case 'function':
        return { kind: 'function', file, node: binding.node, self: null };
      case 'assign': {
        const value = atPath(this.valueOf(file, binding.statement.value), binding.path);
        return isEmpty(value) ? this.#gathered(file, binding, value) : value;
      }
      case 'annAssign': {
        const annotated = this.#annotations.valueOf(file, binding.statement.annotation, binding.scope);
        const value = binding.statement.value ? this.valueOf(file, binding.statement.value) : UNKNOWN;
        return value.kind === 'unknown' || value.kind === 'none' || value.kind === 'external' ? annotated : value;
      }
      case 'walrus':
        return this.valueOf(file, binding.node.value);
      case 'for':
        return atPath(elementOf(this.valueOf(file, binding.statement.iter)), binding.path);
      case 'comprehension':
        return atPath(elementOf(this.valueOf(file, binding.node.iter)), binding.path);
      case 'with':
        return atPath(entered(this.valueOf(file, binding.item.context)), binding.path);
      case 'parameter':
        return parameterValue(file, binding, this, this.#annotations);
      case 'augAssign':
      case 'except':
      case 'match':
      case 'typeParam':
      case 'typeAlias':
      case 'delete':
        return UNKNOWN;
    }
  }

  /** A list or a dict that begins empty, with what is put into it further down. */
  #gathered(file: SourceFile, { name, scope }: Binding, empty: Value): Value {
    if (scope.node.kind !== 'FunctionDef') return empty;
    this.program.noteUnit(file, scope.node.start);
    let value = empty;
    for (const { what, value: expr, under } of gatheredIn(scope).get(name) ?? []) {
      const given = this.valueOf(file, expr);
      const element = what === 'element' ? given : elementOf(given);
      if (element.kind === 'unknown') continue;
      const inside: Value =
        under === 'name'
          ? { kind: 'collection', of: element }
          : { kind: 'mapping', of: under === 'key' ? element : { kind: 'collection', of: element } };
      if (inside.kind === empty.kind) value = isEmpty(value) ? inside : joinValues(value, inside);
    }
    return value;
  }
}

function expiring({ expires }: { readonly expires?: boolean }): { readonly expires?: boolean } {
  return expires === undefined ? {} : { expires };
}

function isEmpty(value: Value): boolean {
  return (value.kind === 'collection' || value.kind === 'mapping') && value.of.kind === 'unknown';
}

function constantValue(type: string): Value {
  switch (type) {
    case 'int':
    case 'str':
    case 'bool':
    case 'float':
    case 'bytes':
      return { kind: 'scalar', python: type };
    case 'None':
      return { kind: 'none' };
    default:
      return UNKNOWN;
  }
}

function atPath(value: Value, path: readonly number[]): Value {
  let current = value;
  for (const index of path) current = current.kind === 'tuple' ? (current.items[index] ?? UNKNOWN) : elementOf(current);
  return current;
}

function functionScope(scope: Scope): Scope {
  let current = scope;
  while ((current.kind === 'comprehension' || current.kind === 'lambda') && current.parent) current = current.parent;
  return current;
}

/** What an expression is the next link of: `a.b` in `a.b()`. */
function beginningOf(expr: Expr): Expr | null {
  switch (expr.kind) {
    case 'Attribute':
    case 'Subscript':
    case 'Await':
      return expr.value;
    case 'Call':
      return expr.func;
    case 'BinOp':
      return expr.left;
    default:
      return null;
  }
}
