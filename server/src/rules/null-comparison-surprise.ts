import { defineRule } from './rule.ts';

export const nullComparisonSurprise = defineRule({
  id: 'null-comparison-surprise',
  severity: 'warning',
  summary: 'NOT IN a subquery that may give NULL: one NULL, and no row is found',
  isOnByDefault: false,
  inTests: false,
  check({ uses }, report) {
    for (const { expr, model, field } of uses.notInNullables()) {
      report({
        range: { start: expr.start, end: expr.end },
        message: `\`${model.name}.${field.name}\` may be NULL, and one NULL in \`NOT IN\` is enough to find no row at all`,
        related: [
          {
            path: field.declared.path,
            range: field.declared.range,
            message: `${model.name}.${field.name} may be NULL`,
          },
        ],
      });
    }
  },
});
