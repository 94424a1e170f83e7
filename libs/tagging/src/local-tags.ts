/** The tags of a build in the local engine, for people and for plain `docker build`. They are never published. */
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
 * References of a local build: the immutable one first, then the moving ones. `seriesHolds` is the Python tag of the image that
 * the series' tag names now: a series' tag stays on the newest patch release.
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
 * The reference by the series of a build's Python, `numpy-tsan:3.13t`; undefined without a Python, and for a build that is not a
 * release: a development branch, or a user's own source tree.
 */
export function seriesReference(build: Pick<Build, 'image' | 'python' | 'contents'>): string | undefined {
  const { image, python } = build;
  return python === undefined || python.dev || isLocal(build)
    ? undefined
    : `${image.name}:${formatPythonTag(seriesTag(python))}`;
}
