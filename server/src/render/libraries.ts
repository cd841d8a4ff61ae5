import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LibraryName } from '../query/program.ts';

/** `manifest.json` of the folder with the bundled libraries. */
export interface LibraryManifest {
  readonly libraries: readonly BundledLibrary[];
  /** Zip that takes the place of the standard library that pyodide brings. */
  readonly standardLibrary: string;
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
  /** Compiled modules that these zips are without, each named after its module: `package.module.so`. */
  readonly compiled: readonly string[];
}

export interface BundledArchive {
  readonly file: string;
  /** Files beside the zip with the compiled modules of its packages. */
  readonly compiled: readonly string[];
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
  /** False when the project asks for a feature release that is not bundled. */
  readonly sameFeatureRelease: boolean;
  /** The releases of all packages in it, by normalized name. */
  readonly packages: ReadonlyMap<string, string>;
  /** The project says nothing, or allows several feature releases: what is installed may be another one. */
  readonly isAssumed: boolean;
}

/** Reads the manifest of a libraries folder. Throws when there is none: the product is not whole then. */
export function readManifest(librariesDir: string): LibraryManifest {
  return JSON.parse(readFileSync(join(librariesDir, 'manifest.json'), 'utf8')) as LibraryManifest;
}

/**
 * Chooses the bundled release for what a project pins: a version (`2.0.31`, `5.2`) or a requirement in the words of
 * pip or Poetry (`>=2.0,<2.1`, `~=4.2`, `^5.1`). Of several that fit it is the newest, as a fresh install would take;
 * when none fits, the nearest. With nothing pinned (null) it is the release that most projects are on.
 * https://packaging.python.org/en/latest/specifications/version-specifiers/
 */
export function chooseVersion(manifest: LibraryManifest, library: LibraryName, pinned: string | null): VersionChoice {
  const bundled = manifest.libraries.filter((candidate) => candidate.library === library);
  const clauses = parseRequirement(pinned ?? '');
  const fitting = clauses.length > 0 ? bundled.filter(({ version }) => fits(version, clauses)) : [];
  const usual = bundled.find(({ version }) => version === usualRelease[library]) ?? bundled.at(-1);
  const choice = clauses.length > 0 ? (fitting.at(-1) ?? nearest(bundled, clauses[0]!.release)) : usual;
  if (!choice) throw new Error(`No release of ${library} is bundled`);
  return {
    bundled: choice.version,
    fullVersion: choice.fullVersion,
    packages: versionsOf(manifest, choice),
    sameFeatureRelease: clauses.length === 0 || fitting.length > 0,
    isAssumed: !clauses.some(({ operator, parts }) => operator === '==' || (operator === '~=' && parts > 2)),
  };
}

/**
 * Whether a requirement, in the words of pip or Poetry, allows a release: of its feature release, whatever the bug fix.
 * Text that names no version allows all.
 */
export function allowsFeatureRelease(requirement: string, version: string): boolean {
  const clauses = parseRequirement(requirement);
  return fits(version, clauses);
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

const usualRelease: Record<LibraryName, string> = { sqlalchemy: '2.0', django: '5.2' };

type FeatureRelease = readonly [major: number, minor: number];

interface Clause {
  readonly operator: string;
  readonly release: FeatureRelease;
  /** How many numbers the version has. */
  readonly parts: number;
}

/** Empty for text that names no version. */
function parseRequirement(text: string): Clause[] {
  return [...text.matchAll(/(===?|~=|!=|>=|<=|[<>^~])?\s*v?(\d+(?:\.\d+)*)[^,\s]*/g)].map(
    ([, sign = '==', version]) => {
      const numbers = version!.split('.').map(Number);
      const release: FeatureRelease = [numbers[0]!, numbers[1] ?? 0];
      // Poetry's `~2.0` means what pip writes as `~=2.0.0`.
      if (sign === '~') return { operator: '~=', release, parts: 3 };
      return { operator: sign === '===' ? '==' : sign, release, parts: numbers.length };
    },
  );
}

function fits(version: string, clauses: readonly Clause[]): boolean {
  const [major, minor] = featureRelease(version);
  return clauses.every(({ operator, release, parts }) => {
    const order = major - release[0] || minor - release[1];
    switch (operator) {
      case '==':
        return parts === 1 ? major === release[0] : order === 0;
      case '~=':
        return parts > 2 ? order === 0 : order >= 0 && major === release[0];
      case '^':
        return order >= 0 && major === release[0];
      case '<':
        // `<2.0.5` still allows 2.0.
        return parts > 2 ? order <= 0 : order < 0;
      case '<=':
        return order <= 0;
      case '>':
      case '>=':
        return order >= 0;
      default:
        // `!=` takes away one bug-fix release.
        return true;
    }
  });
}

function nearest(bundled: readonly BundledLibrary[], wanted: FeatureRelease): BundledLibrary | undefined {
  const distanceOf = ({ version }: BundledLibrary) => distance(featureRelease(version), wanted);
  return bundled.toSorted((a, b) => distanceOf(a) - distanceOf(b))[0];
}

/** Another major version is farther than any minor one; at the same distance newer comes before older. */
function distance([major, minor]: FeatureRelease, wanted: FeatureRelease): number {
  const apart = (major - wanted[0]) * 100 + (minor - wanted[1]);
  return Math.abs(apart) * 2 + (apart < 0 ? 1 : 0);
}

function featureRelease(version: string): FeatureRelease {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return [major, minor];
}
