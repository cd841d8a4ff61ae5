/** Receivers of Django's signals run where they are called; what of them is not known is named there, and nowhere else. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const project = {
  'shop/__init__.py': '',
  'shop/models.py': `
from django.db import models

class Customer(models.Model):
    name = models.CharField(max_length=20)

class Tag(models.Model):
    name = models.CharField(max_length=20)

class Order(models.Model):
    note = models.CharField(max_length=20)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    tags = models.ManyToManyField(Tag)
`,
  'shop/apps.py':
    'from django.apps import AppConfig\n\nclass Shop(AppConfig):\n    def ready(self):\n        from . import signals\n',
  'shop/signals.py': `
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.dispatch import receiver
from shop.models import Order, Tag

@receiver([pre_save, post_save], sender=Order)
def number(sender, instance, **options):
    instance.note = next_number()

@receiver(post_delete, sender="shop.Tag")
def forget(sender, instance, **options):
    index.remove(instance.pk)

m2m_changed.connect(count, sender=Order.tags.through)
`,
};

const asking = useAsking();

/** What is not known of the last line of a function, and the first words of what it sends. */
async function sent(line: string, others: Readonly<Record<string, string>> = project): Promise<readonly unknown[]> {
  const text = `from shop.models import Customer, Order, Tag\n\ndef view(order: Order, tag: Tag):\n    ${line}\n`;
  const view = await asking.viewAtEnd(text, 'shop/views.py', others);
  return [view?.reason, ...(view?.statements ?? []).map(({ sql }) => sql.split(/\s/, 1)[0])];
}

test('a save', async () => {
  const saved = 'What `next_number` does, which the receiver `number` calls.';
  expect(await sent('Order.objects.create(note="a", customer_id=1)')).toEqual([saved, 'INSERT']);
  expect(await sent('Customer.objects.create(name="a")')).toEqual([null, 'INSERT']);
});

test('a reading behind a save: only what may have changed the object matters', async () => {
  const after = (lines: string): Promise<readonly unknown[]> => sent(lines.replaceAll('; ', '\n    '));
  expect(await after('tag = Tag.objects.create(name="a"); return list(Order.objects.filter(tags=tag))')).toEqual([
    null,
    'SELECT',
  ]);
  expect(await after('order.save(); return list(Customer.objects.filter(order=order))')).toEqual([null, 'SELECT']);
  expect(
    await after('new = Order(note="a", customer_id=1); new.save(); return Order.objects.filter(note=new.note).first()'),
  ).toEqual(['What `next_number` does, which the receiver `number` calls.', 'SELECT']);
});

test('a reading and an update', async () => {
  expect(await sent('return list(Order.objects.all())')).toEqual([null, 'SELECT']);
  expect(await sent('Order.objects.update(note="b")')).toEqual([null, 'UPDATE']);
});

test('a deletion: the rows are read before', async () => {
  const view = await sent('Tag.objects.filter(name="a").delete()');
  expect(view[0]).toBe('What `index.remove` does, which the receiver `forget` calls.');
  expect(view.slice(1, 3)).toEqual(['SELECT', 'BEGIN']);
});

test('a link', async () => {
  expect((await sent('order.tags.add(tag)'))[0]).toBe('What `count` does, which receives `m2m_changed`.');
});

test('a signal of any model', async () => {
  const others = {
    ...project,
    'shop/signals.py': `
from django.db.models.signals import post_save

for sender in tracked():
    post_save.connect(track, sender=sender)
`,
  };
  expect(await sent('Customer.objects.create(name="a")', others)).toEqual([
    'What `track` does, which receives `post_save`.',
    'INSERT',
  ]);
});

test('a receiver in tests', async () => {
  const { 'shop/signals.py': text, ...rest } = project;
  const line = 'Order.objects.create(note="a", customer_id=1)';
  expect(await sent(line, { ...rest, 'shop/tests/test_orders.py': text })).toEqual([null, 'INSERT']);
});

/** The same with other receivers, in a module that is imported when the project starts. */
function receiving(signals: string): Readonly<Record<string, string>> {
  return { ...project, 'shop/signals.py': signals };
}

test('what runs once for each object that is deleted', async () => {
  const others = receiving(`
from django.db.models.signals import post_delete
from django.dispatch import receiver
from shop.models import Order, Tag

@receiver(post_delete, sender=Order)
def tell(sender, **options):
    Tag.objects.create(name="gone")
`);
  const often = 'How often `tell` is called, once for each Order.';
  expect((await sent('Order.objects.filter(note="a").delete()', others))[0]).toBe(often);
  expect((await sent('order.customer.delete()', others))[0]).toBe(often);
  expect((await sent('order.delete()', others))[0]).toBeNull();
});

test('a module that nothing imports', async () => {
  const { 'shop/apps.py': _, ...others } = receiving(`
from django.db.models.signals import post_save
from shop.models import Tag

def tell(sender, **options):
    pass

post_save.connect(tell, sender=Tag)
`);
  expect(await sent('tag.save()', others)).toEqual(['What `tell` does, which receives `post_save`.', 'UPDATE']);
});

test('what a handler swallows because something is not known', async () => {
  const others = receiving(`
from django.db.models.signals import post_save
from django.dispatch import receiver
from shop.models import Customer, Order

@receiver(post_save, sender=Order)
def tell(sender, instance, **options):
    try:
        Customer.objects.filter(name__regex=1 / 0).update(name="a")
    except Exception:
        pass
`);
  expect(await sent('order.save()', others)).toEqual(['What `tell` does, which receives `post_save`.', 'UPDATE']);
});

test('a receiver that saves again and again', async () => {
  const others = receiving(`
from django.db.models.signals import post_save
from django.dispatch import receiver
from shop.models import Tag

@receiver(post_save, sender=Tag)
def again(sender, instance, **options):
    instance.save()
`);
  const view = await asking.viewAtEnd(
    'from shop.models import Tag\n\ndef view(tag: Tag):\n    tag.save()\n',
    'shop/views.py',
    others,
  );
  expect(view?.statements).toEqual([]);
});

test('what raises, and what is put off until the commit', async () => {
  const others = receiving(`
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver
from shop.models import Order, Tag

@receiver(pre_save, sender=Tag)
def check(sender, instance, **options):
    if instance.name == "":
        raise ValidationError("a name is needed")

@receiver(post_save, sender=Order)
def later(sender, instance, **options):
    transaction.on_commit(publish)
    transaction.on_commit(lambda: Tag.objects.create(name="b"))
`);
  expect(await sent('Tag.objects.create(name="a")', others)).toEqual([null, 'INSERT']);
  expect(await sent('order.save()', others)).toEqual([
    'What `publish` does, which the receiver `later` calls.',
    'UPDATE',
    'INSERT',
  ]);
});

test('methods, and functions that run under a condition', async () => {
  const others = receiving(`
from django.db.models.signals import post_save
from shop.models import Customer, Order, Tag

class Log:
    def write(self, sender, **options):
        pass

def tell(sender, **options):
    pass

log = Log()
post_save.connect(log.write, sender=Tag)
post_save.connect(Log().write, sender=Customer)
if WATCHING:
    post_save.connect(tell, sender=Order)
`);
  expect((await sent('tag.save()', others))[0]).toBe('What `log.write` does, which receives `post_save`.');
  expect((await sent('Customer.objects.create(name="a")', others))[0]).toBeNull();
  expect((await sent('order.save()', others))[0]).toBe('What `tell` does, which receives `post_save`.');
});

test('a function that takes a receiver away before it writes', async () => {
  const lines = (...all: string[]): string => all.join('\n    ');
  const quiet = {
    ...project,
    'shop/signals.py': `
from django.db.models.signals import post_save
from django.dispatch import receiver
from shop.models import Order, Tag

@receiver(post_save, sender=Order)
def tell(sender, **options):
    Tag.objects.create(name="new")
`,
  };
  const imports = lines('from django.db.models.signals import post_save', 'from shop.signals import tell');
  const create = 'Order.objects.create(note="a", customer_id=1)';
  expect(await sent(create, quiet)).toEqual([null, 'INSERT', 'INSERT']);
  const unknown = 'Whether `tell` receives `post_save` here.';
  const without = lines(imports, 'post_save.disconnect(tell, sender=Order)', create);
  expect((await sent(without, quiet))[0]).toBe(unknown);
  // What is only read does not care.
  expect(
    (await sent(lines(imports, 'post_save.disconnect(tell, sender=Order)', 'list(Tag.objects.all())'), quiet))[0],
  ).toBeNull();
});
