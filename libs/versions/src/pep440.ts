/**
 * Release numbers of the field (PEP 440) in their order, compared with `semver` after one mapping.
 *
 * `3.14`, `3.14.3`, `3.15.0a2`, `3.15.0b1`, `3.15.0rc1` and `2.5.0.dev0` are accepted. What else PEP 440
 * allows (epochs, post releases, four segments …) is not, and refusalOf says which of them it is.
 */
import { compare, prerelease } from 'semver';

const pattern =
  /^v?(?<major>\d+)\.(?<minor>\d+)(?:\.(?<patch>\d+))?(?:(?<phase>a|b|rc)(?<number>\d+)|\.dev(?<dev>\d+))?$/;

// Sixteen digits may be more than a number holds exactly; a version that has them is no release of ours.
const hugeNumber = /\d{16}/;

// Alphabetical order does the rest: "0.dev" < "a" < "b" < "rc", and numbers sort before words.
function prereleasePart({ phase, number, dev }: Record<string, string | undefined>): string {
  if (dev !== undefined) {
    return `-0.dev.${Number(dev)}`;
  }
  return phase === undefined ? '' : `-${phase}.${Number(number)}`;
}

/** The semver form of a PEP 440 release, or undefined for a form that pysan does not order. */
export function toSemver(version: string): string | undefined {
  const groups = pattern.exec(version)?.groups;
  if (groups === undefined || hugeNumber.test(version)) {
    return undefined;
  }
  const numbers = [groups['major'], groups['minor'], groups['patch'] ?? '0'].map(Number).join('.');
  return numbers + prereleasePart(groups);
}

const refusals: readonly (readonly [form: RegExp, reason: string])[] = [
  [hugeNumber, 'its number is too large'],
  [/^v?\d+!/, 'it has an epoch'],
  [/\+/, 'it is a local version'],
  [/post|-\d+$|\d\.?(r|rev)\d*$/i, 'it is a post release'],
  [/^v?\d+(\.\d+){3,}/, 'it has more than three segments'],
  [/\d(a|b|rc)\d+\.dev\d+$/, 'it is a development release of a pre-release'],
];

/** Why toSemver does not accept a version, in words that follow its name; undefined when it does. */
export function refusalOf(version: string): string | undefined {
  if (toSemver(version) !== undefined) {
    return undefined;
  }
  return refusals.find(([form]) => form.test(version))?.[1] ?? 'it is not a release number such as 3.14.3 or 3.15.0rc1';
}

/** Orders two releases, the older first. Throws a TypeError for a form that toSemver does not accept. */
export function compareVersions(left: string, right: string): -1 | 0 | 1 {
  return compare(toSemver(left) ?? left, toSemver(right) ?? right);
}

/** True for a release that is neither alpha, beta, candidate nor development. */
export function isStable(version: string): boolean {
  const mapped = toSemver(version);
  return mapped !== undefined && prerelease(mapped) === null;
}

/** The newest release of a list of anything that has a version; undefined when the list is empty. */
export function newest<T extends { readonly version: string }>(releases: readonly T[]): T | undefined {
  return releases.toSorted((left, right) => compareVersions(right.version, left.version))[0];
}
