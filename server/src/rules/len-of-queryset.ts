import { defineRule } from './rule.ts';

export const lenOfQueryset = defineRule({
  id: 'len-of-queryset',
  severity: 'information',
  summary: 'Rows are loaded to be counted',
  isOnByDefault: true,
  inTests: false,
  check({ file, uses }, report) {
    for (const { call, query } of uses.loadedToCount()) {
      const range = { start: call.start, end: call.end };
      report({
        range,
        message: '`len()` loads every row to count them; `count()` lets the database do it',
        fixes: [
          {
            title: 'Count in the database',
            edits: [{ path: file.path, range, newText: `${file.text.slice(query.start, query.end)}.count()` }],
            isPreferred: true,
          },
        ],
      });
    }
  },
});
