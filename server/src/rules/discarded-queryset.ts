import type { DiscardedQuery } from '../orm/use/discarded.ts';
import { defineRule, type Fix } from './rule.ts';

export const discardedQueryset = defineRule({
  id: 'discarded-queryset',
  severity: 'error',
  summary: 'A query is extended, and the longer query is dropped',
  isOnByDefault: true,
  inTests: false,
  check({ file, uses }, report) {
    for (const discarded of uses.discardedQueries()) {
      const { call, method } = discarded;
      const fix = assignBack(file.path, discarded);
      report({
        range: { start: call.start, end: call.end },
        message: `\`${method}()\` gives a new query, which is dropped here: the old one stays as it is`,
        fixes: fix ? [fix] : [],
      });
    }
  },
});

/** Only where the query is a plain variable. It changes what the program does, so nobody takes it without a look. */
function assignBack(path: string, { call }: DiscardedQuery): Fix | null {
  const on = call.func.kind === 'Attribute' ? call.func.value : null;
  if (on?.kind !== 'Name') return null;
  return {
    title: `Assign the new query to ${on.id}`,
    edits: [{ path, range: { start: call.start, end: call.start }, newText: `${on.id} = ` }],
    isPreferred: false,
  };
}
