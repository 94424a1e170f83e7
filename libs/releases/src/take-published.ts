/** Looks for published builds by their immutable tag, and pulls them instead of building them. */
import type { ContainerEngine } from '@pysan/engine';
import { type Build, buildName, referenceOf, UpstreamError } from '@pysan/model';
import type { Namespace } from '@pysan/registry';
import { buildIdLabel, buildTagOf } from '@pysan/tagging';

import { type NamedImage, readNamed } from './read-named.ts';
import { withLogin } from './login.ts';
import { signatureReader } from './signatures.ts';
import type { Target } from './target.ts';

/** The image under the tag of the build. Throws an UpstreamError if it is another image. */
export async function readPublished(target: Target, build: Build): Promise<NamedImage | undefined> {
  const image = await readNamed(target.repository, buildTagOf(build));
  requireBuild(target, build, image);
  return image;
}

/** UpstreamError for an image that says it is another build. */
export function requireBuild(target: Target, build: Build, image: NamedImage | undefined): void {
  if (image !== undefined && image.labels[buildIdLabel] !== build.id) {
    throw new UpstreamError(
      `${target.name}:${buildTagOf(build)} is not the build ${buildName(build.id)}. Find out who put it there.`,
    );
  }
}

export interface TakeWorld {
  readonly root: string;
  readonly namespace: Namespace;
  readonly target: (image: string) => Target;
  readonly engine: Pick<ContainerEngine, 'findImages' | 'pullImage' | 'tagImage'>;
  readonly report: (line: string) => void;
}

/**
 * Pulls published builds and gives them their local names; false for a build that is not published. Throws an UpstreamError if
 * that cannot be told, or if this checkout does not trust its signature.
 */
export function takerOf(world: TakeWorld): (build: Build) => Promise<boolean> {
  return async (build) => {
    const target = world.target(build.image.name);
    const image = await readPublished(target, build);
    if (image === undefined) {
      return false;
    }
    await pullTrusted(world, `${target.name}@${image.digest}`, build);
    return true;
  };
}

async function pullTrusted(
  { root, namespace, engine, report }: TakeWorld,
  reference: string,
  build: Build,
): Promise<void> {
  await withLogin(namespace, async (env) => {
    const signature = await signatureReader(root, env)(reference);
    if ('refusal' in signature) {
      throw new UpstreamError(`${reference} is not used: ${signature.refusal}.`);
    }
    report(`pulling ${reference}, whose signature is trusted`);
    await engine.pullImage(reference, env);
    const local = referenceOf(build);
    if (!(await engine.findImages([local])).has(local)) {
      await engine.tagImage(reference, local);
    }
  });
}
