import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sqlInPython } from '../../../syntaxes/sqlInPython.ts';
import { isSql, loadTokenizers, type Token } from './tokenize.ts';

const { python, strictPython, withSql } = await loadTokenizers();

/** What a reader sees as SQL in each piece of Python; `[]` for nothing. */
const coloured: readonly (readonly [title: string, python: string, sql: readonly string[]])[] = [
  ['text()', 'text("SELECT 1")', ['SELECT 1']],
  ['text() of a fragment', 'stmt.where(text("lower(name) = :name"))', ['lower(name) = :name']],
  ['text() of the package', "sa.text('id > 1')", ['id > 1']],
  ['a method called text', 'page.text("hello")', []],
  ['a name that ends in text', 'context("hello")', []],
  ['raw()', 'Product.objects.raw("id < 3", [1])', ['id < 3']],
  ['execute()', "cursor.execute('vacuum')", ['vacuum']],
  ['the second argument of a call', 'cursor.execute("vacuum", "hello")', ['vacuum']],
  ['begins as SQL', 'q = "SELECT id FROM users"', ['SELECT id FROM users']],
  ['insert', 'q = "INSERT INTO t (a) VALUES (%s)"', ['INSERT INTO t (a) VALUES (%s)']],
  ['update', 'q = "UPDATE t SET a = 1"', ['UPDATE t SET a = 1']],
  ['delete', 'q = "DELETE FROM t"', ['DELETE FROM t']],
  ['with', 'q = "WITH x AS (SELECT 1) SELECT * FROM x"', ['WITH x AS (SELECT 1) SELECT * FROM x']],
  ['create', 'q = "CREATE UNIQUE INDEX i ON t (a)"', ['CREATE UNIQUE INDEX i ON t (a)']],
  ['alter', 'q = "ALTER TABLE t ADD COLUMN a int"', ['ALTER TABLE t ADD COLUMN a int']],
  ['lower case', 'q = "select a, b from t where a = 1"', ['select a, b from t where a = 1']],
  ['lower case star', 'q = "select * from t"', ['select * from t']],
  ['a sentence', 'q = "Select an item from the list"', []],
  ['a sentence in lower case', 'q = "select an item from the list"', []],
  ['update in a sentence', 'q = "Update the settings"', []],
  ['with in a sentence', 'q = "with regards"', []],
  ['delete in a sentence', 'q = "delete from your cart"', []],
  ['create in a sentence', 'q = "CREATE a new account"', []],
  ['SQL in the middle', 'q = "the word SELECT is SQL"', []],
  ['quotes in the middle', `q = 'he said "SELECT 1"'`, []],
  ['three quotes', 'q = """SELECT 1\nFROM t"""', ['SELECT 1', 'FROM t']],
  ['three quotes and a new line', 'q = """\n    SELECT 1\n    FROM t\n"""', ['SELECT 1', '    FROM t']],
  ['an empty line first', 'q = """\n\n  SELECT 1\n"""', ['SELECT 1']],
  ['a backslash after the quotes', 'q = """\\\nSELECT 1\n"""', ['SELECT 1']],
  ['text() over lines', 'text("""\n  a = 1\n  """)', ['a = 1', '  ']],
  ['prose over lines', 'q = """\n  Hello,\n  SELECT 1\n"""', []],
  ['a docstring', 'def f():\n    """SELECT is a statement."""', []],
  ['a docstring over lines', 'def f():\n    """\n    SELECT x\n    """', []],
  ['a comment', '# SELECT 1 FROM t', []],
  ['a raw string', 'q = r"SELECT \'(\' FROM t"', ["SELECT '(' FROM t"]],
  ['a raw string over lines', 'q = R"""SELECT \\d(\nFROM t"""', ['SELECT \\d(', 'FROM t']],
  ['a regular expression', 'q = r"^SELECT (.*)"', []],
  ['an f-string', 'q = f"SELECT {column} FROM t"', ['SELECT {column} FROM t']],
  ['an f-string over lines', 'q = f"""\nSELECT {a}\n"""', ['SELECT {a}']],
  ['a raw f-string', 'q = rf"SELECT {a:>10}"', ['SELECT {a:>10}']],
  ['an f-string in an f-string', `q = f"SELECT {f'{a}'} x"`, [`SELECT {f'{a}'} x`]],
  ['concatenation', 'q = ("SELECT a "\n     "FROM t "\n     "WHERE a = 1")', ['SELECT a ', 'FROM t ', 'WHERE a = 1']],
  ['concatenation on a line', `q = "SELECT a" ' FROM t'`, ['SELECT a', ' FROM t']],
  ['concatenated prose', 'q = ("AND then "\n     "ON we go")', []],
  ['a call over lines', 'text(\n  "SELECT 1"\n)', ['SELECT 1']],
  ['an escaped quote', 'q = "SELECT \\"a\\" FROM t"', ['SELECT \\"a\\" FROM t']],
  ['an escaped new line', 'q = "SELECT a\\nFROM t"', ['SELECT a\\nFROM t']],
  ['an empty string', 'text("")', []],
  ['a character beyond the BMP', 'q = "SELECT \'😀\' FROM t" # 😀', ["SELECT '😀' FROM t"]],
];

test.each(coloured)('%s', (_, text, sql) => {
  expect(sqlIn(withSql(text))).toEqual(sql);
});

describe('words of SQL', () => {
  test.each([
    [
      'a comment ends with the string',
      '"SELECT a -- it\'s" + b',
      { "-- it's": 'comment.line.double-dash.sql', b: null },
    ],
    ['a comment ends with its line', '"""SELECT a -- it\'s\nFROM t"""', { FROM: 'keyword.other.DML.sql' }],
    ['a block comment', '"SELECT /* it\'s */ a"', { "/* it's */": 'comment.block.sql' }],
    ['an open block comment', '"SELECT /* it" + b', { '/* it': 'comment.block.sql', b: null }],
    ['a string of SQL', "\"SELECT 'it''s' FROM t\"", { "'it''s'": 'string.quoted.single.sql' }],
    ['an apostrophe alone', '"SELECT don\'t FROM t"', { FROM: 'keyword.other.DML.sql' }],
    ['a quoted name', `'SELECT "from" FROM t'`, { '"from"': 'variable.other.quoted.sql' }],
    ['a quoted name before three quotes', `"""SELECT "from\n""" + b`, { b: null }],
    ['a parameter', '"SELECT :id"', { ':id': 'variable.parameter.sql' }],
    ['a cast is no parameter', '"SELECT a::int"', { '::': 'keyword.operator.sql', int: 'storage.type.sql' }],
    ['a parameter of psycopg', '"SELECT %(id)s"', { '%(id)s': 'variable.parameter.sql' }],
    ['a word after an escape', '"SELECT a\\nFROM t"', { FROM: 'keyword.other.DML.sql' }],
    ['Python in an f-string', 'f"SELECT {len(a)}"', { len: 'support.function.builtin.python' }],
    ['a function', '"SELECT coalesce(a)"', { coalesce: 'support.function.sql' }],
  ])('%s', (_, text, expected) => {
    const tokens = withSql(`q = ${text}`).flat();
    for (const [word, scope] of Object.entries(expected)) {
      const token = tokens.find((token) => token.text.trim() === word);
      expect
        .soft(token?.scopes.at(-1), `${word} in ${tokens.map((t) => t.text).join('|')}`)
        .toBe(scope ?? 'source.python');
    }
  });
});

describe('nothing leaks', () => {
  const after = `\nafter = call('it') if x else "y"  # don't "leak\nclass A(B): pass\n`;
  const nasty = [
    `q = "SELECT 1  # no end`,
    `q = 'SELECT 1 -- no end`,
    `q = f"SELECT {a`,
    `q = f"SELECT {a!r:>{w}} {{x}} } {" + b`,
    `q = f"SELECT {d['it']} -- {x}'" + b`,
    `q = f'''SELECT {\n  a\n} FROM t'''`,
    `q = "SELECT 1 \\`,
    `q = "SELECT \\\\" + b`,
    `q = "SELECT \\\\\\" x" + b`,
    `q = r"SELECT \\" + b" + c`,
    `q = r"SELECT [a-z(" + b`,
    `q = """SELECT ''' " "" \\""" x""" + b`,
    `q = '''SELECT """ ' '' \\''' x''' + b`,
    `q = "SELECT 1; -- \\" " + b`,
    `q = "SELECT '" + name + "' FROM t"`,
    `q = 'SELECT \\'it\\' -- ' + b`,
    `q = "SELECT /* " + b + " */ FROM t"`,
    `q = """\nSELECT 1 /* \n""" + b`,
    `q = b"SELECT 1" + u"SELECT 2" + Rb"SELECT 3" + BR'SELECT 4'`,
    `text("") + text('') + text("""""") + text('''''')`,
    `text("\ntext('\ntext(f"\ntext(f`,
    `q = "SELECT {% if a %} {b!x} {c} %s %d" % d`,
    `cursor.execute("SELECT " "1" 'FROM' "t" "")`,
    `q = "SELECT 1" \\\n    " FROM t" \\\n    ' WHERE a = 1'`,
    `q = "SELECT \\N{BULLET} \\x41 \\u1234"`,
    `q = "SELECT a FROM t" if x else 'UPDATE t SET a = 1'; r = "y"`,
    `\t"SELECT 1"\n\t"FROM t"`,
    `x = {"SELECT a FROM t": ["WHERE a = 1", 'AND b = 2']}`,
    `@text("SELECT 1")\ndef f(a="SELECT 1"): return f"SELECT {a}"`,
  ];
  const all = [...coloured.map(([, text]) => text), ...nasty];

  test.each(all.map((text) => [text]))('%j', (text) => {
    expect(leakOf(text + after)).toBeNull();
  });

  test('cut at every offset', () => {
    const leaks = all.flatMap((text) =>
      Array.from(text, (_, offset) => leakOf(text.slice(0, offset) + after)).filter((leak) => leak !== null),
    );
    expect(leaks).toEqual([]);
  });

  test('one after the other', () => {
    expect(leakOf(all.join(after))).toBeNull();
  });
});

test('the JSON file is what the source says', () => {
  const file = join(import.meta.dirname, '../../../syntaxes/sql-in-python.tmLanguage.json');
  expect(JSON.parse(readFileSync(file, 'utf8')), 'run node syntaxes/build.ts').toEqual(sqlInPython());
});

/** The pieces that are coloured as SQL, at most one a line and string. */
function sqlIn(lines: readonly (readonly Token[])[]): string[] {
  return lines.flatMap((line) => {
    const marked = line.map((token) => (isSql(token) ? token.text : '\0')).join('');
    return marked.split('\0').filter(Boolean);
  });
}

/** Each character outside our SQL has the scopes it has without us, and our SQL lies inside strings of Python. */
function leakOf(text: string): string | null {
  const tokens = byCharacter(withSql(text));
  const leak = firstLeak(text, tokens, byCharacter(python(text)));
  return leak && (firstLeak(text, tokens, byCharacter(strictPython(text))) === null ? null : leak);
}

function firstLeak(text: string, tokens: readonly Token[], without: readonly Token[]): string | null {
  for (const [offset, token] of tokens.entries()) {
    const expected = scopesOf(without[offset]);
    const ok = isSql(token) ? /string\.|meta\.fstring/.test(expected) : scopesOf(token) === expected;
    const where = (): string => `${JSON.stringify(text.slice(offset, offset + 20))} of ${JSON.stringify(text)}`;
    if (!ok) return `leaked at ${where()}: ${scopesOf(token)}, without us ${expected}`;
  }
  return null;
}

function scopesOf(token: Token | undefined): string {
  return token?.scopes.join(' ') ?? '';
}

/** The token at each offset. */
function byCharacter(lines: readonly (readonly Token[])[]): Token[] {
  const tokens: Token[] = [];
  for (const line of lines) {
    for (const token of line) for (let i = 0; i < token.text.length; i += 1) tokens.push(token);
    tokens.push({ text: '\n', scopes: [] });
  }
  return tokens;
}
