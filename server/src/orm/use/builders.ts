import { EXTENDING } from '../django/methods.ts';
import type { Query } from '../values.ts';

/** Methods that give a new query and change nothing; those of the project's own querysets may do more. */
export const BUILDERS: Readonly<Record<Query['orm'], ReadonlySet<string>>> = {
  sqlalchemy: new Set([
    'where',
    'filter',
    'filter_by',
    'order_by',
    'group_by',
    'having',
    'join',
    'outerjoin',
    'options',
    'limit',
    'offset',
    'distinct',
    'select_from',
    'with_entities',
    'add_columns',
    'with_for_update',
    'execution_options',
    'values',
    'returning',
  ]),
  django: EXTENDING,
};
