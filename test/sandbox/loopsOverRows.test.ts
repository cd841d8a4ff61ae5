import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Loops that run for each of some rows, or an unknown number of times: whether what is shown holds for any number. */

const asking = useAsking();

async function answer(body: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(
    `
from django.db import models

class Order(models.Model):
    title = models.CharField(max_length=20)

class Line(models.Model):
    order = models.CharField(max_length=20)

def find(titles, title, strict):
${body}
`,
    'shop/models.py',
  );
  const conditions = new Set(view?.statements.map(({ when }) => when));
  return [view?.reason ?? null, ...conditions];
}

const lines = 'Line.objects.filter(order=title)';

test('what fills a dict in which something is found or not', async () => {
  const body = `
    by_title = {}
    for order in Order.objects.all():
        by_title[order.title] = order
    order = by_title.get(title)
    lines = ${lines}
    if order is not None:
        lines = lines.exclude(id=order.id)
    return lines`;
  expect(await answer(body)).toEqual([null, 'title == order.title', 'not (title == order.title)']);
});

test('two keys of one value are one condition', async () => {
  const body = `
    known = {}
    for order in Order.objects.all():
        known[order.id] = order
        known[order.title] = order
    order = known.get(title)
    lines = ${lines}
    if order:
        lines = lines.exclude(id=order.id)
    return lines`;
  expect(await answer(body)).toEqual([
    null,
    'title in (order.id, order.title)',
    'not (title in (order.id, order.title))',
  ]);
});

test('a condition that says something else for no rows', async () => {
  const body = `
    found = False
    for each in titles:
        found = True
    lines = ${lines}
    if strict:
        if found:
            lines = lines.exclude(order="")
    return lines`;
  expect(await answer(body)).toEqual(['How often the loop over `titles` runs.', 'strict', 'not (strict)']);
});

test('a condition that speaks of it itself', async () => {
  const body = `
    found = False
    for each in titles:
        found = True
    lines = ${lines}
    if found and strict:
        lines = lines.exclude(order="")
    return lines`;
  expect(await answer(body)).toEqual([null, 'found and strict', 'not (found and strict)']);
});

test('what each row adds', async () => {
  const body = `
    lines = ${lines}
    for each in titles:
        lines = lines.exclude(order=each)
    return lines`;
  expect(await answer(body)).toEqual(['How often the loop over `titles` runs.', null]);
});
