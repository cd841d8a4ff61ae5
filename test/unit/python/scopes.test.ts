import { expect, test } from 'vitest';
import { bindModule } from '../../../server/src/python/binder.ts';
import { enclosingClass, scopeAtOffset, scopeOfNode, visibleScopes } from '../../../server/src/python/scopes.ts';
import { parseModule } from '../../../server/src/python/syntax/parser.ts';
import { reparse } from '../../../server/src/python/syntax/reparse.ts';
import { walk } from '../../../server/src/python/syntax/visit.ts';
import type { Scope } from '../../../server/src/python/types.ts';

/** Each scope as `kind: name(kind of binding) …`, nested by indentation. */
function scopes(code: string): string {
  const lines: string[] = [];
  const visit = (scope: Scope, depth: number): void => {
    const names = [...scope.bindings]
      .toSorted(([, [a]], [, [b]]) => a!.range.start - b!.range.start)
      .map(([name, bindings]) => `${name}(${bindings.map((binding) => binding.kind).join('+')})`);
    lines.push(`${'  '.repeat(depth)}${scope.kind}: ${names.join(' ')}`.trimEnd());
    for (const child of scope.children) visit(child, depth + 1);
  };
  visit(bindModule(parseModule(code).module), 0);
  return lines.join('\n');
}

/** The kinds of the scopes around `$0`, innermost first. */
function around(code: string): string {
  const offset = code.indexOf('$0');
  let scope: Scope | null = scopeAtOffset(bindModule(parseModule(code.replace('$0', '')).module), offset);
  const kinds: string[] = [];
  for (; scope; scope = scope.parent) kinds.push(scope.kind);
  return kinds.join(' < ');
}

test('statements bind their targets', () => {
  expect(
    scopes(`
import a.b, c.d as e
from f import g, h as i
from j import *
k = l = 1
m: int
n += 1
for o, (p, *q, r) in s: pass
with t as u, v as (w, x): pass
del y
`),
  ).toBe(
    'module: a(import) e(import) g(importFrom) i(importFrom) *(importFrom) k(assign) l(assign) m(annAssign) ' +
      'n(augAssign) o(for) p(for) q(for) r(for) u(with) w(with) x(with) y(delete)',
  );
});

test('names in tuples know the way from the value to them', () => {
  const scope = bindModule(parseModule('a, (b, *c, d) = value').module);
  const paths = [...scope.bindings.values()].map(
    ([binding]) => binding?.kind === 'assign' && [binding.name, binding.path],
  );
  expect(paths).toEqual([
    ['a', [0]],
    ['b', [1, 0]],
    ['c', [1, Infinity]],
    ['d', [1, -1]],
  ]);
});

test('attributes and items are no names', () => {
  expect(scopes('a.b = c[0] = 1')).toBe('module:');
});

test('functions and classes open scopes, lambdas and comprehensions too', () => {
  expect(
    scopes(`
class A(B):
    x = 1
    def f(self, a, /, b, *args, c=1, **kw):
        y = lambda z: z
        return [u for u in a]
`),
  ).toBe(`module: A(class)
  class: x(assign) f(function)
    function: self(parameter) a(parameter) b(parameter) args(parameter) c(parameter) kw(parameter) y(assign)
      lambda: z(parameter)
      comprehension: u(comprehension)`);
});

test('a walrus in a comprehension binds outside of all comprehensions', () => {
  expect(scopes('def f(xs):\n    return [[y := x for x in r] for r in xs]')).toBe(`module: f(function)
  function: xs(parameter) y(walrus)
    comprehension: r(comprehension)
      comprehension: x(comprehension)`);
});

test('the first iterable of a comprehension belongs to the scope around it', () => {
  expect(scopes('x = [a for a in [b for b in c]]')).toBe(`module: x(assign)
  comprehension: a(comprehension)
  comprehension: b(comprehension)`);
});

test('global and nonlocal bind elsewhere, in text order', () => {
  expect(
    scopes(`
x = 1
def f():
    y = 1
    def g():
        global x
        nonlocal y
        x = 2
        y = 2
x = 3
`),
  ).toBe(`module: x(assign+assign+assign) f(function)
  function: y(assign+assign) g(function)
    function:`);
});

test('nonlocal finds a name that is bound only after the inner function', () => {
  expect(scopes('def f():\n    def g():\n        nonlocal y\n        y = 2\n    y = 1')).toBe(`module: f(function)
  function: g(function) y(assign+assign)
    function:`);
});

test('match captures, except names and type parameters', () => {
  expect(
    scopes(`
match value:
    case [a, *b]: pass
    case {"k": c, **d}: pass
    case Point(x=e) as g: pass
    case _: pass
try: pass
except ValueError as h: pass
type I[T] = list[T]
def f[U: int](x: U) -> U: pass
class K[V](list[V]): pass
`),
  ).toBe(`module: a(match) b(match) c(match) d(match) e(match) g(match) h(except) I(typeAlias) f(function) K(class)
  typeParams: T(typeParam)
  typeParams: U(typeParam)
    function: x(parameter)
  typeParams: V(typeParam)
    class:`);
});

test.each([
  ['def f(a):\n    return $0a', 'function < module'],
  ['def f($0a): pass', 'function < module'],
  ['def f(a=$0b): pass', 'module'],
  ['def f(a: $0b): pass', 'module'],
  ['def f(a) -> $0b: pass', 'module'],
  ['@$0d\ndef f(): pass', 'module'],
  ['class A($0B): pass', 'module'],
  ['class A(B, metaclass=$0M): pass', 'module'],
  ['class A(B):\n    x = $01', 'class < module'],
  ['class A[T](Base[$0T]): pass', 'typeParams < module'],
  ['def f[T](a: $0T, b=c): pass', 'typeParams < module'],
  ['def f[T](a: T, b=$0c): pass', 'module'],
  ['def f(a=lambda b: $0b): pass', 'lambda < module'],
  ['x = lambda a=$0b: a', 'module'],
  ['x = [$0a for a in b]', 'comprehension < module'],
  ['x = [a for a in $0b]', 'module'],
  ['x = [a for a in b for c in $0a]', 'comprehension < module'],
  ['def f():\n    x = 1\ny = $02', 'module'],
])('scope at the cursor of %j', (code, expected) => {
  expect(around(code)).toBe(expected);
});

test('functions in a class do not see its names, nested functions see those around', () => {
  const scope = bindModule(parseModule('class A:\n    def f(self):\n        def g(): pass').module);
  const inner = scope.children[0]!.children[0]!.children[0]!;
  expect([...visibleScopes(inner)].map(({ kind }) => kind)).toEqual(['function', 'function', 'module']);
  expect(enclosingClass(scope.children[0]!.children[0]!)?.name.text).toBe('A');
  expect(enclosingClass(inner)).toBeNull();
});

test('deep and long code does not overflow the stack', () => {
  const sum = `x = ${'1 + '.repeat(20_000)}1`;
  const branches = `if a: pass\n${'elif b: c = 1\n'.repeat(3000)}`;
  expect(scopes(sum)).toBe('module: x(assign)');
  expect(bindModule(parseModule(branches).module).bindings.get('c')?.length).toBe(3000);
});

test('what an edit did not touch keeps its scope, at its new place', () => {
  const before = 'def f(a):\n    b = a\n\nclass A:\n    def g(self):\n        c = 1\n\n    def h(self): pass\n';
  const after = before.replace('c = 1', 'c = 1\n        d = 2');
  const parsed = parseModule(before);
  const old = bindModule(parsed.module);
  const [f, a] = old.children as [Scope, Scope];
  const [g, h] = a.children as [Scope, Scope];
  expect([...h.bindings.keys()]).toEqual(['self']);

  const scope = bindModule(reparse(parsed, before, after).module, old);
  expect(scope.children[0]).toBe(f);
  expect(scope.children[1]).not.toBe(a);
  expect(scope.children[1]!.children[0]).not.toBe(g);
  expect(scope.children[1]!.children[1]).toBe(h);
  expect(h.parent).toBe(scope.children[1]);
  const [self] = h.bindings.get('self')!;
  expect(after.slice(self!.range.start, self!.range.end)).toBe('self');
});

test('the scope of a node', () => {
  const { module } = parseModule(
    'def f(a=lambda: 0):\n    return [x for x in [y for y in a]]\nclass A[T]:\n    def g(self): pass\n',
  );
  const scope = bindModule(module);
  walk(module, (node) => {
    const opens = ['Module', 'FunctionDef', 'ClassDef', 'Lambda', 'ListComp'].includes(node.kind);
    expect(scopeOfNode(scope, node as Scope['node'])?.node, node.kind).toBe(opens ? node : undefined);
  });
});
