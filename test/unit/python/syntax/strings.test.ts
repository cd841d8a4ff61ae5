import { describe, expect, test } from 'vitest';
import { parseExpression } from '../../../../server/src/python/syntax/parser.ts';
import { expression } from './parse.ts';

/** The value of a literal without fields. */
function valueOf(code: string): unknown {
  const parsed = parseExpression(code);
  expect(parsed.problems).toEqual([]);
  return parsed.expression.kind === 'Constant' ? parsed.expression.value : parsed.expression.kind;
}

describe('plain strings', () => {
  test('escapes are decoded', () => {
    expect(valueOf(String.raw`'a\n\x41\u00e9\U0001F40D\101\'\q'`)).toBe("a\nAé🐍A'\\q");
  });

  test('a backslash at the end of a line joins it with the next', () => {
    expect(valueOf("'a\\\nb'")).toBe('ab');
  });

  test('raw strings keep their backslashes', () => {
    expect(valueOf(String.raw`r'\d+\''`)).toBe(String.raw`\d+\'`);
  });

  test('line breaks in strings are line feeds, however the file writes them', () => {
    expect(valueOf('"""a\r\nb\rc"""')).toBe('a\nb\nc');
  });

  test('adjacent strings are one', () => {
    expect(expression(`('a' "b" """c""")`)).toBe(`Constant(type='str', value='abc')`);
  });

  test('bytes hold one character a byte', () => {
    expect(expression(String.raw`b'\xff\u00e9'`)).toBe(String.raw`Constant(type='bytes', value='ÿ\\u00e9')`);
  });

  test('names of characters stay as they are', () => {
    expect(valueOf(String.raw`'\N{EM DASH}'`)).toBe(String.raw`\N{EM DASH}`);
  });
});

describe('f-strings', () => {
  test('fields with conversion and format', () => {
    expect(expression(`f'a {b!r:>{width}} c'`)).toBe(
      `JoinedStr(values=[Constant(type='str', value='a '), FormattedValue(value=Name(id='b'), conversion='r', ` +
        `formatSpec=JoinedStr(values=[Constant(type='str', value='>'), FormattedValue(value=Name(id='width'))])), ` +
        `Constant(type='str', value=' c')])`,
    );
  });

  test('doubled braces are text', () => {
    expect(expression(`f'{{a}}'`)).toBe(`JoinedStr(values=[Constant(type='str', value='{a}')])`);
  });

  test('a debug field shows its source', () => {
    expect(expression(`f'{a = }'`)).toBe(
      `JoinedStr(values=[Constant(type='str', value='a = '), FormattedValue(value=Name(id='a'), debug=true)])`,
    );
  });

  test('the same quotes may be used inside a field (PEP 701)', () => {
    expect(expression(`f"{a["b"]}"`)).toBe(
      `JoinedStr(values=[FormattedValue(value=Subscript(value=Name(id='a'), slice=Constant(type='str', value='b')))])`,
    );
  });

  test('a comparison is no conversion', () => {
    expect(expression(`f'{a!=b}'`)).toMatch(/ops=\['!='\]/);
  });

  test('joined with plain strings', () => {
    expect(expression(`'a' f'{b}' 'c' 'd'`)).toBe(
      `JoinedStr(values=[Constant(type='str', value='a'), FormattedValue(value=Name(id='b')), ` +
        `Constant(type='str', value='cd')])`,
    );
  });

  test('fields have the ranges they have in the file', () => {
    const code = `f'''é\n{ user.name }'''`;
    const { expression: joined } = parseExpression(code);
    const field = joined.kind === 'JoinedStr' ? joined.values[1]! : joined;
    expect(code.slice(field.start, field.end)).toBe('{ user.name }');
    expect(field.kind === 'FormattedValue' && code.slice(field.value.start, field.value.end)).toBe('user.name');
  });
});

test('t-strings (PEP 750)', () => {
  expect(expression(`t'select {a}'`)).toBe(
    `TemplateStr(values=[Constant(type='str', value='select '), FormattedValue(value=Name(id='a'))])`,
  );
});
