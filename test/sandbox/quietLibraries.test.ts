import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Libraries that send no statements, whether or not the project's environment has them. */

const asking = useAsking();

const models = `
import exiftool
from exiftool import helper
from django.db import models

def write(path):
    with exiftool.ExifTool() as tool:
        tool.execute(path)
    helper.tidy(path)

class Photo(models.Model):
    path = models.CharField(max_length=20)

    def save(self, *args, **options):
        write(self.path)
        super().save(*args, **options)

def find(photo: Photo):
    photo.save(update_fields=["path"])
`;

const installed = {
  '.venv/pyvenv.cfg': 'version = 3.12.1\n',
  '.venv/lib/python3.12/site-packages/exiftool/__init__.py':
    'class ExifTool:\n    def execute(self, path):\n        pass\n',
  '.venv/lib/python3.12/site-packages/exiftool/helper.py': 'def tidy(path):\n    pass\n',
};

test.each([
  ['not installed', {}],
  ['installed', installed],
])('%s', async (_, others) => {
  const view = await asking.viewAtEnd(models, 'shop/models.py', others);
  expect([view?.reason, view?.statements.length]).toEqual([null, 1]);
});
