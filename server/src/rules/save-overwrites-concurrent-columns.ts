import { defineRule } from './rule.ts';

export const saveOverwritesConcurrentColumns = defineRule({
  id: 'save-overwrites-concurrent-columns',
  severity: 'hint',
  summary: 'A row is read, one field is set, and all of them are written back',
  isOnByDefault: false,
  inTests: false,
  check({ file, uses }, report) {
    for (const { call, object, fields, mayHaveMore } of uses.partialSaves()) {
      const list = fields.map((name) => `"${name}"`).join(', ');
      report({
        range: { start: call.start, end: call.end },
        message: `All columns of \`${object}\` are written, those that others changed meanwhile, too`,
        fixes: mayHaveMore
          ? []
          : [
              {
                title: `Write only ${fields.join(' and ')}`,
                edits: [
                  {
                    path: file.path,
                    range: { start: call.end - 1, end: call.end - 1 },
                    newText: `update_fields=[${list}]`,
                  },
                ],
                isPreferred: false,
              },
            ],
      });
    }
  },
});
