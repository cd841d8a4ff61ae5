import { expect, test } from 'vitest';
import { hideMagics } from '../../../server/src/lsp/magics.ts';

test.each([
  ['%matplotlib inline\nimport x', '#matplotlib inline\nimport x'],
  ['!pip install sqlalchemy\r\nx = 1', '#pip install sqlalchemy\r\nx = 1'],
  ['  ?print\n', '  #print\n'],
  ['%%time\nselect(User)', '#%time\nselect(User)'],
  ['%%sql\nSELECT 1\n', '     \n        \n'],
  ['x = 5\nprint(x)', 'x = 5\nprint(x)'],
])('%j', (cell, expected) => {
  expect(hideMagics(cell)).toBe(expected);
});

test.each([
  'x = (a\n  % b)',
  'x = a \\\n  % b',
  'x = """\n%s\n!"""',
  "x = '''\n%d''' % [\n%c\n]",
  'x = "(" # [\ny = (1\n%z)',
])('a % that goes on with an expression stays: %j', (cell) => {
  expect(hideMagics(cell)).toBe(cell);
});

test.each(['x = """\n%never ended', "'\n%magic", '(((\n%a', ')\n%magic'])(
  'half-typed cells keep their length: %j',
  (cell) => {
    expect(hideMagics(cell)).toHaveLength(cell.length);
  },
);
