import { defineRule } from './rule.ts';

export const rowAsDict = defineRule({
  id: 'row-as-dict',
  severity: 'warning',
  summary: 'A row is used as a mapping, which it no longer is in SQLAlchemy 2.0',
  isOnByDefault: true,
  inTests: true,
  check({ file, uses }, report) {
    for (const { expr, row, kind } of uses.rowsAsMappings()) {
      const at = kind === 'unpacked' ? row : expr;
      report({
        range: { start: at.start, end: at.end },
        message: `A row is a named tuple in SQLAlchemy 2.0, and no mapping: \`${file.text.slice(row.start, row.end)}._mapping\` is one`,
        fixes: [
          {
            title: 'Read the row as a mapping',
            edits: [{ path: file.path, range: { start: row.end, end: row.end }, newText: '._mapping' }],
            isPreferred: true,
          },
        ],
      });
    }
  },
});
