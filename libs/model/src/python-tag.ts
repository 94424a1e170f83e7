/**
 * What users write to name a Python: `3.14.3t` (a release), `3.14t` (a series) or `3.16t-dev` (a development
 * branch), with `t` for the free-threaded flavour.
 */
import { UsageError } from './errors.ts';

export interface PythonTag {
  /** `3.14.3`, `3.15.0rc1`, or a series: `3.14`; for a development branch always a series. */
  readonly version: string;
  readonly freeThreaded: boolean;
  readonly dev: boolean;
}

// Versions are compared as numbers of up to 15 digits. Longer numbers may compare as equal.
const positive = String.raw`[1-9]\d{0,14}`;
const natural = `(?:0|${positive})`;
const series = String.raw`${positive}\.${natural}`;
const release = String.raw`${series}\.${natural}(?:(?:a|b|rc)${positive})?`;
const pattern = new RegExp(`^(?:(?<version>${release}|${series})(?<t>t?)|(?<branch>${series})(?<branchT>t?)-dev)$`);

/** Parses a Python tag. Throws a UsageError that shows the three forms for anything else. */
export function parsePythonTag(text: string): PythonTag {
  const groups = pattern.exec(text)?.groups;
  const version = groups?.['version'] ?? groups?.['branch'];
  if (version === undefined) {
    throw new UsageError(
      `"${text}" is not a Python tag. Write a release (3.14.3t, 3.15.0rc1), a series (3.14t, 3.14) or a development branch (3.16t-dev); t means free-threaded.`,
    );
  }
  const flavour = groups?.['t'] ?? groups?.['branchT'];
  return { version, freeThreaded: flavour === 't', dev: groups?.['branch'] !== undefined };
}

/** The suffix of the tag of an image with a user's own source tree: `3.13.5t-local`. */
export const localSuffix = '-local';

/** Checks the Python tag of an image that was built here: as parsePythonTag, or with the suffix `-local`. */
export function parseBuiltTag(text: string): string {
  const python = text.endsWith(localSuffix) ? text.slice(0, -localSuffix.length) : text;
  return `${formatPythonTag(parsePythonTag(python))}${text.slice(python.length)}`;
}

/** The inverse of parsePythonTag. */
export function formatPythonTag({ version, freeThreaded, dev }: PythonTag): string {
  return `${version}${freeThreaded ? 't' : ''}${dev ? '-dev' : ''}`;
}

/** The series of a release or series: `3.14` for `3.14.3` and for `3.14`. */
export function seriesOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** True if the tag names a series, not a release. */
export function isSeries({ version, dev }: PythonTag): boolean {
  return !dev && seriesOf(version) === version;
}

/** The tag of the series that a tag belongs to: `3.14t` for `3.14.3t` and for `3.14t-dev`. */
export function seriesTag(tag: PythonTag): PythonTag {
  return { ...tag, version: seriesOf(tag.version), dev: false };
}
