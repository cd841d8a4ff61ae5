/** What is written once the classes are there: the queries that are given to them, and who listens to them. */
import type { Stmt } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import { textOf, type Classes, type ClassRef } from '../classes.ts';
import type { Model, ModelGraph } from '../model.ts';
import { isOfApplication, runsApart } from '../programs.ts';
import type { StepWriter } from '../source/writer.ts';
import { hierarchyOf } from './bases.ts';
import { LISTENS, listenersIn, type Listener } from './listeners.ts';
import { queryPropertiesIn } from './queryProperty.ts';

/** Those that are given to a class or a base once it is there; one in the body of a class comes with it. */
export function writeQueryProperties(classes: Classes, models: readonly Model[], writer: StepWriter): void {
  if (!models.some(({ managers }) => managers.length > 0)) return;
  const { program } = classes;
  const files = program.pathsMentioning(['query_property']).flatMap((path) => program.file(path) ?? []);
  for (const [id, { file, stmt, call }] of files.flatMap((each) => queryPropertiesIn(classes, each))) {
    const [target] = stmt.targets;
    const isUsed = models.some((model) => {
      const ref = classes.declared(model);
      return (
        ref !== null && [...classes.order(ref), hierarchyOf(classes, ref)?.registry].some((base) => base?.id === id)
      );
    });
    if (target?.kind !== 'Attribute' || !isUsed) continue;
    writer.touch(file);
    writer.importAs(file.moduleName, '_give_query', 'ormsight', 'give_query');
    const given = [target.value, ...call.args, ...call.keywords];
    writer.needReads(file, given);
    const source = `_give_query(${given.map((each) => textOf(file, each)).join(', ')})`;
    writer.define(file.moduleName, `${id.split('.').at(-1)!}.query`, source);
  }
  writer.finish();
}

/**
 * Events in which objects are changed, and rows while a session writes them
 * (https://docs.sqlalchemy.org/en/20/orm/events.html).
 */
const CHANGING =
  /^(?:(?:before|after)_(?:insert|update|delete|flush|flush_postexec|attach)|before_commit|init|set|append|remove|bulk_replace)$/;

/** Those among them that only classes and their attributes have. */
const OF_OBJECTS = /^(?:(?:before|after)_(?:insert|update|delete)|init|set|append|remove|bulk_replace)$/;

/** Events whose listeners may give another statement back. */
const REWRITING = /^before(?:_cursor)?_execute$/;

/** Events of sessions whose listeners are called here too (https://docs.sqlalchemy.org/en/20/orm/events.html#session-events). */
const OF_SESSIONS =
  /^(?:do_orm_execute|(?:before|after)_(?:flush|commit|begin|rollback)|after_(?:flush_postexec|soft_rollback|bulk_update|bulk_delete|transaction_create|transaction_end)|before_commit)$/;
/** The one among them in which a statement is changed. */
const OF_STATEMENTS = 'do_orm_execute';
/** All of the ORM in which one is, of sessions and of queries. */
const REWRITTEN = [OF_STATEMENTS, 'before_compile'];
/** In whose name is written what sessions call: what is not known there matters to no model. */
const SESSIONS = 'sessions';

/** Who listens to models, their attributes and sessions is called here too; who listens to statements cannot be. */
export function writeListeners(
  program: Program,
  graph: ModelGraph,
  classes: Classes,
  models: readonly Model[],
  writer: StepWriter,
): void {
  const lineage = lineageOf(classes, models);
  for (const listener of listenersOf(program, classes, [...writer.files])) {
    const { file, event, target, stmt, registeredBy } = listener;
    if (listener.onlyWatches) continue;
    const inFile = `in ${lastTwo(file.path)}`;
    if (listener.replaces && event !== null && REWRITING.test(event))
      writer.unknown.add(`the event \`${event}\` ${inFile} may change statements`);
    if (isOfEverySession(listener)) {
      writer.unknown.within(event === OF_STATEMENTS ? null : SESSIONS, () => run(writer, listener, null));
      continue;
    }
    if (event === null ? !/\b(?:before|after)_(?:insert|update|delete|flush)\b/.test(file.text) : !CHANGING.test(event))
      continue;
    const id = target?.id ?? listener.base;
    if (id !== null && (lineage.has(id) || graph.model(id))) {
      if (!lineage.has(id)) continue;
      if (stmt) {
        run(writer, listener, target);
        continue;
      }
    } else if (registeredBy || isOfOthers(listener)) continue;
    // About no table: it matters to what a session writes, and to nothing that is read.
    writer.unknown.add(`the event \`${event ?? 'listen'}\` ${inFile} may change what is written`, []);
  }
  writer.finish();
}

/** Models that functions name which every session calls: `isinstance(obj, Message)` has to be known of them. */
export function modelsHeard(program: Program, classes: Classes, graph: ModelGraph): readonly string[] {
  return listenersOf(program, classes, [])
    .filter(isOfEverySession)
    .flatMap(({ file, stmt }) =>
      functionsOf(program, file, stmt!).flatMap((node) =>
        [...nodesUnder([node])].flatMap((inner) => {
          if (inner.kind !== 'Name' && inner.kind !== 'Attribute') return [];
          const named = classes.named(file, inner, program.scopeAt(file, inner.start));
          return named && graph.model(named.id)?.orm === 'sqlalchemy' ? named.id : [];
        }),
      ),
    );
}

/** The function that is decorated, or that is given to `listen`. */
function functionsOf(program: Program, file: SourceFile, stmt: Stmt): readonly Stmt[] {
  if (stmt.kind !== 'Expr' || stmt.value.kind !== 'Call') return [stmt];
  const given = stmt.value.args[2];
  const symbol = given && program.resolve(file, given);
  return symbol?.kind === 'binding' && symbol.binding.kind === 'function' ? [symbol.binding.node] : [];
}

/** Whether it is about objects of a class, or of a base, of which none of the models is. */
function isOfOthers({ event, target, isOfBase }: Listener): boolean {
  return event !== null && OF_OBJECTS.test(event) && (target !== null || isOfBase);
}

function isOfEverySession({ sessions, event, stmt }: Listener): boolean {
  return sessions !== null && stmt !== null && event !== null && OF_SESSIONS.test(event);
}

/** The classes that models are made of, and the bases that SQLAlchemy makes for them. */
function lineageOf(classes: Classes, models: readonly Model[]): ReadonlySet<string> {
  return new Set(
    models.flatMap((model) => {
      const ref = classes.declared(model);
      return ref ? classes.order(ref).map(({ id }) => id) : [];
    }),
  );
}

/** Paths of the files of an application that listen, or say the name of an event in which statements are changed. */
export function listeningPaths(program: Program): readonly string[] {
  const listening = program.pathsMentioning(['listens_for', 'listen']);
  const all = new Set([...listening.filter((path) => listens(program, path)), ...program.pathsMentioning(REWRITTEN)]);
  return [...all].filter((path) => isOfApplication(program, path)).toSorted();
}

function listens(program: Program, path: string): boolean {
  return LISTENS.test(program.snapshot.text(path) ?? '');
}

function listenersOf(program: Program, classes: Classes, files: readonly SourceFile[]): readonly Listener[] {
  return [...new Set([...listeningPaths(program), ...files.map((file) => file.path)])].flatMap((path) => {
    if (!isOfApplication(program, path) || !listens(program, path)) return [];
    if (files.length > 0 && runsApart(program, path, files)) return [];
    const file = program.file(path);
    return file ? listenersIn(classes, file) : [];
  });
}

/** Registers a listener; `of` is the class it is about, null when it is about all that is written or sent. */
function run(writer: StepWriter, { file, event, stmt, sessions }: Listener, of: ClassRef | null): void {
  const name = stmt!.kind === 'FunctionDef' ? stmt.name.text : `${of?.node.name.text ?? SESSIONS}.${event}`;
  if (!writer.claim(file.moduleName, isNamed(file, stmt!) ? name : `listener at ${stmt!.start}`)) return;
  // What makes sessions is not made: they all are of one class here.
  if (sessions) writer.importAs(file.moduleName, '_Session', 'sqlalchemy.orm', 'Session');
  const edits = sessions ? [{ start: sessions.start, end: sessions.end, newText: '_Session' }] : [];
  const what = `the event \`${event}\` in ${lastTwo(file.path)}`;
  writer.whole(() => writer.run(file, name, stmt!, edits, of, what));
}

/** Whether a name of the module leads to the function: of several with one name, only to the last. */
function isNamed(file: SourceFile, stmt: Stmt): boolean {
  if (stmt.kind !== 'FunctionDef') return false;
  const last = file.scope.bindings.get(stmt.name.text)?.at(-1);
  return last?.kind === 'function' && last.node === stmt;
}

/** Events in which statements are changed, where who listens cannot be called here. */
export function noteEvents(program: Program, classes: Classes, writer: StepWriter): void {
  for (const event of REWRITTEN) {
    const path = program
      .pathsMentioning([event])
      .find(
        (each) =>
          isOfApplication(program, each) &&
          !isHeard(program, classes, each, event) &&
          !runsApart(program, each, [...writer.files]),
      );
    if (path !== undefined) writer.unknown.add(`the event \`${event}\` in ${lastTwo(path)} may change statements`);
  }
}

/** Whether all that a file says of an event are listeners that are called here. */
function isHeard(program: Program, classes: Classes, path: string, event: string): boolean {
  const file = program.file(path);
  if (!file) return false;
  const mentions = file.text.split('\n').filter((line) => line.includes(event) && !/^\s*#/.test(line)).length;
  return (
    mentions === listenersIn(classes, file).filter((each) => each.event === event && isOfEverySession(each)).length
  );
}

function lastTwo(path: string): string {
  return path.split('/').slice(-2).join('/');
}
