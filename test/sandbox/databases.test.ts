import { expect, test } from 'vitest';
import { hoverText } from '../../server/src/ide/hoverText.ts';
import { useAsking } from './engine.ts';

/** Several databases, and the routers that choose between them: https://docs.djangoproject.com/en/stable/topics/db/multi-db/ */

const asking = useAsking();

const apps = 'INSTALLED_APPS = ["shop"]\n';
const oneKind = `${apps}DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql"},
    "replica": {"ENGINE": "django.db.backends.postgresql"},
}
`;
const twoKinds = `${apps}DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql"},
    "old": {"ENGINE": "django.db.backends.mysql"},
}
`;

const models = `
from django.db import models, transaction

class Order(models.Model):
    note = models.TextField()

class Invoice(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    number = models.IntegerField()
`;

/** What is said of the last line of code beside the models: the reason, and each statement with where it goes. */
async function sent(line: string, settings: string, routers = ''): Promise<readonly [string | null, ...string[]]> {
  const view = await asking.viewAtEnd(`${models}\n${line}\n`, 'shop/models.py', {
    'shop/__init__.py': '',
    'shop/settings.py': settings,
    'shop/routers.py': routers,
    'manage.py': 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
  });
  return [
    view?.reason ?? null,
    ...(view?.statements ?? []).map(
      ({ sql, database }) => `${database ? `${database.alias} ${database.dialect}` : 'default'}: ${sql}`,
    ),
  ];
}

const replica = 'replica postgresql: SELECT "shop_order"."id", "shop_order"."note" FROM "shop_order"';
const old = 'old mysql: SELECT `shop_order`.`id`, `shop_order`.`note` FROM `shop_order`';

test.each(['Order.objects.using("replica")', 'Order.objects.db_manager("replica").all()'])('%s', async (line) => {
  expect(await sent(line, oneKind)).toEqual([null, replica]);
});

test('a database of another kind is sent the SQL of its own dialect', async () => {
  expect(await sent('Order.objects.using("old")', twoKinds)).toEqual([null, old]);
  expect(await sent('Order.objects.all()', twoKinds)).toEqual([null, replica.replace('replica postgresql', 'default')]);
});

test('an object stays in the database that it comes from', async () => {
  const line = 'def change():\n    order = Order.objects.using("old").get(pk=1)\n    order.save()';
  const [reason, ...statements] = await sent(line, twoKinds);
  expect(reason).toBeNull();
  expect(statements).toEqual(['old mysql: UPDATE `shop_order` SET `note` = %s WHERE `shop_order`.`id` = %s']);
  expect((await sent('def change(order: Order):\n    order.save()', twoKinds))[0]).toBe(
    'Which of several databases the Order comes from.',
  );
  expect((await sent('def change(order: Order):\n    order.save()', oneKind))[0]).toBeNull();
});

test.each([
  ['Order(note="a").save(using="old")', 'INSERT'],
  ['Order.objects.using("old").create(note="a")', 'INSERT'],
  ['Order.objects.using("old").filter(note="a").delete()', 'DELETE'],
])('%s', async (line, word) => {
  const [reason, ...statements] = await sent(line, twoKinds);
  expect(reason).toBeNull();
  expect(statements.length).toBeGreaterThan(0);
  for (const statement of statements) expect(statement).toMatch(/^old mysql: /);
  expect(statements.at(-1) + statements.join()).toContain(word);
});

test('a transaction of another database', async () => {
  const [reason, ...statements] = await sent('Order.objects.using("old").get_or_create(note="a")', twoKinds);
  expect(reason).toBeNull();
  expect(statements).toContain('old mysql: BEGIN');
  expect(statements.filter((each) => !each.startsWith('old mysql: '))).toEqual([]);
});

test('an alias that is not known', async () => {
  const line = 'def find(alias: str):\n    return Order.objects.using(alias)';
  expect((await sent(line, twoKinds))[0]).toBe('Which of several databases `alias` is.');
  expect(await sent(line, oneKind)).toEqual([null, replica.replace('replica', 'alias')]);
  expect((await sent('Order.objects.using("gone")', twoKinds))[0]).toBe('What kind of database `gone` is.');
});

const router = `
class ByModel:
    def db_for_read(self, model, **hints):
        return "old" if model._meta.model_name == "order" else None

    db_for_write = db_for_read
`;

test('a router of the project is asked', async () => {
  const settings = `${twoKinds}DATABASE_ROUTERS = ["shop.routers.ByModel"]\n`;
  expect(await sent('Order.objects.all()', settings, router)).toEqual([null, old]);
  const [reason, invoice] = await sent('Invoice.objects.all()', settings, router);
  expect([reason, invoice?.slice(0, 16)]).toEqual([null, 'default: SELECT ']);
  const [why, update] = await sent('def change(order: Order):\n    order.save()', settings, router);
  expect([why, update?.slice(0, 18)]).toEqual([null, 'old mysql: UPDATE ']);
});

test('a router whose answer is not known', async () => {
  const chance = `
import random

class ByChance:
    def db_for_read(self, model, **hints):
        return random.choice(["default", "replica"])
`;
  const names = (kinds: string, name: string): string => `${kinds}DATABASE_ROUTERS = ["${name}"]\n`;
  expect((await sent('Order.objects.all()', names(twoKinds, 'shop.routers.ByChance'), chance))[0]).toBe(
    'Which database the router `ByChance` chooses.',
  );
  expect((await sent('Order.objects.all()', names(twoKinds, 'elsewhere.Router')))[0]).toBe(
    'Which database the router `Router` chooses.',
  );
  expect(await sent('Order.objects.all()', names(oneKind, 'shop.routers.ByChance'), chance)).toEqual([
    null,
    replica.replace('replica', 'ByChance.db_for_read(…)'),
  ]);
});

test('the hover names the database', async () => {
  const view = await asking.viewAtEnd(`${models}\nOrder.objects.using("old")\n`, 'shop/models.py', {
    'shop/settings.py': twoKinds,
  });
  expect(hoverText(view!)).toContain('Database old (MySQL)');
});
