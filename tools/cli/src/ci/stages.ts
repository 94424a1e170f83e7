/**
 * The stages of `.ci/run`, in their order, and why each runs. Pure. The chain of numpy-tsan is always built and verified.
 * Other images and slow end-to-end tests run unless the repository records that they passed with their present inputs.
 */
import { type Image, neededFor } from '@pysan/model';

/** The Python tag of every image here that has a Python. */
export const python = '3.13.5t';

/** The image that is always built. */
const first = 'numpy-tsan';

export interface Stage {
  /** `build numpy-tsan` */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Why it runs; undefined when it does not have to. */
  readonly why: string | undefined;
  /** The stage that must have passed before it. */
  readonly needs?: string;
}

/** A slow stage, and why it must run; undefined when it passed with its present inputs. */
export interface Judged {
  readonly name: string;
  readonly why: string | undefined;
}

export interface Situation {
  /** The images whose checks, with those of the first image, are all checks. */
  readonly images: readonly (Judged & Pick<OtherImage, 'python'>)[];
  /** The names of the end-to-end specs that always run. */
  readonly quick: readonly string[];
  readonly long: readonly Judged[];
}

/** The stages that always run, and run first: they bring the base by which the others are judged. */
export const firstStages: readonly Stage[] = [
  { name: 'test', command: ['./pysan', 'test'], why: 'always' },
  ...imageStages({ name: first, python }, 'always'),
];

/** The stages after these. With `all` none is left out. */
export function planStages({ images, quick, long }: Situation, all: boolean): readonly Stage[] {
  const whyOf = ({ why }: Judged): string | undefined => why ?? (all ? '--all' : undefined);
  return [
    { name: 'e2e', command: ['./pysan', 'e2e', ...quick], why: 'always', needs: `build ${first}` },
    ...images.flatMap((image) => imageStages(image, whyOf(image))),
    ...long.map((spec): Stage => {
      return { name: `e2e ${spec.name}`, command: ['./pysan', 'e2e', spec.name], why: whyOf(spec) };
    }),
  ];
}

function imageStages({ name, python: tag }: OtherImage, why: string | undefined): Stage[] {
  const options = tag === undefined ? [] : ['--python', tag];
  return [
    { name: `build ${name}`, command: ['./pysan', 'build', name, ...options], why },
    { name: `verify ${name}`, command: ['./pysan', 'verify', name, ...options], why, needs: `build ${name}` },
  ];
}

/** An image and its Python tag; undefined for an image without a Python. */
export interface OtherImage {
  readonly name: string;
  readonly python: string | undefined;
}

/**
 * The images that no other is built on, without the image that is always built: their checks include those of their
 * parents. Images that others only take files from are among them, because their checks run nowhere else.
 */
export function otherImages(images: ReadonlyMap<string, Image>): readonly OtherImage[] {
  const parents = new Set([...images.values()].map(({ parent }) => parent));
  const names = [...images.keys()].filter((name) => !parents.has(name) && name !== first);
  return names.map((name) => {
    const hasPython = neededFor(images, name).some(({ components }) => components.includes('cpython'));
    return { name, python: hasPython ? python : undefined };
  });
}
