import { defineRule } from './rule.ts';
import { lazyLoadFinding } from './shared/lazyLoad.ts';

export const lazyLoadInProperty = defineRule({
  id: 'lazy-load-in-property',
  severity: 'warning',
  summary: 'A property or method of a row loads a relation, once per row of a loop',
  isOnByDefault: true,
  inTests: false,
  check({ loops, inference }, report) {
    for (const read of loops.lazyReads()) {
      if (read.distant?.member) report(lazyLoadFinding(read, inference));
    }
  },
});
