/** The steps that make Django's models again. */
import type { Program } from '../../python/types.ts';
import type { DjangoProject } from '../../query/program.ts';
import type { DjangoFacts } from '../adapter.ts';
import { Classes, members, type ClassRef } from '../classes.ts';
import type { Model, ModelGraph } from '../model.ts';
import { StepWriter } from '../source/writer.ts';
import { writeAdded } from './added.ts';
import { DjangoPolicy } from './classPolicy.ts';
import { loadingOrder } from './loadingOrder.ts';
import { writeLookups } from './lookups.ts';
import { receiversOfParts } from './parts.ts';
import { writeReceivers } from './receiverSteps.ts';
import type { Receiver } from './receivers.ts';
import { writeRouters } from './routers.ts';

/** Writes the given models and everything they need, in the order in which Django would load them. */
export function writeDjango(
  program: Program,
  graph: ModelGraph,
  models: readonly Model[],
  facts: DjangoFacts,
  receivers: readonly Receiver[],
): DjangoWriter {
  const classes = djangoClasses(program);
  const policy = new DjangoPolicy(graph, classes, models, facts);
  const writer = new StepWriter(program, classes, policy);
  for (const model of models)
    for (const reason of model.unknown) writer.unknown.add(reason, model.columnless?.has(reason) ? [] : [model.id]);
  const order = loadingOrder(program, classes, models, facts);
  for (const file of order.files) writer.touch(file);
  for (const { file, node } of order.classes) writer.need(file, node.name.text);
  writeLookups(program, writer);
  writeAdded(program, graph, classes, models, facts, writer);
  writer.finish();
  // What is not known of what a receiver needs matters where it runs, and is said there.
  writer.unknown.onlyOfModels();
  const labels = new Set(models.map((model) => `${model.appLabel}.${model.name}`.toLowerCase()));
  const written = writeReceivers(receivers, labels, writer);
  const routers = writeRouters(program, facts, writer);
  writer.unknown.within('receivers', () => writer.finish());
  const having = (method: string): readonly string[] => labelsHaving(method, classes, models);
  return {
    writer,
    standIns: policy.standIns.apps,
    receivers: [...written, ...receiversOfParts(classes, models)],
    routers,
    overrides: { save: having('save'), delete: having('delete'), clean: having('clean') },
  };
}

/** The classes of a workspace as Django sees them. */
export function djangoClasses(program: Program): Classes {
  const classes: Classes = new Classes(program, (base) =>
    base.kind === 'value' && base.value.kind === 'Attribute' ? [classes.base(base.file, base.value)] : [],
  );
  return classes;
}

export interface DjangoWriter {
  readonly writer: StepWriter;
  /** Apps of models that stand in for missing ones. */
  readonly standIns: ReadonlyMap<string, string>;
  readonly receivers: DjangoProject['receivers'];
  readonly routers: DjangoProject['routers'];
  readonly overrides: DjangoProject['overrides'];
}

/** Labels of the models that have a method of their own under that name. */
function labelsHaving(method: string, classes: Classes, models: readonly Model[]): readonly string[] {
  return models.flatMap((model) => {
    const ref = model.isAbstract ? null : classes.declared(model);
    const has = ref && classes.order(ref).some((base) => base.kind === 'class' && hasFunction(base.ref, method));
    return has ? `${model.appLabel}.${model.name}` : [];
  });
}

function hasFunction({ node }: ClassRef, name: string): boolean {
  return [...members(node)].some((member) => member.name === name && member.stmt.kind === 'FunctionDef');
}
