/** Huge, deep and damaged files through everything that reads Python: nothing throws, and what is cut off is reported. */
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../server/src/ide/createEngine.ts';
import { buildModelGraph } from '../../../server/src/orm/graph.ts';
import { createInference } from '../../../server/src/orm/infer.ts';
import type { Model } from '../../../server/src/orm/model.ts';
import { querySites } from '../../../server/src/orm/sites.ts';
import { defaultRuleSettings } from '../../../server/src/rules/levels.ts';
import { FileFacts, scanFacts } from '../../../server/src/python/fileFacts.ts';
import { bindModule } from '../../../server/src/python/binder.ts';
import type { ParsedModule } from '../../../server/src/python/syntax/nodes.ts';
import { parseModule } from '../../../server/src/python/syntax/parser.ts';
import { reparse } from '../../../server/src/python/syntax/reparse.ts';
import { nodePathAt, walk } from '../../../server/src/python/syntax/visit.ts';
import { unitsOf } from '../../../server/src/python/units.ts';
import { Project, root } from '../../harness/project.ts';

const MODELS = `from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
class Base(DeclarativeBase): pass
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
`;

interface Answers {
  readonly parsed: ParsedModule;
  readonly depth: number;
  readonly queries: number;
}

/** Reads `code`, below some models, in every way there is, and once more with a character typed in its middle. */
function askEverything(code: string): Answers {
  const text = MODELS + code;
  const middle = MODELS.length + (code.length >> 1);
  const typed = `${text.slice(0, middle)}x${text.slice(middle)}`;
  const parsed = parseModule(text);
  const reparsed = reparse(parsed, text, typed);
  expect(reparsed.problems).toEqual(parseModule(typed).problems);
  bindModule(reparsed.module, bindModule(parsed.module));
  expect(unitsOf(parsed.module).length).toBeGreaterThan(0);
  expect(new FileFacts(scanFacts(text)).classes.map(({ name }) => name)).toContain('User');

  const project = new Project({ 'a.py': text });
  const failures: string[] = [];
  const engine = createEngine({
    workspace: project.workspace,
    renderer: null,
    settings: () => ({ dialect: null, driver: null, rules: defaultRuleSettings }),
    onRuleFailure: (rule, error) => failures.push(`${rule}: ${String(error)}`),
  });
  const path = `${root}/a.py`;
  engine.diagnosticsOf(path);
  const file = project.file('a.py');
  for (const offset of sampled(text.length)) {
    engine.hasQueryAt(path, offset);
    project.program.lookup(project.program.scopeAt(file, offset), 'User');
    expect(nodePathAt(parsed.module, offset)[0]).toBe(parsed.module);
  }
  project.type('a.py', typed);
  engine.diagnosticsOf(path);
  expect(failures).toEqual([]);
  const current = project.file('a.py');
  const queries = querySites(current, createInference(project.program, engine.modelGraph())).length;
  return { parsed, depth: depthOf(parsed), queries };
}

function sampled(length: number): number[] {
  return Array.from({ length: 4 }, (_, index) => Math.floor((length * index) / 3));
}

function depthOf({ module }: ParsedModule): number {
  let depth = 0;
  walk(module, (_, ancestors) => void (depth = Math.max(depth, ancestors.length)));
  return depth;
}

const inside = (open: string, middle: string, close: string, levels: number): string =>
  open.repeat(levels) + middle + close.repeat(levels);

const staircase = (line: string): string =>
  Array.from({ length: 1_000 }, (_, level) => `${' '.repeat(level)}${line}\n`).join('');

const CHAIN = '.b'.repeat(900);

/** What the parser allows: a thousand levels, a thousand links, and a hundred blocks. */
const MAX_DEPTH = 2_500;

describe('deep', () => {
  test.each([
    ['brackets', `x = ${inside('(', 'a', ')', 1_000)}`],
    ['lists', `x = ${inside('[', 'a', ']', 1_000)}`],
    ['if', staircase('if a:')],
    ['functions', staircase('def f():')],
    ['classes', staircase('class A(Base):')],
    ['loops over queries', staircase('for user in session.scalars(select(User)):')],
    ['lambda', `x = ${'lambda: '.repeat(1_000)}a`],
    ['f-strings', `x = ${inside('f"{', 'a', '}"', 1_000)}`],
    ['specs of f-strings', `x = f"${inside('{a:', 'a', '}', 1_000)}"`],
    ['sequence patterns', `match x:\n    case ${inside('[', 'a', ']', 1_000)}: pass`],
    ['class patterns', `match x:\n    case ${inside('A(', 'a', ')', 1_000)}: pass`],
    ['chains in brackets', `x = ${'('.repeat(40)}User${`${CHAIN})`.repeat(40)}`],
    ['calls in arguments', `x = ${'f('.repeat(40)}User${`${CHAIN})`.repeat(40)}`],
    ['sums in brackets', `x = ${'('.repeat(40)}a${`${' + b'.repeat(900)})`.repeat(40)}`],
    ['10,000 links', `x = User${'.b'.repeat(10_000)}`],
    ['10,000 elifs', `if a: b\n${'elif a: b\n'.repeat(10_000)}`],
  ])('%s are cut off with a problem', (_, code) => {
    const { parsed, depth } = askEverything(code);
    expect(parsed.problems.length).toBeGreaterThan(0);
    expect(depth).toBeLessThan(MAX_DEPTH);
  });

  test.each([
    ['attributes', `x = User${'.b'.repeat(999)}`],
    ['calls', `x = select(User)${'.where(a)'.repeat(490)}\nfor user in Session().scalars(x): user.id`],
    ['sums', `x = ${'a + '.repeat(999)}a`],
    ['powers', `x = ${'a ** '.repeat(900)}a`],
    ['not', `x = ${'not '.repeat(900)}a`],
    ['conditions', `x = ${'a if b else '.repeat(900)}c`],
    [
      'blocks',
      Array.from({ length: 90 }, (_, level) => `${' '.repeat(level)}class A:\n`).join('') + ' '.repeat(90) + 'b = 1',
    ],
    ['chains side by side', `x = [${`User${CHAIN} + a, `.repeat(15)}]`],
    ['names for names', Array.from({ length: 1_000 }, (_, index) => `a${index + 1} = a${index}`).join('\n')],
    ['classes of classes', Array.from({ length: 300 }, (_, i) => `class A${i + 1}(A${i}): pass`).join('\n')],
    [
      'functions that call functions',
      Array.from({ length: 1_000 }, (_, i) => `def f${i}(): return f${i + 1}()`).join('\n'),
    ],
  ])('%s are read', (_, code) => {
    const { parsed, depth } = askEverything(code);
    expect(parsed.problems).toEqual([]);
    expect(depth).toBeLessThan(MAX_DEPTH);
  });

  test('a query of 490 calls is one query', () => {
    expect(askEverything(`x = select(User)${'.where(a)'.repeat(490)}\n`).queries).toBe(1);
  });
});

describe('long', () => {
  const million = 1_000_000;
  test.each([
    ['a string', `x = "${'a'.repeat(million)}"`],
    ['a comment', `# ${'a'.repeat(million)}\nx = 1`],
    ['a name', 'a'.repeat(million)],
    ['a list', `x = [${'100,'.repeat(million / 4)}]`],
    ['an expression', `x = ${'abcdef and '.repeat(million / 11)}a`],
    ['targets', `${'a = '.repeat(million / 20)}1`],
    ['arguments', `x = f(${'1,'.repeat(130_000)})`],
    ['decorators', `${'@a\n'.repeat(130_000)}def f(): pass`],
  ])('%s', (_, code) => {
    expect(askEverything(code).parsed.problems).toEqual([]);
  });

  test('5 MB of functions', () => {
    const text = Array.from(
      { length: 25_000 },
      (_, i) => `def f${i}(a):\n    """${'.'.repeat(170)}"""\n    return a\n`,
    ).join('');
    expect(text.length).toBeGreaterThan(5_000_000);
    const parsed = parseModule(text);
    expect(parsed.problems).toEqual([]);
    expect(bindModule(parsed.module).bindings.size).toBe(25_000);
    const middle = text.indexOf('return', text.length / 2);
    const reparsed = reparse(parsed, text, `${text.slice(0, middle)}x${text.slice(middle)}`);
    const kept = new Set(parsed.module.body);
    expect(reparsed.module.body.filter((statement) => !kept.has(statement))).toHaveLength(1);
  });
});

/** None of these may cost its square. */
describe('many', () => {
  const lines = (count: number, line: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => line(i)).join('');
  const modelsOf = (code: string): ReadonlyMap<string, Model> => {
    const project = new Project({ 'a.py': code });
    const { models } = buildModelGraph(project.program, project.snapshot);
    return new Map(models.map((model) => [model.name, model]));
  };

  const table = `${MODELS}from sqlalchemy import Column, ForeignKey\nclass A(Base):\n    __tablename__ = "a"\n    id = Column(primary_key=True)\n`;
  test.each([
    ['columns', (i: number) => `    c${i} = Column(Integer)\n`],
    ['annotated columns', (i: number) => `    c${i}: Mapped[int] = mapped_column()\n`],
    ['keys to each other', (i: number) => `    c${i} = Column(ForeignKey("a.c${i - 1}"))\n`],
    [
      'relations',
      (i: number) =>
        `    c${i} = Column(ForeignKey("a.id")); r${i} = relationship("A", foreign_keys=[c${i}], backref="b${i}")\n`,
    ],
  ])('%s of one class', (_, line) => {
    expect(modelsOf(table + lines(10_000, line)).get('A')?.fields).toHaveLength(10_001);
  });

  const django = 'from django.db import models\nclass A0(models.Model):\n    a = models.IntegerField()\n';
  test.each([
    ['fields', (i: number) => `    c${i} = models.IntegerField()\n`],
    ['keys', (i: number) => `    c${i} = models.ForeignKey("self", models.CASCADE, related_name="r${i}")\n`],
  ])("%s of one of Django's classes", (_, line) => {
    expect(modelsOf(django + lines(10_000, line)).get('A0')?.fields).toHaveLength(10_002);
  });

  const chain = (i: number): string => `class A${i + 1}(A${i}):\n    c${i} = models.IntegerField()\n`;
  test.each([
    ['a line of classes', django + lines(2_000, chain)],
    ['one that is written from its end', lines(2_000, (i) => chain(1_999 - i)) + django],
  ])('%s: what has more than a hundred bases is not known', (_, code) => {
    const models = modelsOf(code);
    expect(models.get('A50')?.unknown).toEqual([]);
    expect(models.get('A50')?.fields.map(({ name }) => name)).toContain('a');
    expect(models.get('A2000')?.unknown.join()).toContain('has more than 100 bases');
  });

  test('a line of mixins', () => {
    const mixins = lines(2_000, (i) => `class A${i + 1}(A${i}):\n    c${i} = Column(Integer)\n`);
    const code = `${table}${mixins.replace('(A0)', '')}class Z(A2000, Base):\n    __tablename__ = "z"\n`;
    expect(modelsOf(code).get('Z')?.unknown.join()).toContain('has more than 100 bases');
  });

  test('a circle of classes', () => {
    expect(
      modelsOf(table + lines(2_000, (i) => `class A${i}(A${(i + 1) % 2_000}):\n    x = Column(Integer)\n`)),
    ).toBeDefined();
  });

  test('models in a file that is typed in', () => {
    const code =
      MODELS +
      lines(2_000, (i) => `class A${i}(Base):\n    __tablename__ = "a${i}"\n    id = Column(primary_key=True)\n`);
    expect(askEverything(`${code}def f():\n    return 1\n`).parsed.problems).toEqual([]);
  });
});

describe('damaged', () => {
  test.each([
    ['lone surrogates', 'x = "\ud800" + \udc00 + select(User) # \ud83d\n\ud800 = 1'],
    ['null bytes', 'x = select(User)\0\ny = "a\0b"\n'],
  ])('%s', (_, code) => {
    const parsed = parseModule(MODELS + code);
    expect(parsed.problems.length).toBeGreaterThan(0);
    expect(unitsOf(parsed.module).length).toBeGreaterThan(5);
    const facts = new FileFacts(scanFacts(MODELS + code));
    expect(facts.classes.map(({ name }) => name)).toEqual(['Base', 'User']);
  });

  test.each([
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('line ends are %s', (_, end) => {
    const code = 'def f(session):\n    return session.scalars(select(User)).all()\n';
    const shape = (text: string): string[] => {
      const kinds: string[] = [];
      walk(parseModule(text).module, (node) => void kinds.push(node.kind));
      return kinds;
    };
    const text = (MODELS + code).replaceAll('\n', end);
    expect(shape(text)).toEqual(shape(MODELS + code));
    expect(new FileFacts(scanFacts(text)).imports).toEqual(new FileFacts(scanFacts(MODELS + code)).imports);
  });

  test('mixed line ends', () => {
    const { parsed, queries } = askEverything('x = 1\ry = """a\rb\r\nc"""\r\n\rz = select(User)\n');
    expect(parsed.problems).toEqual([]);
    expect(queries).toBe(1);
  });
});
