import { eagerLoadFix } from '../orm/eagerLoadFix.ts';
import { placeOf } from '../orm/values.ts';
import { defineRule } from './rule.ts';
import { COULD_LOAD } from './shared/lazyLoad.ts';

export const lazyLoadInSerializer = defineRule({
  id: 'lazy-load-in-serializer',
  severity: 'warning',
  summary: 'A serializer loads a relation once per row that it writes out',
  isOnByDefault: true,
  inTests: false,
  check({ inference, uses }, report) {
    for (const { at, serializer, field, owner, relation, query, steps, raises, isShared } of uses.serializedReads()) {
      const fix = isShared ? null : eagerLoadFix(query, steps, inference);
      const name = `${owner.name}.${relation.name}`;
      report({
        range: { start: at.start, end: at.end },
        message: raises
          ? `\`${serializer}\` reads ${name}, which is declared not to load when it is read`
          : `\`${serializer}\` runs one query per ${owner.name}, to load ${name} for \`${field.name}\``,
        severity: raises ? 'error' : undefined,
        relation: `${owner.id}.${relation.name}`,
        related: [
          {
            path: field.path,
            range: { start: field.at.start, end: field.at.end },
            message: `The field \`${field.name}\` reads it`,
          },
          { ...placeOf(query), message: COULD_LOAD },
        ],
        fixes: fix ? [fix] : [],
      });
    }
  },
});
