import { expect, test } from 'vitest';
import { statusText } from '../../../client/src/features/status/statusText.ts';
import type { ShownTarget } from '../../../server/src/protocol/target.ts';
import { t } from './shown.ts';

const found: ShownTarget = {
  dialect: 'postgresql',
  driver: 'psycopg2',
  name: 'PostgreSQL (psycopg2)',
  source: 'project',
  where: null,
};
const ready = { kind: 'ready', library: 'SQLAlchemy 2.0', message: null } as const;

test('the database, and where it was found', () => {
  expect(statusText('running', ready, found, 'alembic.ini, line 3', t)).toEqual({
    text: 'PostgreSQL (psycopg2)',
    detail: 'found in alembic.ini, line 3',
    severity: 'information',
    busy: false,
    action: 'selectDialect',
  });
  expect(statusText('running', ready, { ...found, source: 'assumed' }, null, t).detail).toBe('assumed');
  expect(statusText('running', ready, { ...found, source: 'setting' }, null, t).detail).toBe('chosen in the settings');
});

test('busy while something starts', () => {
  const starting = { kind: 'starting', library: 'SQLAlchemy 2.0', message: null } as const;
  expect(statusText('starting', null, null, null, t)).toMatchObject({ text: 'Ormsight', busy: true });
  expect(statusText('running', starting, found, null, t)).toMatchObject({
    detail: 'Starting SQLAlchemy 2.0',
    busy: true,
  });
});

test('a stopped server offers a restart, a failed renderer the log', () => {
  expect(statusText('failed', ready, found, null, t)).toMatchObject({ severity: 'error', action: 'restartServer' });
  const failed = { kind: 'failed', library: null, message: 'pyodide is missing' } as const;
  expect(statusText('running', failed, found, null, t)).toMatchObject({
    severity: 'warning',
    detail: 'SQL cannot be shown, see the output',
    action: 'showOutput',
  });
});
