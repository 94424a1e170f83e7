/** The disk of the container engine: its free space, and how to free more on a small runner. */
import { statfs } from 'node:fs/promises';
import path from 'node:path';

import { docker, findImages, type ImageFacts } from '@pysan/engine';
import { buildIdLabel, pythonLabel } from '@pysan/tagging';

/** `14.2 GB of 72.5 GB are free on the disk of the container engine`, or why that is not known. */
export async function describeDisk(): Promise<string> {
  const folder = (await docker(['info', '--format', '{{.DockerRootDir}}'])).trim();
  const facts = await statfs(folder).catch(() => undefined);
  if (facts === undefined) {
    return `The free space on the disk of the container engine is not known: ${folder} is not on this machine`;
  }
  const [free, all] = [facts.bavail, facts.blocks].map((blocks) => ((blocks * facts.bsize) / 1e9).toFixed(1));
  return `${free} GB of ${all} GB are free on the disk of the container engine`;
}

/** Removes images at a Python tag under all their names, and the whole build cache. Throws an EngineError. */
export async function makeRoom(names: readonly string[], tag: string): Promise<void> {
  const images = (await findImages(buildIdLabel)).filter(
    (image) => image.labels[pythonLabel] === tag && namesOf(image).some((name) => names.includes(name)),
  );
  if (images.length > 0) {
    await docker(['image', 'rm', '--force', ...images.map(({ id }) => id)]);
  }
  await docker(['builder', 'prune', '--all', '--force']);
}

/** `numpy-tsan`, also for `ghcr.io/acme/numpy-tsan@sha256:…`. */
function namesOf({ repoTags, repoDigests }: ImageFacts): string[] {
  return [...repoTags, ...repoDigests].map((reference) => path.posix.basename(reference).split(/[:@]/)[0] ?? '');
}
