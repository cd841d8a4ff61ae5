import { expect, test } from 'vitest';
import { otherCompanions, usedCompanions } from '../../../server/src/ide/companions.ts';
import type { VersionChoice } from '../../../server/src/render/libraries.ts';
import { Project, root } from '../../harness/project.ts';

const bundled: VersionChoice = {
  bundled: '2.0',
  fullVersion: '2.0.58',
  packages: new Map([
    ['flask-sqlalchemy', '3.1.1'],
    ['sqlmodel', '0.0.50'],
  ]),
  sameFeatureRelease: true,
  isAssumed: false,
};

function othersIn(files: Readonly<Record<string, string>>): string[] {
  const project = new Project({ 'app.py': '', ...files });
  const found = otherCompanions(project.snapshot, `${root}/app.py`, 'sqlalchemy', bundled);
  return found.map(({ label, wanted, bundled }) => `${label} ${wanted}, not ${bundled}`);
}

test.each([
  ['', []],
  ['Flask-SQLAlchemy', []],
  ['Flask-SQLAlchemy==2.5.1', ['Flask-SQLAlchemy 2.5.1, not 3.1.1']],
  ['flask_sqlalchemy==3.0.5', ['Flask-SQLAlchemy 3.0.5, not 3.1.1']],
  ['Flask-SQLAlchemy==3.1.0', []],
  ['Flask-SQLAlchemy>=2.4', []],
  ['Flask-SQLAlchemy>=2.4,<3', ['Flask-SQLAlchemy >=2.4,<3, not 3.1.1']],
  ['sqlmodel==0.0.14', ['SQLModel 0.0.14, not 0.0.50']],
  ['sqlmodel==0.0.22', []],
  ['sqlmodel==0.0.50', []],
  ['sqlmodel==0.0.51', ['SQLModel 0.0.51, not 0.0.50']],
  ['sqlmodel>=0.0.14', []],
] as const)('the project says %j', (requirement, others) => {
  expect(othersIn({ 'requirements.txt': `SQLAlchemy==2.0.31\n${requirement}\n` })).toEqual(others);
});

test('what is installed counts where the project allows several', () => {
  const installed = {
    '.venv/pyvenv.cfg': '',
    '.venv/lib/python3.12/site-packages/Flask_SQLAlchemy-2.5.1.dist-info/METADATA': '',
  };
  const other = ['Flask-SQLAlchemy 2.5.1, not 3.1.1'];
  expect(othersIn({ 'requirements.txt': 'Flask-SQLAlchemy>=2.4\n', ...installed })).toEqual(other);
  expect(othersIn(installed)).toEqual(other);
});

test('only a program that imports the package depends on it', () => {
  const other = { label: 'Flask-SQLAlchemy', module: 'flask_sqlalchemy', wanted: '2.5.1', bundled: '3.1.1' };
  const imports = (from: string) => [{ op: 'import', module: 'app', as: 'x', from, name: 'x' } as const];
  expect(usedCompanions([other], imports('flask_sqlalchemy'))).toEqual([other]);
  expect(usedCompanions([other], imports('flask_sqlalchemy.model'))).toEqual([other]);
  expect(usedCompanions([other], imports('flask_sqlalchemy_utils'))).toEqual([]);
  expect(usedCompanions([other], imports('sqlalchemy'))).toEqual([]);
});
