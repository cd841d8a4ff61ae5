import { expect, test } from 'vitest';
import { useAsking, valueOf } from './engine.ts';

/** Values that Django makes anew for each request or row: no text may be shown for them. */

const asking = useAsking();

const models = `
from django.contrib.auth.models import User
from django.db import models
from django.utils import translation
from django.utils.translation import get_language

class Page(models.Model):
    language = models.CharField(max_length=10)
    owner = models.ForeignKey(User, null=True, on_delete=models.CASCADE)
`;

/** The reason, and the parameters of the first statement. */
async function parameters(line: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(`${models}\n${line}\n`);
  const first = view?.statements.find(({ role }) => role !== 'transaction');
  return [view?.reason ?? null, ...(first?.params ?? []).map(valueOf)];
}

test.each([
  ['get_language()', 'get_language()'],
  ['translation.get_language()', 'translation.get_language()'],
  ['get_language().split("-")[0]', 'get_language().split("-")[0]'],
])('the language: %s', async (written, shown) => {
  expect(await parameters(`def pages():\n    return Page.objects.filter(language=${written})`)).toEqual([null, shown]);
});

test('what stands for no password is another text each time', async () => {
  const [reason, password, , , name] = await parameters('def add(name):\n    return User.objects.create_user(name)');
  expect([reason, password, name]).toEqual([null, 'make_password(None)', 'name']);
});
