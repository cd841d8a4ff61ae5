/** Lookups that a project adds to Django's fields are there for that project, and for no other. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyRequest, openSandbox, type Sandbox } from './sandbox.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox({ rendererDir: join(import.meta.dirname, '../../server/renderer'), timeLimit: 5_000 });
});
afterAll(() => sandbox.close());

const postgres = { label: 'postgres', package: 'django.contrib.postgres' };

/** A project with one model `Shop`, and what else its module does. */
interface Project {
  readonly key: string;
  readonly registers?: string;
  readonly hasPostgres?: boolean;
}

const LOWER = 'models.TextField.register_lookup(functions.Lower)';

describe.each(['4.2', '5.2', '6.1'])('projects that take turns, Django %s', (version) => {
  async function filter(project: Project, lookup: string, body = ''): Promise<string> {
    const result = await sandbox.request({
      target: { library: 'django', version, dialect: 'postgresql', driver: null },
      models: {
        ...emptyRequest.models,
        key: `${version} ${project.key}`,
        steps: [
          { op: 'import', module: 'shop.models', as: 'models', from: 'django.db.models', name: null },
          { op: 'import', module: 'shop.models', as: 'functions', from: 'django.db.models.functions', name: null },
          {
            op: 'define',
            module: 'shop.models',
            name: 'Shop',
            source: 'class Shop(models.Model):\n    name = models.TextField()\n',
          },
          ...(project.registers === undefined
            ? []
            : [
                {
                  op: 'define' as const,
                  module: 'shop.models',
                  name: 'Lower.register_lookup',
                  source: project.registers,
                },
              ]),
        ],
        models: [{ module: 'shop.models', name: 'Shop' }],
        django: {
          apps: [{ label: 'shop', package: 'shop' }, ...(project.hasPostgres ? [postgres] : [])],
          settings: {},
          receivers: [],
          databases: {},
          routers: [],
          overrides: { save: [], delete: [], clean: [] },
        },
      },
      slice: {
        ...emptyRequest.slice,
        module: 'shop.models',
        body,
        expression: `Shop.objects.filter(name__${lookup}="x")`,
      },
    });
    return JSON.stringify(result).replaceAll('\\"', "'");
  }

  test('with `django.contrib.postgres` and without', async () => {
    const [installed, plain] = [{ key: 'installed', hasPostgres: true }, { key: 'plain' }];
    expect(await filter(installed, 'unaccent')).toContain("WHERE UNACCENT('shop_shop'.'name') = (UNACCENT(%s))");
    expect(await filter(plain, 'unaccent')).toContain("Unsupported lookup 'unaccent'");
    expect(await filter(installed, 'trigram_similar')).toContain("WHERE 'shop_shop'.'name' %% %s");
    expect(await filter(installed, 'search')).toContain("WHERE to_tsvector(COALESCE('shop_shop'.'name', %s)) @@");
  });

  test('with a transform of its own and without', async () => {
    const own = { key: 'own', registers: LOWER };
    const [sent, missing] = ["WHERE LOWER('shop_shop'.'name') = %s", "Unsupported lookup 'lower'"];
    expect(await filter(own, 'lower')).toContain(sent);
    expect(await filter({ key: 'plain' }, 'lower')).toContain(missing);
    expect(await filter(own, 'lower')).toContain(sent);
  });

  test('with a lookup of Django replaced and without', async () => {
    const replacing = { key: 'replacing', registers: 'models.TextField.register_lookup(functions.Lower, "iexact")' };
    expect(await filter(replacing, 'iexact')).toContain("LOWER('shop_shop'.'name')");
    expect(await filter({ key: 'plain' }, 'iexact')).toContain("UPPER('shop_shop'.'name'::text) = UPPER(%s)");
  });

  test('what a query itself registers is gone with it', async () => {
    const plain = { key: 'plain' };
    expect(await filter(plain, 'lower', LOWER)).toContain("WHERE LOWER('shop_shop'.'name') = %s");
    expect(await filter(plain, 'lower')).toContain("Unsupported lookup 'lower'");
  });
});
