import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../../scripts/root.ts';
import { dialectNames } from '../../../client/src/features/dialect/drivers.ts';
import { linkedCommands } from '../../../server/src/protocol/commands.ts';

interface Setting {
  readonly scope?: string;
  readonly markdownDescription?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category?: string;
      readonly enablement?: string;
    }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, Setting>> }[];
    readonly walkthroughs: readonly { readonly steps: readonly { readonly media: { readonly svg: string } }[] }[];
  };
}

const manifestText = readFileSync(join(root, 'package.json'), 'utf8');
const { contributes } = JSON.parse(manifestText) as Manifest;
const texts = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
const sources = sourcesBelow('client/src');
const settings = contributes.configuration.flatMap(({ properties }) => Object.entries(properties));

test('every text of the manifest is written down, and none is left over', () => {
  const used = new Set([...manifestText.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]!));
  expect(Object.keys(texts).toSorted()).toEqual([...used].toSorted());
});

describe.each(contributes.commands)('$command', ({ command, category, enablement }) => {
  test('has a category and an enablement', () => {
    expect(category).toBe('Ormsight');
    expect(enablement).toBeTruthy();
  });

  test('is registered by a feature', () => {
    expect(sources).toContain(`'${command}'`);
  });
});

test('hovers link to commands that exist', () => {
  const commands = contributes.commands.map(({ command }) => command);
  for (const command of Object.values(linkedCommands)) expect(commands).toContain(command);
});

describe.each(settings)('%s', (_, setting) => {
  test('has a scope, a description and a default', () => {
    expect(setting.scope).toBeTruthy();
    expect(setting.markdownDescription).toBeTruthy();
    expect(setting).toHaveProperty('default');
    expect(setting.enumDescriptions?.length ?? 0).toBeLessThanOrEqual(setting.enum?.length ?? 0);
  });
});

test('the setting offers the dialects there are', () => {
  const dialect = settings.find(([name]) => name === 'ormsight.dialect')![1];
  expect(dialect.enum).toEqual(['auto', ...Object.keys(dialectNames)]);
});

test('the pictures of the walkthrough are there', () => {
  for (const { steps } of contributes.walkthroughs) {
    for (const { media } of steps) expect(readFileSync(join(root, media.svg), 'utf8')).toContain('<svg');
  }
});

function sourcesBelow(folder: string): string {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const typescript = files.filter((file) => file.endsWith('.ts'));
  return typescript.map((file) => readFileSync(join(root, folder, file), 'utf8')).join('\n');
}
