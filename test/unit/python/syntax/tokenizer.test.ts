import { describe, expect, test } from 'vitest';
import { parseModule } from '../../../../server/src/python/syntax/parser.ts';
import { tokenize } from '../../../../server/src/python/syntax/tokenizer.ts';
import * as Token from '../../../../server/src/python/syntax/tokens.ts';
import { statements } from './parse.ts';

/** The tokens of a text: their own text, or `NEWLINE`, `INDENT`, `DEDENT`. */
function tokens(text: string): string {
  const { tokens: buffer } = tokenize(text);
  const words: string[] = [];
  for (let index = 0; index < buffer.count - 1; index++) {
    const kind = buffer.kinds[index]!;
    const word = text.slice(buffer.starts[index], buffer.ends[index]);
    words.push(Token.isLayout(kind) ? ['', 'NEWLINE', 'INDENT', 'DEDENT'][kind]! : word);
  }
  return words.join(' ');
}

describe('lines', () => {
  test('indentation opens and closes blocks', () => {
    expect(tokens('if a:\n  b\n\n  # comment\n  c\nd')).toBe(
      'if a : NEWLINE INDENT b NEWLINE c NEWLINE DEDENT d NEWLINE',
    );
  });

  test('line breaks in brackets and after a backslash end no statement', () => {
    expect(tokens('f(a,\nb) + \\\nc')).toBe('f ( a , b ) + c NEWLINE');
  });

  test.each([['\n'], ['\r\n'], ['\r']])('the line break %j', (lineBreak) => {
    expect(tokens(['if a:', '  b', 'c', ''].join(lineBreak))).toBe('if a : NEWLINE INDENT b NEWLINE DEDENT c NEWLINE');
  });

  test('a tab reaches to the next multiple of eight columns', () => {
    expect(tokens('if a:\n\tb\n        c')).toBe('if a : NEWLINE INDENT b NEWLINE c NEWLINE DEDENT');
    expect(parseModule('if a:\n\tb\n        c').problems[0]!.message).toMatch(/tabs and spaces/);
    expect(statements('if a:\n\tb\n\tc')).toMatch(/^If/);
  });

  test('a form feed starts the line anew', () => {
    expect(tokens('a\n  \fb')).toBe('a NEWLINE b NEWLINE');
  });

  test('a byte order mark is skipped, and offsets count it', () => {
    const [statement] = parseModule('\ufeffa').module.body;
    expect(statement!.start).toBe(1);
  });
});

describe('numbers', () => {
  test.each(['0', '1_000', '0xFF', '0b1_0', '0o17', '1.', '.5', '1e10', '1.5E-3j', '00', '1_0.0_1e1_0'])(
    '%s',
    (number) => {
      expect(statements(`a = ${number}`)).toContain(`value='${number}'`);
    },
  );

  test('a keyword may follow directly', () => {
    expect(tokens('1if 0xfor x else 2.and 3')).toBe('1 if 0xf or x else 2. and 3 NEWLINE');
  });

  test.each(['0777', '10L', '1__0', '1_', '0x', '1abc', '1.__class__'])('not %s', (number) => {
    expect(parseModule(`a = ${number}`).problems).toHaveLength(1);
  });
});

test('the longest operator is taken', () => {
  expect(tokens('a**=b//c>>=d->e...f:=g!=h')).toBe('a **= b // c >>= d -> e ... f := g != h NEWLINE');
});

test('comments are kept with their ranges', () => {
  const text = 'a  # one\n# two\n';
  expect(parseModule(text).comments).toEqual([
    { start: 3, end: 8, text: '# one' },
    { start: 9, end: 14, text: '# two' },
  ]);
});

test('characters of no meaning are reported and skipped', () => {
  const { problems, module } = parseModule('a = b\u00a0+ “c”\n');
  expect(problems.map(({ message }) => message)).toEqual([
    'The character U+00A0 has no meaning here',
    `The character '“' (U+201C) has no meaning here`,
    `The character '”' (U+201D) has no meaning here`,
  ]);
  expect(module.body).toHaveLength(1);
});

describe('brackets always pair up', () => {
  test('a missing closer is put in where the layout says', () => {
    expect(tokens('f(a, [b\nc')).toBe('f ( a , [ b   NEWLINE c NEWLINE');
  });

  test('a closer that closes nothing is left out', () => {
    expect(tokens('f(a)] + b')).toBe('f ( a ) + b NEWLINE');
  });

  test('a closer of another kind ends the brackets in between', () => {
    expect(tokens('f([a)')).toBe('f ( [ a  ) NEWLINE');
  });
});
