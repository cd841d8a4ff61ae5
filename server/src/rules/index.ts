import { discardedQueryset } from './discarded-queryset.ts';
import { lazyLoadInLoop } from './lazy-load-in-loop.ts';
import { pythonOperatorInFilter } from './python-operator-in-filter.ts';
import type { Rule } from './rule.ts';
import { sqlStringInterpolation } from './sql-string-interpolation.ts';

/** Every rule, sorted by id. */
export const rules: readonly Rule[] = [
  discardedQueryset,
  lazyLoadInLoop,
  pythonOperatorInFilter,
  sqlStringInterpolation,
];
