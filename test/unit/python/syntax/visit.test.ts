import { describe, expect, test } from 'vitest';
import { docstringOf } from '../../../../server/src/python/syntax/docstrings.ts';
import type { Node } from '../../../../server/src/python/syntax/nodes.ts';
import { parseModule } from '../../../../server/src/python/syntax/parser.ts';
import { children, fullRange, nodePathAt, walk } from '../../../../server/src/python/syntax/visit.ts';

describe('children', () => {
  test('come in the order of the text', () => {
    const code = 'f(a=b, *c, **d)';
    const [statement] = parseModule(code).module.body;
    const call = children(statement!)[0]!;
    expect(children(call).map(({ start, end }) => code.slice(start, end))).toEqual(['f', 'a=b', '*c', '**d']);
  });

  test('of a dictionary alternate, without keys for what is unpacked', () => {
    const code = '{a: b, **c, d: e}';
    const [statement] = parseModule(code).module.body;
    const dict = children(statement!)[0]!;
    expect(children(dict).map(({ start, end }) => code.slice(start, end))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('walk', () => {
  test('enters before the children and leaves after them', () => {
    const steps: string[] = [];
    walk(
      parseModule('a.b').module,
      (node, ancestors) => void steps.push(`${'  '.repeat(ancestors.length)}enter ${node.kind}`),
      (node, ancestors) => void steps.push(`${'  '.repeat(ancestors.length)}leave ${node.kind}`),
    );
    expect(steps).toEqual([
      'enter Module',
      '  enter Expr',
      '    enter Attribute',
      '      enter Name',
      '      leave Name',
      '    leave Attribute',
      '  leave Expr',
      'leave Module',
    ]);
  });

  test('skips what enter refuses', () => {
    const kinds: string[] = [];
    walk(parseModule('def f():\n  a\nb').module, (node) => {
      kinds.push(node.kind);
      return node.kind !== 'FunctionDef';
    });
    expect(kinds).toEqual(['Module', 'FunctionDef', 'Expr', 'Name']);
  });
});

describe('nodePathAt', () => {
  /** The kinds around the `|` in the code. */
  function kindsAt(code: string): string[] {
    const offset = code.indexOf('|');
    const { module } = parseModule(code.replace('|', ''));
    return nodePathAt(module, offset).map(({ kind }) => kind);
  }

  test('leads to the innermost node', () => {
    expect(kindsAt('f(a.b|c)')).toEqual(['Module', 'Expr', 'Call', 'Attribute']);
    expect(kindsAt('f(a|.bc)')).toEqual(['Module', 'Expr', 'Call', 'Attribute', 'Name']);
  });

  test('finds what is still missing', () => {
    expect(kindsAt('x = f(a=|)')).toEqual(['Module', 'Assign', 'Call', 'Keyword', 'Missing']);
  });

  test('finds decorators and defaults, which CPython keeps out of the range', () => {
    expect(kindsAt('@de|co\ndef f(): pass')).toEqual(['Module', 'FunctionDef', 'Name']);
    expect(kindsAt('def f(a=de|fault): pass')).toEqual(['Module', 'FunctionDef', 'Parameters', 'Parameter', 'Name']);
  });

  test('is the module alone between statements', () => {
    expect(kindsAt('a\n|\nb')).toEqual(['Module']);
  });
});

test('the full range of a definition starts at its decorators', () => {
  const code = '@a\n@b\nclass C: pass';
  const { start } = fullRange(parseModule(code).module.body[0]!);
  expect(code.slice(start)).toMatch(/^a/);
});

test('docstrings', () => {
  const { module } = parseModule('"""Of the module."""\ndef f():\n  "Of f."\nclass C:\n  b"No docstring."\n');
  const [, f, c] = module.body as readonly Node[];
  expect(docstringOf(module.body)?.value).toBe('Of the module.');
  expect(f?.kind === 'FunctionDef' && docstringOf(f.body)?.value).toBe('Of f.');
  expect(c?.kind === 'ClassDef' && docstringOf(c.body)).toBeNull();
});
