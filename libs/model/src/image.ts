/** An image: a folder of `images/` with a Dockerfile, as its project.json describes it. */

export type Sanitizer = 'thread' | 'address';

export interface Image {
  readonly name: string;
  /** One line for people; absent for none. */
  readonly description?: string;
  /** The image that it is built FROM; undefined for the first image of the chain. */
  readonly parent: string | undefined;
  /** The images that it takes files from; absent for none. */
  readonly takes?: readonly string[];
  readonly sanitizer: Sanitizer | undefined;
  /** The components whose locks it uses itself, without those of the images that it is made from: `cpython`, `numpy`. */
  readonly components: readonly string[];
  /** Python tags that it keeps fresh. */
  readonly tracks: readonly string[];
  /** A counter that forces new builds without changed inputs; absent for never. */
  readonly rebuild?: number;
  /** The file in `.github/workflows` that builds it. */
  readonly workflow: string;
}

/** The image and its ancestors, from the first of the chain to the image itself. */
export function chainOf(images: ReadonlyMap<string, Image>, name: string): readonly Image[] {
  const image = images.get(name);
  if (image === undefined) {
    return [];
  }
  return image.parent === undefined ? [image] : [...chainOf(images, image.parent), image];
}

/** Names of the images that an image is made from: its parent first, then the images that it takes files from. */
export function needsOf({ parent, takes = [] }: Pick<Image, 'parent' | 'takes'>): readonly string[] {
  return parent === undefined ? takes : [parent, ...takes];
}

/** The image and all images that it is made from, directly or not: each once, after the images that it is made from. */
export function neededFor(images: ReadonlyMap<string, Image>, name: string): readonly Image[] {
  const image = images.get(name);
  if (image === undefined) {
    return [];
  }
  return [...new Set([...needsOf(image).flatMap((it) => neededFor(images, it)), image])];
}

/** `openblas_image` for `openblas-tsan`: the build argument that names an image to take files from. */
export function imageArgument(name: string): string {
  return `${name.replace(/-[at]san$/, '').replaceAll('-', '_')}_image`;
}

/** All images, each after the images that it is made from, and otherwise by name. */
export function inChainOrder(images: ReadonlyMap<string, Image>): readonly Image[] {
  const depth = ({ name }: Image): number => neededFor(images, name).length;
  return [...images.values()].toSorted(
    (left, right) => depth(left) - depth(right) || left.name.localeCompare(right.name),
  );
}
