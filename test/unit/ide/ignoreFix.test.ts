import { expect, test } from 'vitest';
import { ignoreFix } from '../../../server/src/ide/ignoreFix.ts';

test.each([
  ['for u in q:\n    print(u.posts)\nx', 'for u in q:\n    print(u.posts)  # ormsight: ignore[the-rule]\nx'],
  ['u.posts  # why  \r\nx', 'u.posts  # why  # ormsight: ignore[the-rule]\r\nx'],
  ['u.posts  # ormsight: ignore[other]', 'u.posts  # ormsight: ignore[other, the-rule]'],
  ['u.posts  # ormsight: ignore[]', 'u.posts  # ormsight: ignore[the-rule]'],
])('%j', (text, expected) => {
  const fix = ignoreFix(finding(text), text);
  const { range, newText } = fix!.edits[0]!;
  expect(text.slice(0, range.start) + newText + text.slice(range.end)).toBe(expected);
});

test.each(['u.posts + \\\n 1', 'x(u.posts, """\n""")'])('no comment can stand in %j', (text) => {
  expect(ignoreFix(finding(text), text)).toBeNull();
});

function finding(text: string) {
  const start = text.indexOf('u.posts');
  return {
    path: '/a.py',
    range: { start, end: start + 'u.posts'.length },
    rule: 'the-rule',
    severity: 'warning' as const,
    message: '',
    related: [],
    fixes: [],
  };
}
