import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Classes of fields that go through something unknown when a field is made. */

const asking = useAsking();

async function reason(init: string, model = 'zone = ZoneField()'): Promise<string | null | undefined> {
  const view = await asking.viewAtEnd(`
from django.db import models
from elsewhere import zones

class ZoneField(models.Field):
    def __init__(self, *args, **options):
        options.setdefault("max_length", 63)
${init}
        super().__init__(*args, **options)

    def get_internal_type(self):
        return "CharField"

    def get_prep_value(self, value):
        return value + len(self.zones) if hasattr(self, "zones") else value

class First(models.Model):
    zone = ZoneField()

class Order(models.Model):
    ${model}

def find(number):
    return Order.objects.filter(zone__in=[number, 3])
`);
  return view?.reason;
}

test('for its choices', async () => {
  const init = '        options["choices"] = sorted((zone, str(zone)) for zone in zones.all())';
  expect(await reason(init)).toBeNull();
});

test('for its choices, more than once in a model', async () => {
  const init = '        options["choices"] = sorted((zone, str(zone)) for zone in zones.all())';
  expect(await reason(init, 'zone = ZoneField()\n    other = ZoneField(null=True)')).toBeNull();
});

test('for its length', async () => {
  const init = '        for zone in zones.all():\n            options["max_length"] += 1';
  expect(await reason(init)).toBe('How often the loop over `zones.all()` runs.');
});

test('for something that its values are made with', async () => {
  const init = '        self.zones = [zone.name for zone in zones.all()]';
  expect(await reason(init)).toBeNull();
});
