/** Chooses the releases of a new lock. Pure. */
import { parsePythonTag } from '@pysan/model';
import { compareVersions, isStable, type LibraryRelease, newest, supports } from '@pysan/versions';

/** For each Python tag the newest stable release that supports it; sorted, the newest first. */
export function selectLocked(releases: readonly LibraryRelease[], pythonTags: readonly string[]): LibraryRelease[] {
  const stable = releases.filter(({ version }) => isStable(version));
  const chosen = pythonTags.flatMap((tag) => newest(stable.filter((it) => supports(it, parsePythonTag(tag)))) ?? []);
  return [...new Set(chosen)].toSorted((left, right) => compareVersions(right.version, left.version));
}
