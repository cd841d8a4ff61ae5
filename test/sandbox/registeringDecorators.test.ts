import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Decorators of models that are in the project and cannot be run in the sandbox. */

const asking = useAsking();

async function answer(body: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(`
from django.db import models
from elsewhere import Storage, connect

class Order(models.Model):
    title = models.CharField(max_length=20)

def noted(model):
    found = model
    storage = Order.objects.filter(title="storage").first() or Storage()
${body}

@noted
class Line(models.Model):
    text = models.CharField(max_length=20)

def find():
    return Line.objects.filter(text="new")
`);
  return [view?.status, view?.statements.length];
}

test.each([
  ['reads the class', '    storage.note(found.__name__, getattr(model, "events", {}))\n    return found'],
  ['puts it into a list', '    storage.models.append(model)\n    return model'],
  ['takes a name as well', '    if isinstance(model, str):\n        found = connect(model)\n    return found'],
  ['puts it under a name', '    storage.models[model.__name__] = model\n    return model'],
])('one that %s', async (_, body) => {
  expect(await answer(body)).toEqual(['exact', 1]);
});

test.each([
  ['sets something of the class', '    model.storage = storage\n    return model'],
  ['sets something by its name', '    setattr(found, "storage", storage)\n    return model'],
  ['hands it to something else', '    connect(model)\n    return model'],
  ['calls it', '    found.connect()\n    return model'],
  ['gives something else', '    return storage.proxy(model)'],
  ['gives it in one of two cases', '    if storage:\n        return None\n    return model'],
])('one that %s', async (_, body) => {
  const [status] = await answer(body);
  expect(status).not.toBe('exact');
});
