/** The tags that a build gets in the local engine, for people and for plain `docker build`. Never published. */
import {
  type Build,
  formatPythonTag,
  isLocal,
  parsePythonTag,
  pythonTagOf,
  referenceOf,
  seriesTag,
} from '@pysan/model';
import { compareVersions } from '@pysan/versions';

/**
 * References of a local build: its immutable one first, then those that move to it. `seriesHolds` is the
 * Python tag of what the series' tag names now: a series' tag stays on the newest patch release.
 */
export function localReferences(build: Build, seriesHolds: string | undefined): readonly string[] {
  const { image, python } = build;
  const latest = `${image.name}:latest`;
  const tag = pythonTagOf(build);
  if (python === undefined || tag === undefined) {
    return [referenceOf(build), latest];
  }
  const isNewest =
    seriesHolds === undefined || compareVersions(python.version, parsePythonTag(seriesHolds).version) >= 0;
  const series = isNewest ? [seriesReference(build)] : [];
  return [referenceOf(build), `${image.name}:${tag}`, ...series, latest].filter((it) => it !== undefined);
}

/**
 * The reference by the series of a build's Python, `numpy-tsan:3.13t`; undefined for an image without one, and for
 * what is not a release of it: a development branch, or a source tree of the user's own.
 */
export function seriesReference(build: Pick<Build, 'image' | 'python' | 'contents'>): string | undefined {
  const { image, python } = build;
  return python === undefined || python.dev || isLocal(build)
    ? undefined
    : `${image.name}:${formatPythonTag(seriesTag(python))}`;
}
