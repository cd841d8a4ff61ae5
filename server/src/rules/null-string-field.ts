import { defineRule } from './rule.ts';

export const nullStringField = defineRule({
  id: 'null-string-field',
  severity: 'hint',
  summary: 'A text column may be NULL beside the empty string',
  isOnByDefault: false,
  inTests: false,
  check({ uses }, report) {
    for (const { option } of uses.nullStrings()) {
      report({
        range: { start: option.start, end: option.end },
        message: 'Nothing is now both NULL and the empty string: filters have to ask for two values',
      });
    }
  },
});
