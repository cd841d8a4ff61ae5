/** Edits as a person makes them, as arbitrary values of fast-check. */
import fc from 'fast-check';
import { PIECES } from './samples.ts';

/** An edit of whatever text it is applied to. */
export type Edit = (text: string) => string;

const LINES = [
  'x = 1\n',
  '    y = f(x)\n',
  '        return None\n',
  'def f(a): pass\n',
  '    def g(self):\n        return self.x\n',
  'class A(B):\n    c = 1\n',
  '@decorator\n',
  '    @property\n',
  'else:\n',
  'elif x:\n    pass\n',
  'except E as e:\n',
  'match x:\n',
  '    case 1:\n        pass\n',
  '# comment\n',
  '    """Docstring."""\n',
  'import os\n',
  '\n\n',
  'if x:\n',
  '  odd = 1\n',
  '\ttab = 1\n',
  '\\\n',
];

const place = fc.nat({ max: 1_000_000 });

/** Typing, deleting, pasting and deleting lines, moving them, (un)indenting them, opening a bracket or a quote. */
export const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ at: place, by: fc.constantFrom(...PIECES) }).map(typing) },
  {
    weight: 2,
    arbitrary: fc.record({ at: place, by: fc.constantFrom('(', '[', '{', '"', '"""', "'''", ')') }).map(typing),
  },
  { weight: 3, arbitrary: fc.record({ at: place, length: fc.integer({ min: 1, max: 8 }) }).map(deleting) },
  { weight: 3, arbitrary: fc.record({ at: place, by: fc.constantFrom(...LINES) }).map(pasting) },
  { weight: 2, arbitrary: fc.record({ at: place, count: fc.integer({ min: 1, max: 5 }) }).map(deletingLines) },
  {
    weight: 1,
    arbitrary: fc.record({ at: place, count: fc.integer({ min: 1, max: 5 }), to: place }).map(copyingLines),
  },
  { weight: 2, arbitrary: fc.record({ at: place, count: fc.integer({ min: 1, max: 5 }) }).map(indenting) },
  { weight: 2, arbitrary: fc.record({ at: place, count: fc.integer({ min: 1, max: 5 }) }).map(unindenting) },
);

function typing({ at, by }: { at: number; by: string }): Edit {
  return (text) => {
    const offset = at % (text.length + 1);
    return text.slice(0, offset) + by + text.slice(offset);
  };
}

function deleting({ at, length }: { at: number; length: number }): Edit {
  return (text) => {
    const offset = at % (text.length + 1);
    return text.slice(0, offset) + text.slice(offset + length);
  };
}

function pasting({ at, by }: { at: number; by: string }): Edit {
  return onLines(at, 0, () => by);
}

function deletingLines({ at, count }: { at: number; count: number }): Edit {
  return onLines(at, count, () => '');
}

function copyingLines({ at, count, to }: { at: number; count: number; to: number }): Edit {
  return (text) => {
    let copied = '';
    onLines(at, count, (lines) => (copied = lines))(text);
    return onLines(to, 0, () => copied)(text);
  };
}

function indenting({ at, count }: { at: number; count: number }): Edit {
  return onLines(at, count, (lines) => lines.replace(/^(?=.)/gm, '    '));
}

function unindenting({ at, count }: { at: number; count: number }): Edit {
  return onLines(at, count, (lines) => lines.replace(/^ {1,4}/gm, ''));
}

/** Puts something in the place of `count` lines. */
function onLines(at: number, count: number, replacement: (lines: string) => string): Edit {
  return (text) => {
    const lines = text.split(/(?<=\n)/);
    const first = at % (lines.length + 1);
    lines.splice(first, count, replacement(lines.slice(first, first + count).join('')));
    return lines.join('');
  };
}
