import { expect, test } from 'vitest';
import { buildModelGraph } from '../../../server/src/orm/graph.ts';
import { createInference } from '../../../server/src/orm/infer.ts';
import { querySites } from '../../../server/src/orm/sites.ts';
import { Project } from '../../harness/project.ts';

const models = `
from django.db import models
from library import narrowed

class RoleManager(models.Manager):
    def visible(self, user):
        return narrowed(self, user)

class Role(models.Model):
    name = models.CharField(max_length=20)
    objects = RoleManager()
`;

test.each([
  // What a manager's own method gives is unknown; what is asked of it belongs to the query all the same.
  ['Role.objects.visible(user).filter(name="a").count()'],
  ['Role.objects.visible(user).values_list("name", flat=True)'],
  ['Role.objects.filter(name="a").order_by("name")'],
])('the whole chain is the query: %s', (source) => {
  expect(sitesOf(`print(${source})`)).toEqual([source]);
});

test('what is no method of a queryset is not part of it', () => {
  expect(sitesOf('Role.objects.visible(user).show()')).toEqual(['Role.objects.visible(user)']);
});

function sitesOf(source: string): string[] {
  const project = new Project({
    'app/__init__.py': '',
    'app/models.py': models,
    'app/views.py': `from app.models import Role\n\ndef view(user):\n    ${source}\n`,
  });
  const { program, snapshot } = project;
  const inference = createInference(program, buildModelGraph(program, snapshot));
  const file = project.file('app/views.py');
  return querySites(file, inference).map(({ range }) => file.text.slice(range.start, range.end));
}
