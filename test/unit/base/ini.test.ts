import { expect, test } from 'vitest';
import { parseIni } from '../../../server/src/base/ini.ts';

const text = `
; comment
[DEFAULT]
user = me

[alembic]
script_location = %(here)s/migrations
sqlalchemy.url: postgresql://%(user)s:100%%@host/db
# prepend_sys_path = .
version_locations =
    a
    b

[broken
no value
=x
`;

test('reads values as configparser does', () => {
  const ini = parseIni(text, { here: '/project' });
  expect(ini.sections).toEqual(['alembic']);
  expect(ini.get('alembic', 'script_location')).toEqual({ value: '/project/migrations', line: 6 });
  expect(ini.get('alembic', 'SQLAlchemy.URL')?.value).toBe('postgresql://me:100%@host/db');
  expect(ini.get('alembic', 'version_locations')?.value).toBe('a\nb');
  expect(ini.get('alembic', 'prepend_sys_path')).toBeUndefined();
  expect(ini.get('nothing', 'nothing')).toBeUndefined();
});

test('a value that names itself ends', () => {
  expect(parseIni('[a]\nx = %(x)s%(x)s').get('a', 'x')?.value).toContain('%(x)s');
});
