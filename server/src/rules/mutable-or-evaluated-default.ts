import type { SharedDefault } from '../orm/use/defaults.ts';
import { defineRule, type Fix } from './rule.ts';

export const mutableOrEvaluatedDefault = defineRule({
  id: 'mutable-or-evaluated-default',
  severity: 'warning',
  summary: 'A default is made once and shared by all rows',
  isOnByDefault: true,
  inTests: false,
  check({ file, uses }, report) {
    for (const shared of uses.sharedDefaults()) {
      const { expr, kind } = shared;
      const fix = factoryFix(shared, file.path);
      report({
        range: { start: expr.start, end: expr.end },
        message:
          kind === 'mutable'
            ? 'All rows share this one object: what is changed in one is changed in the default'
            : 'This is called once, when the class is made: every row gets the same value',
        fixes: fix ? [fix] : [],
      });
    }
  },
});

function factoryFix({ expr, factory, option, keyword }: SharedDefault, path: string): Fix | null {
  if (factory === null) return null;
  const edits = [{ path, range: { start: expr.start, end: expr.end }, newText: factory }];
  if (option === 'default_factory') edits.push({ path, range: keyword, newText: option });
  return { title: `Call ${factory} for each row`, edits, isPreferred: true };
}
