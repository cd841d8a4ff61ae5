/** What is kept of code that is being typed. The definitions around it must survive whatever happens inside. */
import { describe, expect, test } from 'vitest';
import { parseModule } from '../../../../server/src/python/syntax/parser.ts';
import { walk } from '../../../../server/src/python/syntax/visit.ts';
import { recovered } from './parse.ts';

describe('half-typed expressions', () => {
  test('a dot at the end', () => {
    expect(recovered('user.')).toEqual({
      tree: `Expr(value=Attribute(value=Name(id='user'), attr=''))`,
      problems: ['Expected the name of an attribute'],
    });
  });

  test('a dot before the next argument', () => {
    expect(recovered('f(user.\n  key=1)').tree).toBe(
      `Expr(value=Call(func=Name(id='f'), args=[Attribute(value=Name(id='user'), attr='')], ` +
        `keywords=[Keyword(name='key', value=Constant(type='int', value='1'))]))`,
    );
  });

  test('an operator without its right side', () => {
    expect(recovered('a = b +\nc')).toEqual({
      tree: `Assign(targets=[Name(id='a')], value=BinOp(left=Name(id='b'), op='+', right=Missing()))\nExpr(value=Name(id='c'))`,
      problems: ['Expected an expression'],
    });
  });

  test('an assignment without its value', () => {
    expect(recovered('a = ').tree).toBe(`Assign(targets=[Name(id='a')], value=Missing())`);
  });

  test('arguments that are still missing', () => {
    expect(recovered('f(a, , b=)').tree).toBe(
      `Expr(value=Call(func=Name(id='f'), args=[Name(id='a'), Missing()], keywords=[Keyword(name='b', value=Missing())]))`,
    );
  });

  test('a missing comma', () => {
    expect(recovered('f(a b)')).toEqual({
      tree: `Expr(value=Call(func=Name(id='f'), args=[Name(id='a'), Name(id='b')]))`,
      problems: [`Expected ',' before 'b': b`],
    });
  });

  test('a key without a value', () => {
    expect(recovered('{"a": 1, "b"}').tree).toContain(`values=[Constant(type='int', value='1'), Missing()]`);
  });
});

describe('unclosed brackets', () => {
  test('the call ends with its line', () => {
    expect(recovered('session.scalars(select(User).whe\nx = 1')).toEqual({
      tree:
        `Expr(value=Call(func=Attribute(value=Name(id='session'), attr='scalars'), ` +
        `args=[Attribute(value=Call(func=Name(id='select'), args=[Name(id='User')]), attr='whe')]))\n` +
        `Assign(targets=[Name(id='x')], value=Constant(type='int', value='1'))`,
      problems: [`'(' was never closed: (`],
    });
  });

  test('arguments on lines of their own stay in the call', () => {
    expect(recovered('x = f(\n    a,\n    b\ny = 1').tree).toBe(
      `Assign(targets=[Name(id='x')], value=Call(func=Name(id='f'), args=[Name(id='a'), Name(id='b')]))\n` +
        `Assign(targets=[Name(id='y')], value=Constant(type='int', value='1'))`,
    );
  });

  test('a header keeps its block', () => {
    expect(recovered('def f(a, b:\n    pass').tree).toBe(
      `FunctionDef(name='f', params=Parameters(args=[Parameter(name='a'), Parameter(name='b')]), body=[Pass()])`,
    );
    expect(recovered('if f(a:\n    pass').tree).toMatch(/^If\(test=Call\(.*body=\[Pass\(\)\]\)$/);
    expect(recovered('class A(B\n    x = 1').tree).toMatch(
      /^ClassDef\(name='A', bases=\[Name\(id='B'\)\], body=\[Assign/,
    );
  });
});

describe('unclosed strings', () => {
  test('a string ends with its line', () => {
    expect(recovered(`a = "b\nc = 1`)).toEqual({
      tree:
        `Assign(targets=[Name(id='a')], value=Constant(type='str', value='b'))\n` +
        `Assign(targets=[Name(id='c')], value=Constant(type='int', value='1'))`,
      problems: ['This string is never closed: "b'],
    });
  });

  test('a field ends with its f-string', () => {
    expect(recovered(`f"{a"\nb`)).toEqual({
      tree: `Expr(value=JoinedStr(values=[FormattedValue(value=Name(id='a'))]))\nExpr(value=Name(id='b'))`,
      problems: [`'{' was never closed: {`],
    });
    expect(recovered(`f"{user.`).tree).toContain(`Attribute(value=Name(id='user'), attr='')`);
  });

  test('an unclosed docstring costs no other definition', () => {
    const code = `
class A:
    def first(self):
        """Does one thing.

    def second(self):
        """
        Does another.
        """
        return 2

    def third(self):
        """Does a third."""
`;
    expect(definitions(code)).toEqual(['A', 'first', 'second', 'third']);
  });
});

describe('broken lines', () => {
  test('the expressions of a line that is no statement are kept', () => {
    expect(recovered('select user from table')).toEqual({
      tree: `Expr(value=Name(id='select'))\nInvalidStmt(parts=[Name(id='user'), Name(id='table')])`,
      problems: [`Expected the end of the statement before 'user': user`],
    });
  });

  test('Python 2 prints', () => {
    expect(recovered('print "a"').problems).toEqual([`'print' is a function in Python 3: print(…): print`]);
  });

  test('an else that lost its if keeps its block', () => {
    expect(recovered('else:\n    a = 1')).toEqual({
      tree: `InvalidStmt(body=[Assign(targets=[Name(id='a')], value=Constant(type='int', value='1'))])`,
      problems: [`'else' continues no statement: else`],
    });
  });

  test('an unknown header keeps its block', () => {
    expect(recovered('foreach user:\n    a\nb').tree).toBe(
      `Expr(value=Name(id='foreach'))\nInvalidStmt(parts=[Name(id='user')], body=[Expr(value=Name(id='a'))])\n` +
        `Expr(value=Name(id='b'))`,
    );
  });

  test('unexpected indentation', () => {
    expect(recovered('a\n    b\nc').tree).toBe(
      `Expr(value=Name(id='a'))\nInvalidStmt(body=[Expr(value=Name(id='b'))])\nExpr(value=Name(id='c'))`,
    );
  });

  test('a header without a block', () => {
    expect(recovered('def f():\nx')).toEqual({
      tree: `FunctionDef(name='f', params=Parameters())\nExpr(value=Name(id='x'))`,
      problems: ['Expected an indented block after the head of a function'],
    });
  });

  test('assignment in a condition', () => {
    expect(recovered('if a = b:\n    c')).toEqual({
      tree: `If(test=Name(id='a'), body=[Expr(value=Name(id='c'))])`,
      problems: [`Expected ':', or '==' to compare: =`],
    });
  });
});

describe('one damaged line costs no other definition', () => {
  const lines = `
@decorated(with_, arguments=[1, 2])
class User(Base):
    """A user."""
    id: Mapped[int] = mapped_column(primary_key=True)
    posts = relationship("Post", back_populates="user", primaryjoin=f"{A}.id == {B['user_id']}")

    def full_name(self, sep: str = " ") -> str:
        if (self.first and self.last) or {"a": [1]}:
            return f"{self.first}{sep}{self.last!r:>{10}}"
        return ''.join([x for x in self.names()])

    async def load(self):
        with open(x) as (y, z), other():
            try:
                await self.session.execute(select(User).where(User.id == 1))
            except (A, B) as error:
                raise C(error) from None
        match self:
            case {"a": [x, *_]}:
                pass


def helper(a, /, b, *args, c=1, **kwargs):
    return lambda x: x[1:2]
`.split('\n');
  const expected = ['User', 'full_name', 'load', 'helper'];

  test('cut short at any character', () => {
    lines.forEach((line, index) => {
      if (/^\s*(async )?(class|def) |^@/.test(line)) return;
      for (let length = line.search(/\S|$/); length < line.length; length++) {
        const code = [...lines.slice(0, index), line.slice(0, length), ...lines.slice(index + 1)].join('\n');
        expect(definitions(code), code).toEqual(expected);
      }
    });
  });

  test('without any one of its characters', () => {
    const text = lines.join('\n');
    for (const { index } of text.matchAll(/[^\s\w]/g)) {
      const code = text.slice(0, index) + text.slice(index + 1);
      expect(definitions(code).length, code).toBeGreaterThanOrEqual(expected.length);
    }
  });
});

function definitions(code: string): string[] {
  const names: string[] = [];
  walk(parseModule(code).module, (node) => {
    if (node.kind === 'FunctionDef' || node.kind === 'ClassDef') names.push(node.name.text);
  });
  return names;
}

describe('a broken header keeps its block, and costs nothing behind it', () => {
  test.each([
    ['els:\n    a\ndef f(): pass\n', ['InvalidStmt', 'FunctionDef']],
    ['=if x:\n    a\nclass A: pass\n', ['InvalidStmt', 'ClassDef']],
    ['a b:\n    c\nimport d\n', ['Expr', 'InvalidStmt', 'Import']],
  ])('%j', (code, kinds) => {
    expect(parseModule(code).module.body.map(({ kind }) => kind)).toEqual(kinds);
  });
});

test.each([')', '$', '    $', '  )'])('a line that holds only %j closes and opens no block', (line) => {
  const { module } = parseModule(`def f():\n    a\n${line}\n    b\nc\n`);
  expect(module.body).toMatchObject([{ kind: 'FunctionDef', body: [{}, {}] }, { kind: 'Expr' }]);
});
