/** A queryset keeps the rows it has loaded: what goes over it again sends nothing. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const models = `from django.db import models

class Order(models.Model):
    number = models.IntegerField()

`;

const asking = useAsking();

/** The first words of what the last expression of a function sends. */
async function sent(...lines: readonly string[]): Promise<readonly string[]> {
  const body = ['orders = Order.objects.filter(number=1)', ...lines].map((line) => `    ${line}\n`).join('');
  const view = await asking.viewAtEnd(`${models}def view(flag):\n${body}`);
  return (view?.statements ?? []).map(({ sql }) => sql.slice(0, 12));
}

test.each([
  'print([one.number for one in orders])',
  'list(orders)',
  'n = len(orders)',
  'for one in orders: print(one)',
  'if orders: print("some")',
  'if not orders: print("none")',
  'print(*orders)',
  'total = sum(one.number for one in orders)',
])('after `%s`', async (line) => {
  expect(await sent(line, 'return orders[0]')).toEqual([]);
  expect(await sent(line, 'return orders[5]')).toEqual([]);
  expect(await sent(line, 'return orders.count()')).toEqual([]);
  expect(await sent(line, 'return orders.filter(number=2).count()')).toEqual(['SELECT COUNT']);
});

test.each(['print(orders[3])', 'orders.count()', 'print(orders)', 'f = lambda: list(orders)', 'flag and list(orders)'])(
  'not after `%s`',
  async (line) => {
    expect(await sent(line, 'return orders.count()')).toEqual(['SELECT COUNT']);
  },
);

test('after it was gone over on one way through the code', async () => {
  const lines = ['if flag:', '    list(orders)', 'return orders.count()'];
  expect(await sent(...lines)).toEqual(['SELECT COUNT']);
});

test('another queryset of the same name', async () => {
  expect(await sent('list(orders)', 'orders = Order.objects.all()', 'return orders.count()')).toEqual(['SELECT COUNT']);
});
