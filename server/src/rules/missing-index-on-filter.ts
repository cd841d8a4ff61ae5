import { defineRule } from './rule.ts';

export const missingIndexOnFilter = defineRule({
  id: 'missing-index-on-filter',
  severity: 'hint',
  summary: 'A foreign key has no index',
  isOnByDefault: false,
  inTests: false,
  check({ file, uses }, report) {
    for (const { call, model, field } of uses.unindexedKeys()) {
      const last = [...call.args, ...call.keywords].at(-1);
      report({
        range: { start: call.func.start, end: call.func.end },
        message: `No index begins with \`${model.name}.${field.name}\`: joins, and deletes of its target, read the whole table`,
        fixes: last
          ? [
              {
                title: 'Add an index',
                edits: [{ path: file.path, range: { start: last.end, end: last.end }, newText: ', index=True' }],
                isPreferred: true,
              },
            ]
          : [],
      });
    }
  },
});
