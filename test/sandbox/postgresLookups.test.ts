/** `name__unaccent` and the like exist where `django.contrib.postgres` is installed, and nowhere else. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyRequest, openSandbox, type Sandbox } from './sandbox.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox({ rendererDir: join(import.meta.dirname, '../../server/renderer'), timeLimit: 5_000 });
});
afterAll(() => sandbox.close());

const postgres = { label: 'postgres', package: 'django.contrib.postgres' };

test.each(['4.2', '5.2', '6.1'])('two projects take turns, Django %s', async (version) => {
  const filter = async (isInstalled: boolean, lookup: string) => {
    const result = await sandbox.request({
      target: { library: 'django', version, dialect: 'postgresql', driver: null },
      models: {
        ...emptyRequest.models,
        key: `${version} ${isInstalled}`,
        steps: [
          { op: 'import', module: 'shop.models', as: 'models', from: 'django.db.models', name: null },
          {
            op: 'define',
            module: 'shop.models',
            name: 'Shop',
            source: 'class Shop(models.Model):\n    name = models.TextField()\n',
          },
        ],
        models: [{ module: 'shop.models', name: 'Shop' }],
        django: { apps: [{ label: 'shop', package: 'shop' }, ...(isInstalled ? [postgres] : [])], settings: {} },
      },
      slice: { ...emptyRequest.slice, module: 'shop.models', expression: `Shop.objects.filter(name__${lookup}="x")` },
    });
    return JSON.stringify(result).replaceAll('\\"', "'");
  };
  expect(await filter(true, 'unaccent')).toContain("WHERE UNACCENT('shop_shop'.'name') = (UNACCENT(%s))");
  expect(await filter(false, 'unaccent')).toContain("Unsupported lookup 'unaccent'");
  expect(await filter(true, 'trigram_similar')).toContain("WHERE 'shop_shop'.'name' %% %s");
  expect(await filter(true, 'search')).toContain("WHERE to_tsvector(COALESCE('shop_shop'.'name', %s)) @@");
});
