/** Releases of a repository by GitHub's API: https://docs.github.com/en/rest/releases/releases. */
import { type Announced, isStable, toSemver } from '@pysan/versions';
import { z } from 'zod';

import { fetchPages, type Site } from './http.ts';

export const gitHubApi = 'https://api.github.com';

const page = z.array(z.object({ tag_name: z.string(), draft: z.boolean(), prerelease: z.boolean() }));

export interface GitHubSite extends Site {
  /** Raises the limit of requests. It is sent to that server only, and stands in no message. */
  readonly token?: string | undefined;
}

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
  { origin, timing, token }: GitHubSite = { origin: gitHubApi },
): Promise<GitHubRelease[] | undefined> {
  const headers = { accept: 'application/vnd.github+json', 'user-agent': 'pysan', ...authorization(token) };
  const limitHint = token === undefined ? 'A GITHUB_TOKEN in the environment raises the limit.' : '';
  const url = `${origin}/repos/${repository}/releases?per_page=100`;
  const releases = await fetchPages(url, page, { headers, timing, limitHint });
  return releases
    ?.filter(({ draft, tag_name }) => !draft && toSemver(tag_name) !== undefined)
    .map(({ tag_name, prerelease }) => ({
      tag: tag_name,
      version: tag_name.replace(/^v/, ''),
      preRelease: prerelease || !isStable(tag_name),
    }));
}

function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
