/** Names the builds of images and of the images that they are made from. */
import { type Build, type Image, inChainOrder, neededFor } from '@pysan/model';
import { planBuild, type Resolution } from '@pysan/planning';
import { createInputReader } from '@pysan/workspace';

/** One build for each image, after the builds that it is made from. */
export async function nameBuilds(
  root: string,
  images: ReadonlyMap<string, Image>,
  names: readonly string[],
  resolution: Resolution,
): Promise<readonly Build[]> {
  const wanted = new Set(names.flatMap((name) => neededFor(images, name)));
  const read = createInputReader(root);
  const inputs = await Promise.all(
    inChainOrder(images)
      .filter((image) => wanted.has(image))
      .map((image) => read(image, resolution)),
  );
  const builds: Build[] = [];
  for (const own of inputs) {
    builds.push(planBuild(own, resolution, builds));
  }
  return builds;
}
