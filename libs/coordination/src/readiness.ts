/**
 * Decides whether a workflow should start the requested build. Pure. It finds out before hours of work that the run would
 * make another build, or that a parent is not published.
 */
import { type Build, buildName, formatPythonTag } from '@pysan/model';

import { type FoundBuild, isThere } from '@pysan/planning';

/** Why a build must not be started; undefined if it may. `wanted` is the name of the requested build. */
export function refusalToStart(
  build: Build,
  ancestors: readonly FoundBuild[],
  wanted: string | undefined,
): string | undefined {
  const name = buildName(build.id);
  if (wanted !== undefined && wanted !== name) {
    return (
      `the request expects ${wanted}, but this run would build ${name}. The branch, a branch of the sources or the base has ` +
      'moved since then. The next run of the coordinator requests the right build.'
    );
  }
  return ancestors.map(hindranceOf).find((it) => it !== undefined);
}

function hindranceOf({ build, found }: FoundBuild): string | undefined {
  const { image, python } = build;
  const name = `${image.name}${python === undefined ? '' : `:${formatPythonTag(python)}`} (${buildName(build.id)})`;
  if (found !== undefined && 'unreadable' in found) {
    return `it is not known whether ${name} is published: ${found.unreadable}`;
  }
  if (found === undefined || !isThere({ build, found })) {
    return (
      `${name} is not published. Run ${image.workflow} first, which the Actions page lists as ${image.name}, or ` +
      'let the coordinator run it.'
    );
  }
  return found.hold === undefined ? undefined : `${name} is on hold: ${found.hold}`;
}
