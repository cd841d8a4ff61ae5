import { describe, expect, test } from 'vitest';
import { parseModule } from '../../../../server/src/python/syntax/parser.ts';
import { statements } from './parse.ts';

describe('assignments', () => {
  test('a chain of targets', () => {
    expect(statements('a = b, c = d')).toBe(
      `Assign(targets=[Name(id='a'), Tuple(elts=[Name(id='b'), Name(id='c')])], value=Name(id='d'))`,
    );
  });

  test('an annotation, simple only for a bare name', () => {
    expect(statements('a: int = 1\n(b): int\nc.d: int')).toBe(
      [
        `AnnAssign(target=Name(id='a'), annotation=Name(id='int'), value=Constant(type='int', value='1'), simple=true)`,
        `AnnAssign(target=Name(id='b'), annotation=Name(id='int'))`,
        `AnnAssign(target=Attribute(value=Name(id='c'), attr='d'), annotation=Name(id='int'))`,
      ].join('\n'),
    );
  });

  test('an augmented assignment', () => {
    expect(statements('a //= b')).toBe(`AugAssign(target=Name(id='a'), op='//', value=Name(id='b'))`);
  });
});

describe('imports', () => {
  test('dots count as levels', () => {
    expect(statements('from ....a.b import c as d, e')).toBe(
      `ImportFrom(level=4, module='a.b', names=[Alias(name='c', asName='d'), Alias(name='e')])`,
    );
  });

  test('everything, and dotted names', () => {
    expect(statements('from . import *\nimport a.b as c, d')).toBe(
      [
        `ImportFrom(level=1, names=[Alias(name='*')])`,
        `Import(names=[Alias(name='a.b', asName='c'), Alias(name='d')])`,
      ].join('\n'),
    );
  });
});

describe('functions and classes', () => {
  test('parameters with annotations and defaults', () => {
    expect(statements('async def f(a: int, /, b=1, *, c) -> str: ...')).toBe(
      `FunctionDef(isAsync=true, name='f', params=Parameters(` +
        `posonly=[Parameter(name='a', annotation=Name(id='int'))], ` +
        `args=[Parameter(name='b', default=Constant(type='int', value='1'))], kwonly=[Parameter(name='c')]), ` +
        `returns=Name(id='str'), body=[Expr(value=Constant(type='Ellipsis'))])`,
    );
  });

  test('decorators may be any expression, and stand before the start of their function', () => {
    const code = '@app.get("/")[0]\ndef f(): pass\n';
    const [definition] = parseModule(code).module.body;
    expect(statements(code)).toMatch(/decorators=\[Subscript\(/);
    expect(code.slice(definition!.start)).toMatch(/^def/);
  });

  test('type parameters (PEP 695 and 696)', () => {
    expect(statements('class A[T: int = str, *Ts, **P](B, metaclass=C): pass')).toBe(
      `ClassDef(name='A', typeParams=[TypeVar(name='T', bound=Name(id='int'), default=Name(id='str')), ` +
        `TypeVarTuple(name='Ts'), ParamSpec(name='P')], bases=[Name(id='B')], ` +
        `keywords=[Keyword(name='metaclass', value=Name(id='C'))], body=[Pass()])`,
    );
    expect(statements('type Pair[T] = tuple[T, T]')).toMatch(/^TypeAlias\(name=Name\(id='Pair'\)/);
  });
});

describe('blocks', () => {
  test('elif is an if alone in the else', () => {
    expect(statements('if a: b\nelif c: d\nelse: e')).toBe(
      `If(test=Name(id='a'), body=[Expr(value=Name(id='b'))], orelse=[If(test=Name(id='c'), ` +
        `body=[Expr(value=Name(id='d'))], orelse=[Expr(value=Name(id='e'))])])`,
    );
  });

  test('several with items in parentheses', () => {
    const items = `items=[WithItem(context=Name(id='a'), target=Name(id='b')), WithItem(context=Name(id='c'))]`;
    expect(statements('with (a as b, c): pass')).toBe(`With(${items}, body=[Pass()])`);
    expect(statements('with a as b, c: pass')).toBe(`With(${items}, body=[Pass()])`);
  });

  test('parentheses that belong to one with item', () => {
    expect(statements('with (a, b) as c: pass')).toMatch(/^With\(items=\[WithItem\(context=Tuple/);
    expect(statements('with (a).b: pass')).toMatch(/^With\(items=\[WithItem\(context=Attribute/);
    expect(statements('with (a for a in b): pass')).toMatch(/^With\(items=\[WithItem\(context=GeneratorExp/);
  });

  test('except with several types and no parentheses (PEP 758), and except*', () => {
    expect(statements('try: a\nexcept B, C: d\nfinally: e')).toMatch(/ExceptHandler\(type=Tuple\(elts=\[Name/);
    expect(statements('try: a\nexcept* B as c: d')).toMatch(/^Try\(star=true, .*name='c'/);
  });
});

describe('match', () => {
  test('patterns of all kinds', () => {
    const code = `match a, b:
    case [x, *_] | (y, 1.5): pass
    case {"k": v, M.k: -1, **rest}: pass
    case User(id, name="x") as u if u.id: pass
    case None | 1+2j | "a" "b": pass
    case _: pass`;
    const printed = statements(code);
    expect(printed).toMatch(/^Match\(subject=Tuple\(/);
    expect(printed).toContain(
      `MatchOr(patterns=[MatchSequence(patterns=[MatchAs(name='x'), MatchStar()]), ` +
        `MatchSequence(patterns=[MatchAs(name='y'), MatchValue(value=Constant(type='float', value='1.5'))])])`,
    );
    expect(printed).toContain(`patterns=[MatchAs(name='v'), MatchValue(value=UnaryOp(op='-', `);
    expect(printed).toContain(
      `MatchAs(pattern=MatchClass(cls=Name(id='User'), patterns=[MatchAs(name='id')], kwdAttrs=['name'], ` +
        `kwdPatterns=[MatchValue(value=Constant(type='str', value='x'))]), name='u'), guard=`,
    );
    expect(printed).toContain(`MatchCase(pattern=MatchAs(), body=[Pass()])`);
  });

  test('match, case, type and _ are names everywhere else', () => {
    expect(statements('match(a)\nmatch[a]: int\nmatch = case = type = _\ntype(a)\nmatch.a')).toBe(
      [
        `Expr(value=Call(func=Name(id='match'), args=[Name(id='a')]))`,
        `AnnAssign(target=Subscript(value=Name(id='match'), slice=Name(id='a')), annotation=Name(id='int'))`,
        `Assign(targets=[Name(id='match'), Name(id='case'), Name(id='type')], value=Name(id='_'))`,
        `Expr(value=Call(func=Name(id='type'), args=[Name(id='a')]))`,
        `Expr(value=Attribute(value=Name(id='match'), attr='a'))`,
      ].join('\n'),
    );
  });
});
