import { defineRule } from './rule.ts';
import { lazyLoadFinding } from './shared/lazyLoad.ts';

export const lazyLoadInLoop = defineRule({
  id: 'lazy-load-in-loop',
  severity: 'warning',
  summary: 'A relation is loaded once per row of a loop',
  isOnByDefault: true,
  inTests: false,
  check({ loops, inference }, report) {
    for (const read of loops.lazyReads()) {
      if (read.distant?.member) continue; // lazy-load-in-property
      report(lazyLoadFinding(read, inference));
    }
  },
});
