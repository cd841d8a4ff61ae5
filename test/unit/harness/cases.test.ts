import { expect, test } from 'vitest';
import { parseCases, readMarks } from '../../harness/cases.ts';

const text = `# Title

Prose.

\`base.py\`:

\`\`\`python
BASE = 1
\`\`\`

## Flagged

### one case

\`app/models.py\`:

\`\`\`python
A = 1
\`\`\`

More prose.

\`\`\`python
x = $0A
\`\`\`

\`\`\`sql postgresql
SELECT 1
-- params: []
\`\`\`

\`\`\`fix Load it with the query
x = B
\`\`\`

### only prose

## another

\`\`\`\`python
"""
\`\`\`
"""
\`\`\`\`
`;

test('a heading with fenced blocks is a case, with the files of the headings above it', () => {
  const { title, cases } = parseCases(text, 'a.md');
  expect(title).toBe('Title');
  expect(cases.map((each) => [each.name, each.line])).toEqual([
    ['Flagged › one case', 13],
    ['another', 38],
  ]);
  expect(cases[0]!.files).toEqual({ 'base.py': 'BASE = 1\n', 'app/models.py': 'A = 1\n', 'main.py': 'x = A\n' });
  expect(cases[0]!.main).toEqual({ text: 'x = A\n', cursor: 4, selection: null, carets: [] });
  expect(cases[0]!.blocks.map(({ kind, info }) => [kind, info])).toEqual([
    ['sql', 'postgresql'],
    ['fix', 'Load it with the query'],
  ]);
  for (const block of cases[0]!.blocks) expect(text.slice(block.range.start, block.range.end)).toBe(block.text);
  expect(cases[1]!.files['main.py']).toBe('"""\n```\n"""\n');
});

test('two cursors are a selection', () => {
  expect(readMarks('a $0bc$0 d')).toMatchObject({ text: 'a bc d', cursor: null, selection: { start: 2, end: 4 } });
});

test('carets point at the line above', () => {
  const { text: source, carets } = readMarks('x = 1\nfoo(bar)\n  # ^^^ warning[rule]: words\n#^^ outer\nyz\n#^ name\n');
  expect(carets.map(({ range, words }) => [source.slice(range.start, range.end), words])).toEqual([
    ['bar', 'warning[rule]: words'],
    ['foo', 'outer'],
    ['yz', 'name'],
  ]);
});
