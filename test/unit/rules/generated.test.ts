/** Code that nobody wrote by hand: each of these once took minutes. */
import { expect, test } from 'vitest';
import { createEngine } from '../../../server/src/ide/createEngine.ts';
import { buildModelGraph } from '../../../server/src/orm/graph.ts';
import { createInference } from '../../../server/src/orm/infer.ts';
import { LIMITS } from '../../../server/src/orm/limits.ts';
import { defaultRuleSettings } from '../../../server/src/rules/levels.ts';
import { RuleRunner } from '../../../server/src/rules/run.ts';
import { Project, root } from '../../harness/project.ts';

const models = `
from django.db import models


class Depot(models.Model):
    name = models.CharField(max_length=20)


class Crate(models.Model):
    depot = models.ForeignKey(Depot, on_delete=models.CASCADE)
`;

function findingsOf(body: string): number {
  const project = new Project({
    'depot/__init__.py': '',
    'depot/models.py': models,
    'main.py': `from depot.models import Crate\n\n\n${body}`,
  });
  const { program, snapshot } = project;
  const graph = buildModelGraph(program, snapshot);
  const inference = createInference(program, graph);
  const file = project.file('main.py');
  return new RuleRunner().run({ file, program, graph, inference, settings: defaultRuleSettings }).length;
}

const many = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

test('ten thousand findings in as many functions', () => {
  const one = (i: number): string =>
    `def f${i}():\n    for crate in Crate.objects.filter(pk=${i}):\n        print(crate.depot.name)\n\n\n`;
  expect(findingsOf(many(10_000, one))).toBe(10_000);
});

test('thousands of loops over one name', () => {
  const one = (i: number): string =>
    `    for crate in Crate.objects.filter(pk=${i}):\n        print(crate.depot.name)\n`;
  expect(findingsOf(`def f():\n${many(3_000, one)}`)).toBe(3_000);
});

test('a query built in thousands of steps', () => {
  const steps = many(4_000, (i) => `    crates = crates.filter(pk__gt=${i})\n`);
  // Further than a person would follow, nothing is said.
  expect(
    findingsOf(`def f():\n    crates = Crate.objects\n${steps}    for crate in crates:\n        print(crate.depot)\n`),
  ).toBeLessThanOrEqual(1);
});

test('a chain of thousands of calls, and functions that all call each other', () => {
  const chain = many(3_000, (i) => `def f${i}(row):\n    return f${i + 1}(row)\n\n\n`);
  const circle = many(
    500,
    (i) =>
      `def g${i}(row, rows):\n    g${(i * 7 + 3) % 500}(row, rows)\n    for each in rows:\n        g${(i * 11 + 5) % 500}(each, rows)\n    return g${(i + 1) % 500}(row.depot, rows)\n\n\n`,
  );
  const last = `def f3000(row):\n    return row.depot.name\n\n\n`;
  const go = `def go():\n    rows = Crate.objects.all()\n    for crate in rows:\n        f0(crate)\n        g0(crate, rows)\n`;
  expect(findingsOf(chain + last + circle + go)).toBe(1);
});

test('a name with a thousand ways, and a function with as many ways out', () => {
  const ways = many(
    500,
    (i) =>
      `    if a == ${i}:\n        crates = crates.filter(pk__gt=${i})\n    elif a == -${i}:\n        crates = Crate.objects.filter(pk=${i})\n`,
  );
  const out = many(500, (i) => `    if a == ${i}:\n        return Crate.objects.filter(pk=${i})\n`);
  const loop = '    for crate in crates:\n        print(crate.depot.name)\n';
  expect(
    findingsOf(
      `def f(a):\n    crates = Crate.objects.all()\n${ways}${loop}\n\ndef g(a):\n${out}    return Crate.objects.all()\n\n\ndef h(a):\n    crates = g(a)\n${loop}`,
    ),
  ).toBeLessThanOrEqual(2);
});

test('a loop with thousands of queries, that commits and that does not', () => {
  const queries = many(3_000, (i) => `        c${i} = Crate.objects.filter(pk=key + ${i}).first()\n`);
  expect(
    findingsOf(
      `def f(keys):\n    for key in keys:\n${queries}\n\ndef g(session, keys):\n    for key in keys:\n${queries}        session.commit()\n`,
    ),
  ).toBe(1);
});

test('what is given up is told once for each file, not with each key', () => {
  const ways = many(200, (i) => `    if a == ${i}:\n        crates = Crate.objects.filter(pk=${i})\n`);
  const steps = many(400, (i) => `    more = more.filter(pk__gt=${i})\n`);
  const uses = many(500, (i) => `    print(row.a${i})\n`);
  const body =
    `def f(a):\n    crates = None\n${ways}    for crate in crates:\n        print(crate.depot.name)\n\n\n` +
    `def g():\n    more = Crate.objects\n${steps}    for crate in more:\n        print(crate.depot.name)\n\n\n` +
    `def h(row):\n${uses}\n\ndef i():\n    for crate in Crate.objects.all():\n        h(crate)\n`;
  const text = `from depot.models import Crate\n\n\n${body}`;
  const project = new Project({ 'depot/__init__.py': '', 'depot/models.py': models, 'main.py': text });
  const told: string[] = [];
  const engine = createEngine({
    workspace: project.workspace,
    renderer: null,
    settings: () => ({ dialect: null, driver: null, rules: defaultRuleSettings }),
    onGivenUp: (path, what) => told.push(`${path}: ${what}`),
  });
  for (const key of ['', '#', '#a', 'x = 1\n']) {
    project.type('main.py', text.replace('def g', `${key}\ndef g`));
    engine.diagnosticsOf(`${root}/main.py`);
  }
  expect(told.toSorted()).toEqual(
    (['uses', 'ways', 'chain'] as const).map((limit) => `${root}/main.py: ${LIMITS[limit].told}`).toSorted(),
  );
});
