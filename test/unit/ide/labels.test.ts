import { expect, test } from 'vitest';
import { parameterText } from '../../../server/src/ide/labels.ts';

test.each([
  [{ name: null, hole: 'request.user' }, 'request.user'],
  [{ name: null, value: null }, 'None'],
  [{ name: null, value: true }, 'True'],
  [{ name: null, value: 2.5 }, '2.5'],
  [{ name: null, value: 'it is' }, "'it is'"],
  [{ name: null, value: "it's" }, `"it's"`],
  [{ name: null, value: `it's "so"` }, `'it\\'s "so"'`],
  [{ name: null, value: 'a\n\u0007\\' }, String.raw`'a\n\x07\\'`],
])('%j is written as Python writes it', (param, expected) => {
  expect(parameterText(param)).toBe(expected);
});
