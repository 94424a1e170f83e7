/** The tags that a build gets in the local engine, for people and for plain `docker build`. Never published. */
import { type Build, formatPythonTag, referenceOf, seriesTag } from '@pysan/model';
import { compareVersions } from '@pysan/versions';

/**
 * References of a local build: its immutable one first, then those that move to it. `seriesHolds` is the
 * Python release that the series' tag names now: a series' tag stays on the newest patch release.
 */
export function localReferences(build: Build, seriesHolds: string | undefined): readonly [string, ...string[]] {
  const name = build.image.name;
  const { python } = build;
  if (python === undefined) {
    return [referenceOf(build), `${name}:latest`];
  }
  const isNewest = seriesHolds === undefined || compareVersions(python.version, seriesHolds) >= 0;
  const series = isNewest ? [`${name}:${formatPythonTag(seriesTag(python))}`] : [];
  return [referenceOf(build), `${name}:${formatPythonTag(python)}`, ...series, `${name}:latest`];
}
