/** Names the builds of images and of those that they are built on. */
import { type Build, chainOf, type Image, inChainOrder } from '@pysan/model';
import { planBuild, type Resolution } from '@pysan/planning';
import { createInputReader } from '@pysan/workspace';

/** One build for each image, after that of its parent. */
export async function nameBuilds(
  root: string,
  images: ReadonlyMap<string, Image>,
  names: readonly string[],
  resolution: Resolution,
): Promise<readonly Build[]> {
  const wanted = new Set(names.flatMap((name) => chainOf(images, name)));
  const read = createInputReader(root);
  const inputs = await Promise.all(
    inChainOrder(images)
      .filter((image) => wanted.has(image))
      .map((image) => read(image, resolution)),
  );
  const builds = new Map<string, Build>();
  for (const own of inputs) {
    builds.set(own.image.name, planBuild(own, resolution, builds.get(own.image.parent ?? '')));
  }
  return [...builds.values()];
}
