import type { LibraryName } from '../../query/program.ts';
import { type BundledLibrary, type LibraryManifest, versionsOf } from '../libraries.ts';
import {
  isPython,
  neededOfDjango,
  neededOfRestFramework,
  neededOfSqlAlchemy,
  neededOfSqlModel,
} from '../neededFiles.ts';

/** An ORM as it is installed in a project's environment, and what stands on it there. */
export interface InstalledLibrary {
  readonly library: LibraryName;
  /** The ORM itself first. */
  readonly packages: readonly InstalledPackage[];
}

export interface InstalledPackage {
  /** As on the package index, normalized: `sqlalchemy`, `flask-sqlalchemy`. */
  readonly name: string;
  readonly version: string;
  /** The folder it is a folder of. */
  readonly sitePackages: string;
}

/** A package that is read from environments. */
export interface ReadPackage {
  readonly name: string;
  /** Its folder in `site-packages`. */
  readonly folder: string;
  /** Whether rendering needs a file, by its path below `site-packages`. */
  readonly needs: (path: string) => boolean;
}

/** A package that stands on an ORM; its SQL is only exact when its release is the project's too. */
export interface Companion extends ReadPackage {
  /** As people call it. */
  readonly label: string;
  /** The oldest release that is known to send what the bundled one sends; without it that is each feature release's own. */
  readonly sameSince?: string;
}

/** What is read for each ORM; it comes first, the others where they are installed. Compiled modules never are. */
export const readPackages: Readonly<Record<LibraryName, readonly [ReadPackage, ...Companion[]]>> = {
  sqlalchemy: [
    { name: 'sqlalchemy', folder: 'sqlalchemy', needs: neededOfSqlAlchemy },
    { name: 'flask-sqlalchemy', label: 'Flask-SQLAlchemy', folder: 'flask_sqlalchemy', needs: isPython },
    // All cases of `test/cases/sql/sqlmodel` are the same in 0.0.22, 0.0.24, 0.0.31 and the bundled release.
    { name: 'sqlmodel', label: 'SQLModel', folder: 'sqlmodel', needs: neededOfSqlModel, sameSince: '0.0.22' },
    { name: 'sqlalchemy-utils', label: 'SQLAlchemy-Utils', folder: 'sqlalchemy_utils', needs: isPython },
  ],
  django: [
    { name: 'django', folder: 'django', needs: neededOfDjango },
    {
      name: 'djangorestframework',
      label: 'Django REST framework',
      folder: 'rest_framework',
      needs: neededOfRestFramework,
      // All cases of `test/cases/sql/django/serializers.md` are the same in both bundled releases.
      sameSince: '3.16',
    },
  ],
};

/** The oldest release of each ORM that runs in the sandbox; older ones have too little in common with it. */
export const oldestReleases: Readonly<Record<LibraryName, string>> = { sqlalchemy: '1.4', django: '3.2' };

/** Whether a bundled library is the very same releases, so that it may stand for what is installed. */
export function isBundled(manifest: LibraryManifest, bundled: BundledLibrary, { packages }: InstalledLibrary): boolean {
  const versions = versionsOf(manifest, bundled);
  return packages.every(({ name, version }) => versions.get(name) === version);
}
