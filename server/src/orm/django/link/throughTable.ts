/** The table that Django makes by itself behind a many-to-many field. */
import type { Declared, Field, MappedTable } from '../../model.ts';
import { nameOf, type Targets } from './targets.ts';

export interface ThroughTable {
  /** `Model_field` with the id of the model in front. */
  readonly id: string;
  readonly name: string;
  readonly module: string;
  readonly table: { readonly schema: string | null; readonly name: string };
  /** The class of its own key. */
  readonly autoField: string;
  /** The id of the model with the field. */
  readonly from: string;
  /** The id of the model it leads to; null when that was not found. */
  readonly to: string | null;
  /** What the key to a target that was not found is called after. */
  readonly field: string;
  readonly declared: Declared;
}

/** As `create_many_to_many_intermediary_model` of django/db/models/fields/related.py names it and its columns. */
export function throughTable(targets: Targets, through: ThroughTable): MappedTable {
  const { id, name, module, table, declared } = through;
  const named = (model: string): string => nameOf(targets.models.get(model) ?? model).toLowerCase();
  const from = named(through.from);
  const to = through.to === null ? through.field : named(through.to);
  const [left, right] = to === from ? [`from_${from}`, `to_${to}`] : [from, to];
  const field = { nullable: false, default: null, serverDefault: null, deferred: false, owner: id, declared };
  const key = (called: string, model: string | null): Field => ({
    ...field,
    name: called,
    column: `${called}_id`,
    type: 'ForeignKey',
    python: model === null ? null : targets.primaryPython(model),
    primaryKey: false,
    unique: false,
    index: true,
    foreignKey: {
      table: model === null ? null : (targets.table(model)?.name ?? null),
      column: model === null ? null : targets.primaryColumn(model),
      model,
      onDelete: 'CASCADE',
    },
  });
  const ownKey: Field = {
    ...field,
    name: 'id',
    column: 'id',
    type: through.autoField,
    python: 'int',
    primaryKey: true,
    unique: true,
    index: false,
    foreignKey: null,
  };
  return {
    id,
    orm: 'django',
    module,
    name,
    declared,
    table,
    fields: [ownKey, key(left, through.from), key(right, through.to)],
    constraints: [{ kind: 'unique', name: null, columns: [`${left}_id`, `${right}_id`] }],
    unknown: [],
  };
}
