import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LibraryName } from '../query/program.ts';

/** `manifest.json` of the folder with the bundled libraries. */
export interface LibraryManifest {
  readonly libraries: readonly BundledLibrary[];
  readonly archives: readonly BundledArchive[];
}

export interface BundledLibrary {
  readonly library: LibraryName;
  /** Feature release: `2.0`. */
  readonly version: string;
  /** `2.0.58`. */
  readonly fullVersion: string;
  /** Zips that go on `sys.path`, in this order. */
  readonly archives: readonly string[];
}

export interface BundledArchive {
  readonly file: string;
  readonly sha256: string;
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    /** SPDX expression where the package gives one, else its own words. */
    readonly licence: string;
    /** Paths inside the zip. */
    readonly licenceFiles: readonly string[];
  }[];
}

/** Which bundled release stands in for the one a project uses. */
export interface VersionChoice {
  /** Feature release, as in `Target.version`. */
  readonly bundled: string;
  readonly fullVersion: string;
  /** Whether it is of the feature release that the project has pinned; false when the project pins none. */
  readonly sameFeatureRelease: boolean;
}

/** Reads the manifest of a libraries folder. Throws when there is none: the product is not whole then. */
export function readManifest(librariesDir: string): LibraryManifest {
  return JSON.parse(readFileSync(join(librariesDir, 'manifest.json'), 'utf8')) as LibraryManifest;
}

/**
 * Chooses the bundled release for what a project pins: a version (`2.0.31`, `5.2`), or a requirement in pip's words
 * (`>=2.0,<2.1`, `~=4.2`, `^5.1`), or null when the project says nothing. The same feature release when it is bundled; else the
 * nearest newer one of the same major version, then the nearest older, then the nearest of all.
 * With nothing pinned, the release most projects are on.
 */
export function chooseVersion(manifest: LibraryManifest, library: LibraryName, pinned: string | null): VersionChoice {
  const bundled = manifest.libraries.filter((candidate) => candidate.library === library);
  const wanted = pinned === null ? null : featureRelease(pinned);
  const usual = bundled.find(({ version }) => version === usualRelease[library]) ?? bundled.at(-1);
  if (!usual) throw new Error(`No release of ${library} is bundled`);
  const choice = wanted === null ? usual : nearest(bundled, wanted);
  return {
    bundled: choice.version,
    fullVersion: choice.fullVersion,
    sameFeatureRelease: wanted !== null && compare(parts(choice.version), wanted) === 0,
  };
}

const usualRelease: Record<LibraryName, string> = { sqlalchemy: '2.0', django: '5.2' };

type FeatureRelease = readonly [major: number, minor: number];

/** The first version a pin names; `>2` or `!=2.0` count as naming it too. */
function featureRelease(pinned: string): FeatureRelease | null {
  const found = /(\d+)(?:\.(\d+))?/.exec(pinned);
  return found && [Number(found[1]), Number(found[2] ?? 0)];
}

function nearest(bundled: readonly BundledLibrary[], wanted: FeatureRelease): BundledLibrary {
  const byDistance = bundled.toSorted((a, b) => distance(parts(a.version), wanted) - distance(parts(b.version), wanted));
  return byDistance[0]!;
}

/** Another major version is farther than any minor one; at the same distance newer comes before older. */
function distance([major, minor]: FeatureRelease, wanted: FeatureRelease): number {
  const apart = (major - wanted[0]) * 100 + (minor - wanted[1]);
  return Math.abs(apart) * 2 + (apart < 0 ? 1 : 0);
}

function compare(a: FeatureRelease, b: FeatureRelease): number {
  return a[0] - b[0] || a[1] - b[1];
}

function parts(version: string): FeatureRelease {
  return featureRelease(version)!;
}
