import { expect, test } from 'vitest';
import { readSuppressions } from '../../../server/src/rules/suppressions.ts';
import { Project } from '../../harness/project.ts';

/** Which of the words `x1`, `x2` … in a text are silenced for the rule `some-rule`. */
function silenced(text: string): string {
  const file = new Project({ 'a.py': text }).file('a.py');
  const suppressions = readSuppressions(file);
  const words = [...text.matchAll(/\bx\d\b/g)];
  const covered = words.filter(({ index }) => suppressions.covers('some-rule', { start: index, end: index + 2 }));
  return covered.map(([word]) => word).join(' ');
}

test.each([
  ['its line', 'x1\nx2  # ormsight: ignore[some-rule]\nx3\n', 'x2'],
  ['its line, with a reason', 'x1  # ormsight: ignore[some-rule] there are three at most\nx2\n', 'x1'],
  ['several rules', 'x1  # ormsight: ignore[other, some-rule]\n', 'x1'],
  ['another rule', 'x1  # ormsight: ignore[other]\n', ''],
  ['all rules', 'x1  # ormsight: ignore\n', 'x1'],
  ['the next line', 'x1\n# ormsight: ignore[some-rule]\n\n# why\nx2\nx3\n', 'x2'],
  ['a function', 'def f():  # ormsight: ignore-block[some-rule]\n    x1\n    if x2:\n        x3\nx4\n', 'x1 x2 x3'],
  ['a loop, from above', 'x1\n# ormsight: ignore-block[some-rule] small\nfor a in x2:\n    x3\nx4\n', 'x2 x3'],
  ['a decorated class', '# ormsight: ignore-block[some-rule]\n@d\nclass A:\n    x1 = 1\nx2\n', 'x1'],
  ['a method', 'class A:\n    x1\n    # ormsight: ignore-block\n    def f(self):\n        x2\n    x3\n', 'x2'],
  ['the file', 'x1\n# ormsight: ignore-file[some-rule]\nx2\n', 'x1 x2'],
  ['nothing: a word of ours that is not', 'x1  # ormsight: ignored[some-rule]\n', ''],
])('%s', (_, text, expected) => {
  expect(silenced(text)).toBe(expected);
});
