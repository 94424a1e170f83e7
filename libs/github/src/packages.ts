/**
 * GHCR's list of everything in a repository, untagged manifests too, which it alone deletes by:
 * https://docs.github.com/en/rest/packages/packages.
 */
import { UpstreamError } from '@pysan/model';
import type { Departure, Inventory, Listed } from '@pysan/registry';
import { z } from 'zod';

import { read, readPages } from './answer.ts';
import type { GitHub } from './client.ts';

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

/**
 * Of repositories of GHCR, `acme/numpy-tsan`. Needs read:packages, and to remove delete:packages or the Admin role. GitHub is
 * asked once for each owner what that is.
 */
export function ghcrInventories(gitHub: GitHub): (repository: string) => Inventory {
  const kinds = new Map<string, Promise<OwnerKind>>();
  return (repository) => {
    const [owner = ''] = repository.split('/');
    const locate = async (): Promise<string> => {
      const kind = kinds.get(owner) ?? ownerKind(owner, repository, gitHub);
      kinds.set(owner, kind);
      return packagePath(repository, await kind);
    };
    return inventoryOf(repository, locate, gitHub);
  };
}

function inventoryOf(repository: string, locate: () => Promise<string>, gitHub: GitHub): Inventory {
  const ids = new Map<string, number>();
  const list = async (): Promise<Listed[]> => {
    const found = await listVersions(repository, await locate(), gitHub);
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
      : removeVersion(`${repository}@${digest}`, `${await locate()}/versions/${id}`, gitHub);
  };
  return { list, remove };
}

async function listVersions(repository: string, path: string, gitHub: GitHub): Promise<Version[]> {
  return (await read(readPages(gitHub, `${path}/versions`, {}), versions)) ?? notShown(repository);
}

// GitHub says "not found" also to those who may not know, so it never means "absent".
function notShown(repository: string): never {
  throw new UpstreamError(`GitHub has no package ${repository}, or the token (CI_TOKEN) lacks read:packages.`);
}

/** Users and organisations have their packages at different addresses. */
type OwnerKind = 'orgs' | 'users';

async function ownerKind(username: string, repository: string, { octokit }: GitHub): Promise<OwnerKind> {
  const found = await read(octokit.request('GET /users/{username}', { username }), owner);
  return (found ?? notShown(repository)).type === 'Organization' ? 'orgs' : 'users';
}

function packagePath(repository: string, kind: OwnerKind): string {
  const [name = '', ...rest] = repository.split('/');
  return `/${kind}/${name}/packages/container/${encodeURIComponent(rest.join('/'))}`;
}

async function removeVersion(what: string, path: string, { octokit }: GitHub): Promise<Departure> {
  const refused = (why: string, cause?: unknown): UpstreamError =>
    new UpstreamError(`GitHub did not delete ${what}: ${why}`, { cause });
  try {
    if ((await read(octokit.request(`DELETE ${path}`), z.unknown())) !== undefined) {
      return 'removed';
    }
  } catch (error) {
    const kept = whyKept(error);
    if (kept === undefined) {
      throw error instanceof UpstreamError ? refused(error.message, error) : error;
    }
    return { kept: `GitHub keeps it: ${kept}` };
  }
  // Gone already, or there and not to be deleted by this token: the answer is the same.
  if ((await read(octokit.request(`GET ${path}`), z.unknown())) !== undefined) {
    throw refused('the token (CI_TOKEN) lacks delete:packages, or the Admin role for that package.');
  }
  return 'gone';
}

// Both with 400: versions with more than 5,000 downloads, and the last one of a package that has a tag.
const keptForGood = /\bmore than [\d,]+ downloads|\blast tagged version/;
const refusal = z.object({ cause: z.object({ status: z.literal(400), message: z.string().regex(keptForGood) }) });

function whyKept(error: unknown): string | undefined {
  return refusal.safeParse(error).data?.cause.message.slice(0, 200);
}
