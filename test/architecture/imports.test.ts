import { beforeAll, describe, expect, test } from 'vitest';
import { type Import, bundledImports, writtenImports } from './imports.ts';
import { layerOf, layers, packageUsers, purePackages, reach, separate } from './layers.ts';

let bundled: Awaited<ReturnType<typeof bundledImports>>;
let all: readonly Import[];

beforeAll(async () => {
  bundled = await bundledImports();
  all = [...bundled.imports, ...(await writtenImports())];
}, 60_000);

test('every source file is in a layer', () => {
  expect(all.map(({ from }) => from).filter((file) => !layerOf(file))).toEqual([]);
});

describe('who knows whom', () => {
  for (const layer of Object.keys(layers)) {
    test(`${layer} imports only what it may`, () => {
      const allowed = reach(layer);
      const wrong = all.filter(
        ({ from, to, isOurs }) => isOurs && layerOf(from) === layer && !allowed.has(layerOf(to) ?? to),
      );
      expect(arrows(wrong)).toEqual([]);
    });
  }
});

test('only some layers touch the outside world', () => {
  const wrong = all.filter(
    ({ from, to, isOurs }) =>
      !isOurs && !(to in packageUsers) && !purePackages.includes(to) && !layers[layerOf(from)!]?.outside,
  );
  expect(arrows(wrong)).toEqual([]);
});

test('packages are imported by those who own them', () => {
  const wrong = all.filter(({ from, to, isOurs }) => !isOurs && packageUsers[to]?.includes(layerOf(from)!) === false);
  expect(arrows(wrong)).toEqual([]);
});

describe('things of one kind do not know each other', () => {
  for (const folder of separate) {
    const index = `${folder}/index.ts`;
    test(`in ${folder}`, () => {
      const inside = bundled.imports.filter(({ to, isOurs }) => isOurs && to.startsWith(`${folder}/`));
      const things = new Set(inside.filter(({ from }) => from === index).map(({ to }) => member(folder, to)));
      const wrong = all.filter(({ from, to, isOurs }) => {
        if (!isOurs || !from.startsWith(`${folder}/`) || from === index) return false;
        const [own, other] = [member(folder, from), member(folder, to)];
        return things.has(own) && things.has(other) && own !== other;
      });
      expect(things.size).toBeGreaterThan(0);
      expect(arrows(wrong)).toEqual([]);
    });
  }
});

test('the extension holds nothing of the server but the protocol', () => {
  const files = bundled.inputs.get('extension') ?? [];
  expect(files).not.toEqual([]);
  expect(files.filter((file) => !file.startsWith('client/src/') && !file.startsWith('server/src/protocol/'))).toEqual(
    [],
  );
});

test('the renderer host holds nothing but the renderer and what it stands on', () => {
  const files = bundled.inputs.get('sandbox-host') ?? [];
  const allowed = reach('server/src/render');
  expect(files).not.toEqual([]);
  expect(files.filter((file) => !allowed.has(layerOf(file) ?? file))).toEqual([]);
});

/** `orm/django/models.ts` belongs to `django`, `rules/a.ts` to `a.ts`. */
function member(folder: string, file: string): string {
  return file.startsWith(`${folder}/`) ? (file.slice(folder.length + 1).split('/')[0] ?? '') : '';
}

function arrows(imports: readonly Import[]): string[] {
  return [...new Set(imports.map(({ from, to }) => `${from} → ${to}`))].toSorted();
}
