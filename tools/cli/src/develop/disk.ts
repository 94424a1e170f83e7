/** The disk of the container engine: how much of it is left, and what makes room on a runner that has little. */
import { statfs } from 'node:fs/promises';
import path from 'node:path';

import { docker, findImages, type ImageFacts } from '@pysan/engine';
import { buildIdLabel, pythonLabel } from '@pysan/tagging';

/** `14.2 GB of 72.5 GB are free on the disk of the container engine`, or that it cannot be told. */
export async function describeDisk(): Promise<string> {
  const folder = (await docker(['info', '--format', '{{.DockerRootDir}}'])).trim();
  const facts = await statfs(folder).catch(() => undefined);
  if (facts === undefined) {
    return `How much disk the container engine has left is not known: ${folder} is not on this machine`;
  }
  const [free, all] = [facts.bavail, facts.blocks].map((blocks) => ((blocks * facts.bsize) / 1e9).toFixed(1));
  return `${free} GB of ${all} GB are free on the disk of the container engine`;
}

/** Removes images at a Python tag with all their names, and the build cache as a whole. EngineError. */
export async function makeRoom(names: readonly string[], tag: string): Promise<void> {
  const images = (await findImages(buildIdLabel)).filter(
    (image) => image.labels[pythonLabel] === tag && namesOf(image).some((name) => names.includes(name)),
  );
  if (images.length > 0) {
    await docker(['image', 'rm', '--force', ...images.map(({ id }) => id)]);
  }
  await docker(['builder', 'prune', '--all', '--force']);
}

/** `numpy-tsan`, of `ghcr.io/acme/numpy-tsan@sha256:…` as well. */
function namesOf({ repoTags, repoDigests }: ImageFacts): string[] {
  return [...repoTags, ...repoDigests].map((reference) => path.posix.basename(reference).split(/[:@]/)[0] ?? '');
}
