import { prefetchFix } from '../orm/prefetchFix.ts';
import { defineRule } from './rule.ts';
import { placeOf } from '../orm/values.ts';

export const prefetchDiscarded = defineRule({
  id: 'prefetch-discarded',
  severity: 'warning',
  summary: 'Prefetched rows are asked for again, once per row of a loop',
  isOnByDefault: false,
  inTests: false,
  check({ file, unit, loops, inference }, report) {
    for (const discarded of loops.discardedPrefetches()) {
      const { range, method, relation, owner, query } = discarded;
      const fix = prefetchFix(discarded, file, unit, inference);
      report({
        range,
        message: `\`${method}()\` does not use the prefetched rows of \`${relation.name}\`: it runs one query per ${owner.name}`,
        relation: `${owner.id}.${relation.name}`,
        related: [
          {
            ...placeOf(query),
            message: `\`${relation.name}\` is loaded here`,
          },
        ],
        fixes: fix ? [fix] : [],
      });
    }
  },
});
