import { compareVersions, featureReleaseOf } from '../base/versions.ts';
import type { OrmId } from '../orm/model.ts';
import { libraryRequirement } from '../orm/project/libraryVersion.ts';
import type { Step } from '../query/program.ts';
import { readPackages } from '../render/installed/installedLibrary.ts';
import { allowsFeatureRelease, type VersionChoice } from '../render/libraries.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/** A package on top of the ORM that is bundled in another release than the project uses. */
export interface OtherCompanion {
  readonly label: string;
  /** The module that programs import. */
  readonly module: string;
  /** What the project says: `2.5.1`, `<3`. */
  readonly wanted: string;
  readonly bundled: string;
}

/** The packages on top of the ORM in which a bundled library differs from what the project of a file says. */
export function otherCompanions(
  snapshot: Snapshot,
  path: string,
  orm: OrmId,
  { packages }: VersionChoice,
): readonly OtherCompanion[] {
  const [, ...companions] = readPackages[orm];
  return companions.flatMap(({ name, label, folder, sameSince }) => {
    const bundled = packages.get(name);
    const wanted = libraryRequirement(snapshot, path, name)?.value;
    if (bundled === undefined || wanted === undefined) return [];
    const pinned = /^===?\s*([\d.]+)/.exec(wanted)?.[1];
    const isSame =
      sameSince !== undefined && pinned !== undefined
        ? compareVersions(pinned, sameSince) >= 0 && compareVersions(pinned, bundled) <= 0
        : allowsFeatureRelease(wanted, featureReleaseOf(bundled));
    return isSame ? [] : [{ label, module: folder, wanted: pinned ?? wanted, bundled }];
  });
}

/** Those that a program, given as its steps, imports. */
export function usedCompanions(
  companions: readonly OtherCompanion[],
  steps: readonly Step[],
): readonly OtherCompanion[] {
  return companions.filter(({ module }) =>
    steps.some((step) => step.op === 'import' && (step.from === module || step.from.startsWith(`${module}.`))),
  );
}
