/**
 * What `.ci/run` runs, in its order, and why. Pure. The chain of numpy-tsan is built and verified each time, any other
 * image and what takes long of the end-to-end tests when the repository does not say that just this passed.
 */
import { type Image, neededFor } from '@pysan/model';

/** The Python of every image here that has one. */
export const python = '3.13.5t';

/** The image that is made each time. */
const first = 'numpy-tsan';

export interface Stage {
  /** `build numpy-tsan` */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Why it runs; undefined when it need not. */
  readonly why: string | undefined;
  /** The stage that must have passed before it. */
  readonly needs?: string;
}

/** Something that takes long, and why it must run; undefined when it passed as it is. */
export interface Judged {
  readonly name: string;
  readonly why: string | undefined;
}

export interface Situation {
  /** The images whose checks, with those of the first, are all that there are. */
  readonly images: readonly (Judged & Pick<OtherImage, 'python'>)[];
  /** End-to-end specs that run always, by name. */
  readonly quick: readonly string[];
  readonly long: readonly Judged[];
}

/** What runs each time, and first: the others are judged by the base that this brings. */
export const firstStages: readonly Stage[] = [
  { name: 'test', command: ['./pysan', 'test'], why: 'always' },
  ...imageStages({ name: first, python }, 'always'),
];

/** The stages after these; with `all` nothing is left out. */
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

/** An image, and the Python that it is made with; undefined for one below the first Python. */
export interface OtherImage {
  readonly name: string;
  readonly python: string | undefined;
}

/**
 * The images that no other is built on, but for that which is made each time: their checks are those of their chains. What
 * files are taken from is among them, for its checks are its own.
 */
export function otherImages(images: ReadonlyMap<string, Image>): readonly OtherImage[] {
  const parents = new Set([...images.values()].map(({ parent }) => parent));
  const names = [...images.keys()].filter((name) => !parents.has(name) && name !== first);
  return names.map((name) => {
    const hasPython = neededFor(images, name).some(({ components }) => components.includes('cpython'));
    return { name, python: hasPython ? python : undefined };
  });
}
