/** Inspects and tags images of the local engine. */
import { docker, dockerError, tryDocker } from './docker.ts';

export interface ImageFacts {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The unpacked size. */
  readonly bytes: number;
  readonly created: Date;
  readonly repoTags: readonly string[];
  /** `name@sha256:…` of images from a registry. */
  readonly repoDigests: readonly string[];
}

interface Inspected {
  readonly Id: string;
  readonly Created: string;
  readonly Size: number;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
  readonly Config: { readonly Labels?: Readonly<Record<string, string>> | null } | null;
}

/** The image with that name or id; undefined if the engine has none. Throws an EngineError if it does not answer. About 20 ms. */
export async function inspectImage(reference: string): Promise<ImageFacts | undefined> {
  const args = ['image', 'inspect', '--format', '{{json .}}', reference];
  const answer = await tryDocker(args);
  if (answer?.exitCode === 0) {
    return toFacts(JSON.parse(answer.stdout) as Inspected);
  }
  if (isAbsent(answer?.stderr)) {
    return undefined;
  }
  throw dockerError(args, answer);
}

/** All images with a label, in two calls however many there are. Throws an EngineError if the engine does not answer. */
export async function findImages(label: string): Promise<readonly ImageFacts[]> {
  const list = await docker(['image', 'ls', '--quiet', '--no-trunc', '--filter', `label=${label}`]);
  return inspectAll([...new Set(list.split('\n').filter((line) => line !== ''))]);
}

/** The images with these names, `numpy-tsan:3.13.5t`, by name, in one call. Throws an EngineError if the engine does not answer. */
export async function findImagesBy(names: readonly string[]): Promise<ReadonlyMap<string, ImageFacts>> {
  const images = await inspectAll([...new Set(names)]);
  const named = (name: string): ImageFacts | undefined =>
    images.find(({ id, repoTags, repoDigests }) => id === name || [...repoTags, ...repoDigests].includes(name));
  return new Map(
    names.flatMap((name) => {
      const image = named(name);
      return image === undefined ? [] : [[name, image] as const];
    }),
  );
}

// Missing images, and images removed since the listing, are left out.
async function inspectAll(references: readonly string[]): Promise<readonly ImageFacts[]> {
  if (references.length === 0) {
    return [];
  }
  const args = ['image', 'inspect', '--format', '{{json .}}', ...references];
  const answer = await tryDocker(args);
  if (answer === undefined || (answer.exitCode !== 0 && !isAbsent(answer.stderr))) {
    throw dockerError(args, answer);
  }
  const lines = answer.stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => toFacts(JSON.parse(line) as Inspected));
}

/** Adds a name to an image, or moves the name to it. */
export async function tagImage(from: string, to: string): Promise<void> {
  await docker(['image', 'tag', from, to]);
}

/** Removes a name; the image goes with its last name. A missing name is not an error. */
export async function removeTag(reference: string): Promise<void> {
  const args = ['image', 'rm', '--no-prune', reference];
  const answer = await tryDocker(args);
  if (answer?.exitCode !== 0 && !isAbsent(answer?.stderr)) {
    throw dockerError(args, answer);
  }
}

function isAbsent(stderr = ''): boolean {
  return /no such image/i.test(stderr);
}

function toFacts({ Id, Created, Size, RepoTags, RepoDigests, Config }: Inspected): ImageFacts {
  return {
    id: Id,
    labels: Config?.Labels ?? {},
    bytes: Size,
    created: new Date(Created),
    repoTags: RepoTags ?? [],
    repoDigests: RepoDigests ?? [],
  };
}
