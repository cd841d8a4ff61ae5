import { describe, expect, test } from 'vitest';
import { LineIndex } from '../../../../server/src/base/text.ts';
import { editBetween } from '../../../../server/src/python/syntax/edit.ts';
import type { ClassDef, Stmt } from '../../../../server/src/python/syntax/nodes.ts';
import { parseModule } from '../../../../server/src/python/syntax/parser.ts';
import { reparse } from '../../../../server/src/python/syntax/reparse.ts';

const code = `import os

@decorator
class User(Base):
    """A user."""

    name = column(String)  # the name

    def greet(self):
        first = 1
        return first

    def leave(self):
        pass

def helper():
    x = 1
    return x

last = helper()
`;

/** The names of the statements of the module and its classes, with a star for those that are the same objects as before. */
function edited(from: string, to: string, text = code): string[] {
  const offset = text.indexOf(from);
  expect(offset, from).toBeGreaterThanOrEqual(0);
  const next = text.slice(0, offset) + to + text.slice(offset + from.length);
  const previous = parseModule(text);
  const before = new Set(statementsIn(previous.module.body));
  const parsed = reparse(previous, text, next);
  expect(parsed).toEqual(parseModule(next));
  return statementsIn(parsed.module.body).map(
    (statement) => `${nameOf(statement, next)}${before.has(statement) ? '*' : ''}`,
  );
}

function statementsIn(body: readonly Stmt[]): Stmt[] {
  return body.flatMap((statement) =>
    statement.kind === 'ClassDef' ? [statement, ...statementsIn(statement.body)] : [statement],
  );
}

function nameOf(statement: Stmt, text: string): string {
  if (statement.kind === 'ClassDef' || statement.kind === 'FunctionDef') return statement.name.text;
  if (text[statement.start] === '"') return 'docstring';
  return text.slice(statement.start, statement.end).split(/\W/, 1)[0]!;
}

const others = (
  changed: string,
  all = ['import', 'User', 'docstring', 'name', 'greet', 'leave', 'helper', 'last'],
): string[] => all.map((name) => (changed.split(' ').includes(name) ? name : `${name}*`));

describe('statements that an edit did not touch stay the same objects', () => {
  test.each([
    ['in a function', 'x = 1', 'x = 10', 'helper'],
    ['in a method', 'first = 1', 'first = 2', 'User greet'],
    ['a new line in a method', 'first = 1\n', 'first = 1\n        second = 2\n', 'User greet'],
    ['in a field', 'String', 'Integer', 'User name'],
    ['in the head of a class', 'Base', 'Model', 'User docstring name greet leave'],
    ['in a comment of a class', 'the name', 'a name', 'User name'],
    ['half-typed', 'first = 1', 'first = ', 'User greet'],
    ['an unclosed bracket', 'first = 1', 'first = f(', 'User greet'],
    ['an unclosed string', 'first = 1', 'first = "a', 'User greet'],
    ['in the last statement', 'last = helper()\n', 'last = helper(1)\n', 'last'],
    ['in the first statement', 'import os', 'import sys', 'import'],
    ['an empty line', '\ndef helper', '\n\ndef helper', ''],
    ['a line at the end', 'last = helper()\n', 'last = helper()\n\n# end\n', ''],
  ])('%s', (_, from, to, changed) => {
    expect(edited(from, to)).toEqual(others(changed));
  });

  test('a statement put between others', () => {
    expect(edited('def helper', 'def new(): pass\n\ndef helper')).toEqual(
      'import* User* docstring* name* greet* leave* new helper* last*'.split(' '),
    );
  });

  test('a method put before one that begins alike', () => {
    expect(edited('    def leave', '    def less(self):\n        pass\n\n    def leave')).toEqual(
      'import* User docstring* name* greet* less leave* helper* last*'.split(' '),
    );
  });

  test('a method put at the end of a class', () => {
    expect(edited('        pass\n\ndef', '        pass\n\n    def more(self):\n        pass\n\ndef')).toEqual(
      'import* User docstring* name* greet* leave* more helper* last*'.split(' '),
    );
  });

  test('a statement taken out', () => {
    expect(edited('    name = column(String)  # the name\n', '')).toEqual(
      'import* User docstring* greet* leave* helper* last*'.split(' '),
    );
  });

  test('also when the whole text had to be parsed', () => {
    expect(edited('first = 1', 'first = """1')).toEqual(others('User greet'));
  });
});

describe('what belongs together is read together', () => {
  test.each([
    ['an else after its if', 'if a:\n    b\nc\n', 'c\n', 'else:\n    c\n'],
    ['a decorator before its function', 'a\n@b\nc\ndef d(): pass\n', 'c\n', ''],
    ['a decorator behind the head of a suite', 'class A:\n    def:\n    async def', 'def:', 'def:@'],
    ['a new decorator', 'a\n\ndef d(): pass\n', 'a\n', 'a\n@b\n'],
    ['a case after its match', 'match x:\n    a\n', '    a', '    case a: b'],
    ['a closing bracket far below', 'a = (b\n\nc = 1\n\nd = 2\n', 'd = 2', ')'],
    ['a closing quote far below', 'a = """b\n\nc = 1\n\nd = 2\n', 'd = 2', '"""'],
    ['an indentation under a function', 'def f():\n    a\n\nb\n', 'b', '    b'],
    ['a line continued', 'a = 1\n\nb\n', ' = 1\n', ' = 1 + \\\n'],
    ['code behind a continued line', 'a = 1 \\\n\nb\n', '\n\nb', '\n+ 2\nb'],
    ['a body that is taken away', 'class A:\n    b\nc\n', '    b\n', ''],
    ['everything', 'a\nb\n', 'a\nb\n', ''],
    ['a byte order mark', '\ufeffa\nb\n', '\ufeffa', 'a'],
    ['a block indented by a tab in one indented by spaces', 'class A:\n    def b():\n\tc\n\td\n', '\tc', '\tcc'],
    ['a line under a definition behind a deeper decorator', 'class\r\t\t@\n\tdef\n', '\tdef\n', "\tdef\n\t\t'"],
    [
      'a line under a clause left of its statement',
      'class A:\n        if a: b\n    else:\n',
      'else:\n',
      'else:\n        c\n',
    ],
    ['a block taken from a half-typed match', "def f():\n    match n lambda:\n     'a'\n", "     'a'", "    'a'"],
    ['a line behind brackets in the place of a name', 'def[[]:\n _]', '_]', '_]\n'],
    ['tabs for spaces', 'if a:\n    b\n    c\n', '    c', '\tc'],
  ])('%s', (_, text, from, to) => {
    edited(from, to, text);
  });
});

test('lines are those of the new text', () => {
  const next = code.replace('import os\n', 'import os\r\nimport sys\n');
  const { module } = reparse(parseModule(code), code, next);
  const lines = new LineIndex(next);
  const user = module.body.find((statement): statement is ClassDef => statement.kind === 'ClassDef')!;
  expect(user.body.map(({ start }) => lines.position(start).line)).toEqual([5, 7, 9, 13]);
});

describe('the smallest edit', () => {
  test.each([
    ['abc', 'abc', [3, 3, 3]],
    ['abc', 'abxc', [2, 2, 3]],
    ['abc', 'ac', [1, 2, 1]],
    ['', 'abc', [0, 0, 3]],
    ['aaa', 'aa', [0, 1, 0]],
    ['a\ndef f\ndef g\n', 'a\ndef f\ndef h\ndef g\n', [8, 8, 14]],
    ['x'.repeat(5000), `${'x'.repeat(4000)}y${'x'.repeat(1000)}`, [4000, 4000, 4001]],
  ])('%j to %j', (from, to, [start, oldEnd, newEnd]) => {
    expect(editBetween(from, to)).toEqual({ start, oldEnd, newEnd });
  });
});
