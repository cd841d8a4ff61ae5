import { expect, test } from 'vitest';
import { LineIndex } from '../../../server/src/base/text.ts';
import { pathOfUri, toRange, toTextRange, uriOfPath } from '../../../server/src/lsp/convert.ts';

test.each([
  ['file:///shop/models.py', '/shop/models.py'],
  ['file:///shop/with%20space/%C3%A4.py', '/shop/with space/ä.py'],
  ['untitled:Untitled-1', 'untitled:Untitled-1'],
])('%s has the path %s, and back', (uri, path) => {
  expect(pathOfUri(uri)).toBe(path);
  expect(uriOfPath(path)).toBe(uri);
});

test.each(['file:///bad%zz', 'file:///a%2Fb.py', 'vscode-vfs://github/o/r/a.py', '', 'no address'])(
  'an address that is no file here goes by its own text: %j',
  (uri) => {
    expect(typeof pathOfUri(uri)).toBe('string');
  },
);

test('ranges count UTF-16 units and know all line ends', () => {
  const text = 'a = "😀"\r\nb = 1\rc = 2\n';
  const lines = new LineIndex(text);
  const range = { start: text.indexOf('"'), end: text.indexOf('c') };
  expect(toRange(range, lines)).toEqual({ start: { line: 0, character: 4 }, end: { line: 2, character: 0 } });
  expect(toTextRange(toRange(range, lines), lines)).toEqual(range);
});

test('positions outside of the text are moved to the nearest end', () => {
  const lines = new LineIndex('ab\ncd');
  const range = { start: { line: 0, character: 99 }, end: { line: 99, character: 0 } };
  expect(toTextRange(range, lines)).toEqual({ start: 2, end: 5 });
});
