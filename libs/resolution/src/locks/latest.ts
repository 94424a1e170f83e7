/** The newest release of a Python series, or of a repository on GitHub. */
import { UsageError } from '@pysan/model';
import { listCpythonReleases, listGitHubReleases } from '@pysan/sources';
import { describePassedOver, newerReleases } from '@pysan/versions';

import { searchSeries } from './cpython.ts';
import type { Sites } from '../sites.ts';

/** `3.14.10` for `3.14`: the newest whose tarball is served. UsageError when there is none; UpstreamError when it cannot be told. */
export async function findLatestPython(
  series: string,
  preRelease: boolean,
  { pythonOrg: site }: Pick<Sites, 'pythonOrg'>,
): Promise<string> {
  if (!/^\d+\.\d+$/.test(series)) {
    throw new UsageError(`"${series}" is not a series of Python. Write it as 3.14.`);
  }
  const announced = await listCpythonReleases(site);
  const { found, passedOver } = await searchSeries(series, { announced, held: undefined, preRelease, site });
  if (found === undefined) {
    const reason = passedOver.length === 0 ? '' : ` (${describePassedOver(passedOver)})`;
    throw new UsageError(`python.org has no ${describeKind(preRelease)} of Python ${series}${reason}.`);
  }
  return found.version;
}

/** `v2.5.5`, as upstream writes it, for `numpy/numpy`. UsageError when there is none; UpstreamError when it cannot be told. */
export async function findLatestOnGitHub(
  repository: string,
  preRelease: boolean,
  { gitHub }: Pick<Sites, 'gitHub'>,
): Promise<string> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new UsageError(`"${repository}" is not a repository. Write owner/repository, as in numpy/numpy.`);
  }
  const releases = await listGitHubReleases(repository, gitHub);
  if (releases === undefined) {
    throw new UsageError(`GitHub has no repository ${repository}, or it is private and GITHUB_TOKEN may not see it.`);
  }
  const found = newerReleases(releases, undefined, preRelease)[0];
  if (found === undefined) {
    throw new UsageError(`${repository} has no ${describeKind(preRelease)} on GitHub.`);
  }
  return found.tag;
}

function describeKind(preRelease: boolean): string {
  return preRelease ? 'release' : 'stable release (with --pre-release, others count too)';
}
