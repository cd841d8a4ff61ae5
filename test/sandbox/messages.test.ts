/** What the library says about a value that nobody knows names it by its text. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import { createRenderer } from '../../server/src/render/renderer.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { Project, root } from '../harness/project.ts';

const models = `
from django.db import models
from acme.expressions import Rank

class Post(models.Model):
    title = models.CharField(max_length=20)

    class Meta:
        app_label = "blog"

`;

test('an unknown expression', async () => {
  const storageDir = await mkdtemp(join(tmpdir(), 'ormsight-messages-'));
  const renderer = createRenderer({ ...runtimeFiles(), storageDir, log: { info() {}, warn() {} } });
  try {
    const text = `${models}Post.objects.annotate(rank=Rank("title"))\n`;
    const engine = createEngine({
      workspace: new Project({ 'models.py': text }).workspace,
      renderer,
      settings: () => ({ dialect: 'postgresql', driver: null }),
    });
    const view = await engine.queryAt(`${root}/models.py`, text.length - 2);
    expect(view?.reason).toBe('TypeError: QuerySet.annotate() received non-expression(s): {Rank("title")}.');
  } finally {
    renderer.dispose();
    await rm(storageDir, { recursive: true, force: true });
  }
});
