import { defineRule } from './rule.ts';
import { lazyLoadFinding } from './shared/lazyLoad.ts';

export const lazyLoadInLoop = defineRule({
  id: 'lazy-load-in-loop',
  severity: 'warning',
  summary: 'A relation is loaded once per row of a loop',
  isOnByDefault: true,
  inTests: false,
  check({ loops, uses, inference }, report) {
    // It raises: detached-access, lazy-load-in-async.
    const raising = new Set([
      ...uses.detachedReads().map(({ attribute }) => attribute.start),
      ...uses.asyncReads().map(({ at }) => at.start),
    ]);
    for (const read of loops.lazyReads()) {
      // lazy-load-in-property, fk-object-for-id
      if (read.distant?.member || read.keyReads.length > 0 || raising.has(read.range.start)) continue;
      report(lazyLoadFinding(read, inference));
    }
  },
});
