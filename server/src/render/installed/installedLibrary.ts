import type { LibraryName } from '../../query/program.ts';
import type { BundledLibrary, LibraryManifest } from '../libraries.ts';
import { neededOfDjango, neededOfSqlAlchemy, neededOfSqlModel, isPython } from '../neededFiles.ts';

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

/** What is read for each ORM; it comes first, the others where they are installed. Compiled modules never are. */
export const readPackages: Readonly<Record<LibraryName, readonly [ReadPackage, ...ReadPackage[]]>> = {
  sqlalchemy: [
    { name: 'sqlalchemy', folder: 'sqlalchemy', needs: neededOfSqlAlchemy },
    { name: 'flask-sqlalchemy', folder: 'flask_sqlalchemy', needs: isPython },
    { name: 'sqlmodel', folder: 'sqlmodel', needs: neededOfSqlModel },
  ],
  django: [{ name: 'django', folder: 'django', needs: neededOfDjango }],
};

/** Whether a bundled library is the very same releases, so that it may stand for what is installed. */
export function isBundled(manifest: LibraryManifest, bundled: BundledLibrary, { packages }: InstalledLibrary): boolean {
  const versions = versionsOf(manifest, bundled);
  return packages.every(({ name, version }) => versions.get(name) === version);
}

/** The releases of all packages in a bundled library, by normalized name; of two the first on Python's path. */
export function versionsOf(manifest: LibraryManifest, bundled: BundledLibrary): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const archive of bundled.archives) {
    for (const { name, version } of manifest.archives.find(({ file }) => file === archive)?.packages ?? []) {
      const normalized = name.toLowerCase().replaceAll(/[-_.]+/g, '-');
      if (!versions.has(normalized)) versions.set(normalized, version);
    }
  }
  return versions;
}
