import { expect, test } from 'vitest';
import { openProject, place } from './project.ts';

const models = `from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=50)


found = Author.objects.filter(name="A")
`;

/** An environment whose Django says that it was imported, and does not go on. */
const files = {
  'models.py': models,
  '.venv/pyvenv.cfg': 'version = 3.12',
  '.venv/lib/python3.12/site-packages/Django-6.0.4.dist-info/METADATA': '',
  '.venv/lib/python3.12/site-packages/django/__init__.py': 'raise ImportError("it was imported")',
};
const untrusted = /Compiled by Django 6\.1\.\d+, the project uses 6\.0\.4\.$/m;
const trusted = /, which does not start in the sandbox \(ImportError: it was imported\)\.$/m;

test('nothing of an environment is executed before the user trusts the workspace', async () => {
  await using project = await openProject(files);
  const uri = await project.server.open(project.path('models.py'));
  const [line, character] = place(models, 'Author.objects');
  expect(await project.server.hoverUntil(uri, line, character, /SELECT/)).toMatch(untrusted);
  await project.server.connection.sendNotification('ormsight/trustGranted', null);
  expect(await project.server.hoverUntil(uri, line, character, trusted)).toContain('SELECT');
});

test('a client says at the start that the workspace is trusted', async () => {
  await using project = await openProject(files, { initializationOptions: { isTrusted: true } });
  const uri = await project.server.open(project.path('models.py'));
  expect(await project.server.hoverUntil(uri, ...place(models, 'Author.objects'), trusted)).toContain('SELECT');
});
