/**
 * GHCR's list of all versions of a package, untagged manifests included. GHCR only deletes by this list:
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
 * The inventory of GHCR's repositories, `acme/numpy-tsan`. It needs read:packages, and for removal delete:packages or the
 * Admin role. It asks GitHub once for each owner whether that is a user or an organisation.
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

// GitHub also says "not found" to clients without access, so it never means "absent".
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
  // The response is the same for a version that is gone and for one that this token may not delete.
  if ((await read(octokit.request(`GET ${path}`), z.unknown())) !== undefined) {
    throw refused('the token (CI_TOKEN) lacks delete:packages, or the Admin role for that package.');
  }
  return 'gone';
}

// Status 400 for versions with more than 5,000 downloads, and for the last tagged version of a package.
const keptForGood = /\bmore than [\d,]+ downloads|\blast tagged version/;
const refusal = z.object({ cause: z.object({ status: z.literal(400), message: z.string().regex(keptForGood) }) });

function whyKept(error: unknown): string | undefined {
  return refusal.safeParse(error).data?.cause.message.slice(0, 200);
}
