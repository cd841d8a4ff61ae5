/**
 * Receivers of the signals that Django sends when objects are made, saved and deleted
 * (https://docs.djangoproject.com/en/5.2/topics/signals/): `@receiver(post_save, sender=Order)`, `pre_save.connect(clean)`.
 */
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { Call, Expr, FunctionDef } from '../../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import type { SignalReceiver } from '../../query/program.ts';
import type { DjangoFacts } from '../adapter.ts';
import { assignedValue, dottedName, keyword, textOf, type Classes } from '../classes.ts';
import type { ModelGraph } from '../model.ts';
import { isImported, startupPlace } from './importOrder.ts';
import { readTarget } from './read.ts';
import { SIGNALS, startupStatements, type StartupStatement } from './startup.ts';

export interface Receiver extends Omit<SignalReceiver, 'runs'> {
  /** The function of a module; null where it is not known which it is, or whether it is connected. */
  readonly called: { readonly file: SourceFile; readonly node: FunctionDef } | null;
  /** `dispatch_uid`, in the code's own words. */
  readonly uid: string | null;
}

/** The receivers of a workspace, in the order in which a project that starts connects them. */
export function receiversOf(
  program: Program,
  classes: Classes,
  graph: ModelGraph,
  facts: DjangoFacts,
): readonly Receiver[] {
  const place = startupPlace(program, facts);
  const statements = [...startupStatements(program)];
  // A stable sort: what one module connects stays in its order.
  const ordered = statements
    .map((each) => ({ each, place: place(each.file) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ each }) => each);
  const reader = new ReceiverReader(program, classes, graph, facts);
  for (const each of ordered) reader.read(each);
  return reader.found;
}

class ReceiverReader {
  found: Receiver[] = [];
  readonly #program: Program;
  readonly #classes: Classes;
  readonly #graph: ModelGraph;
  readonly #facts: DjangoFacts;

  constructor(program: Program, classes: Classes, graph: ModelGraph, facts: DjangoFacts) {
    this.#program = program;
    this.#classes = classes;
    this.#graph = graph;
    this.#facts = facts;
  }

  read(statement: StartupStatement): void {
    const { file, stmt, around } = statement;
    if (stmt.kind === 'FunctionDef') this.#decorated(statement, stmt);
    else if (stmt.kind === 'ClassDef') {
      for (const member of stmt.body)
        if (member.kind === 'FunctionDef') this.#decorated({ file, stmt: member, around }, member, stmt.name.text);
    } else if (stmt.kind === 'Expr' && stmt.value.kind === 'Call') this.#connected(statement, stmt.value);
  }

  #decorated({ file, around }: StartupStatement, node: FunctionDef, of?: string): void {
    for (const decorator of node.decorators) {
      if (decorator.kind !== 'Call' || lastName(decorator.func) !== 'receiver') continue;
      // Signals hold their receivers weakly: one that `ready` defines is gone when that returns.
      if (around.length > 0 && isWeak(decorator)) continue;
      const isKnown = !of && file.module.body.includes(node);
      this.#add(
        file,
        of ? `${of}.${node.name.text}` : node.name.text,
        isKnown ? { file, node } : null,
        this.#signals(file, decorator.args[0] ?? keyword(decorator, 'signal')),
        decorator,
        keyword(decorator, 'sender'),
      );
    }
  }

  #connected(statement: StartupStatement, call: Call): void {
    const { file } = statement;
    if (call.func.kind !== 'Attribute') return;
    const does = call.func.attr.text;
    if (does !== 'connect' && does !== 'disconnect') return;
    const signals = this.#signals(file, call.func.value);
    const function_ = call.args[0] ?? keyword(call, 'receiver');
    const sender = call.args[1] ?? keyword(call, 'sender');
    if (does === 'disconnect') {
      this.#disconnected(statement, signals, function_, call, sender);
      return;
    }
    if (!function_ || (isWeak(call) && this.#isGone(statement, function_))) return;
    const symbol = this.#program.resolve(file, function_, this.#program.scopeAt(file, function_.start));
    const isFunction =
      symbol.kind === 'binding' &&
      symbol.binding.kind === 'function' &&
      symbol.file.module.body.includes(symbol.binding.node) &&
      isUnconditional(statement);
    const called = isFunction && symbol.binding.kind === 'function' ? symbol.binding.node : null;
    this.#add(
      file,
      textOf(file, function_),
      isFunction && called ? { file: symbol.file, node: called } : null,
      signals,
      call,
      sender,
    );
  }

  /** Signals hold their receivers weakly: nothing else keeps a lambda, a method of a new object, a function of `ready`. */
  #isGone({ file, around }: StartupStatement, expr: Expr): boolean {
    if (expr.kind === 'Lambda') return true;
    if (expr.kind === 'Attribute' && expr.value.kind === 'Call') {
      const made = this.#program.resolve(file, expr.value.func, this.#program.scopeAt(file, expr.start));
      return made.kind === 'binding' && made.binding.kind === 'class';
    }
    return (
      expr.kind === 'Name' &&
      around.some((node) => node.kind === 'FunctionDef' && node.name.text === expr.id) &&
      [...nodesUnder(around)].filter((node) => node.kind === 'Name' && node.id === expr.id).length === 1
    );
  }

  #add(
    file: SourceFile,
    name: string,
    called: Receiver['called'],
    signals: readonly string[],
    call: Call,
    sender: Expr | null,
  ): void {
    if (signals.length === 0) return;
    const uid = keyword(call, 'dispatch_uid');
    for (const { isKnown, ...sent } of this.#senders(file, sender)) {
      const isCertain = isKnown && called !== null && isImported(this.#program, file);
      for (const signal of signals) {
        const one: Receiver = {
          signal,
          name,
          ...sent,
          called: isCertain ? called : null,
          uid: uid && textOf(file, uid),
        };
        // A second time it is passed over.
        if (!this.found.some((other) => isSame(other, one))) this.found.push(one);
      }
    }
  }

  #disconnected(
    statement: StartupStatement,
    signals: readonly string[],
    function_: Expr | null,
    call: Call,
    sender: Expr | null,
  ): void {
    const { file } = statement;
    const uid = keyword(call, 'dispatch_uid');
    const symbol = function_ && this.#program.resolve(file, function_, this.#program.scopeAt(file, function_.start));
    const node = symbol?.kind === 'binding' && symbol.binding.kind === 'function' ? symbol.binding.node : null;
    const written = uid && textOf(file, uid);
    const senders = this.#senders(file, sender);
    const isMeant = (one: Receiver): boolean =>
      signals.includes(one.signal) &&
      (written ? one.uid === written : node !== null && one.called?.node === node) &&
      senders.some((sent) => sent.sender === one.sender && sent.through === one.through);
    // Which of two modules comes first is known of those of one app alone.
    this.found = isUnconditional(statement)
      ? this.found.filter((one) => !isMeant(one))
      : this.found.map((one) => (isMeant(one) ? { ...one, called: null } : one));
  }

  #signals(file: SourceFile, expr: Expr | null): readonly string[] {
    if (!expr) return [];
    if (expr.kind === 'List' || expr.kind === 'Tuple') return expr.elts.flatMap((each) => this.#signals(file, each));
    const symbol = this.#program.resolve(file, expr, this.#program.scopeAt(file, expr.start));
    const name = symbol.kind === 'external' ? symbol.name.split('.').at(-1)! : lastName(expr);
    return name && SIGNALS.includes(name) ? [name] : [];
  }

  /** Whose signals are received; `sender: null` for those of any model. Nothing for what is no model of the project. */
  #senders(file: SourceFile, expr: Expr | null): readonly Sender[] {
    if (!expr || (expr.kind === 'Constant' && expr.type === 'None')) return [{ ...ANY, isKnown: true }];
    if (expr.kind === 'Attribute' && expr.attr.text === 'through' && expr.value.kind === 'Attribute') {
      const through = expr.value.attr.text;
      return this.#senders(file, expr.value.value).map((owner) =>
        owner.sender === null ? UNKNOWN : { ...owner, through },
      );
    }
    const scope = this.#program.scopeAt(file, expr.start);
    const each = expr.kind === 'Name' ? this.#loopedOver(file, expr) : null;
    if (each) return each.flatMap((one) => this.#senders(file, one));
    const target = readTarget(this.#classes, file, scope, expr);
    switch (target.kind) {
      case 'user':
        return [{ sender: this.#facts.authUserModel, through: null, isKnown: true }];
      case 'name':
        return [{ sender: target.name, through: null, isKnown: true }];
      case 'class': {
        const model = this.#graph.model(target.id);
        if (model?.orm === 'django' && model.appLabel !== null && !model.isAbstract)
          return [{ sender: `${model.appLabel}.${model.name}`, through: null, isKnown: true }];
        return [];
      }
      case 'unknown':
        return [UNKNOWN];
    }
  }

  /** `for model in [Order, Item]`: what the name stands for, one after the other. */
  #loopedOver(file: SourceFile, name: Expr & { readonly kind: 'Name' }): readonly Expr[] | null {
    const [binding, more] = this.#program.lookup(this.#program.scopeAt(file, name.start), name.id);
    if (binding?.kind !== 'for' || more || binding.path.length > 0) return null;
    let { iter } = binding.statement;
    if (iter.kind === 'Name') {
      const [assigned, other] = this.#program.lookup(this.#program.scopeAt(file, iter.start), iter.id);
      const value = assigned && !other ? assignedValue(assigned) : null;
      if (!value) return null;
      iter = value;
    }
    return iter.kind === 'List' || iter.kind === 'Tuple' || iter.kind === 'Set' ? iter.elts : null;
  }
}

interface Sender extends Pick<SignalReceiver, 'sender' | 'through'> {
  readonly isKnown: boolean;
}

const ANY = { sender: null, through: null };
const UNKNOWN: Sender = { ...ANY, isKnown: false };

/** What Django keeps a receiver by: the second of two that are the same is passed over. */
function isSame(one: Receiver, other: Receiver): boolean {
  if (one.signal !== other.signal || one.sender !== other.sender || one.through !== other.through) return false;
  if (one.uid || other.uid) return one.uid === other.uid;
  return one.called ? one.called.node === other.called?.node : !other.called && one.name === other.name;
}

function isWeak(call: Call): boolean {
  const weak = keyword(call, 'weak') ?? call.args[2];
  return !(weak?.kind === 'Constant' && weak.value === false);
}

/** Whether a statement runs whenever the project starts: in the module or `ready` itself, or in a loop there. */
function isUnconditional({ file, stmt, around }: StartupStatement): boolean {
  const body = around.length > 0 ? around : file.module.body;
  return body.some((each) => each === stmt || (each.kind === 'For' && each.body.includes(stmt)));
}

function lastName(expr: Expr): string | null {
  return dottedName(expr)?.split('.').at(-1) ?? null;
}
