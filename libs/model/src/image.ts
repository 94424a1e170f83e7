/** An image: a folder of `images/` with a Dockerfile, as its project.json describes it. */

export type Sanitizer = 'thread' | 'address';

export interface Image {
  readonly name: string;
  /** The image that it is built FROM; undefined for the first of the chain. */
  readonly parent: string | undefined;
  readonly sanitizer: Sanitizer | undefined;
  /** Components whose locks it uses itself, without those of its parents: `cpython`, `numpy`. */
  readonly components: readonly string[];
  /** Python tags that it keeps fresh. */
  readonly tracks: readonly string[];
  /** Raised by whoever wants every build of it made anew though nothing in it changed; absent for never. */
  readonly rebuild?: number;
  /** File of `.github/workflows` that builds it; absent for an image that is built with those that need it. */
  readonly workflow?: string;
}

/** The image and its ancestors, the first of the chain first. */
export function chainOf(images: ReadonlyMap<string, Image>, name: string): readonly Image[] {
  const image = images.get(name);
  if (image === undefined) {
    return [];
  }
  return image.parent === undefined ? [image] : [...chainOf(images, image.parent), image];
}

/** All of them, each after its parent, and else by name. */
export function inChainOrder(images: ReadonlyMap<string, Image>): readonly Image[] {
  const depth = ({ name }: Image): number => chainOf(images, name).length;
  return [...images.values()].toSorted(
    (left, right) => depth(left) - depth(right) || left.name.localeCompare(right.name),
  );
}
