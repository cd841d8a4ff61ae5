import type { Call } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Unit } from '../../python/units.ts';
import { databaseOf } from '../graph.ts';
import type { Inference } from '../infer.ts';
import type { Field, Model } from '../model.ts';

/** A foreign key of SQLAlchemy that no index begins with: joins and deletes on the other side read the whole table. */
export interface UnindexedKey {
  readonly call: Call;
  readonly model: Model;
  readonly field: Field;
}

export function unindexedKeys({ node }: Unit, file: SourceFile, inference: Inference): readonly UnindexedKey[] {
  const target = node.kind === 'Assign' ? node.targets[0] : node.kind === 'AnnAssign' ? node.target : null;
  const call = node.kind === 'Assign' || node.kind === 'AnnAssign' ? node.value : null;
  if (target?.kind !== 'Name' || call?.kind !== 'Call') return [];
  const { program, graph } = inference;
  const scope = program.scopeAt(file, node.start);
  if (scope.kind !== 'class' || scope.node.kind !== 'ClassDef') return [];
  const model = graph.model(`${file.moduleName}.${scope.node.name.text}`);
  const field = model && graph.field(model, target.id);
  if (!model || model.orm !== 'sqlalchemy' || model.isAbstract || model.unknown.length > 0 || !field?.foreignKey)
    return [];
  if (field.index || field.unique || field.owner !== model.id || isIndexedWithOthers(model, field)) return [];
  // InnoDB makes an index for every foreign key.
  if (/^(mysql|mariadb)/.test(databaseOf(graph, file.path) ?? '')) return [];
  return [{ call, model, field }];
}

function isIndexedWithOthers({ fields, constraints }: Model, field: Field): boolean {
  if (fields.find((each) => each.primaryKey) === field) return true;
  return constraints.some((each) => each.kind !== 'foreignKey' && each.columns[0] === field.column);
}
