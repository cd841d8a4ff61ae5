/** Models that a project has left behind: in modules that nothing imports, with relations to models that are gone. */
import type { Program } from '../../python/types.ts';
import type { ModelGraph } from '../model.ts';
import { isNamedByImport } from './importOrder.ts';

/** By graph, which is another one when an import has changed. */
const known = new WeakMap<ModelGraph, ReadonlySet<string>>();

/**
 * Ids of models that are never loaded. Django refuses to start with a relation that leads nowhere, so that a module which
 * has one and is imported by none is no part of the project.
 */
export function unloadedModels(program: Program, graph: ModelGraph): ReadonlySet<string> {
  let ids = known.get(graph);
  if (!ids) {
    const leftBehind = graph.models.filter((model) => {
      const file = model.orm === 'django' ? program.file(model.declared.path) : undefined;
      return (
        file !== undefined &&
        !/(^|\/)(models|__init__)\.py$/.test(file.path) &&
        model.relations.some(({ target, direction }) => target === null && direction !== 'generic') &&
        !isNamedByImport(program, file)
      );
    });
    known.set(graph, (ids = new Set(leftBehind.map(({ id }) => id))));
  }
  return ids;
}
