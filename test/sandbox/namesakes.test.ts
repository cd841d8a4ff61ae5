import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** What is not known of one module says nothing of what has the same name in another. */

const asking = useAsking();

const others = {
  'shop/__init__.py': '',
  'shop/conf.py': `
class Conf:
    LIMIT = 1 / 0

class ShopConf(Conf):
    RATE = 1 / 0

settings = ShopConf()
`,
  'shop/fields.py': `
from django.db import models

from shop.conf import settings

class CodeField(models.CharField):
    def __init__(self, *args, **options):
        self.rate = settings.RATE
        super().__init__(*args, **options)
`,
};

const models = `
from django.conf import settings
from django.db import models

from shop.fields import CodeField

class Order(models.Model):
    code = CodeField(max_length=settings.LENGTH)
    title = models.CharField(max_length=3)

Order.objects.filter(title="a")
`;

test('another one', async () => {
  const view = await asking.viewAtEnd(models, 'shop/models.py', others);
  expect(view?.reason).toBeNull();
});
