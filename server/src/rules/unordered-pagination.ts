import { defineRule } from './rule.ts';

export const unorderedPagination = defineRule({
  id: 'unordered-pagination',
  severity: 'warning',
  summary: 'Rows are shown page by page, without an order',
  isOnByDefault: true,
  inTests: false,
  check({ file, uses }, report) {
    for (const { expr, by, order } of uses.unorderedPages()) {
      report({
        range: { start: expr.start, end: expr.end },
        message: `Without an order, the pages of \`${by}\` may repeat rows and miss others`,
        fixes: order
          ? [
              {
                title: 'Order by the primary key',
                edits: [{ path: file.path, range: { start: order.at, end: order.at }, newText: order.text }],
                isPreferred: true,
              },
            ]
          : [],
      });
    }
  },
});
