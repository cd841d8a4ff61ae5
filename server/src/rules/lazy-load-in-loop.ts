import { eagerLoadFix } from '../orm/eagerLoadFix.ts';
import { defineRule } from './rule.ts';

export const lazyLoadInLoop = defineRule({
  id: 'lazy-load-in-loop',
  severity: 'warning',
  summary: 'A relation is loaded once per row of a loop',
  isOnByDefault: true,
  inTests: false,
  check({ loops, inference }, report) {
    for (const loop of loops.overQueryResults()) {
      for (const read of loop.lazyRelationReads()) {
        const fix = eagerLoadFix(read.query, read.steps, inference);
        report({
          range: read.range,
          message: read.raises
            ? `\`${read.path}\` raises: ${read.owner.name}.${read.relation.name} is declared not to load when it is read`
            : `\`${read.path}\` runs one query per ${read.owner.name}`,
          severity: read.raises ? 'error' : undefined,
          relation: `${read.owner.id}.${read.relation.name}`,
          related: [
            {
              path: read.query.file.path,
              range: { start: read.query.root.start, end: read.query.tip.end },
              message: 'This query could load it',
            },
            {
              path: read.relation.declared.path,
              range: read.relation.declared.range,
              message: `${read.owner.name}.${read.relation.name} is declared here`,
            },
          ],
          fixes: fix ? [fix] : [],
        });
      }
    }
  },
});
