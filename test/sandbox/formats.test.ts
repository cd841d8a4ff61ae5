import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Texts that are put together with `str.format`. */

const asking = useAsking();

async function given(text: string): Promise<unknown> {
  const view = await asking.viewAtEnd(`
from django.db import models

class Order(models.Model):
    title = models.CharField(max_length=20)

    def __str__(self):
        return "{0.title}".format(self)

def find(order: Order, seconds, width, known={"a": 3}):
    return Order.objects.filter(title=${text})
`);
  const [param] = view?.statements[0]?.params ?? [];
  return param && (view?.reason ?? ('hole' in param ? param.hole : param.value));
}

test.each([
  ['"{0.title}, {0.id}".format(order)', "'{0.title}, {0.id}'.format(order)"],
  ['"{:.1f}ms".format(seconds)', "'{:.1f}ms'.format(seconds)"],
  ['"{:>{}}".format("x", width)', "'{:>{}}'.format('x', width)"],
  ['"{:>5}{!r}".format("x", "y")', "    x'y'"],
  ['"{a[b]}".format(a=seconds)', "'{a[b]}'.format(a=seconds)"],
  ['"{a}".format_map({"a": seconds})', "'{a}'.format(a=seconds)"],
  ['"{}".format([seconds])', '[seconds]'],
  ['"{1} {0}".format(1, 2)', '2 1'],
  ['"{{}}".format()', '{}'],
])('%s', async (text, value) => {
  expect(await given(text)).toBe(value);
});
