import { describe, expect, test } from 'vitest';
import { parseExpression } from '../../../../server/src/python/syntax/parser.ts';
import { printTree } from '../../../../server/src/python/syntax/print.ts';
import { expression } from './parse.ts';

describe('operators', () => {
  test('multiplication binds tighter than addition', () => {
    expect(expression('a + b * c')).toBe(
      `BinOp(left=Name(id='a'), op='+', right=BinOp(left=Name(id='b'), op='*', right=Name(id='c')))`,
    );
  });

  test('operators of one level group from the left', () => {
    expect(expression('a - b - c')).toBe(
      `BinOp(left=BinOp(left=Name(id='a'), op='-', right=Name(id='b')), op='-', right=Name(id='c'))`,
    );
  });

  test('a power groups from the right and binds tighter than the sign before it', () => {
    expect(expression('-a ** b ** c')).toBe(
      `UnaryOp(op='-', operand=BinOp(left=Name(id='a'), op='**', ` +
        `right=BinOp(left=Name(id='b'), op='**', right=Name(id='c'))))`,
    );
  });

  test('a chain of comparisons is one node', () => {
    expect(expression('a < b not in c is not d')).toBe(
      `Compare(left=Name(id='a'), ops=['<', 'not in', 'is not'], ` +
        `comparators=[Name(id='b'), Name(id='c'), Name(id='d')])`,
    );
  });

  test('"and" binds tighter than "or", "not" tighter than both', () => {
    expect(expression('not a or b and c')).toBe(
      `BoolOp(op='or', values=[UnaryOp(op='not', operand=Name(id='a')), ` +
        `BoolOp(op='and', values=[Name(id='b'), Name(id='c')])])`,
    );
  });

  test('the operators of SQLAlchemy and Django conditions', () => {
    expect(expression('~Q(a=1) | Q(b=2) & q')).toMatch(
      /^BinOp\(left=UnaryOp\(op='~', .*op='\|', right=BinOp\(.*op='&'/,
    );
  });
});

describe('calls, attributes and subscripts', () => {
  test('a chain reads from the inside out', () => {
    expect(expression('select(User).where(x)')).toBe(
      `Call(func=Attribute(value=Call(func=Name(id='select'), args=[Name(id='User')]), attr='where'), ` +
        `args=[Name(id='x')])`,
    );
  });

  test('arguments of all kinds', () => {
    expect(expression('f(a, *b, c=d, **e)')).toBe(
      `Call(func=Name(id='f'), args=[Name(id='a'), Starred(value=Name(id='b'))], ` +
        `keywords=[Keyword(name='c', value=Name(id='d')), Keyword(value=Name(id='e'))])`,
    );
  });

  test('a generator as the only argument takes the parentheses of the call', () => {
    const code = 'sum(x for x in y)';
    const { expression: call } = parseExpression(code);
    expect(call.kind === 'Call' && code.slice(call.args[0]!.start, call.args[0]!.end)).toBe('(x for x in y)');
  });

  test('slices and tuples of slices', () => {
    expect(expression('a[1:, ::2, b]')).toBe(
      `Subscript(value=Name(id='a'), slice=Tuple(elts=[Slice(lower=Constant(type='int', value='1')), ` +
        `Slice(step=Constant(type='int', value='2')), Name(id='b')]))`,
    );
  });
});

describe('displays and comprehensions', () => {
  test('parentheses alone make no tuple', () => {
    expect(expression('(a)')).toBe(`Name(id='a')`);
    expect(expression('(a,)')).toBe(`Tuple(elts=[Name(id='a')])`);
    expect(expression('()')).toBe('Tuple()');
  });

  test('an unpacked dictionary has no key', () => {
    expect(expression('{a: b, **c}')).toBe(`Dict(keys=[Name(id='a'), null], values=[Name(id='b'), Name(id='c')])`);
  });

  test('an asynchronous comprehension with conditions', () => {
    expect(expression('[a async for a, b in c if d if e]')).toBe(
      `ListComp(elt=Name(id='a'), generators=[Comprehension(isAsync=true, ` +
        `target=Tuple(elts=[Name(id='a'), Name(id='b')]), iter=Name(id='c'), ifs=[Name(id='d'), Name(id='e')])])`,
    );
  });
});

describe('the loosest expressions', () => {
  test('a conditional expression', () => {
    expect(expression('a if b else c')).toBe(`IfExp(test=Name(id='b'), body=Name(id='a'), orelse=Name(id='c'))`);
  });

  test('an assignment expression needs parentheses', () => {
    expect(expression('(n := 1)')).toBe(`NamedExpr(target=Name(id='n'), value=Constant(type='int', value='1'))`);
  });

  test('a lambda with parameters of all kinds', () => {
    expect(expression('lambda a, /, b=1, *c, d, **e: a')).toBe(
      `Lambda(params=Parameters(posonly=[Parameter(name='a')], ` +
        `args=[Parameter(name='b', default=Constant(type='int', value='1'))], vararg=Parameter(name='c'), ` +
        `kwonly=[Parameter(name='d')], kwarg=Parameter(name='e')), body=Name(id='a'))`,
    );
  });
});

test('names are compared as Python does, after NFKC', () => {
  expect(expression('ﬁeld')).toBe(`Name(id='field')`);
});

test('a text that is one expression, such as an annotation in quotes', () => {
  const { expression: annotation, problems } = parseExpression(' list["User"] ');
  expect(printTree(annotation)).toBe(`Subscript(value=Name(id='list'), slice=Constant(type='str', value='User'))`);
  expect(problems).toEqual([]);
  expect(parseExpression('a b').problems).toHaveLength(1);
});
