/** Releases of a repository by GitHub's API: https://docs.github.com/en/rest/releases/releases. */
import { fetchPages, identify, type Site } from '@pysan/http';
import { type Announced, isStable, toSemver } from '@pysan/versions';
import { z } from 'zod';

const gitHubApi = 'https://api.github.com';

const page = z.array(z.object({ tag_name: z.string(), draft: z.boolean(), prerelease: z.boolean() }));

export interface GitHubRelease extends Announced {
  /** As upstream writes it: `v2.5.5` for the version 2.5.5. */
  readonly tag: string;
}

/**
 * The releases of `owner/name`, in no order, without drafts and without tags that are no PEP 440 release; undefined
 * when there is no such repository. Throws an UpstreamError when it cannot tell.
 */
export async function listGitHubReleases(
  repository: string,
  site: Site = { origin: gitHubApi },
): Promise<GitHubRelease[] | undefined> {
  const url = `${site.origin}/repos/${repository}/releases?per_page=100`;
  const headers = { accept: 'application/vnd.github+json', 'user-agent': 'pysan', ...identify(url, site) };
  const limitHint = site.authorization === undefined ? 'A GITHUB_TOKEN in the environment raises the limit.' : '';
  const releases = await fetchPages(url, page, { headers, timing: site.timing, limitHint });
  return releases
    ?.filter(({ draft, tag_name }) => !draft && toSemver(tag_name) !== undefined)
    .map(({ tag_name, prerelease }) => ({
      tag: tag_name,
      version: tag_name.replace(/^v/, ''),
      preRelease: prerelease || !isStable(tag_name),
    }));
}

/** GitHub as the environment says: with GITHUB_TOKEN where that is set, which raises the limit of requests. */
export function findGitHub({ GITHUB_TOKEN: token = '' }: NodeJS.ProcessEnv): Site {
  return { origin: gitHubApi, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) };
}
