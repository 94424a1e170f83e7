/**
 * Looks for builds in a registry, each by its tags. A listing may lag behind there, so none is asked for: a build that was
 * just pushed would be made again.
 */
import { type Present, type PresentReader, type BuildQuery, readInputs } from '@pysan/planning';
import {
  listReferrers,
  openRepository,
  type Namespace,
  type Registry,
  type Repository,
  repositoryAt,
} from '@pysan/registry';
import { holdsOf } from '@pysan/tagging';

import { findProof } from '../reports.ts';
import { readHolds } from '../records.ts';
import { readNamed } from '../read-named.ts';

/** Reads the images at a place; each repository is opened once. */
export function registryReader(registry: Registry, namespace: Pick<Namespace, 'path'>): PresentReader {
  const repositories = new Map<string, Repository>();
  return (query) => {
    const name = repositoryAt(namespace, query.image);
    const repository = repositories.get(name) ?? openRepository(registry, name);
    repositories.set(name, repository);
    return find(repository, query);
  };
}

async function find(repository: Repository, { id, buildTag, publicTag }: BuildQuery): Promise<Present | undefined> {
  const image = (await readNamed(repository, buildTag)) ?? (await readNamed(repository, publicTag));
  if (image === undefined) {
    return undefined;
  }
  const present = { digest: image.digest, ...readInputs(image.labels) };
  // Of another build nobody asks what was proven.
  return present.buildId === id ? { ...present, ...(await readStanding(repository, image.digest)) } : present;
}

async function readStanding(repository: Repository, digest: string): Promise<Pick<Present, 'proof' | 'hold'>> {
  const referrers = await listReferrers(repository, digest);
  const hold = holdsOf(await readHolds(repository, digest, referrers)).get(digest);
  const proof = await findProof(repository, referrers);
  return { ...(proof === undefined ? {} : { proof }), ...(hold === undefined ? {} : { hold }) };
}
