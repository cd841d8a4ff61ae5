import { expect, test } from 'vitest';
import { fixAll } from '../../../server/src/ide/fixAll.ts';
import type { Diagnostic, TextEdit } from '../../../server/src/ide/views.ts';

const importOption: TextEdit = edit(0, 0, 'from sqlalchemy.orm import selectinload\n');

test('an import that two fixes need is inserted once', () => {
  const first = edit(50, 50, '.options(selectinload(User.posts))');
  const second = edit(90, 90, '.options(selectinload(User.tags))');
  expect(fixAll([finding([importOption, first]), finding([importOption, second])])).toEqual([
    importOption,
    first,
    second,
  ]);
});

test('of two fixes for the same place the first is made', () => {
  const first = edit(50, 60, 'a');
  expect(fixAll([finding([first]), finding([edit(55, 58, 'b'), edit(100, 100, 'c')])])).toEqual([first]);
});

test('only preferred fixes are made', () => {
  expect(fixAll([finding([edit(1, 2, 'x')], false)])).toEqual([]);
});

function edit(start: number, end: number, newText: string): TextEdit {
  return { path: '/a.py', range: { start, end }, newText };
}

function finding(edits: readonly TextEdit[], isPreferred = true): Diagnostic {
  return {
    path: '/a.py',
    range: { start: 0, end: 1 },
    rule: 'lazy-load-in-loop',
    severity: 'warning',
    message: '',
    related: [],
    fixes: [{ title: 'Load it with the query', edits, isPreferred }],
  };
}
