/** Models that a project has left behind: in modules that nothing imports, with relations to what is gone. */
import type { Program } from '../python/types.ts';
import { isNamedByImport } from './imported.ts';
import type { Model, ModelGraph, Relation } from './model.ts';

/** By the state of the workspace: an import in any file may bring a module back. */
const known = new WeakMap<Program, ReadonlySet<string>>();

/**
 * Ids of models that are never loaded. Django refuses to start with a relation that leads nowhere, SQLAlchemy sends nothing
 * as long as the other side of one is missing, so that a module which has such a relation and is imported by none is no
 * part of the project.
 */
export function unloadedModels(program: Program, graph: ModelGraph): ReadonlySet<string> {
  let ids = known.get(program);
  if (!ids) {
    const leftBehind = graph.models.filter((model) => {
      const file = program.file(model.declared.path);
      return (
        file !== undefined &&
        !/(^|\/)(models|__init__)\.py$/.test(file.path) &&
        model.relations.some((relation) => leadsNowhere(model, relation, graph)) &&
        !isNamedByImport(program, file)
      );
    });
    known.set(program, (ids = new Set(leftBehind.map(({ id }) => id))));
  }
  return ids;
}

function leadsNowhere({ orm }: Model, { target, direction, backReference }: Relation, graph: ModelGraph): boolean {
  if (orm === 'django') return target === null && direction !== 'generic';
  const other = target === null ? undefined : graph.model(target);
  if (orm !== 'sqlalchemy' || !other || backReference === null || other.unknown.length > 0) return false;
  return !graph.relation(other, backReference) && !graph.field(other, backReference);
}
