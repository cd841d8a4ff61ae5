/** Input that nobody types, but generators, fuzzers and accidents do. */
import { describe, expect, test } from 'vitest';
import type { Module } from '../../../../server/src/python/syntax/nodes.ts';
import { parseModule } from '../../../../server/src/python/syntax/parser.ts';
import { walk } from '../../../../server/src/python/syntax/visit.ts';

function countNodes(module: Module): number {
  let count = 0;
  walk(module, () => void count++);
  return count;
}

describe('nesting is cut off with a problem', () => {
  const levels = 100_000;
  test.each([
    '(',
    '[',
    '{',
    '([{',
    'f(',
    'a[',
    'f"{',
    `f'{f"{`,
    'f"{x:{',
    '-',
    'not ',
    'a ** ',
    'lambda: ',
    'lambda x=',
    'await ',
    'yield ',
    '* ',
    'a if b else ',
    'a.',
    'a()',
    'a + ',
    '[x for x in ',
    'if a: ',
    'match x:\n case (',
    '{**',
    'x[a:',
  ])('%j a hundred thousand times', (piece) => {
    const { module, problems } = parseModule(piece.repeat(levels));
    expect(problems.length).toBeGreaterThan(0);
    expect(countNodes(module)).toBeGreaterThan(0);
  });

  test('indentation', () => {
    const code = Array.from({ length: 1_000 }, (_, level) => `${' '.repeat(level)}if a:\n`).join('');
    const { module, problems } = parseModule(code);
    expect(problems.map(({ message }) => message)).toContain('Too many levels of indentation');
    expect(countNodes(module)).toBeGreaterThan(100);
  });
});

describe('what CPython can read is not cut off', () => {
  test.each([
    ['an addition of 1,000 parts', Array(1_000).fill('a').join(' + ')],
    ['1,000 calls in a chain', `a${'.b()'.repeat(500)}`],
    ['1,000 elifs', `if a: b\n${'elif a: b\n'.repeat(999)}`],
    ['150 brackets', `${'['.repeat(150)}${']'.repeat(150)}`],
    ['100,000 adjacent strings', `a = (${'"b"\n'.repeat(100_000)})`],
    ['a list of 100,000 numbers', `a = [${'1, '.repeat(100_000)}]`],
  ])('%s', (_, code) => {
    expect(parseModule(code).problems).toEqual([]);
  });
});

test('files of Python 2 fail softly', () => {
  const code = `
print "hello", name
print >>sys.stderr, "x"
exec "code" in scope
raise ValueError, "message"
if a <> b: c = 0777L + ur"text" + \`d\`
class Old:
    def method(self, (a, b)):
        try:
            pass
        except (A, B), error:
            print error
`;
  const { module, problems } = parseModule(code);
  expect(problems.length).toBeGreaterThan(5);
  expect(module.body.map(({ kind }) => kind)).toContain('ClassDef');
});

test.each([
  '',
  '\n',
  ' ',
  '\\',
  '\\\n',
  '#',
  '\ufeff',
  '\0',
  '"',
  "'''",
  'f"',
  'f"{',
  '\r',
  '\t',
  '\ud800',
  '@',
  ':',
  '`',
])('the text %j', (text) => {
  expect(parseModule(text).module.end).toBe(text.length);
});
