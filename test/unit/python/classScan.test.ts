import { expect, test } from 'vitest';
import { decodeClasses, scanClasses, scanRebound } from '../../../server/src/python/classScan.ts';

function scan(text: string): string[] {
  return decodeClasses(scanClasses(text)).map(
    ({ name, isDecorated, bases, hasOther }) =>
      `${isDecorated ? '@' : ''}${name}(${[...bases, ...(hasOther ? ['?'] : [])].join(', ')})`,
  );
}

test.each([
  ['class A: pass', ['A()']],
  ['class A(B): pass', ['A(B)']],
  [
    'class A ( b . C , D, metaclass = M, **options): pass',
    ['A(b.C, D, ?, options)'.replace('?, options', 'options, ?')],
  ],
  ['class A(Generic[T], B["x, y"]): pass', ['A(Generic, B)']],
  ['class A[T: (int, str)](B[T]): pass', ['A(B)']],
  ['class A(\n    B,  # not C)\n    D, # more\n): pass', ['A(B, D)']],
  ['class A(with_metaclass(Meta, B, c.D)): pass', ['A(with_metaclass, Meta, B, c.D, ?)']],
  ['class A(declarative_base()): pass', ['A(declarative_base, ?)']],
  ['class A(*bases): pass', ['A(bases, ?)']],
  ['class A(B, table=True): pass', ['A(B)']],
  ['class \\\n  A \\\n  (B): pass', ['A(B)']],
  ['if x: class A(B): pass', ['A(B)']],
  ['def f():\n\tclass A(B):\n\t\tclass Meta(B.Meta): pass', ['A(B)', 'Meta(B.Meta)']],
  ['@dataclass\nclass A: pass', ['@A()']],
  ['@reg.mapped(\n    x=1,\n)\n\n# why\nclass A: pass', ['@A()']],
  ['x = 1\nclass A: pass', ['A()']],
  ['class Möbel(Tisch): pass', ['Möbel(Tisch)']],
  ['class A(B', ['A(?)']],
  ['class A("B"): pass', ['A(B, ?)']],
  [`class A(${'('.repeat(1000)}`, ['A(?)']],
  ['classy = 1\nsubclass (A)\nx.class_(B)\nclass', []],
  ['x = "class A(B): pass"', []],
  ['x\r\nclass C(D):\r\n    pass\r\n', ['C(D)']],
  // The end of a decorator over several lines looks like this.
  ['f(\n  x)\nclass A: pass', ['@A()']],
])('%j', (text, expected) => {
  expect(scan(text)).toEqual(expected);
});

test('names that are assigned anew', () => {
  const text =
    'Base = declarative_base(cls=Base)\nOther : Any= 1\n  Inner=2\nx.Member = 3\nSame == 4\nMore += 5\nf(Kw=6)';
  const known = new Set(['Base', 'Other', 'Inner', 'Member', 'Same', 'More', 'Kw']);
  expect(scanRebound(text, (name) => known.has(name))).toBe('Base Other Inner');
});
