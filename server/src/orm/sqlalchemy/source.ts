/** The steps that make SQLAlchemy's models again. */
import type { Program, SourceFile } from '../../python/types.ts';
import { Classes } from '../classes.ts';
import type { MappedTable, Model, ModelGraph } from '../model.ts';
import { StepWriter } from '../source/writer.ts';
import { modelsHeard, noteEvents, writeListeners, writeQueryProperties } from './afterClasses.ts';
import { expandBase } from './bases.ts';
import { SqlalchemyPolicy } from './classPolicy.ts';

/** Writes the given models and tables, and everything they need. Deterministic: by module, then as they stand. */
export function writeSqlalchemy(
  program: Program,
  graph: ModelGraph,
  models: readonly Model[],
  tables: readonly string[],
): StepWriter {
  const classes: Classes = new Classes(
    program,
    expandBase(() => classes),
  );
  const policy = new SqlalchemyPolicy(graph, classes, models);
  const writer = new StepWriter(program, classes, policy);
  const mapped = tables.flatMap((id) => graph.table(id) ?? []);
  for (const each of inFileOrder(program, classes, [...models, ...mapped])) {
    const file = program.file(each.declared.path);
    const isModel = 'relations' in each;
    // A table inside a class or a `relationship` comes with it.
    if (file && (isModel || isOfModule(each, file))) writer.need(file, each.name);
    if (isModel) for (const reason of each.unknown) writer.unknown.add(reason, [each.id]);
  }
  writer.finish();
  writeQueryProperties(classes, models, writer);
  writeListeners(program, graph, classes, models, writer);
  noteEvents(program, classes, writer);
  return writer;
}

/** Ids of models without which functions cannot be called that every session calls. */
export function modelsHeardBySessions(program: Program, graph: ModelGraph): readonly string[] {
  const classes: Classes = new Classes(
    program,
    expandBase(() => classes),
  );
  return modelsHeard(program, classes, graph);
}

/** Whether a table is what a name of the module holds. */
function isOfModule({ id, name }: MappedTable, file: SourceFile): boolean {
  return file.scope.bindings.has(name) && id === `${file.moduleName}.${name}`;
}

/**
 * Columns of classes that share a table are added to it as the classes are made, and tables are created as they were made,
 * so these come in the order of their file. https://docs.sqlalchemy.org/en/20/orm/inheritance.html#single-table-inheritance
 */
function inFileOrder(
  program: Program,
  classes: Classes,
  all: readonly (Model | MappedTable)[],
): readonly (Model | MappedTable)[] {
  const places = new Map(all.map((each) => [each, placeOf(program, classes, each)]));
  return all.toSorted((a, b) =>
    a.declared.path === b.declared.path ? places.get(a)! - places.get(b)! : a.declared.path < b.declared.path ? -1 : 1,
  );
}

function placeOf(program: Program, classes: Classes, each: Model | MappedTable): number {
  if ('relations' in each) return classes.declared(each)?.node.start ?? 0;
  return program.file(each.declared.path)?.scope.bindings.get(each.name)?.[0]?.range.start ?? 0;
}
