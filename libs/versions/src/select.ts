/**
 * Which release a request means. Pure: what is locked comes in, a release or a UsageError goes out.
 *
 * `undefined` means: not locked. The caller may then ask upstream.
 */
import { formatPythonTag, isSeries, type PythonTag, seriesOf, seriesTag, UsageError } from '@pysan/model';

import type { CpythonRelease, Library, LibraryRelease } from './lock.ts';
import { compareVersions, isStable, newest } from './pep440.ts';

/** The locked CPython release that a tag names: the newest stable one of a series, or just that one. */
export function selectCpython(releases: readonly CpythonRelease[], tag: PythonTag): CpythonRelease | undefined {
  if (!isSeries(tag)) {
    return releases.find(({ version }) => version === tag.version);
  }
  const found = newest(
    releases.filter((release) => seriesOf(release.version) === tag.version && isStable(release.version)),
  );
  if (found === undefined) {
    throw new UsageError(`No stable release of Python ${tag.version} is locked. ${listVersions('Locked', releases)}`);
  }
  return found;
}

/** The newest stable locked release of a library for a Python tag, or the one asked for; undefined when that one is not locked. */
export function selectLibrary(
  library: Library,
  releases: readonly LibraryRelease[],
  tag: PythonTag,
  requested: string | undefined,
): LibraryRelease | undefined {
  const fitting = releases.filter((release) => supports(release, tag));
  if (requested === undefined) {
    return newest(fitting.filter(({ version }) => isStable(version))) ?? refuse(library, releases, tag);
  }
  const found = releases.find(({ version }) => version === requested);
  if (found !== undefined) {
    requireSupport(library, found, tag, listVersions('What fits', fitting));
  }
  return found;
}

/** True when upstream publishes wheels of that release for the tag's ABI. */
export function supports(release: Pick<LibraryRelease, 'pythonTags'>, tag: PythonTag): boolean {
  return release.pythonTags.includes(formatPythonTag(seriesTag(tag)));
}

/** Refuses a library's release that does not support a Python tag, with a UsageError that ends in `hint`. */
export function requireSupport(library: Library, release: LibraryRelease, tag: PythonTag, hint: string): void {
  if (!supports(release, tag)) {
    const python = formatPythonTag(tag);
    const wheels = release.pythonTags.join(', ');
    throw new UsageError(
      `${library} ${release.version} does not support Python ${python}: upstream publishes wheels for ${wheels}. ${hint}`,
    );
  }
}

/** `Locked: 3.14.10, 3.14.9`, the newest first. */
export function listVersions(label: string, releases: readonly { readonly version: string }[]): string {
  const versions = releases.map(({ version }) => version).toSorted((left, right) => compareVersions(right, left));
  return `${label}: ${versions.join(', ') || 'none'}.`;
}

function refuse(library: Library, releases: readonly LibraryRelease[], tag: PythonTag): never {
  throw new UsageError(
    `No locked release of ${library} supports Python ${formatPythonTag(tag)}. ${listVersions('Locked', releases)}`,
  );
}
