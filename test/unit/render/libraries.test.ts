import { expect, test } from 'vitest';
import { chooseVersion, type LibraryManifest } from '../../../server/src/render/libraries.ts';

const manifest: LibraryManifest = {
  libraries: (
    [
      ['sqlalchemy', '1.4.54'],
      ['sqlalchemy', '2.0.58'],
      ['sqlalchemy', '2.1.9'],
      ['django', '4.2.30'],
      ['django', '5.2.19'],
      ['django', '6.1.3'],
    ] as const
  ).map(([library, fullVersion]) => {
    const version = fullVersion.split('.').slice(0, 2).join('.');
    return { library, version, fullVersion, archives: [`${library}-${version}.zip`], compiled: [] };
  }),
  standardLibrary: 'python.zip',
  archives: [],
};

test.each([
  ['sqlalchemy', null, '2.0', 'same, assumed'],
  ['sqlalchemy', '', '2.0', 'same, assumed'],
  ['sqlalchemy', '2.0.31', '2.0', 'same'],
  ['sqlalchemy', '==2.0.31', '2.0', 'same'],
  ['sqlalchemy', '== 2.1.*', '2.1', 'same'],
  ['sqlalchemy', '2.1.0b1', '2.1', 'same'],
  ['sqlalchemy', '1.4.0', '1.4', 'same'],
  ['sqlalchemy', '1.3.24', '1.4', 'other'],
  ['sqlalchemy', '>=1.4,<2', '1.4', 'same, assumed'],
  ['sqlalchemy', '<2.0', '1.4', 'same, assumed'],
  ['sqlalchemy', '<2.0.5', '2.0', 'same, assumed'],
  ['sqlalchemy', '>=2.0', '2.1', 'same, assumed'],
  ['sqlalchemy', '~=2.0.3', '2.0', 'same'],
  ['sqlalchemy', '~=2.0', '2.1', 'same, assumed'],
  ['sqlalchemy', '~2.0', '2.0', 'same'],
  ['sqlalchemy', '^1.4', '1.4', 'same, assumed'],
  ['sqlalchemy', '!=2.0.4,>=2.0,<2.1', '2.0', 'same, assumed'],
  ['django', null, '5.2', 'same, assumed'],
  ['django', '4.2', '4.2', 'same'],
  ['django', '5.1.2', '5.2', 'other'],
  ['django', '5.0', '5.2', 'other'],
  ['django', '3.2.25', '4.2', 'other'],
  ['django', '7.0', '6.1', 'other'],
  ['django', '>=5,<6', '5.2', 'same, assumed'],
  ['django', 'main', '5.2', 'same, assumed'],
] as const)('%s %s is rendered by %s (%s)', (library, pinned, bundled, fit) => {
  const choice = chooseVersion(manifest, library, pinned);
  const told = `${choice.sameFeatureRelease ? 'same' : 'other'}${choice.sameFeatureRelease && choice.isAssumed ? ', assumed' : ''}`;
  expect([choice.bundled, told]).toEqual([bundled, fit]);
  expect(choice.fullVersion).toMatch(new RegExp(`^${bundled}\\.`));
});
