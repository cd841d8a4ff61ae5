/** What a project adds to models that stand elsewhere, once they are made: `Order.add_to_class("rank", IntegerField())`. */
import type { Call } from '../../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import type { DjangoFacts } from '../adapter.ts';
import type { Classes } from '../classes.ts';
import type { Model, ModelGraph } from '../model.ts';
import type { StepWriter } from '../source/writer.ts';
import { readTarget } from './read.ts';
import { ADDING, startupStatements } from './startup.ts';

/** Writes what is added to some models; what cannot be run, or is added to a model of an installed app, is not known. */
export function writeAdded(
  program: Program,
  graph: ModelGraph,
  classes: Classes,
  models: readonly Model[],
  facts: DjangoFacts,
  writer: StepWriter,
): void {
  const ids = new Set(models.map(({ id }) => id));
  for (const { file, stmt, around } of startupStatements(program)) {
    if (stmt.kind !== 'Expr' || stmt.value.kind !== 'Call') continue;
    const call = stmt.value;
    const model = addedTo(graph, classes, facts, file, call);
    if (!model || !ids.has(model.id)) continue;
    const ref = model.declared.path === '' ? null : classes.declared(model);
    const isRun = around.length === 0 && call.args.every((each) => writer.runnable.isHarmless(file, each));
    if (ref && isRun) writer.unknown.within(model.id, () => writer.run(file, ADDING, stmt, [], ref));
    else writer.unknown.add(`what \`${ADDING}\` adds to \`${model.name}\``, [model.id]);
  }
}

function addedTo(
  graph: ModelGraph,
  classes: Classes,
  facts: DjangoFacts,
  file: SourceFile,
  { func }: Call,
): Model | null {
  if (func.kind !== 'Attribute' || func.attr.text !== ADDING) return null;
  const target = readTarget(classes, file, classes.program.scopeAt(file, func.start), func.value);
  const found =
    target.kind === 'user'
      ? graph.labelled(facts.authUserModel)
      : target.kind === 'class'
        ? graph.model(target.id)
        : undefined;
  return found ?? null;
}
