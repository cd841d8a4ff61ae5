import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Properties of models whose setters write: `setting.value = 3`. */

const asking = useAsking();

async function sent(property: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(`
from django.db import models
from elsewhere import packed

class SettingManager(models.Manager):
    def put(self, key, value):
        setting = self.get(key=key)
        setting.value = value
        return setting

class Setting(models.Model):
    key = models.CharField(max_length=20)
    db_value = models.TextField()
    objects = SettingManager()

${property}

def find(value):
    return Setting.objects.put("color", value)
`);
  return [view?.reason, view?.statements.map(({ sql }) => sql.split(' ', 1)[0])];
}

const setter = `    def __set(self, value):
        self.db_value = packed(value)
        self.save()
`;

test('one that is made by a call', async () => {
  const getter = '    def __get(self):\n        return self.db_value\n\n';
  expect(await sent(`${getter}${setter}\n    value = property(__get, __set)`)).toEqual([null, ['SELECT', 'UPDATE']]);
});

test('one that can only be written', async () => {
  expect(await sent(`${setter}\n    value = property(None, __set, doc="The value")`)).toEqual([
    null,
    ['SELECT', 'UPDATE'],
  ]);
});

test('one with decorators', async () => {
  const decorated = `    @property
    def value(self):
        return self.db_value

    @value.setter
${setter.replace('__set', 'value')}`;
  expect(await sent(decorated)).toEqual([null, ['SELECT', 'UPDATE']]);
});
