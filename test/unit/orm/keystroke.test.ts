import { describe, expect, test, vi } from 'vitest';
import { buildModelGraph, graphBuilds } from '../../../server/src/orm/graph.ts';
import { parseCount } from '../../../server/src/python/program.ts';
import { Project } from '../../harness/project.ts';

/** Django settings, and for every ten files one with models and nine that use them. */
function shop(count: number): Record<string, string> {
  const files: Record<string, string> = {
    'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")\n',
    'site_settings.py': 'INSTALLED_APPS = ["app0"]\nUSE_TZ = True\n',
    'names.py': 'PREFIX = "t"\n\n\ndef unrelated():\n    return 1\n',
  };
  for (let i = 0; i < count; i++) {
    const app = `app${Math.floor(i / 10)}`;
    files[`${app}/f${i}.py`] =
      i % 10 === 0
        ? `from django.db import models\nfrom names import PREFIX\nclass M${i}(models.Model):\n    class Meta:\n        db_table = PREFIX + "${i}"\n    def f(self):\n        return 1\n`
        : `from ${app}.f${i - (i % 10)} import M${i - (i % 10)}\nclass V${i}:\n    def f(self):\n        return M${i - (i % 10)}.objects.all()\n`;
  }
  return files;
}

/** What one edit costs: texts scanned, files parsed, graphs built, facts looked up. */
function cost(count: number, path: string, from: string, to: string) {
  const project = new Project(shop(count));
  const graph = buildModelGraph(project.program, project.snapshot);
  const { text } = project.file(path);
  expect(text).toContain(from);
  // The first edit of a file costs reading it.
  project.type(path, `${text}\n`);
  let last = buildModelGraph(project.program, project.snapshot, graph);
  const before = { scans: project.facts.scans, parses: parseCount(project.program), builds: graphBuilds(last) };
  const lookUps = vi.spyOn(project.facts, 'of');
  project.type(path, text.replace(from, to));
  last = buildModelGraph(project.program, project.snapshot, last);
  return {
    scans: project.facts.scans - before.scans,
    parses: parseCount(project.program) - before.parses,
    builds: graphBuilds(last) - before.builds,
    lookUps: lookUps.mock.calls.length,
  };
}

describe('a keystroke costs the same in two hundred files and in two thousand', () => {
  test.each<[string, string, string, string, object]>([
    ['in a view', 'app1/f15.py', 'objects.all()', 'objects.all().fi', { scans: 1, parses: 0, builds: 0 }],
    ['in a method of a model', 'app1/f10.py', 'return 1', 'return 12', { scans: 1, parses: 1, builds: 0 }],
    ['in a module that models import', 'names.py', 'return 1', 'return 12', { scans: 1, parses: 1, builds: 0 }],
  ])('%s', (_, path, from, to, expected) => {
    const small = cost(200, path, from, to);
    expect(small).toMatchObject(expected);
    expect(cost(2000, path, from, to)).toEqual(small);
    expect(small.lookUps).toBeLessThan(20);
  });
});

describe('what models are made from makes a new graph', () => {
  test.each([
    ['a constant of another module', 'names.py', 'PREFIX = "t"', 'PREFIX = "u"'],
    ['a setting', 'site_settings.py', 'USE_TZ = True', 'USE_TZ = False'],
    ['a class header', 'app1/f15.py', 'class V15:', 'class V15(M10):'],
    ['an import', 'app1/f10.py', 'from names import PREFIX', 'PREFIX = "t"'],
  ])('%s', (_, path, from, to) => {
    expect(cost(30, path, from, to).builds).toBe(1);
  });

  test('a file that was missing', () => {
    const project = new Project({
      'models.py':
        'from django.db import models\nfrom base import Named\nclass A(Named): pass\nclass B(models.Model): pass\n',
    });
    const graph = buildModelGraph(project.program, project.snapshot);
    expect(graph.model('models.A')).toBeUndefined();
    project.write('base.py', 'from django.db import models\nclass Named(models.Model): pass\n');
    expect(buildModelGraph(project.program, project.snapshot, graph).model('models.A')).toBeDefined();
  });

  test('what was undone in between', () => {
    const project = new Project(shop(30));
    let graph = buildModelGraph(project.program, project.snapshot);
    const { text } = project.file('app1/f15.py');
    const typed = (to: string): number => {
      project.type('app1/f15.py', to);
      graph = buildModelGraph(project.program, project.snapshot, graph);
      return graph.models.length;
    };
    const count = graph.models.length;
    expect([text.replace('V15:', 'V15(M10):'), text, text.replace('V15:', 'V15(M10):')].map(typed)).toEqual([
      count + 1,
      count,
      count + 1,
    ]);
  });
});

test('a schema that models of other files inherit changes all of them', () => {
  const model = (name: string): string =>
    `from sqlalchemy import Column, Integer\nfrom base import Base\nclass ${name}(Base):\n    __tablename__ = "${name}"\n    id = Column(Integer, primary_key=True)\n`;
  const base =
    'from sqlalchemy import MetaData\nfrom sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase):\n    metadata = MetaData(schema="one")\n';
  const project = new Project({ 'base.py': base, 'a.py': model('A'), 'b.py': model('B') });
  const graph = buildModelGraph(project.program, project.snapshot);
  project.type('base.py', base.replace('one', 'two'));
  const next = buildModelGraph(project.program, project.snapshot, graph);
  expect(next.models.flatMap(({ table }) => table?.schema ?? [])).toEqual(['two', 'two']);
});
