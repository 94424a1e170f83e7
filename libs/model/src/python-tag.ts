/**
 * What users write to name a Python: `3.14.3t` (a release) or `3.14t` (a series), with `t` for the
 * free-threaded flavour.
 */
import { UsageError } from './errors.ts';

export interface PythonTag {
  /** `3.14.3`, `3.15.0rc1`, or a series: `3.14`. */
  readonly version: string;
  readonly freeThreaded: boolean;
}

const pattern = /^(?<version>[1-9]\d*\.(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)(?:(?:a|b|rc)[1-9]\d*)?)?)(?<flavour>t?)$/;

/** Parses a Python tag; anything but the two forms is a UsageError that shows them. */
export function parsePythonTag(text: string): PythonTag {
  const groups = pattern.exec(text)?.groups;
  if (groups?.['version'] === undefined) {
    throw new UsageError(
      `"${text}" is not a Python tag. Write a release (3.14.3t, 3.15.0rc1) or a series (3.14t, 3.14); t means free-threaded.`,
    );
  }
  return { version: groups['version'], freeThreaded: groups['flavour'] === 't' };
}

/** The inverse of parsePythonTag. */
export function formatPythonTag({ version, freeThreaded }: PythonTag): string {
  return freeThreaded ? `${version}t` : version;
}

/** The series of a release or series: `3.14` for `3.14.3` and for `3.14`. */
export function seriesOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** True when the tag names a series and not one release of it. */
export function isSeries({ version }: PythonTag): boolean {
  return seriesOf(version) === version;
}

/** The tag of the series that a tag belongs to: `3.14t` for `3.14.3t`. */
export function seriesTag(tag: PythonTag): PythonTag {
  return { ...tag, version: seriesOf(tag.version) };
}
