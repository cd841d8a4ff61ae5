import { defineRule } from './rule.ts';

export const relatedNameClash = defineRule({
  id: 'related-name-clash',
  severity: 'error',
  summary: 'Two relations make the same attribute on their target',
  isOnByDefault: true,
  inTests: true,
  check({ file, uses }, report) {
    for (const { call, model, relation, other } of uses.relatedNameClashes()) {
      const last = [...call.args, ...call.keywords].at(-1);
      const isNamed = call.keywords.some(({ name }) => name?.text === 'related_name');
      const newName = `${relation.name}_${model.name.toLowerCase()}s`;
      report({
        range: { start: call.func.start, end: call.func.end },
        message: `\`${relation.name}\` and \`${other.name}\` both make \`${relation.backReference}\`: Django does not start`,
        related: [
          { path: other.declared.path, range: other.declared.range, message: `${other.name} is declared here` },
        ],
        fixes:
          last && !isNamed
            ? [
                {
                  title: `Call it ${newName}`,
                  edits: [
                    {
                      path: file.path,
                      range: { start: last.end, end: last.end },
                      newText: `, related_name="${newName}"`,
                    },
                  ],
                  isPreferred: false,
                },
              ]
            : [],
      });
    }
  },
});
