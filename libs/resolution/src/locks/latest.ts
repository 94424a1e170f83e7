/** The newest release of a Python series, or of a repository on GitHub. */
import { findLatestRelease, type GitHub, type GitHubRelease, listReleases, listTags } from '@pysan/github';
import type { Entries } from '@pysan/http';
import { UsageError } from '@pysan/model';
import { listCpythonReleases } from '@pysan/sources';
import { chooseLatest, describePassedOver, type PassedOver, passOverMalformed } from '@pysan/versions';

import { searchSeries } from './cpython.ts';
import type { Sites } from '../sites.ts';

export interface LatestRelease {
  /** In upstream's form: `3.14.10`, `v2.5.5`. */
  readonly name: string;
  readonly passedOver: readonly PassedOver[];
}

/** `3.14.10` for `3.14`: the newest release with a served tarball. Throws a UsageError if there is none, and an UpstreamError. */
export async function findLatestPython(
  series: string,
  preRelease: boolean,
  { pythonOrg: site }: Pick<Sites, 'pythonOrg'>,
): Promise<LatestRelease> {
  if (!/^\d+\.\d+$/.test(series)) {
    throw new UsageError(`"${series}" is not a series of Python. Write it as 3.14.`);
  }
  const announced = await listCpythonReleases(site);
  const { found, passedOver } = await searchSeries(series, { announced, held: undefined, preRelease, site });
  if (found === undefined) {
    throw new UsageError(`python.org has no ${describeKind(preRelease)} of Python ${series}${explain(passedOver)}.`);
  }
  return { name: found.version, passedOver };
}

/** `v2.5.5` for `numpy/numpy`, by its releases or else its tags. Throws a UsageError if there is none, and an UpstreamError. */
export async function findLatestOnGitHub(
  repository: string,
  preRelease: boolean,
  { gitHub }: Pick<Sites, 'gitHub'>,
): Promise<LatestRelease> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new UsageError(`"${repository}" is not a repository. Write owner/repository, as in numpy/numpy.`);
  }
  const releases = await listReleases(gitHub, repository);
  if (releases === undefined) {
    throw new UsageError(`GitHub has no repository ${repository}, or it is private and GITHUB_TOKEN may not see it.`);
  }
  const { entries, malformed } = releases.entries.length > 0 ? releases : await listTagged(gitHub, repository);
  const latest = releases.entries.length > 0 ? await findLatestRelease(gitHub, repository) : undefined;
  const { tag, ...chosen } = chooseLatest(entries, latest, preRelease);
  const passedOver = [...passOverMalformed("GitHub's", malformed), ...chosen.passedOver];
  if (tag === undefined) {
    throw new UsageError(`${repository} has no ${describeKind(preRelease)} on GitHub${explain(passedOver)}.`);
  }
  return { name: tag, passedOver };
}

/** The tags of a project without releases. Only their numbers show their order and kind. */
async function listTagged(gitHub: GitHub, repository: string): Promise<Entries<GitHubRelease>> {
  const { entries, malformed } = (await listTags(gitHub, repository)) ?? { entries: [], malformed: 0 };
  return { entries: entries.map((tag) => ({ tag, preRelease: false })), malformed };
}

function describeKind(preRelease: boolean): string {
  return preRelease ? 'release' : 'stable release (with --pre-release, others count too)';
}

function explain(passedOver: readonly PassedOver[]): string {
  return passedOver.length === 0 ? '' : ` (${describePassedOver(passedOver)})`;
}
