import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Apps of other people may have rows that go with a user. */

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
