import { importEdit } from '../orm/importEdit.ts';
import { defineRule } from './rule.ts';

export const missingOnDelete = defineRule({
  id: 'missing-on-delete',
  severity: 'error',
  summary: 'A foreign key does not say what happens when its target is deleted, which raises',
  isOnByDefault: true,
  inTests: true,
  check({ file, program, uses }, report) {
    for (const { call, prefix } of uses.missingOnDeletes()) {
      const last = [...call.args, ...call.keywords].at(-1)!;
      report({
        range: { start: call.func.start, end: call.func.end },
        message: '`on_delete` is missing: since Django 2.0 this raises when the module is imported',
        fixes: [
          {
            title: 'Delete these rows with their target (CASCADE)',
            edits: [
              {
                path: file.path,
                range: { start: last.end, end: last.end },
                newText: `, on_delete=${prefix}CASCADE`,
              },
              ...(prefix === '' ? importEdit(program, file, 'django.db.models', 'CASCADE') : []),
            ],
            isPreferred: false,
          },
        ],
      });
    }
  },
});
