import { countForExistence } from './count-for-existence.ts';
import { discardedQueryset } from './discarded-queryset.ts';
import { lazyLoadInLoop } from './lazy-load-in-loop.ts';
import { lenOfQueryset } from './len-of-queryset.ts';
import { pythonOperatorInFilter } from './python-operator-in-filter.ts';
import type { Rule } from './rule.ts';
import { sliceThenFilter } from './slice-then-filter.ts';
import { sqlStringInterpolation } from './sql-string-interpolation.ts';
import { writeWithoutCommit } from './write-without-commit.ts';

/** Every rule, sorted by id. */
export const rules: readonly Rule[] = [
  countForExistence,
  discardedQueryset,
  lazyLoadInLoop,
  lenOfQueryset,
  pythonOperatorInFilter,
  sliceThenFilter,
  sqlStringInterpolation,
  writeWithoutCommit,
];
