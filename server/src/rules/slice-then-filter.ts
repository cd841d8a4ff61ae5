import { defineRule } from './rule.ts';

export const sliceThenFilter = defineRule({
  id: 'slice-then-filter',
  severity: 'error',
  summary: 'A queryset is changed after a slice was taken, which raises',
  isOnByDefault: true,
  inTests: false,
  check({ uses }, report) {
    for (const { call, method } of uses.changedSlices()) {
      report({
        range: { start: call.start, end: call.end },
        message: `\`${method}()\` raises after a slice: call it before`,
      });
    }
  },
});
