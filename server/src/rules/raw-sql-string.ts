import { importEdit } from '../orm/importEdit.ts';
import { defineRule } from './rule.ts';

export const rawSqlString = defineRule({
  id: 'raw-sql-string',
  severity: 'error',
  summary: 'A string is executed, which SQLAlchemy 2.0 refuses',
  isOnByDefault: true,
  inTests: true,
  check({ file, program, uses }, report) {
    for (const { arg, method, isCertain, canBeText } of uses.plainSql()) {
      const { start, end } = arg;
      const [name] = program.lookup(program.scopeAt(file, start), 'text');
      const isFree = name === undefined || name.kind === 'importFrom';
      report({
        range: { start, end },
        message: isCertain
          ? `\`${method}()\` takes statements, no strings: this raises`
          : `\`${method}()\` takes no strings since SQLAlchemy 2.0: this raises there`,
        severity: isCertain ? undefined : 'warning',
        fixes:
          canBeText && isFree
            ? [
                {
                  title: 'Make it a statement with text()',
                  edits: [
                    { path: file.path, range: { start, end: start }, newText: 'text(' },
                    { path: file.path, range: { start: end, end }, newText: ')' },
                    ...importEdit(program, file, 'sqlalchemy', 'text'),
                  ],
                  isPreferred: true,
                },
              ]
            : [],
      });
    }
  },
});
