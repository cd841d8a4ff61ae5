/** Most rules leave tests alone: files that are tests within the workspace, wherever that lies. */
import { expect, test } from 'vitest';
import { buildModelGraph } from '../../../server/src/orm/graph.ts';
import { createInference } from '../../../server/src/orm/infer.ts';
import { defaultRuleSettings } from '../../../server/src/rules/levels.ts';
import { RuleRunner } from '../../../server/src/rules/run.ts';
import { Project } from '../../harness/project.ts';

const users = `
from django.db import models

class User(models.Model):
    name = models.CharField(max_length=20)

    class Meta:
        app_label = "shop"

def rename(names):
    for name in names:
        user = User.objects.get(name=name)
        user.name = name.upper()
        user.save()
`;

test.each([
  ['shop/users.py', undefined, true],
  ['tests/users.py', undefined, false],
  ['testing/shop/users.py', ['testing/shop'], true],
  ['testing/shop/tests/users.py', ['testing/shop'], false],
])('%s in a workspace of %j is checked: %j', (path, folders, isChecked) => {
  const project = new Project({ [path]: users }, { ...(folders ? { folders } : {}) });
  const { program, snapshot } = project;
  const graph = buildModelGraph(program, snapshot, undefined);
  const inference = createInference(program, graph);
  const run = { file: project.file(path), program, graph, inference, settings: defaultRuleSettings };
  expect(new RuleRunner().run(run).length > 0).toBe(isChecked);
});
