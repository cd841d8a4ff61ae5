/** Models of Django itself (`../known.ts`) with what they inherit from each other. */
import { ELSEWHERE } from '../../declared.ts';
import type { Field, Model } from '../../model.ts';
import { knownModel, type KnownField, type KnownModel, type KnownRelation } from '../known.ts';

export function knownTable(id: string): Model['table'] {
  const table = knownModel(id)?.table ?? null;
  return table === null ? null : { schema: null, name: table };
}

/** Every base of a model, nearest first. */
export function knownBases(known: KnownModel): readonly string[] {
  return known.bases.flatMap((id) => [id, ...(knownModel(id) ? knownBases(knownModel(id)!) : [])]);
}

/** Abstract bases with their own bases before them, as their fields were made. */
export function inOrderOfFields(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.flatMap((id) => [...inOrderOfFields(knownModel(id)?.bases ?? []), id]))];
}

/** Own and inherited relations. */
export function knownRelations(known: KnownModel): readonly KnownRelation[] {
  return [
    ...known.bases.flatMap((base) => (knownModel(base) ? knownRelations(knownModel(base)!) : [])),
    ...known.relations,
  ];
}

/** Own and inherited fields, foreign keys among them; none of a model that is not known. */
export function knownFields(id: string): readonly Field[] {
  const known = knownModel(id);
  if (!known) return [];
  const keys = knownRelations(known).filter((each) => each.kind === 'foreignKey');
  return [
    ...plainFields(id).map((field) => knownField(field, id)),
    ...keys.map((each): Field => ({
      ...knownField([each.name, 'ForeignKey', 'int', 'index'], id),
      column: `${each.name}_id`,
      nullable: each.nullable,
      foreignKey: { table: knownTable(each.to)?.name ?? null, column: 'id', model: each.to, onDelete: 'CASCADE' },
    })),
  ];
}

/** What an abstract base adds by itself to a model that inherits from it. */
export function abstractFields(id: string, owner: string): readonly Field[] {
  return (knownModel(id)?.fields ?? []).map((field) => knownField(field, owner));
}

export function knownPrimaryColumn(id: string): string {
  return plainFields(id).find(isPrimary)?.[0] ?? 'id';
}

function plainFields(id: string): readonly KnownField[] {
  const known = knownModel(id);
  if (!known) return [];
  const own = known.fields;
  const inherited = known.bases.flatMap((base) => plainFields(base));
  return [...own.filter(isPrimary), ...inherited, ...own.filter((field) => !isPrimary(field))];
}

function isPrimary(field: KnownField): boolean {
  return field.includes('pk', 3);
}

function knownField([name, type, python, ...flags]: KnownField, owner: string): Field {
  const has = (flag: (typeof flags)[number]): boolean => flags.includes(flag);
  return {
    name,
    column: name,
    type,
    python,
    primaryKey: has('pk'),
    nullable: has('null'),
    unique: has('unique') || has('pk'),
    index: has('index'),
    default: null,
    serverDefault: null,
    foreignKey: null,
    deferred: false,
    owner,
    declared: ELSEWHERE,
  };
}
