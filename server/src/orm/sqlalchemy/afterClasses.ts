/** What is written once the classes are there: the queries that are given to them, and who listens to them. */
import type { Stmt } from '../../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import { textOf, type Classes } from '../classes.ts';
import type { Model, ModelGraph } from '../model.ts';
import type { StepWriter } from '../source/writer.ts';
import { hierarchyOf } from './bases.ts';
import { LISTENS, listenersIn } from './listeners.ts';
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

/** Events whose listeners may give another statement back. */
const REWRITING = /^before(?:_cursor)?_execute$/;

/** Who listens to models and their attributes is called here too; who listens to sessions or statements cannot be. */
export function writeListeners(
  program: Program,
  graph: ModelGraph,
  classes: Classes,
  models: readonly Model[],
  writer: StepWriter,
): void {
  const lineage = new Set(
    models.flatMap((model) => {
      const ref = classes.declared(model);
      return ref ? classes.order(ref).map(({ id }) => id) : [];
    }),
  );
  const listening = program.pathsMentioning(['listens_for', 'listen']);
  for (const path of new Set([...listening, ...[...writer.files].map((file) => file.path)])) {
    if (isAside(path) || !LISTENS.test(program.snapshot.text(path) ?? '')) continue;
    const file = program.file(path);
    for (const listener of file ? listenersIn(classes, file) : []) {
      const { event, target, stmt, registeredBy } = listener;
      if (listener.replaces && event !== null && REWRITING.test(event))
        writer.unknown.add(`the event \`${event}\` in ${lastTwo(path)} may change statements`);
      if (
        event === null ? !/\b(?:before|after)_(?:insert|update|delete|flush)\b/.test(file!.text) : !CHANGING.test(event)
      )
        continue;
      if (target && graph.model(target.id)) {
        if (!lineage.has(target.id)) continue;
        if (stmt) {
          const name = stmt.kind === 'FunctionDef' ? stmt.name.text : `${target.node.name.text}.${event}`;
          if (writer.claim(file!.moduleName, isNamed(file!, stmt) ? name : `listener at ${stmt.start}`))
            writer.run(file!, name, stmt, [], target);
          continue;
        }
      } else if (registeredBy) continue;
      // About no table: it matters to what a session writes, and to nothing that is read.
      writer.unknown.add(`the event \`${event ?? 'listen'}\` in ${lastTwo(path)} may change what is written`, []);
    }
  }
  writer.finish();
}

/** Whether a name of the module leads to the function: of several with one name, only to the last. */
function isNamed(file: SourceFile, stmt: Stmt): boolean {
  if (stmt.kind !== 'FunctionDef') return false;
  const last = file.scope.bindings.get(stmt.name.text)?.at(-1);
  return last?.kind === 'function' && last.node === stmt;
}

/** Events that rewrite statements cannot be seen by the renderer. */
export function noteEvents(program: Program, writer: StepWriter): void {
  for (const event of ['do_orm_execute', 'before_compile']) {
    const path = program.pathsMentioning([event]).find((each) => !isAside(each));
    if (path !== undefined) writer.unknown.add(`the event \`${event}\` in ${lastTwo(path)} may change statements`);
  }
}

function isAside(path: string): boolean {
  return /(^|\/)(tests?|docs?)\//.test(path);
}

function lastTwo(path: string): string {
  return path.split('/').slice(-2).join('/');
}
