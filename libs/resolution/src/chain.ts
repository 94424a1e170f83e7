/** Plans the builds of an image and its parents, the first of the chain first. */
import { type Build, chainOf, type Image } from '@pysan/model';
import { planBuild, type Resolution } from '@pysan/planning';
import { readImageInputs } from '@pysan/workspace';

/** One build for each image of the chain; the last one is that of the image asked for. */
export async function planChain(
  root: string,
  images: ReadonlyMap<string, Image>,
  name: string,
  resolution: Resolution,
): Promise<readonly Build[]> {
  const chain = chainOf(images, name);
  const inputs = await Promise.all(chain.map((image) => readImageInputs(root, image, resolution)));
  const builds: Build[] = [];
  for (const image of inputs) {
    builds.push(planBuild(image, resolution, builds.at(-1)));
  }
  return builds;
}
