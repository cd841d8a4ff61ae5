/**
 * How many statements a function sends each time it is called, from its text alone: no sandbox runs for it. It knows
 * what the rules know (loops, lazy loads, what functions call), and says of all else that it does not know.
 */
import type { Call, Comprehension, Expr, FunctionDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import { runsInOneRound } from '../../python/rounds.ts';
import { children, nodesUnder } from '../../python/syntax/visit.ts';
import { isWritten } from '../../python/syntax/written.ts';
import type { SourceFile } from '../../python/types.ts';
import { attributeRead } from '../attributeReads.ts';
import { changedBy } from '../changes.ts';
import type { Inference } from '../infer.ts';
import { unloadedRelation } from '../lazyReads.ts';
import { createLoops } from '../loops/loops.ts';
import { calleeOf, type FunctionRef } from '../summaries/callees.ts';
import type { Query, Value } from '../values.ts';
import {
  ANY,
  either,
  isNothing,
  maybe,
  NONE,
  ONE,
  ONE_AT_MOST,
  perRound,
  plus,
  type StatementCount,
  times,
} from './count.ts';
import { isHarmlessCall, takesAll } from './harmless.ts';
import { isOfLoadedRow, type Pending, sentByCall, sentByQuery } from './sent.ts';

export interface Statements extends StatementCount {
  /** What sends them, in the order of the text, a few at most; also in functions that it calls. */
  readonly places: readonly SendingPlace[];
}

export interface SendingPlace {
  readonly file: SourceFile;
  readonly node: Expr;
  /** In how many loops, one in the other. */
  readonly depth: number;
}

/** A list longer than this is no help. */
const MAX_PLACES = 20;
/** Functions that call functions that call …: further down nobody knows. */
const MAX_CALLS = 6;
/** Statements in statements; deeper than anybody writes. */
const MAX_DEPTH = 60;
/** Nodes of a function and all that it calls: generated code is not worth a second. */
const MAX_NODES = 20_000;

/** Cost: one walk over the function, and one over each that it calls. */
export function statementsOf(of: FunctionRef, inference: Inference): Statements {
  return new Counter(inference).function(of);
}

class Counter {
  readonly #inference: Inference;
  readonly #known = new Map<FunctionDef, Statements>();
  readonly #underWay = new Set<FunctionDef>();
  #nodes = 0;

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  function(of: FunctionRef): Statements {
    const known = this.#known.get(of.node);
    if (known) return known;
    if (this.#underWay.has(of.node) || this.#underWay.size >= MAX_CALLS) return { ...ANY, places: [] };
    this.#underWay.add(of.node);
    const statements = new FunctionCounter(of, this.#inference, this).count();
    this.#underWay.delete(of.node);
    this.#known.set(of.node, statements);
    return statements;
  }

  /** False once there is too much to look at. */
  visit(): boolean {
    return ++this.#nodes <= MAX_NODES;
  }
}

class FunctionCounter {
  readonly #file: SourceFile;
  readonly #node: FunctionDef;
  readonly #inference: Inference;
  readonly #all: Counter;
  readonly #pending: Pending = { isAny: false };
  readonly #places: SendingPlace[] = [];
  /** Querysets whose rows are there: by where they were extended last. */
  readonly #loaded = new Set<Node>();
  /** Attributes of objects that were read before, as they are written. */
  readonly #read = new Set<string>();
  /** By the place where a relation of the rows of a loop is loaded. */
  readonly #lazy: ReadonlyMap<number, number>;
  readonly #loops: Node[] = [];
  /** What is asked once, although it stands in a loop. */
  #before: StatementCount = NONE;

  constructor({ file, node }: FunctionRef, inference: Inference, all: Counter) {
    this.#file = file;
    this.#node = node;
    this.#inference = inference;
    this.#all = all;
    const lazy = new Map<number, number>();
    for (const { range, raises } of createLoops(file, [node], inference).lazyReads())
      if (!raises) lazy.set(range.start, range.end);
    this.#lazy = lazy;
  }

  count(): Statements {
    const body = this.#inference.program.bodyOf(this.#file, this.#node);
    const count = this.#suite(body, 0, 0);
    return { ...plus(this.#before, count), places: this.#places };
  }

  // -------------------------------------------------------------- statements

  #suite(suite: readonly Stmt[], from: number, depth: number): StatementCount {
    let count = NONE;
    for (let i = from; i < suite.length; i++) {
      const stmt = suite[i]!;
      if (depth > MAX_DEPTH || !this.#all.visit()) return ANY;
      if (stmt.kind === 'If' && leaves(stmt.body)) {
        // What follows is its other branch. One that raises is no way that anybody is interested in.
        const test = plus(count, this.#asked(stmt.test));
        const body = this.#suite(stmt.body, 0, depth + 1);
        const rest = plus(this.#suite(stmt.orelse, 0, depth + 1), this.#suite(suite, i + 1, depth + 1));
        return plus(test, stmt.body.at(-1)!.kind === 'Raise' ? rest : either(body, rest));
      }
      count = plus(count, this.#statement(stmt, depth));
      if (stmt.kind === 'Return' || stmt.kind === 'Raise') return count;
      if (mayLeave(stmt)) return plus(count, maybe(this.#suite(suite, i + 1, depth + 1)));
    }
    return count;
  }

  #statement(stmt: Stmt, depth: number): StatementCount {
    const suite = (body: readonly Stmt[]): StatementCount => this.#suite(body, 0, depth + 1);
    switch (stmt.kind) {
      case 'FunctionDef':
      case 'ClassDef':
        return NONE;
      case 'If': {
        const test = this.#asked(stmt.test);
        return plus(test, either(suite(stmt.body), suite(stmt.orelse)));
      }
      case 'For': {
        const rows = this.#iterated(stmt.iter);
        const body = runsInOneRound(stmt.body)
          ? maybe(suite(stmt.body))
          : this.#repeated(stmt.iter, stmt, () => (mayStop(stmt.body) ? maybe(suite(stmt.body)) : suite(stmt.body)));
        return plus(plus(rows, body), suite(stmt.orelse));
      }
      case 'While': {
        const round = this.#inLoop(stmt, () => plus(this.#asked(stmt.test), maybe(suite(stmt.body))));
        return plus(round, maybe(suite(stmt.orelse)));
      }
      case 'With': {
        const items = stmt.items.map(({ context }) => this.#expression(context)).reduce(plus, NONE);
        const body = plus(items, suite(stmt.body));
        // `with session.begin():` commits at its end.
        return this.#pending.isAny && stmt.items.some(({ context }) => isBegin(context))
          ? plus(body, { least: [1], most: null })
          : body;
      }
      case 'Try': {
        const body = plus(suite(stmt.body), suite(stmt.orelse));
        const failed = stmt.handlers.map((handler) => maybe(suite(handler.body))).reduce(either, NONE);
        return plus(plus(body, failed), suite(stmt.finalbody));
      }
      case 'Match': {
        const subject = this.#expression(stmt.subject);
        return plus(subject, stmt.cases.map(({ body }) => suite(body)).reduce(either, NONE));
      }
      case 'Assign':
      case 'AugAssign':
        for (const target of stmt.kind === 'Assign' ? stmt.targets : [stmt.target]) this.#written(target);
        return this.#expression(stmt);
      default:
        return this.#expression(stmt);
    }
  }

  /** `user.name = name`: the session notices, and writes it with the next flush. */
  #written(target: Expr): void {
    if (target.kind !== 'Attribute') return;
    const on = this.#inference.valueOf(this.#file, target.value);
    if (on.kind === 'instance' && this.#inference.graph.model(on.model)?.orm === 'sqlalchemy')
      this.#pending.isAny ||=
        this.#inference.graph.field(this.#inference.graph.model(on.model)!, target.attr.text) !== undefined;
  }

  // -------------------------------------------------------------- loops

  #repeated(iter: Expr, loop: Node, body: () => StatementCount): StatementCount {
    const { kind } = iter;
    // `for name in ("a", "b")`: as often as is written there.
    if ((kind === 'Tuple' || kind === 'List' || kind === 'Set') && iter.elts.every((each) => each.kind !== 'Starred'))
      return times(iter.elts.length, body());
    return this.#inLoop(loop, body);
  }

  #inLoop(loop: Node, body: () => StatementCount): StatementCount {
    this.#loops.push(loop);
    const count = perRound(body());
    this.#loops.pop();
    return count;
  }

  #comprehension(generators: readonly Comprehension[], elements: readonly Expr[], isLazy: boolean): StatementCount {
    const [first, ...rest] = generators;
    if (!first) return elements.map((each) => this.#expression(each)).reduce(plus, NONE);
    const rows = this.#iterated(first.iter);
    const round = this.#repeated(first.iter, first, () => {
      const tests = first.ifs.map((test) => this.#expression(test)).reduce(plus, NONE);
      return plus(tests, this.#comprehension(rest, elements, isLazy));
    });
    // `any(… for …)` and `next(…)` stop where they like.
    return plus(rows, isLazy ? maybe(round) : round);
  }

  // -------------------------------------------------------------- expressions

  /** What a condition asks: `if users:` loads them. */
  #asked(test: Expr): StatementCount {
    if (test.kind === 'UnaryOp') return this.#asked(test.operand);
    if (test.kind === 'BoolOp') return this.#inOrder(test.values, (each) => this.#asked(each));
    return this.#iterated(test, 'django');
  }

  /** An expression, and the rows of it where it is a query that was not sent. */
  #iterated(expr: Expr, only?: 'django'): StatementCount {
    const own = this.#expression(expr);
    const value = this.#inference.valueOf(this.#file, expr);
    return only && value.kind === 'query' && value.query.orm !== only ? own : plus(own, this.#rows(expr));
  }

  #isThere(query: Query): boolean {
    if (isOfLoadedRow(query)) return true;
    if (query.orm !== 'django') return false;
    if (this.#loaded.has(query.tip)) return true;
    this.#loaded.add(query.tip);
    return false;
  }

  /** A queryset keeps its rows: one that was made before a loop is asked once, in its first round, if there is one. */
  #outside({ orm, tip, file }: Query, count: StatementCount): StatementCount {
    const isInside = (loop: Node): boolean => loop.start <= tip.start && tip.end <= loop.end;
    if (orm !== 'django' || file !== this.#file || this.#loops.every(isInside)) return count;
    if (this.#loops.some(isInside)) return maybe(count);
    this.#before = plus(this.#before, maybe(count));
    return NONE;
  }

  /** All that an expression or a simple statement sends. Without recursion into what is not one of our cases. */
  #expression(root: Node): StatementCount {
    let count = NONE;
    const pending: { readonly node: Node; readonly parent: Node | null }[] = [{ node: root, parent: null }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const { node, parent } = next;
      if (!this.#all.visit()) return ANY;
      switch (node.kind) {
        case 'Lambda':
        case 'FunctionDef':
        case 'ClassDef':
          continue;
        case 'BoolOp':
          count = plus(
            count,
            this.#inOrder(node.values, (each) => this.#expression(each)),
          );
          continue;
        case 'IfExp': {
          const test = this.#asked(node.test);
          count = plus(count, plus(test, either(this.#expression(node.body), this.#expression(node.orelse))));
          continue;
        }
        case 'ListComp':
        case 'SetComp':
        case 'GeneratorExp':
          count = plus(count, this.#comprehension(node.generators, [node.elt], stops(node, parent)));
          continue;
        case 'DictComp':
          count = plus(count, this.#comprehension(node.generators, [node.key, node.value], false));
          continue;
        case 'Starred':
        case 'YieldFrom':
          count = plus(count, this.#iterated(node.value));
          continue;
        case 'Call':
          count = plus(count, this.#call(node));
          break;
        case 'Attribute':
          if (!isWritten(node, parent ?? undefined)) count = plus(count, this.#attribute(node));
          break;
        default:
      }
      if (this.#lazy.get(node.start) === node.end && isExpression(node)) count = plus(count, this.#lazily(node));
      const parts = children(node);
      for (let i = parts.length - 1; i >= 0; i--) pending.push({ node: parts[i]!, parent: node });
    }
    return count;
  }

  /** The first is looked at, the others perhaps. */
  #inOrder(values: readonly Expr[], of: (expr: Expr) => StatementCount): StatementCount {
    return values.map((value, i) => (i === 0 ? of(value) : maybe(of(value)))).reduce(plus, NONE);
  }

  /** One query per row, as the rules say it. */
  #lazily(node: Expr): StatementCount {
    const key = `${node.start}:${node.end}`;
    if (this.#read.has(key)) return NONE;
    this.#read.add(key);
    this.#note(node);
    return ONE;
  }

  /** A relation of one object, unless it is there. */
  #attribute(node: Expr & { readonly kind: 'Attribute' }): StatementCount {
    if (isRequestUser(node)) return ANY;
    if (!attributeRead(this.#file, node, this.#inference)) return NONE;
    const on = this.#inference.valueOf(this.#file, node.value);
    if (on.kind !== 'instance' || on.origin?.single === false || on.origin?.isNew) return NONE;
    if (on.origin && !unloadedRelation(on, node.attr.text, [], this.#inference)) return NONE;
    const text = this.#file.text.slice(node.start, node.end);
    if (this.#read.has(text)) return NONE;
    this.#read.add(text);
    this.#note(node);
    return ONE_AT_MOST;
  }

  #call(call: Call): StatementCount {
    const sent = sentByCall(call, this.#pending, this.#file, this.#inference);
    if (sent) {
      if (!isNothing(sent.least) || (sent.most && !isNothing(sent.most))) this.#note(call);
      return sent;
    }
    const callee = calleeOf(this.#file, call, this.#inference);
    if (callee) {
      const { places, ...count } = this.#all.function(callee);
      // What it sets of an object, the next flush writes.
      this.#pending.isAny ||= changedBy(call, this.#file, this.#inference).length > 0;
      for (const place of places) this.#note(place.node, place.file, place.depth);
      if (!callee.node.decorators.every(isHarmlessDecorator)) return ANY;
      // It may read what it is given, and that is counted only where it is known what that is.
      return call.args.some((arg) => isOrmValue(this.#inference.valueOf(this.#file, arg)))
        ? { ...count, most: null }
        : count;
    }
    if (takesAll(call, this.#file, this.#inference)) return call.args.map((arg) => this.#rows(arg)).reduce(plus, NONE);
    return isHarmlessCall(call, this.#file, this.#inference) && !this.#isGivenQuery(call) ? NONE : ANY;
  }

  /** The rows of an expression that is looked at anyway. */
  #rows(expr: Expr): StatementCount {
    const value = this.#inference.valueOf(this.#file, expr);
    if (value.kind !== 'query' || value.query.form === 'statement' || this.#isThere(value.query)) return NONE;
    this.#note(expr);
    return this.#outside(value.query, sentByQuery(value.query, this.#inference));
  }

  /** `render(request, "users.html", {"users": users})`: whoever gets a query may send it. Printing a row reads its text. */
  #isGivenQuery({ func, args, keywords }: Call): boolean {
    const isBuiltin = this.#inference.program.resolve(this.#file, func).kind === 'builtin';
    const isInto = ({ kind }: Node): boolean => /^(Dict|List|Tuple|Set|Starred)$/.test(kind);
    for (const node of nodesUnder([...args, ...keywords.map(({ value }) => value)], isInto)) {
      const value = this.#inference.valueOf(this.#file, node as Expr);
      if (isBuiltin ? value.kind === 'query' : isOrmValue(value)) return true;
    }
    return false;
  }

  #note(node: Expr, file = this.#file, depth = 0): void {
    if (this.#places.length >= MAX_PLACES || this.#places.some((place) => place.node === node)) return;
    this.#places.push({ file, node, depth: depth + this.#loops.length });
  }
}

/** Any other may keep answers, or send more. */
function isHarmlessDecorator(decorator: Expr): boolean {
  return decorator.kind === 'Name' && /^(staticmethod|classmethod|property)$/.test(decorator.id);
}

/** What can still send something. */
function isOrmValue({ kind, ...rest }: Value): boolean {
  if (kind === 'query' || kind === 'instance') return true;
  return (kind === 'collection' || kind === 'mapping') && 'of' in rest && isOrmValue(rest.of);
}

function leaves(suite: readonly Stmt[]): boolean {
  const last = suite.at(-1)?.kind;
  return last === 'Return' || last === 'Raise';
}

/** A `return` somewhere in a statement: what comes after it may not be reached. */
function mayLeave(stmt: Stmt): boolean {
  if (stmt.kind === 'FunctionDef' || stmt.kind === 'ClassDef') return false;
  for (const { kind } of nodesUnder([stmt], isHere)) if (kind === 'Return') return true;
  return false;
}

/** A round that may end before its end. */
function mayStop(suite: readonly Stmt[]): boolean {
  for (const { kind } of nodesUnder(suite, isHere))
    if (kind === 'Return' || kind === 'Break' || kind === 'Continue') return true;
  return false;
}

function isHere({ kind }: Node): boolean {
  return kind !== 'FunctionDef' && kind !== 'ClassDef' && kind !== 'Lambda';
}

/** `any(…)`, `all(…)` and `next(…)` of a generator. */
function stops(node: Node, parent: Node | null): boolean {
  return (
    node.kind === 'GeneratorExp' &&
    parent?.kind === 'Call' &&
    parent.func.kind === 'Name' &&
    /^(any|all|next)$/.test(parent.func.id)
  );
}

function isBegin(context: Expr): boolean {
  return context.kind === 'Call' && context.func.kind === 'Attribute' && /^begin/.test(context.func.attr.text);
}

/** Django loads the session and the user when it is read for the first time. */
function isRequestUser({ value, attr }: Expr & { readonly kind: 'Attribute' }): boolean {
  if (attr.text !== 'user' && attr.text !== 'session') return false;
  return value.kind === 'Name' ? value.id === 'request' : value.kind === 'Attribute' && value.attr.text === 'request';
}

function isExpression(node: Node): node is Expr {
  return node.kind === 'Attribute' || node.kind === 'Call' || node.kind === 'Name';
}
