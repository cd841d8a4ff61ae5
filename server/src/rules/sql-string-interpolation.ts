import { defineRule } from './rule.ts';

export const sqlStringInterpolation = defineRule({
  id: 'sql-string-interpolation',
  severity: 'warning',
  summary: 'A value is written into the text of SQL instead of being given as a parameter',
  isOnByDefault: false,
  inTests: false,
  check({ file, uses }, report) {
    for (const { text, part, isFromRequest } of uses.interpolatedSql()) {
      const source = file.text.slice(part.start, part.end);
      report({
        range: { start: part.start, end: part.end },
        message: isFromRequest
          ? `\`${source}\` comes from a request and becomes part of the SQL: give it as a parameter`
          : `\`${source}\` becomes part of the SQL: give it as a parameter`,
        severity: isFromRequest ? 'error' : undefined,
        related: [
          { path: file.path, range: { start: text.start, end: text.end }, message: 'The SQL is put together here' },
        ],
      });
    }
  },
});
