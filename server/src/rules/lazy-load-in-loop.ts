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
      // lazy-load-in-property, fk-object-for-id
      if (read.distant?.member || read.keyReads.length > 0) continue;
      report(lazyLoadFinding(read, inference));
    }
  },
});
