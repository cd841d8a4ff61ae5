import { expect, test } from 'vitest';
import { addToList } from '../../../scripts/new/list.ts';

test('an array gets its import and its entry in alphabetical order', () => {
  const before = `import { alpha } from './alpha.ts';
import type { Rule } from './rule.ts';
import { zulu } from './zulu.ts';

/** Every rule. */
export const rules: readonly Rule[] = [alpha, zulu];
`;
  expect(addToList(before, "import { middle } from './middle.ts';", 'middle')).toBe(`import { alpha } from './alpha.ts';
import { middle } from './middle.ts';
import type { Rule } from './rule.ts';
import { zulu } from './zulu.ts';

/** Every rule. */
export const rules: readonly Rule[] = [
  alpha,
  middle,
  zulu,
];
`);
});

test('entries with commas of their own stay whole, and an object is a list too', () => {
  const before = `import { b } from './b.ts';\n\nexport const all = { b, c: f(1, { d: [2, 3] }) };\n`;
  expect(addToList(before, "import { e } from './e.ts';", 'e')).toBe(
    `import { b } from './b.ts';\nimport { e } from './e.ts';\n\nexport const all = {\n  b,\n  c: f(1, { d: [2, 3] }),\n  e,\n};\n`,
  );
});

test('what follows the list stays', () => {
  const before = `import { b } from './b.ts';\n\nexport const all: readonly B[] = [b];\n\nexport function f() {\n  return { a: [1] };\n}\n`;
  const after = addToList(before, "import { a } from './a.ts';", 'a');
  expect(after).toContain(
    "import { a } from './a.ts';\nimport { b } from './b.ts';\n\nexport const all: readonly B[] = [\n  a,\n  b,\n];\n\nexport",
  );
  expect(after.endsWith('  return { a: [1] };\n}\n')).toBe(true);
});

test('an empty list gets its first entry', () => {
  expect(addToList('export const all: B[] = [];\n', "import { a } from './a.ts';", 'a')).toBe(
    "import { a } from './a.ts';\n\nexport const all: B[] = [\n  a,\n];\n",
  );
});

test('a file of another shape is not touched', () => {
  expect(() => addToList('export function f() {}\n', "import { e } from './e.ts';", 'e')).toThrow('no list');
});
