/**
 * GHCR's list of everything in a repository, untagged manifests too, which it alone deletes by:
 * https://docs.github.com/en/rest/packages/packages.
 */
import {
  requestUntilAnswered,
  fetchJson,
  fetchPages,
  type FullResponse,
  type HttpRequest,
  type Site,
} from '@pysan/http';
import { UpstreamError } from '@pysan/model';
import { z } from 'zod';

import type { Departure, Inventory, Listed } from './inventory.ts';
import { parseJson } from './json.ts';

const owner = z.object({ type: z.string() });

const versions = z.array(
  z.object({
    id: z.number(),
    name: z.string(),
    created_at: z.string(),
    metadata: z.object({ container: z.object({ tags: z.array(z.string()) }) }),
  }),
);

type Version = z.infer<typeof versions>[number];

/** GitHub's API with the token that GHCR gets, too. */
export function findGitHubPackages({ CI_TOKEN: token = '' }: NodeJS.ProcessEnv): Site {
  return { origin: 'https://api.github.com', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) };
}

/** Of a repository of GHCR, `acme/numpy-tsan`. Needs read:packages, and to remove delete:packages or the Admin role. */
export function ghcrInventory(repository: string, site: Site): Inventory {
  const ids = new Map<string, number>();
  const list = async (): Promise<Listed[]> => {
    const found = await listVersions(repository, site);
    found.forEach(({ name, id }) => ids.set(name, id));
    return found.map(({ name, created_at, metadata }) => ({
      digest: name,
      tags: metadata.container.tags,
      arrived: created_at,
    }));
  };
  const remove = async (digest: string): Promise<Departure> => {
    await (ids.has(digest) ? undefined : list());
    const id = ids.get(digest);
    return id === undefined
      ? 'gone'
      : removeVersion(repository, digest, `${await packageUrl(repository, site)}/versions/${id}`, site);
  };
  return { list, remove };
}

async function listVersions(repository: string, site: Site): Promise<Version[]> {
  const url = `${await packageUrl(repository, site)}/versions?per_page=100`;
  return (await fetchPages(url, versions, questionFor(site))) ?? notShown(repository);
}

// GitHub says "not found" also to those who may not know, so it never means "absent".
function notShown(repository: string): never {
  throw new UpstreamError(
    `GitHub shows no package ${repository}: there is none, or the token (CI_TOKEN) lacks read:packages.`,
  );
}

/** Users and organisations have their packages at different addresses. */
async function packageUrl(repository: string, site: Site): Promise<string> {
  const [name = '', ...rest] = repository.split('/');
  const found = await fetchJson(`${site.origin}/users/${name}`, owner, questionFor(site));
  const kind = (found ?? notShown(repository)).type === 'Organization' ? 'orgs' : 'users';
  return `${site.origin}/${kind}/${name}/packages/container/${encodeURIComponent(rest.join('/'))}`;
}

function questionFor({ authorization, timing }: Site): HttpRequest {
  const headers = {
    accept: 'application/vnd.github+json',
    'user-agent': 'pysan',
    'x-github-api-version': '2022-11-28',
  };
  return { headers: authorization === undefined ? headers : { ...headers, authorization }, timing };
}

// Both with 400: versions with more than 5,000 downloads, and the last one of a package that has a tag.
const keptForGood = /\bmore than [\d,]+ downloads|\blast tagged version/;

async function removeVersion(repository: string, digest: string, url: string, site: Site): Promise<Departure> {
  const answer = await requestUntilAnswered(url, { ...questionFor(site), method: 'DELETE' });
  const said = readMessage(answer);
  if (answer.status === 204) {
    return 'removed';
  }
  if (answer.status === 400 && keptForGood.test(said)) {
    return { kept: `GitHub keeps it: ${said}` };
  }
  // Gone already, or there and not to be deleted by this token: the answer is the same.
  const isThere = answer.status !== 404 || (await requestUntilAnswered(url, questionFor(site))).status !== 404;
  if (isThere) {
    throw new UpstreamError(`GitHub did not delete ${repository}@${digest}: ${explain(answer, said)}`);
  }
  return 'gone';
}

function readMessage({ body }: FullResponse): string {
  return z.object({ message: z.string() }).safeParse(parseJson(body)).data?.message.slice(0, 200) ?? '';
}

function explain({ status }: FullResponse, said: string): string {
  if (status === 404) {
    return 'the token (CI_TOKEN) lacks delete:packages, or the Admin role for that package.';
  }
  return `it answered ${status}${said === '' ? '' : `, ${said}`}`;
}
