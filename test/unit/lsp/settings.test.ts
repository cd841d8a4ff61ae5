import { expect, test } from 'vitest';
import { defaultSettings, readSettings } from '../../../server/src/lsp/settings.ts';

test('what is set counts', () => {
  const value = {
    dialect: 'mysql',
    driver: ' pymysql ',
    codeLens: { enabled: true },
    hover: { enabled: false },
    rules: { 'lazy-load-in-loop': 'error', other: 'off', third: 'default' },
    allowedRelations: ['Order.customer', 7],
    exclude: ['vendor', 3],
    environment: ' backend/.venv ',
  };
  expect(readSettings(value)).toEqual({
    dialect: 'mysql',
    driver: 'pymysql',
    codeLensEnabled: true,
    hoverEnabled: false,
    rules: { levels: { 'lazy-load-in-loop': 'error', other: 'off' }, allowedRelations: ['Order.customer'] },
    exclude: ['vendor'],
    environment: 'backend/.venv',
  });
});

test.each([
  undefined,
  null,
  'x',
  7,
  [],
  { dialect: 'oracle', driver: '', hover: 1, rules: null, exclude: 'x', environment: 1 },
])('%j counts as not set', (value) => {
  expect(readSettings(value)).toEqual(defaultSettings);
});
