/** Builds that are published: looks for them by their tag that never moves, and takes them for those that would be built here. */
import type { ContainerEngine } from '@pysan/engine';
import { type Build, buildName, referenceOf, UpstreamError } from '@pysan/model';
import type { Namespace } from '@pysan/registry';
import { buildIdLabel, buildTagOf } from '@pysan/tagging';

import { type NamedImage, readNamed } from './read-named.ts';
import { withLogin } from './login.ts';
import { signatureReader } from './signatures.ts';
import type { Target } from './target.ts';

/** What the registry has under the tag of the build. UpstreamError when that is something else. */
export async function readPublished(target: Target, build: Build): Promise<NamedImage | undefined> {
  const own = buildTagOf(build);
  const image = await readNamed(target.repository, own);
  if (image !== undefined && image.labels[buildIdLabel] !== build.id) {
    throw new UpstreamError(
      `${target.name}:${own} is not the build ${buildName(build.id)}. Find out who put it there.`,
    );
  }
  return image;
}

export interface TakeWorld {
  readonly root: string;
  readonly namespace: Namespace;
  readonly target: (image: string) => Target;
  readonly engine: Pick<ContainerEngine, 'findImages' | 'pullImage' | 'tagImage'>;
  readonly report: (line: string) => void;
}

/**
 * Takes builds that are published under their local names; false for one that is not. UpstreamError when that cannot be told,
 * or when its signature is not that of whom this checkout trusts.
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
