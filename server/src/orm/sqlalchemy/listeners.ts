/**
 * Functions that SQLAlchemy calls while objects are changed and written: `@event.listens_for(User, "before_insert")`.
 * https://docs.sqlalchemy.org/en/20/orm/events.html
 */
import type { Call, Expr, FunctionDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import { flatBody, keyword, type Classes, type ClassRef } from '../classes.ts';
import { isGeneratedBase } from './bases.ts';
import { isFlaskObject, libraryName } from './names.ts';
import { hasOneFactory } from './sessionMakers.ts';
import { type Called, onlyWatches } from './watching.ts';

export interface Listener {
  readonly file: SourceFile;
  /** null: only known when the program runs. */
  readonly event: string | null;
  /** What it returns is used in place of what it was given (https://docs.sqlalchemy.org/en/20/core/event.html#modifiers). */
  readonly replaces: boolean;
  /** The class of the workspace that it listens to, or to an attribute of; null: a session, an engine, something else. */
  readonly target: ClassRef | null;
  /** The id of a base that SQLAlchemy made: `Base = declarative_base()`; null for everything else. */
  readonly base: string | null;
  /** Whether that is the base class of models. */
  readonly isOfBase: boolean;
  /** What it listens to where that is sessions, all there are or those of the one factory of the project; else null. */
  readonly sessions: Expr | null;
  /** The statement of the module that registers it; null when a function, a method or a condition decides. */
  readonly stmt: Stmt | null;
  /** It looks at what is written, and changes nothing of it. */
  readonly onlyWatches: boolean;
  /** The class whose `__declare_last__` registers it, which SQLAlchemy calls. */
  readonly registeredBy: ClassRef | null;
}

/** A look at the text that says whether reading it for listeners is worth it. */
export const LISTENS = /\blistens_for\(|\blisten\(/;

/** All listeners of a file, in text order. */
export function listenersIn(classes: Classes, file: SourceFile): readonly Listener[] {
  if (!LISTENS.test(file.text)) return [];
  return [...flatBody(file.module.body)].flatMap((stmt) =>
    [...nodesUnder([stmt])].flatMap((node) =>
      node.kind === 'Call' ? (listenerOf(classes, file, stmt, node) ?? []) : [],
    ),
  );
}

function listenerOf(classes: Classes, file: SourceFile, stmt: Stmt, call: Call): Listener | null {
  const scope = classes.program.scopeAt(file, call.start);
  const name = libraryName(classes, file, call.func, scope);
  if (name !== 'listens_for' && name !== 'listen') return null;
  const [first, second] = call.args;
  const identifier = second ?? keyword(call, 'identifier');
  // What stands under a condition may not run.
  const isOfModule =
    file.module.body.includes(stmt) &&
    ((stmt.kind === 'FunctionDef' && stmt.decorators.includes(call)) || (stmt.kind === 'Expr' && stmt.value === call));
  const event = identifier?.kind === 'Constant' && identifier.type === 'str' ? identifier.value : null;
  const listener = listeningFunction(classes, file, stmt, call);
  return {
    file,
    event,
    onlyWatches: listener !== null && onlyWatches(event, listener, (each) => calledIn(classes, file, each)),
    replaces: keyword(call, 'retval') !== null,
    target: first && first.kind !== 'Starred' ? classNamed(classes, file, first) : null,
    base: first && first.kind !== 'Starred' ? valueNamed(classes, file, first) : null,
    isOfBase: first !== undefined && first.kind !== 'Starred' && isGeneratedBase(classes, classes.base(file, first)),
    sessions: first && first.kind !== 'Starred' && isOfSessions(classes, file, first) ? first : null,
    stmt: isOfModule ? stmt : null,
    registeredBy: stmt.kind === 'ClassDef' && isWithinDeclareLast(stmt, call) ? classes.ref(file, stmt) : null,
  };
}

/** The function that is decorated, or that is given to `listen`. */
function listeningFunction(classes: Classes, file: SourceFile, stmt: Stmt, call: Call): FunctionDef | null {
  const given = call.args[2] ?? keyword(call, 'fn');
  if (given) return functionNamed(classes, file, given);
  const isDecorated = (node: Node): node is FunctionDef =>
    node.kind === 'FunctionDef' && node.decorators.includes(call);
  return [...nodesUnder([stmt])].find(isDecorated) ?? null;
}

function functionNamed(classes: Classes, file: SourceFile, expr: Expr): FunctionDef | null {
  const symbol = classes.program.resolve(file, expr, classes.program.scopeAt(file, expr.start));
  if (symbol.kind !== 'binding' || symbol.file !== file) return null;
  return symbol.binding.kind === 'function' ? symbol.binding.node : null;
}

function calledIn(classes: Classes, file: SourceFile, { func }: Call): ReturnType<Called> {
  const symbol = classes.program.resolve(file, func, classes.program.scopeAt(file, func.start));
  const isOfOthers = symbol.kind === 'external' && !/^(sqlalchemy|sqlmodel|flask_sqlalchemy)\b/.test(symbol.name);
  return symbol.kind === 'builtin' || isOfOthers ? 'stranger' : (functionNamed(classes, file, func) ?? 'unknown');
}

/** `User` of `User` and of `User.name`. */
function classNamed(classes: Classes, file: SourceFile, expr: Expr): ClassRef | null {
  const scope = classes.program.scopeAt(file, expr.start);
  return (
    classes.named(file, expr, scope) ?? (expr.kind === 'Attribute' ? classes.named(file, expr.value, scope) : null)
  );
}

/** Classes of SQLAlchemy that stand for every session, and what makes sessions. */
const SESSIONS = new Set(['Session', 'AsyncSession', 'sessionmaker', 'async_sessionmaker', 'scoped_session']);

/** `Session`, `SessionLocal` of `SessionLocal = sessionmaker(…)`, `db.session`. */
function isOfSessions(classes: Classes, file: SourceFile, expr: Expr): boolean {
  const name = libraryName(classes, file, expr, classes.program.scopeAt(file, expr.start));
  if (name !== null && SESSIONS.has(name)) return true;
  const isOfFlask =
    expr.kind === 'Attribute' && expr.attr.text === 'session' && isFlaskObject(classes, classes.base(file, expr.value));
  return (isOfFlask || makesSessions(classes, file, expr)) && hasOneFactory(classes.program);
}

function makesSessions(classes: Classes, file: SourceFile, expr: Expr): boolean {
  const base = classes.base(file, expr);
  if (base.kind !== 'value' || base.value.kind !== 'Call') return false;
  const made = libraryName(classes, base.file, base.value.func);
  return made !== null && SESSIONS.has(made);
}

function valueNamed(classes: Classes, file: SourceFile, expr: Expr): string | null {
  const base = classes.base(file, expr);
  return base.kind === 'value' ? base.id : null;
}

function isWithinDeclareLast(node: Stmt & { readonly kind: 'ClassDef' }, call: Call): boolean {
  return node.body.some(
    (stmt) =>
      stmt.kind === 'FunctionDef' &&
      stmt.name.text === '__declare_last__' &&
      stmt.start <= call.start &&
      call.end <= stmt.end,
  );
}
