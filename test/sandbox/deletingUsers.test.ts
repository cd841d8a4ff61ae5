import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Apps of other people may have rows that go with a user, and listen to whatever is deleted. */

const asking = useAsking();

/** What is said of the last line, in a project with these apps beside its own. */
async function reasonFor(line: string, ...apps: readonly string[]): Promise<string | null | undefined> {
  const installed = ['django.contrib.auth', 'django.contrib.contenttypes', ...apps, 'shop'];
  const models = `
from django.contrib.auth.models import User
from django.db import models

class Order(models.Model):
    customer = models.ForeignKey(User, on_delete=models.CASCADE)

def work(user: User, order: Order):
    ${line}
`;
  const view = await asking.viewAtEnd(models, 'shop/models.py', {
    'shop/__init__.py': '',
    'site_settings.py': `INSTALLED_APPS = ${JSON.stringify(installed)}\n`,
    'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")\n',
  });
  expect(view?.statements.length).toBeGreaterThan(0);
  return view?.reason;
}

test('a user is deleted', async () => {
  expect(await reasonFor('user.delete()')).toBeNull();
  expect(await reasonFor('user.delete()', 'django.contrib.sessions', 'rest_framework')).toBeNull();
  expect(await reasonFor('user.delete()', 'django.contrib.admin')).toBe(
    'What models of `django.contrib.admin` that refer to users do.',
  );
  expect(
    await reasonFor('User.objects.filter(is_active=False).delete()', 'tokens', 'django.contrib.admin', 'points'),
  ).toBe('What models of `tokens`, `django.contrib.admin` and 1 more that refer to users do.');
});

test.each(['order.delete()', 'User.objects.filter(is_active=False).first()', 'user.save()'])('%s', async (line) => {
  expect(await reasonFor(line, 'django.contrib.admin', 'tokens')).toBeNull();
});

test.each([
  ['from django.db.models.signals import pre_delete\n\npre_delete.connect(forget)\n', true],
  ['from django.db.models import signals\n\nsignals.post_delete.connect(forget, dispatch_uid="forget")\n', true],
  ['@receiver(post_delete)\ndef forget(**options):\n    pass\n', true],
  ['@receiver([post_save, post_delete])\ndef forget(**options):\n    pass\n', true],
  ['pre_delete.connect(forget, sender=Point)\n', false],
  ['@receiver(post_delete, sender=Point)\ndef forget(**options):\n    pass\n', false],
  ['post_save.connect(forget)\n', false],
])('an app that is installed: %j', async (source, listens) => {
  const view = await asking.viewAtEnd(
    `from django.db import models\n\nclass Order(models.Model):\n    pass\n\nOrder.objects.filter(id=1).delete()\n`,
    'shop/models.py',
    {
      'shop/__init__.py': '',
      'site_settings.py': 'INSTALLED_APPS = ["points", "shop"]\n',
      'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")\n',
      '.venv/pyvenv.cfg': '',
      '.venv/lib/python3.12/site-packages/points/__init__.py': '',
      '.venv/lib/python3.12/site-packages/points/signals.py': source,
    },
  );
  expect(view?.reason).toBe(listens ? 'What `points` does before rows are deleted.' : null);
});
