import { dirname } from '../base/paths.ts';
import { featureReleaseOf } from '../base/versions.ts';
import type { OrmId } from '../orm/model.ts';
import { type InstalledLibrary, readPackages } from '../render/installed/installedLibrary.ts';
import type { Environment } from '../workspace/environments.ts';

/**
 * The ORM in an environment, with what stands on it there. Null when it is not installed, or when the project pins
 * another feature release: then the environment is not what the project runs with.
 */
export function installedLibrary(
  environment: Environment | undefined,
  library: OrmId,
  pinned: string | null,
): InstalledLibrary | null {
  const packages = readPackages[library].flatMap(({ name }) => {
    const found = environment?.distribution(name);
    return found ? [{ name, version: found.version, sitePackages: dirname(found.path) }] : [];
  });
  if (packages[0]?.name !== library) return null;
  const isMeant = pinned === null || featureReleaseOf(pinned) === featureReleaseOf(packages[0].version);
  return isMeant ? { library, packages } : null;
}
