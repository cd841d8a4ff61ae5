import { defineRule } from './rule.ts';

export const cartesianProduct = defineRule({
  id: 'cartesian-product',
  severity: 'warning',
  summary: 'A statement reads two tables that nothing joins',
  isOnByDefault: false,
  inTests: false,
  check({ uses }, report) {
    for (const { root, names } of uses.cartesianProducts()) {
      const [left, right] = names;
      report({
        range: { start: root.start, end: root.end },
        message: `Nothing joins \`${left}\` and \`${right}\`: each row of one comes with each row of the other`,
      });
    }
  },
});
