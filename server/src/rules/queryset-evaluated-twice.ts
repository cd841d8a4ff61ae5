import { defineRule } from './rule.ts';

export const querysetEvaluatedTwice = defineRule({
  id: 'queryset-evaluated-twice',
  severity: 'information',
  summary: 'A queryset sends its query again for what one query could have given',
  isOnByDefault: true,
  inTests: false,
  check({ file, uses }, report) {
    for (const { name, kind, expr, other } of uses.evaluatedTwice()) {
      const range = { start: expr.start, end: expr.end };
      report({
        range,
        message:
          kind === 'exists'
            ? `\`exists()\` sends a query, and the loop sends another one: \`if ${name}\` reads the rows once for both`
            : `Each index of \`${name}\` sends a query of its own: \`list(${name}[:n])\` reads the rows once`,
        related: [
          {
            path: file.path,
            range: { start: other.start, end: other.end },
            message: 'The query is sent here, too',
          },
        ],
        fixes:
          kind === 'exists'
            ? [
                {
                  title: 'Ask the rows themselves',
                  edits: [{ path: file.path, range, newText: name }],
                  isPreferred: true,
                },
              ]
            : [],
      });
    }
  },
});
