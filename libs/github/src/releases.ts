/** Releases and tags of any repository: https://docs.github.com/en/rest/releases/releases. */
import { type Entries, readEntries } from '@pysan/http';
import { z } from 'zod';

import { read, readPages } from './answer.ts';
import type { GitHub } from './client.ts';

const release = z.object({ tag_name: z.string(), draft: z.boolean(), prerelease: z.boolean() });
const tag = z.object({ name: z.string() });

export interface GitHubRelease {
  /** In upstream's form: `v2.5.5`. */
  readonly tag: string;
  /** Whether upstream marks it as a pre-release. */
  readonly preRelease: boolean;
}

/**
 * The releases of `owner/name` without drafts, the newest first; undefined if there is no such repository. Throws an
 * UpstreamError if GitHub does not answer.
 */
export async function listReleases(gitHub: GitHub, repository: string): Promise<Entries<GitHubRelease> | undefined> {
  const list = await read(readPages(gitHub, '/repos/{owner}/{repo}/releases', locate(repository)), z.unknown());
  if (list === undefined) {
    return undefined;
  }
  const { entries, malformed } = readEntries(`GitHub, asked for the releases of ${repository},`, list, release);
  const published = entries.filter(({ draft }) => !draft);
  return {
    entries: published.map(({ tag_name, prerelease }) => ({ tag: tag_name, preRelease: prerelease })),
    malformed,
  };
}

/** The tag of the release that GitHub calls the latest; undefined if no release is stable. Throws an UpstreamError. */
export async function findLatestRelease({ octokit }: GitHub, repository: string): Promise<string | undefined> {
  const answer = octokit.request('GET /repos/{owner}/{repo}/releases/latest', locate(repository));
  return (await read(answer, release))?.tag_name;
}

/** The tags of a repository, in no particular order; undefined if there is no such repository. Throws an UpstreamError. */
export async function listTags(gitHub: GitHub, repository: string): Promise<Entries<string> | undefined> {
  const list = await read(readPages(gitHub, '/repos/{owner}/{repo}/tags', locate(repository)), z.unknown());
  if (list === undefined) {
    return undefined;
  }
  const { entries, malformed } = readEntries(`GitHub, asked for the tags of ${repository},`, list, tag);
  return { entries: entries.map(({ name }) => name), malformed };
}

function locate(repository: string): { owner: string; repo: string } {
  const [owner = '', repo = ''] = repository.split('/');
  return { owner, repo };
}
