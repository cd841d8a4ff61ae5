import { defineRule } from './rule.ts';

export const fkObjectForId = defineRule({
  id: 'fk-object-for-id',
  severity: 'warning',
  summary: 'An object is loaded once per row of a loop for its key, which the row has',
  isOnByDefault: true,
  inTests: false,
  check({ file, loops }, report) {
    for (const { keyReads, key, owner, relation } of loops.lazyReads()) {
      const [first] = keyReads;
      if (!first || key === null) continue;
      const text = file.text.slice(first.start, first.end);
      report({
        range: { start: first.start, end: first.end },
        message: `\`${text}\` runs one query per ${owner.name}, for the key that \`${key}\` has`,
        relation: `${owner.id}.${relation.name}`,
        related: [
          {
            path: relation.declared.path,
            range: relation.declared.range,
            message: `${owner.name}.${relation.name} is declared here`,
          },
        ],
        fixes: [
          {
            title: `Read ${key}`,
            edits: keyReads.map(({ value, attr }) => ({
              path: file.path,
              range: { start: value.kind === 'Attribute' ? value.attr.start : attr.start, end: attr.end },
              newText: key,
            })),
            isPreferred: true,
          },
        ],
      });
    }
  },
});
