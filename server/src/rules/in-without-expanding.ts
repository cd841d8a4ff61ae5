import { importEdit } from '../orm/importEdit.ts';
import { defineRule } from './rule.ts';

export const inWithoutExpanding = defineRule({
  id: 'in-without-expanding',
  severity: 'error',
  summary: 'A list is given for one parameter of textual SQL',
  isOnByDefault: true,
  inTests: true,
  check({ file, program, uses }, report) {
    for (const { text, parameter, isInParentheses } of uses.unexpandedIns()) {
      report({
        range: { start: text.start, end: text.end },
        message: `\`:${parameter}\` is one value to the database: a list needs \`bindparam("${parameter}", expanding=True)\``,
        fixes: isInParentheses
          ? []
          : [
              {
                title: `Expand :${parameter} to its values`,
                edits: [
                  {
                    path: file.path,
                    range: { start: text.end, end: text.end },
                    newText: `.bindparams(bindparam("${parameter}", expanding=True))`,
                  },
                  ...importEdit(program, file, 'sqlalchemy', 'bindparam'),
                ],
                isPreferred: true,
              },
            ],
      });
    }
  },
});
