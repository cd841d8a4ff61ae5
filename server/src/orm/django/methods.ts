/**
 * The methods of Django's own managers and querysets: one table for all who ask what a call gives.
 * Source: https://docs.djangoproject.com/en/stable/ref/models/querysets/
 */
import type { TellingMethods } from '../adapter.ts';

export interface QuerySetMethod {
  /**
   * `queryset`: of model instances; `values`: of dicts, tuples or plain values; `row`: one object, which `created` makes;
   * `rowAndFlag`: `(object, created)`; `rows`: a list; `other`: nothing that an ORM reads on.
   */
  readonly gives: 'queryset' | 'values' | 'row' | 'created' | 'rowAndFlag' | 'rows' | 'number' | 'bool' | 'other';
  /** The new queryset sends other SQL than the one it was called on, and the call does nothing else. */
  readonly extends: boolean;
  /** Raises after a slice was taken (https://docs.djangoproject.com/en/stable/topics/db/queries/#limiting-querysets). */
  readonly refusesSlice: boolean;
}

const table = new Map<string, QuerySetMethod>();

function add(
  gives: QuerySetMethod['gives'],
  names: string,
  flags: Partial<Pick<QuerySetMethod, 'extends' | 'refusesSlice'>> = {},
): void {
  for (const name of names.split(' ')) table.set(name, { gives, extends: false, refusesSlice: false, ...flags });
}

add('queryset', 'filter exclude order_by reverse distinct', { extends: true, refusesSlice: true });
add('queryset', 'annotate alias select_related prefetch_related defer only using select_for_update', { extends: true });
add('queryset', 'all none union intersection difference extra raw get_queryset complex_filter iterator aiterator');
add('values', 'values values_list', { extends: true });
add('values', 'dates datetimes');
add('row', 'get first aget afirst');
add('row', 'last latest earliest alast alatest aearliest', { refusesSlice: true });
add('created', 'create acreate');
/** Methods of managers and objects that call `save` of the model. */
export const SAVING_METHODS: ReadonlySet<string> = new Set(
  'create get_or_create update_or_create acreate aget_or_create aupdate_or_create asave'.split(' '),
);

add('rowAndFlag', 'get_or_create update_or_create aget_or_create aupdate_or_create');
add('rows', 'bulk_create abulk_create');
add('number', 'count acount update aupdate delete adelete bulk_update abulk_update');
add('bool', 'exists aexists contains acontains');
add('other', 'aggregate aaggregate explain aexplain in_bulk ain_bulk add aadd remove aremove set aset clear aclear');

/** null for a method of the project's own querysets. */
export function querySetMethod(name: string): QuerySetMethod | null {
  return table.get(name) ?? null;
}

/** The methods that give a queryset which sends other SQL. */
export const EXTENDING: ReadonlySet<string> = new Set(
  [...table].flatMap(([name, method]) => (method.extends ? name : [])),
);

export const djangoMethods: TellingMethods = {
  // `F` as it is called through its module: `models.F("price")`.
  takingFields: new Set(
    'order_by values values_list only defer distinct select_related prefetch_related annotate aggregate F'.split(' '),
  ),
  changingInPlace: new Set(),
  writingItself: new Set(['save', 'asave']),
};
