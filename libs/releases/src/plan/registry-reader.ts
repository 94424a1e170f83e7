/**
 * Looks for builds in a registry, each by its tags. It never lists tags, because a listing may lag behind: a build that was
 * just pushed would be made again.
 */
import { type Present, type PresentReader, type BuildQuery, readInputs } from '@pysan/planning';
import { openRepository, type Namespace, type Registry, repositoryAt } from '@pysan/registry';

import { readNamed } from '../read-named.ts';
import type { ReadSignature } from '../signature.ts';
import { readStanding } from '../standing.ts';
import type { Target } from '../target.ts';

/** Reads the images in a namespace. Each repository is opened once. */
export function registryReader(
  registry: Registry,
  namespace: Pick<Namespace, 'path'>,
  readSignature: ReadSignature,
): PresentReader {
  const targets = new Map<string, Target>();
  return (query) => {
    const path = repositoryAt(namespace, query.image);
    const target = targets.get(path) ?? {
      repository: openRepository(registry, path),
      name: `${registry.host}/${path}`,
    };
    targets.set(path, target);
    return find(target, query, readSignature);
  };
}

async function find(
  target: Target,
  { build, buildTag, publicTag }: BuildQuery,
  readSignature: ReadSignature,
): Promise<Present | undefined> {
  const { repository } = target;
  const image = (await readNamed(repository, buildTag)) ?? (await readNamed(repository, publicTag));
  if (image === undefined) {
    return undefined;
  }
  const present = { digest: image.digest, ...readInputs(image.labels) };
  // The proof of another build does not matter.
  return present.buildId === build.id
    ? { ...present, ...(await readStanding(target, build, image, readSignature)) }
    : present;
}
