import { expect, test } from 'vitest';
import {
  answered,
  emptyPreview,
  isStale,
  previewText,
  renewing,
} from '../../../client/src/features/sqlPreview/previewState.ts';
import { t, shownQuery } from './shown.ts';

const current = answered(emptyPreview, shownQuery, 'shop/orders.py:42');

test('the first line says what compiled it, and where it stands', () => {
  expect(previewText(current, t)).toBe(
    '-- shop/orders.py:42 · SQLAlchemy 2.0.58 · PostgreSQL (psycopg2) · exact\n\nSELECT 1;\n',
  );
  expect(isStale(current)).toBe(false);
});

test('while a new answer is on its way the old SQL stays, marked', () => {
  const state = renewing(current);
  expect(previewText(state, t)).toBe('-- Previous SQL of shop/orders.py:42, the new one is on its way\n\nSELECT 1;\n');
  expect(isStale(state)).toBe(true);
  expect(answered(state, shownQuery, 'shop/orders.py:43').phase).toBe('current');
});

test('when the cursor leaves the query its SQL stays, marked', () => {
  const state = answered(renewing(current), null, '');
  expect(previewText(state, t)).toBe(
    '-- Last SQL of shop/orders.py:42, there is no query at the cursor\n\nSELECT 1;\n',
  );
  expect(isStale(state)).toBe(true);
});

test('half-typed code leaves the SQL of before, marked, until there is other SQL', () => {
  const half = { ...shownQuery, status: 'unsupported' as const, reason: 'Syntax\nerror.', sql: '', text: '-- No SQL' };
  const broken = answered(renewing(current), half, 'shop/orders.py:42');
  expect(previewText(broken, t)).toBe(
    '-- Previous SQL of shop/orders.py:42. The code as it is has none: Syntax error.\n\nSELECT 1;\n',
  );
  expect(isStale(broken)).toBe(true);
  expect(answered(renewing(broken), half, 'shop/orders.py:42').phase).toBe('broken');
  expect(answered(broken, shownQuery, 'shop/orders.py:42')).toEqual(current);
  expect(answered(broken, half, 'shop/orders.py:50')).toMatchObject({ query: half, phase: 'current' });
});

test('without a query it says so, and what it waits for', () => {
  expect(previewText(emptyPreview, t)).toBe('-- No query at the cursor\n');
  expect(previewText(renewing(emptyPreview), t)).toBe('-- Looking for a query …\n');
  expect(previewText({ ...emptyPreview, notice: 'Starting SQLAlchemy 2.0 …' }, t)).toBe(
    '-- Starting SQLAlchemy 2.0 …\n',
  );
  expect(isStale(renewing(emptyPreview))).toBe(false);
});
