import { defineRule } from './rule.ts';

export const countForExistence = defineRule({
  id: 'count-for-existence',
  severity: 'information',
  summary: 'All rows are counted to learn whether there is one',
  isOnByDefault: true,
  inTests: false,
  check({ file, uses }, report) {
    for (const { expr, call, isPresence, orm } of uses.existenceChecks()) {
      const on = call.func.kind === 'Attribute' ? call.func.value : null;
      const newText = on && `${isPresence ? '' : 'not '}${file.text.slice(on.start, on.end)}.exists()`;
      report({
        range: { start: expr.start, end: expr.end },
        message: '`count()` counts all rows; the database can stop at the first one that exists',
        fixes:
          orm === 'django' && newText
            ? [
                {
                  title: 'Ask whether a row exists',
                  edits: [{ path: file.path, range: { start: expr.start, end: expr.end }, newText }],
                  isPreferred: true,
                },
              ]
            : [],
      });
    }
  },
});
